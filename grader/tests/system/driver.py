"""Calls mdriver and make as a person would, and looks at all that they leave behind.

Every call gets a kit folder of its own, with links to what was built: what is left over in
it, or runs out of it, was left by this call and by no other that runs at the same time.
"""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[3]
HANGS = 400  # seconds; no command takes so long, be the machine slow or busy
sys.path.insert(0, str(ROOT / "grader"))  # for `import gradebook` and `import platforms`

from gradebook.demo import HOSTILE, whole  # noqa: E402,F401  tests have them from here

ENGINE = ROOT / "grader/engine"
POLICIES = ROOT / "grader/policy"
SCHEMA = json.loads((ENGINE / "record.schema.json").read_text())
DEBUG_TRACE = ROOT / "traces/debug/debug-first-malloc.rep"

# A trace of a scored category, so that the timed run has its turn as well.
SHORT_TRACE = "0 3 6003 1\nr 1 100\nc 2 10 8\nr 1 180\n" + "a 0 100\nf 0\n" * 3000


def sample(paths, one_of):
    """All of them in `make check-all`, in `make check` always the same part, by their names."""
    everything = "CHECK_ALL" in os.environ
    return [p for p in paths if everything or zlib.crc32(p.stem.encode()) % one_of == 0]


def trace_text(ids, lines):
    return f"0\n{ids}\n{len(lines)}\n1\n" + "\n".join(lines) + "\n"


# An allocator that only ever raises the break; tests add what it should not do.
BUMP = """
#include "mm.h"
#include "memlib.h"
#include <stdint.h>
#include <string.h>
@top@
bool mm_init(void)
{
    @init@
    return mem_sbrk(8) != (void *)-1;
}
void *mm_malloc(size_t size)
{
    @malloc@
    if (size == 0 || size > SIZE_MAX / 4)
        return NULL;
    size_t *block = mem_sbrk((intptr_t)((size + 8 + 15) & ~(size_t)15));
    if (block == (void *)-1)
        return NULL;
    *block = size;
    return block + 1;
}
void mm_free(void *ptr)
{
    (void)ptr;
}
void *mm_realloc(void *ptr, size_t size)
{
    void *moved = mm_malloc(size);
    if (ptr && moved)
        memcpy(moved, ptr, ((size_t *)ptr)[-1] < size ? ((size_t *)ptr)[-1] : size);
    return moved;
}
void *mm_calloc(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return mm_malloc(count * size); /* every byte of it is new, and so zero */
}
bool mm_checkheap(int line)
{
    (void)line;
    return true;
}
"""


def bump(top="", init="", malloc=""):
    """The source of that allocator with code added at its places."""
    return BUMP.replace("@top@", top).replace("@init@", init).replace("@malloc@", malloc)


# A condition on x86-64: is this code followed, instruction by instruction? No clock says so.
IS_STEPPED = """({
    unsigned long flags;
    __asm__ volatile("lea -128(%%rsp), %%rsp\\n pushfq\\n pop %0\\n lea 128(%%rsp), %%rsp"
                     : "=r"(flags) : : "memory");
    flags & 0x100; /* the trap flag */
})"""


@dataclass
class Outcome:
    exit: int
    stdout: str
    stderr: str
    record: dict | None = None
    processes: tuple = ()  # ids of those that were still there afterwards
    files: tuple = ()  # left in the kit

    def codes(self):
        return {finding["code"] for finding in self.record["findings"]}

    def errors(self):
        return [f for f in self.record["findings"] if f["severity"] == "error"]


def environment():
    """Ours, but for what a make above us has set for itself; its overrides remain."""
    env = dict(os.environ)
    for name in ("SUBMISSION", "PROFILE", "POLICY", "TRACES", "JSON", "CHECKHEAP", "METRIC",
                 "OFFICIAL", "V", "MAKELEVEL", "MFLAGS"):
        env.pop(name, None)
    overrides = env.pop("MAKEFLAGS", "").partition(" -- ")[2]
    if overrides:
        env["MAKEFLAGS"] = " -- " + overrides
    env["LC_ALL"] = "C.UTF-8"
    return env


def run(command, cwd=ROOT, timeout=HANGS):
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment(),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    return Outcome(done.returncode, done.stdout.decode(errors="surrogateescape"),
                   done.stderr.decode(errors="surrogateescape"))


def make(*words, cwd=ROOT, **more):
    return run(["make", "--no-print-directory", *words], cwd, **more)


@functools.cache
def built():
    """The folder where the kit was built, and how make calls mdriver, by its own word."""
    rule = r'settings: ; @printf "%s\0" "$(B)" $(MDRIVER_RUN)'
    folder, *words = make("-s", f"--eval={rule}", "settings").stdout.rstrip("\0").split("\0")
    return {"folder": ROOT / folder, "command": words}


def replaced(words, option, value):
    """The words with another value behind `option`."""
    at = words.index(option) + 1
    return [*words[:at], value, *words[at + 1:]]


def read_record(path):
    """The record in `path`, by the published schema; None when there is none."""
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    return record


def processes_of(folder):
    """Ids of living processes whose program lies below `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            program = os.readlink(entry / "exe")
        except OSError:
            continue
        if program.startswith(f"{folder}/"):
            found.append(int(entry.name))
    return found


def end_leftovers(folder):
    """What still runs some seconds after the end was not ended; then it is, by us."""
    deadline = time.monotonic() + 10
    while (found := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in found:
        os.kill(process, signal.SIGKILL)
    return tuple(found)


def command_line(kit, submission, traces, *, policy, profile="modern", json_file=None,
                 checkheap=False, cc=None, more=()):
    """How make calls mdriver."""
    words = [built()["folder"] / "mdriver", *built()["command"][1:]]
    words = replaced(replaced(words, "--kit", kit), "--engine", ENGINE)
    words = replaced(words, "--cc", cc) if cc else words
    words += ["--profile", profile, "--policy", policy, "--submission", submission]
    words += ["--json", json_file] if json_file else []
    words += ["--checkheap"] if checkheap else []
    return [*words, *more, "--", *traces]


def open_kit(where):
    kit = Path(tempfile.mkdtemp(prefix="kit-", dir=where)).resolve()
    for part in shared_parts():
        (kit / part.name).symlink_to(part)
    return kit


def shared_parts():
    """What all kits share: the runner's objects, and the compiler's root folders."""
    folder = built()["folder"]
    return [folder / "modern", folder / "classic", *folder.glob("toolroot-[0-9]*")]


def stages():
    """What compilers that were run as another user have left behind."""
    return [path.name for path in built()["folder"].glob("toolroot-[0-9]*/desks/*")]


def mdriver(tmp_path, submission, traces=(DEBUG_TRACE,), *, policy=POLICIES / "final.policy",
            cwd=ROOT, timeout=HANGS, within=(), **options):
    """Grades the file `submission` and returns the Outcome, its record checked.

    `within` is what stands before mdriver on the command line.
    """
    kit = open_kit(tmp_path)
    json_file = kit.with_suffix(".json")
    try:
        command = command_line(kit, submission, traces, policy=policy, json_file=json_file,
                               **options)
        outcome = run([*within, *command], cwd, timeout)
    finally:
        left = end_leftovers(kit)
    outcome.record = read_record(json_file)
    outcome.processes = left
    shared = {part.name for part in shared_parts()}
    outcome.files = tuple(sorted(p.name for p in kit.iterdir() if p.name not in shared))
    shutil.rmtree(kit)
    return outcome


def write_policy(path, base="final", **changes):
    """Writes a policy to `path`: the shipped one with values replaced, `__` for a dot."""
    text = (POLICIES / f"{base}.policy").read_text()
    for name, value in changes.items():
        key = name.replace("__", ".")
        text, count = re.subn(rf"(?m)^{re.escape(key)} = .*$", f"{key} = {value}", text)
        text += f"{key} = {value}\n" if count == 0 else ""
    path.write_text(text)
    return path
