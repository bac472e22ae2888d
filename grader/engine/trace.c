#include "trace.h"
#include "file.h"
#include "say.h"
#include "utf8.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order of enum operation_kind. */
static const char letters[] = "acrf";

/* Where the reader stands. Numbers and letters are looked for in the current line only. */
struct reader {
    const char *at, *end; /* unread text */
    const char *line_end; /* end of the current line */
    size_t line;
    struct trace *trace;
    struct trace_error *error;
    unsigned char *live; /* per id: does the trace hold it now? */
    size_t room;         /* operations allocated */
};

static bool fail(struct reader *r, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct reader *r, size_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    r->error->line = line;
    vsnprintf(r->error->text, sizeof r->error->text, format, args);
    va_end(args);
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->line_end && is_blank(*r->at))
        r->at++;
}

static bool line_is_done(struct reader *r)
{
    skip_blanks(r);
    return r->at == r->line_end;
}

/* Moves to the next line that says something. False at the end of the file. */
static bool next_line(struct reader *r)
{
    while (r->line_end < r->end || r->line == 0) {
        r->at = r->line == 0 ? r->at : r->line_end + 1;
        if (r->at >= r->end)
            return false;
        const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
        r->line_end = newline ? newline : r->end;
        r->line++;
        if (!line_is_done(r) && *r->at != '#')
            return true;
    }
    return false;
}

/* An unsigned decimal number that ends at a blank or the line's end, and fits. */
static bool read_number(struct reader *r, uint64_t *number)
{
    skip_blanks(r);
    const char *start = r->at;
    uint64_t value = 0;
    for (; r->at < r->line_end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        unsigned digit = (unsigned)(*r->at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return r->at > start && (r->at == r->line_end || is_blank(*r->at));
}

/* The four header numbers may share lines or have one each. */
static bool read_header(struct reader *r, uint64_t header[4])
{
    static const char *const what[] = {"a hint (any number)", "the number of ids",
                                       "the number of operations", "a hint (any number)"};
    for (int i = 0; i < 4; i++) {
        if ((i == 0 || line_is_done(r)) && !next_line(r))
            return fail(r, r->line ? r->line : 1,
                        "the file ends before the header; expected %s", what[i]);
        if (!read_number(r, &header[i]))
            return fail(r, r->line, "expected %s, header number %d of 4", what[i], i + 1);
        if (i == 1 && header[1] > TRACE_MAX_IDS)
            return fail(r, r->line,
                        "the header speaks of %" PRIu64 " ids; at most %" PRIu64
                        " are possible",
                        header[1], TRACE_MAX_IDS);
    }
    if (!line_is_done(r))
        return fail(r, r->line, "expected the end of the line after the four header numbers");
    return true;
}

static bool read_id(struct reader *r, const char *expected, uint32_t *id)
{
    uint64_t number;
    if (!read_number(r, &number))
        return fail(r, r->line, "expected %s", expected);
    if (number >= r->trace->ids)
        return fail(r, r->line, "id %" PRIu64 " is beyond the header's %" PRIu32 " ids", number,
                    r->trace->ids);
    *id = (uint32_t)number;
    return true;
}

static bool read_free(struct reader *r, struct operation *op)
{
    skip_blanks(r);
    if (r->line_end - r->at >= 2 && r->at[0] == '-' && r->at[1] == '1') {
        r->at += 2;
        op->id = r->trace->ids;
        return true;
    }
    if (!read_id(r, "an id (or -1 for NULL) after 'f'", &op->id))
        return false;
    if (!r->live[op->id])
        return fail(r, r->line, "block %" PRIu32 " is freed here, but is not allocated",
                    op->id);
    r->live[op->id] = 0;
    return true;
}

static bool read_request(struct reader *r, char letter, struct operation *op)
{
    char expected[] = "an id after 'a'";
    expected[sizeof expected - 3] = letter;
    if (!read_id(r, expected, &op->id))
        return false;
    if (letter == 'c' && !read_number(r, &op->count))
        return fail(r, r->line, "expected a count and a size after 'c' and its id");
    if (!read_number(r, &op->size))
        return fail(r, r->line, "expected a size in bytes, at most 2^64 - 1");
    /* After `r id 0` the block may be gone or be a zero-size one: both go on. */
    if (letter != 'r' && r->live[op->id] == 1)
        return fail(r, r->line, "block %" PRIu32 " is allocated here, but is still live",
                    op->id);
    r->live[op->id] = letter == 'r' && op->size == 0 ? 2 : 1;
    return true;
}

static bool read_operation(struct reader *r, struct operation *op)
{
    char letter = *r->at;
    const char *found = letter ? strchr(letters, letter) : NULL;
    bool alone = r->at + 1 == r->line_end || is_blank(r->at[1]);
    if (!found || !alone)
        return fail(r, r->line, "expected an operation: a, c, r or f");
    r->at++;
    *op = (struct operation){
        .kind = (uint32_t)(found - letters), .line = (uint32_t)r->line, .count = 1};
    if (letter == 'f' ? !read_free(r, op) : !read_request(r, letter, op))
        return false;
    if (!line_is_done(r))
        return fail(r, r->line, "expected the end of the line after the operation");
    return true;
}

/* The array grows with what is really there, never with what the header promises. */
static struct operation *next_slot(struct reader *r)
{
    struct trace *t = r->trace;
    t->operations = must_grow(t->operations, t->count, &r->room, sizeof *t->operations);
    return &t->operations[t->count];
}

static bool read_all(struct reader *r)
{
    uint64_t header[4];
    r->line_end = r->at += utf8_mark(r->at, (size_t)(r->end - r->at));
    if (!read_header(r, header))
        return false;
    r->trace->ids = (uint32_t)header[1];
    r->live = must_alloc(r->trace->ids);
    while (next_line(r)) {
        if (r->trace->count == header[2])
            return fail(r, r->line,
                        "the header announced %" PRIu64 " operations, and this is one more",
                        header[2]);
        if (!read_operation(r, next_slot(r)))
            return false;
        r->trace->count++;
    }
    if (r->trace->count != header[2])
        return fail(r, r->line,
                    "the header announced %" PRIu64 " operations, and the file ends after %zu",
                    header[2], r->trace->count);
    return true;
}

bool trace_parse(const char *text, size_t bytes, struct trace *trace, struct trace_error *error)
{
    *trace = (struct trace){0};
    *error = (struct trace_error){0};
    struct reader r = {
        .at = text, .end = text + bytes, .line_end = text, .trace = trace, .error = error};
    bool ok = bytes <= TRACE_MAX_BYTES ? read_all(&r)
                                       : fail(&r, 0, "larger than %zu bytes", TRACE_MAX_BYTES);
    free(r.live);
    if (!ok)
        trace_free(trace);
    return ok;
}

bool trace_read(const char *path, struct trace *trace, struct trace_error *error)
{
    size_t bytes;
    *trace = (struct trace){0};
    *error = (struct trace_error){0};
    char *text = file_read(path, TRACE_MAX_BYTES, &bytes, error->text, sizeof error->text);
    if (!text)
        return false;
    bool ok = trace_parse(text, bytes, trace, error);
    free(text);
    return ok;
}

void trace_must_read(const char *path, struct trace *trace)
{
    struct trace_error error;
    if (trace_read(path, trace, &error))
        return;
    if (error.line)
        die("%s:%zu: %s", path, error.line, error.text);
    die("%s: the trace %s", path, error.text);
}

void trace_free(struct trace *trace)
{
    free(trace->operations);
    *trace = (struct trace){0};
}

void trace_renumber(struct trace *trace)
{
    uint32_t ids = trace->ids, used = 0;
    uint32_t *numbers = must_alloc(ids * sizeof *numbers); /* from 1; 0: none yet */
    for (size_t i = 0; i < trace->count; i++) {
        uint32_t id = trace->operations[i].id;
        if (id < ids && numbers[id] == 0)
            numbers[id] = ++used;
    }
    for (size_t i = 0; i < trace->count; i++) {
        uint32_t *id = &trace->operations[i].id;
        *id = *id < ids ? numbers[*id] - 1 : used; /* that of free(NULL) */
    }
    trace->ids = used;
    free(numbers);
}

struct operation *trace_add(struct trace *trace, enum operation_kind kind, uint32_t id)
{
    struct operation *op = &trace->operations[trace->count];
    *op = (struct operation){.kind = kind,
                             .id = id,
                             .line = (uint32_t)(TRACE_FIRST_LINE + trace->count),
                             .count = 1};
    trace->count++;
    return op;
}

void operation_write(FILE *out, const struct operation *op, uint32_t ids)
{
    if (op->id == ids) {
        fputs("f -1\n", out);
        return;
    }
    fprintf(out, "%c %" PRIu32, letters[op->kind], op->id);
    if (op->kind == OP_CALLOC)
        fprintf(out, " %" PRIu64, op->count);
    if (op->kind != OP_FREE)
        fprintf(out, " %" PRIu64, op->size);
    fputc('\n', out);
}

void trace_write(FILE *out, const struct trace *trace)
{
    fprintf(out, "0\n%" PRIu32 "\n%zu\n1\n", trace->ids, trace->count);
    for (size_t i = 0; i < trace->count; i++)
        operation_write(out, &trace->operations[i], trace->ids);
}

size_t trace_fullest(const struct trace *trace, uint64_t limit)
{
    uint64_t live = 0, most = 0;
    uint64_t *sizes = must_alloc((trace->ids + (size_t)1) * sizeof *sizes);
    size_t fullest = 0;
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        uint64_t bytes = operation_bytes(op), others = live - sizes[op->id]; /* free: 0 bytes */
        if (bytes > limit || others > limit - bytes)
            continue;
        sizes[op->id] = bytes;
        live = others + bytes;
        fullest = live > most ? i : fullest;
        most = live > most ? live : most;
    }
    free(sizes);
    return fullest;
}

uint64_t operation_bytes(const struct operation *op)
{
    uint64_t bytes;
    return __builtin_mul_overflow(op->count, op->size, &bytes) ? UINT64_MAX : bytes;
}

const char *operation_name(const struct operation *op, char text[64])
{
    if (op->kind == OP_CALLOC)
        snprintf(text, 64, "calloc(%" PRIu64 ", %" PRIu64 ")", op->count, op->size);
    else if (op->kind == OP_FREE)
        snprintf(text, 64, "free");
    else
        snprintf(text, 64, "%s(%" PRIu64 ")", op->kind == OP_MALLOC ? "malloc" : "realloc",
                 op->size);
    return text;
}
