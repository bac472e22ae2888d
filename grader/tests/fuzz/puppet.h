/*
 * puppet.h - a runner that says what a script tells it to, for the referee to judge.
 *
 * It takes the place of the kernel beneath process.c: where the referee would start a
 * process, a thread starts, which maps the same three shared areas and takes its turns in
 * them. All of process.c, run.c, timed.c, usage.c, heap.c and channel.c is the real code.
 *
 * A script is bytes. For each order the puppet reads what to do next: carry it out honestly,
 * or with another pointer, a break request of any size, a wrong turn, a false fault, bytes
 * written into the heap; end; or say nothing at all. It may also be restless: then it goes
 * on writing into the replies and the heap while the referee reads them. At the script's end
 * it is honest.
 */
#ifndef PUPPET_H
#define PUPPET_H

#include <stddef.h>
#include <stdint.h>

struct script {
    const uint8_t *bytes;
    size_t count;
};

/* Requests of more bytes than this are refused by an honest puppet. */
#define PUPPET_LARGEST ((uint64_t)1 << 20)

/* The program of this name is the reference: it is honest whatever the script says. */
#define PUPPET_REFERENCE "/dev/zero"

/* Traces have at most so many ids. */
enum { PUPPET_IDS = 8 };

/* What the runners of the next run say: in checked runs, and the student's in timed runs. */
void puppet_plan(struct script checked, struct script timed);

#endif
