#!/usr/bin/python3
"""Says where the memory of a heap went, at the moment when it was largest.

    fragmentation.py NAME=EVENTS...    EVENTS: a file that `mdriver --events` has written

Reads the history of each heap and prints a Markdown table: of 100 bytes, how many were
payload, how many were waste inside used blocks, how many were free. Several files of one
name are averaged. The referee does not know an allocator's blocks, only payloads; so what
lies between two of them is told apart by its length: see `split_gap`.
"""
import base64
import json
import sys
from collections import defaultdict

HEADER, ALIGNMENT = 8, 16
SHORT = 40  # bytes; between payloads that are neighbours lie header, footer and rounding
NOT_THERE, FAR = 4, 8  # bits of an operation's kind: it returned NULL, or nonsense
FREE = 3


class Reader:
    """The packed operations of events.h."""

    def __init__(self, document):
        self.bytes = base64.b64decode(document["operations"])
        self.at, self.offset, self.brk = 0, 0, document.get("first_break", 0)

    def number(self):
        value = shift = 0
        while True:
            byte = self.bytes[self.at]
            self.at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def difference(self):
        value = self.number()
        return -(value + 1) // 2 if value & 1 else value // 2

    def __iter__(self):
        """Yields (kind, id, bytes, offset or None, break)."""
        while self.at < len(self.bytes):
            kind = self.bytes[self.at]
            self.at += 1
            self.number()  # lines
            block, size = self.number(), self.number()
            if not kind & (NOT_THERE | FAR):
                self.offset += self.difference()
            self.brk += self.difference()
            yield kind & 3, block, size, None if kind & (NOT_THERE | FAR) else self.offset, self.brk


def largest_heap(document):
    """Live payloads {id: (offset, bytes)} and the break when it was first at its highest."""
    live, best, top = {}, {}, 0
    for kind, block, size, offset, brk in Reader(document):
        if kind == FREE:
            live.pop(block, None)
        elif offset is not None:
            live[block] = (offset, size)
        if brk > top:
            top, best = brk, dict(live)
    return best, top


def split_gap(gap, payload):
    """(waste in used blocks, free) of the bytes after a payload, or before the first one."""
    if gap < SHORT:
        return gap, 0
    own = (payload + HEADER + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT - payload
    return own, gap - own


def shares(document):
    live, top = largest_heap(document)
    payload = inside = free = at = last = 0
    for offset, size in sorted(live.values()) + [(top, 0)]:
        waste, hole = split_gap(max(offset - at, 0), last)
        inside, free, payload = inside + waste, free + hole, payload + size
        at, last = offset + size, size
    return [100 * part / top for part in (payload, inside, free)] if top else None


def main(arguments):
    found = defaultdict(list)
    for argument in arguments:
        name, path = argument.split("=", 1)
        with open(path) as file:
            found[name].append(shares(json.load(file)))
    print("| allocator | payload | in used blocks | free |")
    print("| --- | ---: | ---: | ---: |")
    for name, rows in found.items():
        rows = [row for row in rows if row]
        means = [sum(column) / len(rows) for column in zip(*rows)]
        print(f"| {name} | " + " | ".join(f"{mean:.1f} %" for mean in means) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
