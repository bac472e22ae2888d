#include "blocks.h"
#include <string.h>
#include <sys/mman.h>

#define FIRST_ROOM ((size_t)1 << 12)

static struct live_block *places;
static size_t room; /* a power of two, at most half of it used */
struct live_blocks live_blocks;

/* Payloads are multiples of 16: the low bits say nothing (Knuth's multiplicative hash). */
static size_t place_of(uintptr_t address)
{
    return (size_t)((uint64_t)address / 16 * 0x9e3779b97f4a7c15u >> 20) & (room - 1);
}

static struct live_block *look(uintptr_t address)
{
    size_t at = place_of(address);
    while (places[at].address != 0 && places[at].address != address)
        at = (at + 1) & (room - 1);
    return &places[at];
}

static bool grow(void)
{
    struct live_block *old = places;
    size_t old_room = room, new_room = room ? 2 * room : FIRST_ROOM;
    void *memory = mmap(NULL, new_room * sizeof *places, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    places = memory;
    room = new_room;
    for (size_t i = 0; i < old_room; i++)
        if (old[i].address != 0)
            *look(old[i].address) = old[i];
    if (old)
        munmap(old, old_room * sizeof *old);
    return true;
}

bool blocks_add(uintptr_t address, uintptr_t origin, size_t size)
{
    if (2 * (live_blocks.count + 1) > room && !grow())
        return false;
    *look(address) = (struct live_block){address, origin, size};
    live_blocks.count++;
    live_blocks.bytes += size;
    if (live_blocks.bytes > live_blocks.peak)
        live_blocks.peak = live_blocks.bytes;
    return true;
}

struct live_block *blocks_find(uintptr_t address)
{
    struct live_block *block = room && address ? look(address) : NULL;
    return block && block->address == address ? block : NULL;
}

/* Closes the hole: those behind it move up, unless that would be before their own place. */
void blocks_remove(struct live_block *block)
{
    size_t hole = (size_t)(block - places), mask = room - 1;
    live_blocks.count--;
    live_blocks.bytes -= block->size;
    for (size_t at = (hole + 1) & mask; places[at].address != 0; at = (at + 1) & mask)
        if (((at - place_of(places[at].address)) & mask) >= ((at - hole) & mask)) {
            places[hole] = places[at];
            hole = at;
        }
    places[hole].address = 0;
}
