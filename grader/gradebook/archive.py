"""Archives that anybody can make again: the same files give the same bytes.

Names in order, no times, no owners; a file is executable when it begins with `#!`.
"""

import gzip
import io
import tarfile
import zipfile

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # zip knows none before


def _mode(data):
    return 0o755 if data.startswith(b"#!") else 0o644


def files_below(path):
    """Regular files only, in order: a link could lead out of the tree."""
    if path.is_symlink():
        return []
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    return [file for file in found if file.is_file() and not file.is_symlink()]


def tar(files, root=""):
    """The bytes of a tar archive of {name: bytes}, all below the folder `root`."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{root}/{name}" if root else name)
            entry.size, entry.mode = len(data), _mode(data)
            archive.addfile(entry, io.BytesIO(data))
    return plain.getvalue()


def packed(data):
    """The same, smaller (gzip)."""
    out = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, out, mtime=0) as archive:
        archive.write(data)
    return out.getvalue()


def _zip_entry(name, data):
    entry = zipfile.ZipInfo(name, FIRST_DAY)
    entry.create_system = 3  # Unix: modes mean something
    entry.external_attr = (0o100000 | _mode(data)) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Drain:
    """A file that is only written to; what was written is taken away in parts."""

    def __init__(self):
        self.parts = []

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

    def flush(self):
        """What ZipFile calls; there is nothing to wait for."""

    def take(self):
        taken, self.parts = b"".join(self.parts), []
        return taken


def zip_parts(files):
    """A zip archive of any number of (name, bytes), in parts: one file at a time is in memory."""
    out = _Drain()
    with zipfile.ZipFile(out, "w", compresslevel=9) as archive:
        for name, data in files:
            archive.writestr(_zip_entry(name, data), data)
            yield out.take()
    yield out.take()


def zipped(files):
    """The bytes of a zip archive of {name: bytes}."""
    return b"".join(zip_parts(sorted(files.items())))
