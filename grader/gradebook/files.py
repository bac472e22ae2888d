"""Files that appear complete or not at all, whatever ends us in between."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
from pathlib import Path

from .problem import Problem

FULL = errno.ENOSPC, errno.EDQUOT


def sync_folder(folder):
    """A rename is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def decoded(path, data, what):
    """The text of what a person has saved, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[:error.start].count(b"\n") + 1
        raise Problem(f"{path}:{line}: {what} must be saved as UTF-8") from error


def save(path, data, lasting=True):
    """Writes bytes, text or an iterable of either to `path`, whole or not at all. What is no text (a
    byte of a path) is written as JSON has it: \\udce9. `lasting`: on the disk, too, when this
    returns; what can be made again need not wait for that."""
    path = Path(path)
    parts = (data,) if isinstance(data, (str, bytes)) else data
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(draft, "wb") as out:
            for part in parts:
                out.write(part.encode(errors="backslashreplace") if isinstance(part, str) else part)
            out.flush()
            if lasting:
                os.fsync(out.fileno())
        os.replace(draft, path)
        if lasting:
            sync_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError):
            raise disk_problem(path, error) from error
        raise


def sweep(folder):
    """Removes the drafts of who was killed while writing. Call it when nobody else can write there."""
    for draft in Path(folder).glob(".*"):
        if re.fullmatch(r"\..+\.\d+", draft.name):
            draft.unlink(missing_ok=True)


def disk_full(path):
    return Problem(f"{path}: the disk is full. Nothing is lost: make room and run the same command "
                   "again; it goes on from here.")


def disk_problem(path, error):
    """The sentence for a failed write."""
    if error.errno in FULL:
        return disk_full(path)
    return Problem(f"{path}: cannot be written: {error.strerror or error}")


def save_json(path, value):
    save(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def make_folder(path):
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_problem(path, error) from error
    return path


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lock(path):
    """Holds the file `path` for this process until it ends; refuses when another does."""
    try:
        handle = open(path, "a")  # stays open for as long as we live
    except OSError as error:
        raise disk_problem(path, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Problem(f"{path.parent}: another batch works in this folder; wait for it or give "
                      "another OUT=") from error
    return handle
