"""What lies in a folder or an archive, as one flat list of members. No link is followed."""

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import gradescope, naming

READER = Path(__file__).with_name("unpack.py")


@dataclass(frozen=True)
class Bounds:
    """How much of an archive or folder is looked at."""
    bytes: int = 64 << 20
    entries: int = 10_000
    ratio: int = 200
    depth: int = 2  # archives within archives,
    archives: int = 100  # and how many of them in all
    folders: int = 24  # folders within folders


STUDENT = Bounds()
CLASS = Bounds(bytes=4 << 30, entries=200_000, ratio=1 << 20)  # one student must not spoil it
GIT = ".git"
YEAR_9000 = 221_845_392_000  # seconds since 1970; calendars end soon after
TAKE = 8 << 20  # bytes of one member that are kept; more is an enormous file


@dataclass
class Member:
    path: tuple  # names from the top
    kind: str  # file, link, special, or a problem: BOMB, TOO_MANY, …
    size: int
    time: float | None  # seconds since 1970
    place: Path | None = None  # where its bytes are, on the disk
    data: bytes | None = None  # or the bytes themselves
    detail: str = ""

    @property
    def name(self):
        return self.path[-1]

    def read(self, most):
        """At most `most` + 1 bytes."""
        return read_file(self.place, most) if self.data is None else self.data[:most + 1]


def read_file(place, most):
    """At most `most` + 1 bytes, without waiting for anybody and without following a link."""
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not an ordinary file")
        return file.read(most + 1)


def _time(seconds):
    """None where it is no time: archives, and files of clones, may claim any."""
    return seconds if seconds is not None and 0 < seconds < YEAR_9000 else None


def _kind(mode):
    return ("file" if stat.S_ISREG(mode) else "link" if stat.S_ISLNK(mode) else
            "folder" if stat.S_ISDIR(mode) else "special")


def _member(entry, path):
    status = entry.stat(follow_symlinks=False)
    return Member(path, _kind(status.st_mode), status.st_size, _time(status.st_mtime),
                  Path(entry.path))


def _forget_times(members, clones):
    """The files of a clone have the time at which it was cloned. `clones`: their paths."""
    for member in members:
        if any(member.path[:deep] in clones for deep in range(len(member.path) + 1)):
            member.time = None
    return members


def _entries(folder):
    """What lies in a folder, in order; without litter."""
    with os.scandir(folder) as entries:
        return sorted((entry for entry in entries if not naming.LITTER.match(entry.name)),
                      key=lambda entry: os.fsencode(entry.name))


def walk_class(root):
    """Members of a folder that holds a file or folder per student, each bounded for itself."""
    found, clones = [], {()} if os.path.lexists(os.path.join(root, GIT)) else set()
    for entry in _entries(root):
        found.append(_member(entry, (entry.name,)))
        if found[-1].kind == "folder":
            inside = []
            _walk(entry.path, (entry.name,), inside, clones)
            found += inside
    return _forget_times(found, clones)


def _walk(folder, path, found, clones):
    """Adds what lies in a student's folder and below, sorted by name, to `found`, within the bounds
    of one student; to the set `clones`, the paths of clones."""
    if os.path.lexists(os.path.join(folder, GIT)):
        clones.add(path)
    try:
        entries = _entries(folder)
    except OSError as error:
        found.append(Member((*path, "."), "UNREADABLE", 0, None, detail=error.strerror))
        return
    for entry in entries:
        if len(found) >= STUDENT.entries:
            found.append(Member((*path, entry.name), "TOO_MANY", 0, None,
                                detail=f"there are more than {STUDENT.entries} files"))
            return
        here = (*path, entry.name)
        found.append(_member(entry, here))
        if found[-1].kind == "folder" and len(here) <= STUDENT.folders:
            _walk(entry.path, here, found, clones)
        elif found[-1].kind == "folder":
            found[-1].kind = "DEEP"
            found[-1].detail = f"folders lie more than {STUDENT.folders} deep"


def unpack(member, pattern, bounds=STUDENT):
    """Members of an archive. What is wrong with it is one more member, of that kind."""
    if member.data is None and member.place is None:
        return [_problem(member, "TOO_LARGE", f"the archive lies in another and has more than "
                         f"{TAKE} bytes; unpack the outer one, and give the folder")]
    with tempfile.TemporaryFile() as copy:
        place = member.place
        if place is None:
            copy.write(member.data)
            copy.flush()
            place = f"/proc/self/fd/{copy.fileno()}"
        elif member.kind != "file" or member.size > bounds.bytes:
            return [_problem(member, "BOMB", f"the archive is larger than {bounds.bytes} bytes")]
        command = [sys.executable, "-I", "-S", str(READER), str(place), pattern, str(TAKE),
                   str(bounds.bytes), str(bounds.entries), str(bounds.ratio)]
        keep = (copy.fileno(),) if member.place is None else ()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, pass_fds=keep) as reader:
            clones = set()
            return _forget_times(list(_listen(member, reader.stdout, clones)), clones)


class TooMuch(Exception):
    """code, detail."""


class Unpacker:
    """Unpacks all archives of one delivery, each of them bounded, and all of them together: a small
    file may hold thousands of others that are worth their bounds."""

    def __init__(self, pattern, bounds=STUDENT):
        self.pattern, self.bounds, self.archives, self.bytes = pattern, bounds, 0, 0

    def unpack(self, member):
        self.archives += 1
        if self.archives > self.bounds.archives:
            raise TooMuch("TOO_MANY", f"it holds more than {self.bounds.archives} archives")
        inside = unpack(member, self.pattern, self.bounds)
        self.bytes += sum(len(one.data) for one in inside if one.data)
        if self.bytes > self.bounds.bytes:
            raise TooMuch("BOMB", f"its archives hold more than {self.bounds.bytes} bytes")
        return inside


def _problem(member, code, detail):
    return Member(member.path, code, member.size, member.time, detail=detail)


def _listen(archive, stream, clones):
    """Reads what unpack.py says; paths of clones are added to `clones`. If it falls silent, it was
    ended by one of its limits."""
    while line := stream.readline(1 << 20):
        try:
            said = json.loads(line)
        except ValueError:
            break
        if "end" in said:
            return
        if "problem" in said:
            yield _problem(archive, said["problem"], said["detail"])
            return
        data = stream.read(said["bytes"])
        if len(data) < said["bytes"]:  # half a file is another one
            break
        if GIT in said["path"]:
            clones.add(tuple(said["path"][:said["path"].index(GIT)]))
        if not any(map(naming.LITTER.match, said["path"])):
            yield Member(tuple(said["path"]), said["kind"], said["size"], _time(said["time"]),
                         data=data if said["taken"] else None)
    yield _problem(archive, "BOMB", "reading it took too much memory or time")


def pattern_to_take(file):
    """Which members of an archive are worth their bytes: the file, archives, and Gradescope's list."""
    return rf"(?is:{naming.wanted(file).pattern}|.*{naming.ARCHIVE.pattern}|{re.escape(gradescope.FILE)}$)"


def is_archive(member):
    return member.kind == "file" and bool(re.search(naming.ARCHIVE, member.name))
