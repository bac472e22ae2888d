/* fuzz_trace.c - any bytes as a trace: a trace that keeps its promises, or a sentence. */
#include "fuzz.h"
#include "trace.h"

/* What the rest of the engine relies on: ids in bounds, and a whole file's worth of lines. */
static void use(const struct trace *trace)
{
    char name[64];
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        MUST(op->kind <= OP_FREE && op->line > 0);
        MUST(op->id < trace->ids || (op->id == trace->ids && op->kind == OP_FREE));
        MUST(operation_name(op, name) == name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct trace trace;
    struct trace_error error;
    if (trace_parse((const char *)data, bytes, &trace, &error)) {
        use(&trace);
        trace_free(&trace);
    } else {
        MUST(error.text[0] && memchr(error.text, '\0', sizeof error.text));
    }
    return 0;
}
