"""What is different between two gradebooks: who, by how much, and why."""

import itertools
from dataclasses import dataclass, field

from .shown import number

SMALL = 0.005  # points; less is not shown anywhere


@dataclass
class Change:
    id: str
    name: str
    before: float | None
    after: float | None
    why: list = field(default_factory=list)

    @property
    def delta(self):
        return (self.after or 0) - (self.before or 0)


def _points(row):
    """Names and points; several lines of one name (decisions) are one sum."""
    sums = {}
    for name, points, _, _ in row["lines"]:
        if name != "total":
            sums[name] = sums.get(name, 0) + (points or 0)
    return sums


def _why(before, after):
    why = []
    if before["status"] != after["status"]:
        why.append(f"status: {before['status']} -> {after['status']}")
    shas = [(row["attempt"] or {}).get("sha256") for row in (before, after)]
    if shas[0] != shas[1]:
        why.append("another file counts")
    old, new = _points(before), _points(after)
    for name in dict.fromkeys([*old, *new]):
        if abs(new.get(name, 0) - old.get(name, 0)) >= SMALL:
            why.append(f"{name}: {old.get(name, 0):.2f} -> {new.get(name, 0):.2f}")
    for word, codes in (("new", set(after["codes"]) - set(before["codes"])),
                        ("gone", set(before["codes"]) - set(after["codes"]))):
        if codes:
            why.append(f"{word} findings: {' '.join(sorted(codes))}")
    fresh = [reason for reason in after["reasons"] if reason not in before["reasons"]]
    why += [f"{code}: {sentence}" for code, sentence in fresh]
    if before["decisions"] != after["decisions"]:
        said = [f"{kind} by {author} ({reason})" for kind, _, author, reason in after["decisions"]]
        why.append("decided: " + "; ".join(said) if said else "decisions were withdrawn")
    return why


def _pairs(before, after):
    """(old row, new row) of each student; None where there is none. In most classes the order
    is the same, and no row has to wait in memory for the other."""
    old, new = {}, {}
    for a, b in itertools.zip_longest(before, after):
        old |= {a["id"]: a} if a else {}
        new |= {b["id"]: b} if b else {}
        for student in [row["id"] for row in (a, b) if row]:
            if student in old and student in new:
                yield old.pop(student), new.pop(student)
    yield from ((a, None) for a in old.values())
    yield from ((None, b) for b in new.values())


def between(before, after):
    """Changes of all rows (iterables of the dicts of gradebook.jsonl), the largest first."""
    found = []
    for a, b in _pairs(before, after):
        row = b or a
        why = _why(a, b) if a and b else ["is new" if b else "is no longer there"]
        if why:
            found.append(Change(row["id"], row["name"], a and a["provisional"],
                                b and b["provisional"], why))
    return sorted(found, key=lambda change: (-abs(change.delta), change.id))


def of_settings(before, after):
    """What differs between two journal entries, and two policies, in sentences."""
    said = []
    for key, name in (("kit", "the kit"), ("traces", "the traces"), ("machines", "the machine")):
        if before.get(key) != after.get(key):
            said.append(f"{name} changed")
    old, new = before["policy"]["values"], after["policy"]["values"]
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            said.append(f"policy: {key} = {old.get(key, '(not set)')} -> "
                        f"{new.get(key, '(not set)')}")
    return said


def to_text(settings, found, limit=None):
    lines = [*(settings or ["nothing in kit, traces or policy changed"]), ""]
    if not found:
        return "\n".join([*lines, "No grade changes.", ""])
    up = sum(change.delta >= SMALL for change in found)
    down = sum(change.delta <= -SMALL for change in found)
    lines += [f"{len(found)} students change: {up} gain points, {down} lose points.", ""]
    for change in found[:limit]:
        lines.append(f"{change.delta:+8.2f}  {number(change.before, 2):>7} -> "
                     f"{number(change.after, 2):>7}  {change.id}  {change.name}".rstrip())
        lines += [f"          {reason}" for reason in change.why]
    if limit and len(found) > limit:
        lines.append(f"          and {len(found) - limit} more, in changes.txt")
    return "\n".join([*lines, ""])
