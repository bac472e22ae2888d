/*
 * culprit.h - which line of mm.c did it.
 *
 * The referee owns the heap and a run can be repeated exactly: same operations, same
 * addresses, same secret bytes. So the run that ended in a finding is repeated. Where a payload
 * was damaged, the first replay looks at its bytes after each operation and finds the one that
 * damaged them; of other findings the operation is known. The second replay carries it out
 * instruction by instruction (tracer.h) and looks after each of them:
 *
 *     made ---- intact ---- intact ---- DAMAGED ---- found by the referee
 *                                   |
 *                                   +-- mov %rax,0x10(%rdi) --> mm.c:143 in coalesce()
 *
 * The processor's debug registers find the same at full speed, in a replay before that. Where
 * they are missing or do nothing, as on many virtual machines, stepping takes a few
 * microseconds for an instruction, within a limit of time. If that does not do, the operation
 * is named, and that its line was not found.
 *
 * A runner that crashes is replayed up to the crash, to see how it came there.
 */
#ifndef CULPRIT_H
#define CULPRIT_H

#include "finding.h"
#include "heap.h"
#include "tracer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum suspicion {
    SUSPECT_NOTHING,
    SUSPECT_PAYLOAD, /* a live payload was written */
    SUSPECT_BREAK,   /* memory past the break was written */
    SUSPECT_REALLOC, /* bytes were lost on their way */
    SUSPECT_CALLOC,  /* bytes are not zero */
    SUSPECT_SIGNAL   /* it crashed, or ended itself */
};

/* There is no such operation: mm_init is carried out before operation 0. */
#define CULPRIT_INIT SIZE_MAX

/* What is known when the finding is made. Offsets are bytes from the start of the heap. */
struct suspect {
    enum suspicion kind;
    size_t made;          /* the bytes were intact after this operation */
    size_t at;            /* the operation in question, or the last that can be */
    uint64_t start, end;  /* the block, after a realloc or calloc where it is now */
    uint64_t offset;      /* the damaged byte */
    uint64_t moved;       /* SUSPECT_REALLOC: where that byte should be afterwards */
    uint32_t block, line; /* its id, and the trace line of the call that made it */
};

enum { CULPRIT_WINDOW = 64 };

/* What is seen while the operation is carried out. */
struct culprit {
    struct suspect suspect;
    struct heap *heap;
    struct tracer tracer;
    bool debug_registers; /* a watchpoint, or else step by step */
    bool found;
    const char *deed; /* what the instruction did, "wrote over the copy" */
    unsigned bytes;   /* how many bytes it changed; 0: not known */
    struct tracer_site site;
    uint8_t good;  /* what the damaged byte should be */
    bool was_good; /* SUSPECT_REALLOC: the byte is where it should be */
    bool spoiled;  /* and no longer where it was; `spoiler` did that */
    struct tracer_site spoiler;
    bool near; /* the byte before was copied or cleared; `neighbour` did that */
    struct tracer_site neighbour;
    uint64_t break_calls;            /* so often the break had moved when we looked last */
    uint8_t last[2][CULPRIT_WINDOW]; /* the bytes around it, and around where it moves */
};

/* First replay: keeps the bytes as they are, and later says whether they changed. */
void culprit_remember(struct culprit *c, const struct heap *heap);
bool culprit_changed(struct culprit *c, const struct heap *heap);

/* Second replay: before the operation in question. */
void culprit_begin(struct culprit *c, struct process *p);

/* After it: makes up its mind. */
void culprit_end(struct culprit *c);

/*
 * Is another replay of the operation worth while? Sets how it is to be watched. All findings
 * of a grade together have some seconds: are `seconds`, what a replay takes, still there?
 * culprit_spend() says what went by.
 */
bool culprit_wants(struct culprit *c, unsigned attempt);
bool culprit_has_time(double seconds);
void culprit_spend(double seconds);

/*
 * Adds what was found to the finding: the source line, and sentences to its message.
 * `operation` is what the runner was doing, "free at line 57".
 */
void culprit_tell(const struct culprit *c, const char *program, const char *operation,
                  struct finding *finding);

/* The same for a process that hangs: where it is right now. */
void culprit_catch(struct process *p, struct finding *finding);

#endif
