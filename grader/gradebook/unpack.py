"""Reads one archive, which may be hostile, and writes what is in it to stdout.

Runs as a process of its own, with little memory, little time and no right to write a file:
whatever an archive does to the reader, it does to this process. Nothing is ever unpacked
onto the disk, so that no name can escape and no link can be followed.

    unpack.py ARCHIVE PATTERN TAKE BYTES COUNT RATIO

prints a line of JSON per member; the bytes of a member follow it when its last name matches
PATTERN and it holds at most TAKE bytes. The last line is {"end": true} or {"problem": …}.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import re
import resource
import stat
import sys
import tarfile
import time
import zipfile

MEMORY, SECONDS = 1 << 30, 60


class Refused(Exception):
    """code, detail."""


class Bounded(io.RawIOBase):
    """A stream that ends in Refused when it has given more than `limit` bytes."""

    def __init__(self, source, limit):
        self.source, self.limit, self.given = source, limit, 0

    def readable(self):
        return True

    def read(self, size=-1):
        room = self.limit - self.given + 1
        data = self.source.read(room if size is None or size < 0 else min(size, room))
        self.given += len(data)
        if self.given > self.limit:
            raise Refused("BOMB", f"it holds more than {self.limit} bytes")
        return data


def parts_of(name, otherwise=()):
    """The names on the way, none longer than a file of a disk can have: who sorts and searches them
    need not fear one of a million digits."""
    return [part[:255] for part in re.split(r"[/\\]", name)
            if part not in ("", ".", "..")] or list(otherwise)


class Output:
    """Members on their way out, counted."""

    def __init__(self, pattern, take, count):
        self.pattern, self.take, self.count, self.number = re.compile(pattern), take, count, 0

    def wants(self, name):
        return bool(self.pattern.match(parts_of(name, ["."])[-1]))

    def member(self, name, kind, size, when, read):
        self.number += 1
        if self.number > self.count:
            raise Refused("TOO_MANY", f"it holds more than {self.count} entries")
        parts = parts_of(name)
        if not parts:
            return
        data = b""
        chosen = kind == "file" and self.wants(name)
        if chosen:
            data = read(self.take + 1)
        taken = chosen and len(data) <= self.take
        line = {"path": parts, "kind": kind, "size": max(size, len(data)), "time": when,
                "taken": taken, "bytes": len(data) if taken else 0}
        sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + (data if taken else b""))


def kind_of_mode(mode):
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0 else "special"


def name_of(info):
    """A zip says whether a name is UTF-8. Many programs write UTF-8 and do not say so; a name of
    the old kind that reads as UTF-8 as well is hardly ever one."""
    try:
        said = info.flag_bits & 0x800
        return info.filename if said else info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def read_zip(path, out, limit):
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        total = sum(info.file_size for info in infos if out.wants(name_of(info)))
        if total > limit:
            raise Refused("BOMB", f"it claims to hold {total} bytes")
        for info in infos:
            if info.flag_bits & 1:
                raise Refused("ENCRYPTED", "it is protected by a password")

            def read(most, info=info):
                with archive.open(info) as file:
                    return file.read(most)

            kind = "folder" if info.is_dir() else kind_of_mode(info.external_attr >> 16)
            when = time.mktime((*info.date_time, 0, 0, -1)) if info.date_time[0] >= 1980 else 0
            out.member(name_of(info), kind, info.file_size, when, read)


def kind_of_tar(info):
    if info.issym() or info.islnk():
        return "link"
    return "folder" if info.isdir() else "file" if info.isreg() else "special"


class Entry(tarfile.TarInfo):
    """Tells its archive when the blocks of zeros come that end it: one that is cut between two
    members would look whole."""

    @classmethod
    def fromtarfile(cls, archive):
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:
            archive.ended = True
            raise


def read_tar(stream, out):
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape",
                      tarinfo=Entry) as archive:
        for info in archive:

            def read(most, info=info):
                file = archive.extractfile(info)
                return file.read(most) if file else b""

            out.member(info.name, kind_of_tar(info), info.size, float(info.mtime), read)
            archive.members = []  # a long archive must not fill memory
    if not getattr(archive, "ended", False):
        raise tarfile.ReadError("its end is missing")


def open_compressed(path, magic):
    if magic.startswith(b"\x1f\x8b"):
        return gzip.open(path)
    if magic.startswith(b"BZh"):
        return bz2.open(path)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(path)
    return open(path, "rb")


def read_archive(path, out, limit):
    with open(path, "rb") as file:
        magic = file.read(8)
    if magic.startswith(b"PK"):
        read_zip(path, out, limit)
    elif magic.startswith((b"7z\xbc\xaf\x27\x1c", b"Rar!")):
        raise Refused("ARCHIVE_KIND", "7z and rar archives are not read; ask for a zip")
    else:
        with open_compressed(path, magic) as source:
            read_tar(Bounded(source, limit), out)


def confine():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path, pattern, take, most, count, ratio):
    confine()
    limit = min(int(most), max(8 << 20, os.stat(path).st_size * int(ratio)))
    last = {"end": True}
    try:
        read_archive(path, Output(pattern, int(take), int(count)), limit)
    except Refused as refused:
        last = {"problem": refused.args[0], "detail": refused.args[1]}
    except MemoryError:
        last = {"problem": "BOMB", "detail": "it needs more than 1 GiB of memory to be read"}
    except Exception as error:  # whatever the libraries trip over
        why = str(error) or type(error).__name__
        last = {"problem": "DAMAGED", "detail": f"it cannot be read: {why}"}
    sys.stdout.buffer.write(json.dumps(last).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
