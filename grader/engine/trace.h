/*
 * trace.h - a trace: the malloc calls of a program, to be replayed against an allocator.
 *
 * The format `.rep` is text. Four header numbers, then one operation per line:
 *
 *     0              hint, ignored: a heap size or a weight, by two traditions
 *     3              number of ids
 *     5              number of operations
 *     1              hint, ignored: a weight or a heap size
 *     a 0 512        malloc(512), call it block 0
 *     c 1 10 8       calloc(10, 8), call it block 1
 *     r 0 640        realloc(block 0, 640); of a block that is not there: realloc(NULL, 640)
 *     f 0            free(block 0)
 *     f -1           free(NULL)
 *
 * Our own additions are `c`, `f -1` and comments: a line that starts with `#`.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum operation_kind { OP_MALLOC, OP_CALLOC, OP_REALLOC, OP_FREE };

/*
 * One call. For free(NULL), `id` is the trace's `ids`: one slot that is never filled.
 * `pointer` is not part of the trace: in a checked run the referee says there what block
 * the call is about, so that the runner need not remember any.
 */
struct operation {
    uint32_t kind;  /* enum operation_kind */
    uint32_t id;    /* which block, 0 .. ids */
    uint32_t line;  /* where it stands in the file, from 1 */
    uint64_t count; /* elements; 1 except for calloc */
    uint64_t size;  /* bytes per element */
    uint64_t pointer;
};

struct trace {
    struct operation *operations;
    size_t count;
    uint32_t ids;
};

struct trace_error {
    size_t line; /* 0 when the file as a whole is meant */
    char text[160];
};

/* More than this is not a trace but an accident: 2^28 bytes of text. */
#define TRACE_MAX_BYTES ((size_t)1 << 28)
/* And so is an id beyond this: one table entry per id is kept by both sides. */
#define TRACE_MAX_IDS ((uint64_t)1 << 24)

/*
 * Reads the trace in `text`, of `bytes` bytes (any bytes; no final NUL is needed).
 * Returns true and a trace that trace_free() must release, or false, nothing to release,
 * and in *error the first line that is wrong and what was expected there.
 */
bool trace_parse(const char *text, size_t bytes, struct trace *trace,
                 struct trace_error *error);

/* The same for a file; or it ends the program (exit 2) in place of an error. */
bool trace_read(const char *path, struct trace *trace, struct trace_error *error);
void trace_must_read(const char *path, struct trace *trace);

void trace_free(struct trace *trace);

/* Writes the trace as text, or one of its operations. Errors are the stream's. */
void trace_write(FILE *out, const struct trace *trace);
void operation_write(FILE *out, const struct operation *op, uint32_t ids);

/* Where the first operation stands in a file that trace_write() continues after one line. */
enum { TRACE_FIRST_LINE = 6 };

/*
 * Adds an operation on no bytes, one element, on the line where trace_write() will put it.
 * There must be room for it. Returns the operation, for what else there is to say.
 */
struct operation *trace_add(struct trace *trace, enum operation_kind kind, uint32_t id);

/* Gives the blocks ids from 0, in the order in which they appear; `ids` is how many do. */
void trace_renumber(struct trace *trace);

/*
 * The number of the operation after which most payload is live, where requests are refused
 * that would take that beyond `limit` bytes. Of several it is the first.
 */
size_t trace_fullest(const struct trace *trace, uint64_t limit);

/* The payload bytes that `op` asks for; UINT64_MAX when count * size overflows. */
uint64_t operation_bytes(const struct operation *op);

/* "malloc(64)", "calloc(10, 8)", "realloc(640)", "free" into `text`; returns `text`. */
const char *operation_name(const struct operation *op, char text[64]);

#endif
