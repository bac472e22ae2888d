#include "windows.h"
#include "say.h"
#include <stdlib.h>

/* A block of so many bytes is worth not clearing, or not copying. */
#define LARGE_BYTES 16384

size_t windows_warming(size_t count)
{
    return count / 8 < WINDOWS_WARM ? count / 8 : WINDOWS_WARM;
}

static void end_window(struct windows *windows, size_t start, size_t end)
{
    size_t warm = windows_warming(end - start);
    windows->ends[windows->count++] = end;
    windows->warm += warm;
    windows->timed += end - start - warm;
}

struct windows windows_cut(const struct trace *trace, size_t longest)
{
    struct windows windows = {.ends = must_alloc((trace->count + 1) * sizeof *windows.ends)};
    size_t *made = must_alloc((trace->ids + (size_t)1) * sizeof *made), start = 0;
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        bool ends = op->kind == OP_FREE || op->kind == OP_REALLOC;
        if (i - start == longest || (ends && made[op->id] > start)) {
            end_window(&windows, start, i);
            start = i;
        }
        made[op->id] = op->kind != OP_FREE && operation_bytes(op) >= LARGE_BYTES ? i + 1 : 0;
    }
    end_window(&windows, start, trace->count);
    free(made);
    return windows;
}

void windows_free(struct windows *windows)
{
    free(windows->ends);
    *windows = (struct windows){0};
}
