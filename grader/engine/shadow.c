#include "shadow.h"
#include "say.h"
#include <stdlib.h>

enum { LEVELS = 7, FANOUT_BITS = 6, LOW_BITS = 3 };

/* An inner node's children are nodes, a leaf's are payloads. Node 0 is the root. */
struct shadow_node {
    uint64_t used; /* bit i: child i exists */
    uint32_t child[1 << FANOUT_BITS];
};

static unsigned slot_at(uint64_t offset, int level)
{
    int shift = LOW_BITS + FANOUT_BITS * (LEVELS - 1 - level);
    return (unsigned)(offset >> shift) & ((1u << FANOUT_BITS) - 1);
}

static uint64_t bits_below(unsigned slot)
{
    return ((uint64_t)1 << slot) - 1;
}

static uint64_t bits_above(unsigned slot)
{
    return ~bits_below(slot) << 1;
}

static unsigned lowest(uint64_t bits)
{
    return (unsigned)__builtin_ctzll(bits);
}

static unsigned highest(uint64_t bits)
{
    return 63 - (unsigned)__builtin_clzll(bits);
}

static uint32_t new_node(struct shadow *s)
{
    if (s->node_free) {
        uint32_t node = s->node_free;
        s->node_free = s->nodes[node].child[0];
        s->nodes[node].used = 0;
        return node;
    }
    s->nodes = must_grow(s->nodes, s->node_count, &s->node_room, sizeof *s->nodes);
    s->nodes[s->node_count].used = 0;
    return (uint32_t)s->node_count++;
}

static void drop_node(struct shadow *s, uint32_t node)
{
    s->nodes[node].child[0] = s->node_free;
    s->node_free = node;
}

/* The node below `node` in `slot`, made if it is missing. */
static uint32_t descend(struct shadow *s, uint32_t node, unsigned slot)
{
    if (!(s->nodes[node].used >> slot & 1)) {
        uint32_t made = new_node(s); /* may move s->nodes */
        s->nodes[node].child[slot] = made;
        s->nodes[node].used |= (uint64_t)1 << slot;
    }
    return s->nodes[node].child[slot];
}

static void trie_insert(struct shadow *s, uint64_t offset, uint32_t payload)
{
    if (s->node_count == 0)
        new_node(s);
    uint32_t node = 0;
    for (int level = 0; level < LEVELS - 1; level++)
        node = descend(s, node, slot_at(offset, level));
    unsigned slot = slot_at(offset, LEVELS - 1);
    s->nodes[node].child[slot] = payload;
    s->nodes[node].used |= (uint64_t)1 << slot;
}

static void trie_remove(struct shadow *s, uint64_t offset)
{
    uint32_t path[LEVELS] = {0};
    for (int level = 0; level < LEVELS - 1; level++)
        path[level + 1] = s->nodes[path[level]].child[slot_at(offset, level)];
    for (int level = LEVELS - 1; level >= 0; level--) {
        struct shadow_node *node = &s->nodes[path[level]];
        node->used &= ~((uint64_t)1 << slot_at(offset, level));
        if (node->used || level == 0)
            return;
        drop_node(s, path[level]);
    }
}

/* The payload at the far left (or right) end below the child `slot` of `node`. */
static uint32_t run_down(const struct shadow *s, uint32_t node, unsigned slot, int level,
                         bool to_left)
{
    for (; level < LEVELS - 1; level++) {
        node = s->nodes[node].child[slot];
        uint64_t used = s->nodes[node].used;
        slot = to_left ? lowest(used) : highest(used);
    }
    return s->nodes[node].child[slot];
}

/* The nearest payload on one side of `offset`; one that starts there is the nearest. */
static uint32_t nearest(const struct shadow *s, uint64_t offset, bool above)
{
    if (s->node_count == 0)
        return SHADOW_NONE;
    uint32_t node = 0, turn_node = 0;
    uint64_t turn_bits = 0;
    int turn_level = 0;
    for (int level = 0; level < LEVELS; level++) {
        unsigned slot = slot_at(offset, level);
        uint64_t used = s->nodes[node].used;
        uint64_t beside = used & (above ? bits_above(slot) : bits_below(slot));
        if (beside) { /* the deepest place where the path could turn aside */
            turn_node = node;
            turn_bits = beside;
            turn_level = level;
        }
        if (!(used >> slot & 1))
            break;
        if (level == LEVELS - 1)
            return s->nodes[node].child[slot];
        node = s->nodes[node].child[slot];
    }
    if (!turn_bits)
        return SHADOW_NONE;
    return run_down(s, turn_node, above ? lowest(turn_bits) : highest(turn_bits), turn_level,
                    above);
}

static const struct payload *payload_or_null(const struct shadow *s, uint32_t index)
{
    return index == SHADOW_NONE ? NULL : &s->payloads[index];
}

const struct payload *shadow_at_or_below(const struct shadow *shadow, uint64_t offset)
{
    return payload_or_null(shadow, nearest(shadow, offset, false));
}

const struct payload *shadow_at_or_above(const struct shadow *shadow, uint64_t offset)
{
    return payload_or_null(shadow, nearest(shadow, (offset + 7) & ~(uint64_t)7, true));
}

uint32_t shadow_overlap(const struct shadow *s, uint64_t start, uint64_t size)
{
    uint32_t below = nearest(s, start, false);
    if (below != SHADOW_NONE && payload_end(&s->payloads[below]) > start)
        return below;
    uint32_t above = nearest(s, start, true);
    if (above != SHADOW_NONE && s->payloads[above].start - start < (size ? size : 1))
        return above;
    return SHADOW_NONE;
}

static uint32_t new_payload(struct shadow *s)
{
    if (s->payload_free) {
        uint32_t index = s->payload_free - 1;
        s->payload_free = s->payloads[index].id;
        return index;
    }
    s->payloads =
        must_grow(s->payloads, s->payload_count, &s->payload_room, sizeof *s->payloads);
    return (uint32_t)s->payload_count++;
}

uint32_t shadow_add(struct shadow *s, const struct payload *payload)
{
    uint32_t index = new_payload(s);
    s->payloads[index] = *payload;
    s->payloads[index].live = true;
    trie_insert(s, payload->start, index);
    s->live_bytes += payload->size;
    s->live_count++;
    return index;
}

void shadow_remove(struct shadow *s, uint32_t index)
{
    struct payload *p = &s->payloads[index];
    trie_remove(s, p->start);
    s->live_bytes -= p->size;
    s->live_count--;
    p->live = false;
    p->id = s->payload_free;
    s->payload_free = index + 1;
}

void shadow_clear(struct shadow *shadow)
{
    free(shadow->payloads);
    free(shadow->nodes);
    *shadow = (struct shadow){0};
}
