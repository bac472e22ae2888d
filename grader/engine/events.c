#include "events.h"
#include "json.h"
#include "say.h"
#include <stdlib.h>

#define LARGEST ((uint64_t)1 << 53) /* whole numbers up to here are exact in JavaScript */

enum { IS_NULL = 4, IS_WILD = 8 };

/* kind, and at most ten bytes for each of five numbers */
enum { MOST_BYTES = 1 + 5 * 10 };

struct packer {
    uint8_t *bytes;
    size_t count;
    uint32_t line;
    uint64_t offset, brk;
};

static void put_number(struct packer *p, uint64_t number)
{
    for (; number > 0x7f; number >>= 7)
        p->bytes[p->count++] = (uint8_t)(number | 0x80);
    p->bytes[p->count++] = (uint8_t)number;
}

static void put_difference(struct packer *p, uint64_t *before, uint64_t now)
{
    uint64_t up = now - *before, down = *before - now;
    put_number(p, now >= *before ? 2 * up : 2 * down - 1);
    *before = now;
}

static void put_operation(struct packer *p, const struct events *e, size_t i)
{
    const struct operation *op = &e->trace->operations[i];
    uint64_t pointer = e->result->pointers[i], offset = pointer - e->heap_start;
    uint64_t bytes = op->kind == OP_FREE ? 0 : operation_bytes(op);
    bool none = pointer == 0, wild = !none && offset > e->heap_room;
    p->bytes[p->count++] = (uint8_t)(op->kind | (none ? IS_NULL : 0u) | (wild ? IS_WILD : 0u));
    put_number(p, op->line - p->line);
    p->line = op->line;
    put_number(p, op->id);
    put_number(p, bytes < LARGEST ? bytes : LARGEST);
    if (!none && !wild)
        put_difference(p, &p->offset, offset);
    put_difference(p, &p->brk, e->breaks[i + 1]);
}

/* RFC 4648. */
static char *to_base64(const uint8_t *bytes, size_t count)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = must_alloc((count + 2) / 3 * 4 + 1), *out = text;
    for (size_t i = 0; i < count; i += 3) {
        size_t have = count - i < 3 ? count - i : 3;
        uint32_t three = (uint32_t)bytes[i] << 16;
        three |= have > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        three |= have > 2 ? bytes[i + 2] : 0;
        for (size_t k = 0; k < 4; k++)
            *out++ = k > have ? '=' : digits[three >> (18 - 6 * k) & 63];
    }
    *out = '\0';
    return text;
}

static char *pack_operations(const struct events *e)
{
    struct packer p = {.brk = e->breaks[0]};
    p.bytes = must_alloc((e->result->performed + 1) * MOST_BYTES);
    for (size_t i = 0; i < e->result->performed; i++)
        put_operation(&p, e, i);
    char *text = to_base64(p.bytes, p.count);
    free(p.bytes);
    return text;
}

static void write_findings(struct json *json, const struct findings *findings)
{
    json_open(json, "findings", '[');
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->items[i];
        json_open(json, NULL, '{');
        json_string(json, "code", finding_name(f->code));
        json_string(json, "severity", severity_name(finding_severity(f->code)));
        json_integer(json, "line", f->line);
        json_string(json, "message", f->message);
        json_string(json, "usual_cause", finding_usual_cause(f->code));
        json_close(json, '}');
    }
    json_close(json, ']');
}

void events_write(const struct events *e, FILE *out)
{
    struct json json = {.out = out, .fresh = true};
    char *operations = pack_operations(e);
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "brklab-events-1");
    json_string(&json, "submission", e->submission);
    json_string(&json, "trace", e->trace_name);
    json_integer(&json, "alignment", e->alignment);
    json_integer(&json, "first_break", e->breaks[0]);
    json_integer(&json, "ids", e->trace->ids);
    json_integer(&json, "in_trace", e->trace->count);
    json_integer(&json, "performed", e->result->performed);
    json_boolean(&json, "valid", e->result->valid);
    /* The operation that did not return is not among `operations`; its line is known. */
    json_integer(&json, "next_line",
                 e->result->performed < e->trace->count
                     ? e->trace->operations[e->result->performed].line
                     : 0);
    write_findings(&json, e->findings);
    json_string(&json, "operations", operations);
    json_close(&json, '}');
    fputc('\n', out);
    free(operations);
}
