/* An explicit list whose links are offsets, 4 bytes each; inline functions that are not static,
 * and a type bool of their own. */
#include "memlib.h"
#include "mm.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { false, true } bool;
typedef unsigned int uint;
typedef unsigned char byte;

team_t team = {
    .teamname = "offsets", .name1 = "B. Student", .id1 = "b", .name2 = "", .id2 = ""};

#define ALIGNMENT   8
#define ALIGN(size) (((size) + (ALIGNMENT - 1)) & ~0x7)
#define MIN_BLOCK   16

byte *base;
uint head; /* offset of the first free payload; 0: none */

inline uint *word(void *bp, int offset)
{
    return (uint *)((byte *)bp + offset);
}
inline uint size_of(void *bp)
{
    return *word(bp, -4) & ~7u;
}
inline bool used(void *bp)
{
    return *word(bp, -4) & 1 ? true : false;
}
inline byte *next_block(byte *bp)
{
    return bp + size_of(bp);
}
inline uint *succ(void *bp)
{
    return word(bp, 0);
}
inline uint *pred(void *bp)
{
    return word(bp, 4);
}

inline bool long_enough(void *bp, uint need)
{
    return size_of(bp) >= need ? true : false;
}
bool (*fits)(void *bp, uint need) = long_enough;

inline void set(byte *bp, uint size, bool on)
{
    *word(bp, -4) = size | on;
    *word(bp, (int)size - 8) = size | on;
}

inline void insert(byte *bp)
{
    *succ(bp) = head;
    *pred(bp) = 0;
    if (head)
        *pred(base + head) = (uint)(bp - base);
    head = (uint)(bp - base);
}

inline void delete (byte *bp)
{
    if (*pred(bp))
        *succ(base + *pred(bp)) = *succ(bp);
    else
        head = *succ(bp);
    if (*succ(bp))
        *pred(base + *succ(bp)) = *pred(bp);
}

inline byte *coalesce(byte *bp)
{
    uint size = size_of(bp);
    byte *next = next_block(bp);
    if (!used(next)) {
        delete (next);
        size += size_of(next);
    }
    if (!(*word(bp, -8) & 1)) {
        bp -= *word(bp, -8) & ~7u;
        delete (bp);
        size += size_of(bp);
    }
    set(bp, size, false);
    insert(bp);
    if (size > 1u << 29)
        printf("coalesced %p, %u bytes\n", (void *)bp, size);
    return bp;
}

int mm_init(void)
{
    byte *p = mem_sbrk(16);
    if (p == (void *)-1)
        return -1;
    base = p;
    head = 0;
    *word(p, 4) = *word(p, 8) = 8 | 1;
    *word(p, 12) = 1;
    return 0;
}

inline byte *extend(uint need)
{
    byte *bp = mem_sbrk(need);
    if (bp == (void *)-1)
        return NULL;
    set(bp, need, false);
    *word(bp, (int)need - 4) = 1;
    return coalesce(bp);
}

void *mm_malloc(size_t size)
{
    uint need = ALIGN(size) + 8, o = head;
    if (size == 0)
        return NULL;
    while (o && !fits(base + o, need))
        o = *succ(base + o);
    byte *bp = o ? base + o : extend(need < 1024 ? 1024 : need);
    if (!bp)
        return NULL;
    uint rest = size_of(bp) - need;
    delete (bp);
    if (rest < MIN_BLOCK)
        set(bp, need + rest, true);
    else {
        set(bp, need, true);
        set(next_block(bp), rest, false);
        insert(next_block(bp));
    }
    return bp;
}

void mm_free(void *ptr)
{
    assert(used(ptr));
    set(ptr, size_of(ptr), false);
    coalesce(ptr);
}

void *mm_realloc(void *ptr, size_t size)
{
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    size_t old = size_of(ptr) - 8;
    if (old >= size)
        return ptr;
    void *new = mm_malloc(size);
    if (new) {
        memcpy(new, ptr, old);
        mm_free(ptr);
    }
    return new;
}

int mm_check(void)
{
    return head == 0 || !used(base + head);
}
