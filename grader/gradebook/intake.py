"""Takes one file per delivery out of whatever the course's system delivered.

Every delivery ends as an attempt: with the bytes of its file, or with a named problem for a
person. None is dropped. Folders and archives are looked through the same way (tree.py);
the naming schemes are in naming.py.
"""

import os
import re
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from . import gradescope, naming, text, tree
from .files import save, save_json, sha256
from .problem import Problem

SOURCE_BYTES = 1 << 20  # what mdriver reads at most
ATTEMPTS = 100  # in one delivery; each may have to be graded

EXPLAIN = {
    "NO_FILE": "there is no file of the name that is asked for",
    "EMPTY": "the file is empty",
    "BINARY": "the file is not text: an object file or program, perhaps",
    "ENCODING": "the file is saved as UTF-16; it must be saved as UTF-8",
    "TOO_LARGE": "the file is larger than 1 MiB",
    "LINK": "the file is a link, which is not followed",
    "SPECIAL": "the file is a device, a pipe or a socket",
    "UNREADABLE": "the file cannot be read",
    "AMBIGUOUS": "there are several files of that name, and nothing says which counts",
    "UNNAMED": "the name of the file does not say whose it is",
    "BOMB": "the archive is too large when unpacked",
    "TOO_MANY": "there are too many files in it",
    "DEEP": "archives or folders lie too deep in each other",
    "DAMAGED": "the archive is damaged",
    "ENCRYPTED": "the archive is protected by a password",
    "ARCHIVE_KIND": "the archive is of a kind that is not read",
}

LINKS = {"link": "LINK", "special": "SPECIAL"}


@dataclass(slots=True)
class Attempt:
    owner: str  # id as the delivery's name tells it
    name: str
    number: int
    order: int  # place among the attempts of one delivery
    time: float | None
    late: bool
    scheme: str
    source: str  # where it came from, fit to be shown
    sha256: str | None = None
    bytes: int = 0
    problem: str | None = None
    detail: str = ""


@dataclass
class Delivery:
    name: str
    members: list
    owner: naming.Owner | None  # as far as its name tells


class Intake:
    def __init__(self, root, out, file="mm.c", prefix=""):
        self.root, self.out, self.file, self.prefix = Path(root), Path(out), file, prefix
        self.wanted = naming.wanted(file)
        self.exact = re.compile(rf"{naming.stem(file)}{naming.ATTEMPT}\.c$", re.IGNORECASE)
        self.pattern = tree.pattern_to_take(file)
        self.attempts = []
        self.submitters = {}  # of a delivery's name, where a list came with them

    # ---- deliveries

    def _top(self):
        """All members of what was given."""
        if self.root.is_dir():
            try:
                members = tree.walk_class(self.root)
            except OSError as error:
                raise Problem(f"{self.root}: SUBMISSIONS cannot be read: {error.strerror}") from error
            alone = members[0] if len(members) == 1 else None
            if not (alone and tree.is_archive(alone) and len(alone.path) == 1):
                return members
            inside = tree.unpack(alone, self.pattern, tree.CLASS)
            whole = any(len(m.path) > 1 for m in inside) and not any(
                len(m.path) == 1 and self.wanted.match(m.name) for m in inside)
            named = any(naming.owner_by_system(m.path[0]) for m in inside)
            return inside if whole or named else members
        if not self.root.exists():
            raise Problem(f"{self.root}: SUBMISSIONS is not there; give the folder or archive that "
                          "the course's system delivered")
        status = self.root.stat()
        archive = tree.Member((self.root.name,), "file", status.st_size, status.st_mtime, self.root)
        inside = tree.unpack(archive, self.pattern, tree.CLASS)
        for member in inside:
            if member.path == archive.path and member.kind in EXPLAIN:
                raise Problem(f"{self.root}: {EXPLAIN[member.kind]}: {member.detail}; nothing was "
                              "graded. Get it again, or unpack it and give the folder")
        return inside

    def _strip(self, members):
        """Without a folder that holds everything and is nobody's."""
        while members:
            inside = [m for m in members if len(m.path) > 1 or m.kind != "folder"]
            first = {member.path[0] for member in members}
            if len(first) > 1 or not inside or any(len(member.path) < 2 for member in inside):
                break
            members = inside
            inner = {member.path[1] for member in members}
            lone = next(iter(first))
            if len(inner) < 2 or naming.owner_by_system(lone) or any(
                    len(m.path) == 2 and self.exact.match(m.name) for m in members):
                break
            for member in members:
                member.path = member.path[1:]
        return members

    def deliveries(self):
        groups = defaultdict(list)
        for member in self._strip(self._top()):
            groups[member.path[0]].append(member)
        if gradescope.FILE in groups:
            self.submitters = gradescope.read(groups.pop(gradescope.FILE)[0])
        owners = {name: self._owner(name, members) for name, members in groups.items()}
        self._name_by_blackboard(owners)
        if any(owner and owner.scheme == "brightspace" for owner in owners.values()):
            groups.pop("index.html", None)  # its list of what it gives
        found = {}
        for name in sorted(groups, key=os.fsencode):
            owner, members = owners[name], groups[name]
            key = name
            if owner and owner.scheme in naming.SYSTEMS:
                key = owner.scheme, owner.id, owner.time
                if owner.file:
                    members[0].path = (name.removesuffix(owner.file), owner.file)
            found.setdefault(key, Delivery(name, [], owner)).members += members
        return _numbered(list(found.values()))

    def _owner(self, name, members):
        if any(len(m.path) > 1 or m.kind == "folder" for m in members):
            return naming.owner_of_folder(name, self.prefix)
        return naming.owner_of_file(name, self.file)

    def _name_by_blackboard(self, owners):
        """Blackboard writes the assignment before each name, and both may hold underscores: what
        all of them begin with is the assignment's."""
        common = os.path.commonprefix([*{owner.id for owner in owners.values()
                                         if owner and owner.scheme in naming.SYSTEMS}])
        prefix = self.prefix or common[:common.rfind("_") + 1]
        for name, owner in owners.items():
            if owner and owner.scheme == "blackboard":
                owners[name] = replace(owner, id=owner.id.removeprefix(prefix))

    # ---- one delivery

    def _owners(self, delivery):
        """[whose it is], and when it was delivered if a list or the name says so."""
        return self.submitters.get(delivery.name) or (
            [delivery.owner], delivery.owner and delivery.owner.time)

    def _add(self, owner, delivery, member, problem=None, detail="", when=None, order=0):
        source = "/".join(member.path) if member else delivery.name
        attempt = Attempt(owner.id, text.visible(owner.name), owner.attempt, order,
                          when if when is not None else (member.time if member else None),
                          owner.late, owner.scheme, text.visible(source))
        if problem:
            also = f"{EXPLAIN[problem]}: {detail}" if problem in ("BOMB", "DAMAGED") else detail
            attempt.problem, attempt.detail = problem, text.visible(also or EXPLAIN[problem])
        else:
            self._take(attempt, member)
        self.attempts.append(attempt)

    def _take(self, attempt, member):
        """Reads the file and keeps it under its hash, or says what is wrong with it."""
        try:
            if member.data is None and member.place is None:  # an archive's, beyond all bounds
                attempt.problem = "TOO_LARGE"
            else:
                data = member.read(SOURCE_BYTES)
                attempt.problem = problem_of(data)
        except OSError as error:
            attempt.problem, attempt.detail = "UNREADABLE", text.visible(error.strerror or "")
        if attempt.problem:
            attempt.detail = attempt.detail or EXPLAIN[attempt.problem]
            return
        attempt.sha256, attempt.bytes = sha256(data), len(data)
        place = self.out / "files" / f"{attempt.sha256}.c"
        if not place.exists():
            save(place, data)

    def _expand(self, members, unpacker, level=0, when=None):
        """Candidates of a delivery, and those from the archives in it if it holds none."""
        found = [(m, when) for m in members if m.kind == "file" and self.wanted.match(m.name)]
        if found:
            return found
        for archive in filter(tree.is_archive, members):
            sent = when if when is not None else archive.time
            if level >= tree.STUDENT.depth:
                return [(tree.Member(archive.path, "DEEP", 0, sent), sent)]
            inside = unpacker.unpack(archive)
            for member in inside:
                member.time = sent  # and not what the student's own clock said
                if member.path != archive.path:
                    member.path = (*archive.path, *member.path)
            found += self._expand(inside, unpacker, level + 1, sent)
        return found or [(m, when) for m in members
                         if m.kind in EXPLAIN or (m.kind in LINKS and self.wanted.match(m.name))]

    def _choose(self, found):
        """The shallowest ones, those of the exact name first."""
        best = min((m.kind != "file", len(m.path), not self.exact.match(m.name)) for m, _ in found)
        return [(m, when) for m, when in found
                if (m.kind != "file", len(m.path), not self.exact.match(m.name)) == best]

    def _order(self, chosen):
        """The place of each of several candidates, or None when they have no order."""
        def key(member):
            return [text.natural(member.path[-2] if len(member.path) > 1 else ""),
                    naming.attempt_of(member.name, self.file)]
        folders = {m.path[:-1] for m, _ in chosen}
        numbered = len(folders) == 1 or all(re.search(r"\d", f[-1]) for f in folders if f)
        keys = [key(m) for m, _ in chosen]
        distinct = len({repr(k) for k in keys}) == len(keys)
        return [sorted(keys).index(k) for k in keys] if numbered and distinct else None

    def _take_delivery(self, delivery, owner, sent):
        if owner is None:
            member = delivery.members[0]
            self._add(naming.Owner(delivery.name, scheme="none"), delivery, member, "UNNAMED")
            return
        if owner.scheme.startswith("moodle-"):
            return  # a comment or typed text beside the files of the same student
        if owner.scheme == "loose":
            found = [(delivery.members[0], None)]
        else:
            try:
                found = self._expand(delivery.members, tree.Unpacker(self.pattern), when=sent)
            except tree.TooMuch as error:
                self._add(owner, delivery, None, *error.args, sent)
                return
        if not found:
            seen = ["/".join(m.path[1:]) or m.name for m in delivery.members if m.kind != "folder"]
            self._add(owner, delivery, None, "NO_FILE", f"no {self.file} among: "
                      + ", ".join(seen[:8]) if seen else "the folder is empty", sent)
            return
        chosen = self._choose(found)
        orders = self._order(chosen) if len(chosen) <= ATTEMPTS else None
        if orders is None:
            names = ", ".join("/".join(m.path[1:]) for m, _ in chosen[:8])
            self._add(owner, delivery, None, "AMBIGUOUS", f"which of these counts: {names}",
                      sent)
            return
        for (member, when), order in zip(chosen, orders, strict=True):
            problem = None if member.kind == "file" else LINKS.get(member.kind, member.kind)
            self._add(owner, delivery, member, problem, member.detail,
                      when, order)

    def run(self):
        for delivery in self.deliveries():
            owners, sent = self._owners(delivery)
            for owner in owners or [None]:
                self._take_delivery(delivery, owner, sent)
        if not self.attempts:
            raise Problem(f"{self.root}: nothing was delivered here; SUBMISSIONS is a folder or "
                          "archive with a file or folder per student")
        save_json(self.out / "intake.json", [storable(attempt) for attempt in self.attempts])
        return self.attempts


def _numbered(deliveries):
    """Several of a student, each with a time in its name, are attempts in the order of these."""
    count = defaultdict(int)
    for one in sorted((d for d in deliveries if d.owner and d.owner.time), key=lambda d: d.owner.time):
        count[one.owner.id] += 1
        one.owner = replace(one.owner, attempt=count[one.owner.id])
    return deliveries


def storable(attempt):
    """As JSON; an id may hold bytes that are not text."""
    fields = asdict(attempt)
    fields["owner"] = attempt.owner.encode("utf-8", "surrogateescape").decode("latin-1")
    return fields


def restore(fields):
    fields["owner"] = fields["owner"].encode("latin-1").decode("utf-8", "surrogateescape")
    return Attempt(**fields)


def problem_of(data):
    """The name of what makes these bytes unfit to be compiled, or None."""
    if len(data) > SOURCE_BYTES:
        return "TOO_LARGE"
    if not data.strip():
        return "EMPTY"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "ENCODING"
    if b"\0" in data:
        even, odd = data[0::2].count(0), data[1::2].count(0)
        return "ENCODING" if max(even, odd) > len(data) // 5 and b"\x7fELF" != data[:4] else "BINARY"
    return None
