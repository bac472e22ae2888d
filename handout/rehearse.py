#!/usr/bin/python3
"""Follows the archives word for word, each unpacked in an empty folder.

    rehearse.py FOLDER [--short]      the folder that holds the two archives

As a student: the README's commands, then each `sh` block of the writeup in its order, with
the diffs of chapter 8 applied where the text shows them; then stage 2 in place of mm.c. As
staff: the README's commands and the blocks of the staff pages. The students' archive is
built for another processor and graded under qemu-user. Last, somebody else makes both
archives again from the graders', elsewhere and with other habits: they must be the same
bytes. A command that fails, a score out of its band, or a heap that is larger on the other
processor ends the rehearsal with status 1 and the output of that command.

--short: of the scored traces only the FEW are kept, and what has long tests of its own is
left out, and so is making the archives again.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SECONDS = 1800  # for one block of commands, on a machine that does other things as well
# Points of policy final, as `make ladder` shows them, with room for a loaded machine.
BANDS = {"starter": (15, 35), "stage 2": (55, 92)}
# What the staff pages run that a rehearsal of the archive need not repeat: it is this.
NOT_AGAIN = r"make (handout|rehearse)"
HABITS = "umask 077; export TZ=Asia/Tokyo LC_ALL=C"
TESTED_ELSEWHERE = r"make (handout|rehearse|ladder|batch|demo-class|private-traces)"
FEW = ["mix-server", "realloc-two", "string-lines", "struct-types", "text-awk"]
STAGE_2 = TOP / "solution/stages/2-explicit/mm.c"
OTHER_COMPILER, EMULATOR = "aarch64-linux-gnu-gcc", "qemu-aarch64"

BLOCK = re.compile(r"^```sh\n(.*?)^```$|^{{file:(first-hour/[\w.-]+)}}$", re.S | re.M)
README_COMMAND = re.compile(r"^    (make [^#\n]*)", re.M)
CLASS = re.compile(r"^\d+ students: (\d+) graded", re.M)
SCORE = re.compile(r"^score\s+([\d.]+) of 100", re.M)


class Stumble(Exception):
    """A reader who did as told would have come to a stop here."""


def clean_environment():
    """What a new terminal has: nothing that make passed down to us."""
    return {k: v for k, v in os.environ.items()
            if k in ("PATH", "HOME", "LANG", "TERM", "USER", "TMPDIR")}


def run(commands, folder):
    try:
        done = subprocess.run(["sh", "-ec", commands], cwd=folder, env=clean_environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Stumble(f"no end after {SECONDS} s of:\n{commands}") from None
    if done.returncode != 0:
        raise Stumble(f"status {done.returncode} from:\n{commands}\n{done.stdout[-4000:]}")
    return done.stdout


def say(text):
    print(f"  {text}", flush=True)


class Rehearsal:
    """One archive, unpacked in `folder`."""

    def __init__(self, archive, folder, short):
        with tarfile.open(archive) as tar:
            tar.extractall(folder)
        (self.root,) = Path(folder).iterdir()
        self.archives = Path(archive).parent
        self.left_out = re.compile(TESTED_ELSEWHERE if short else NOT_AGAIN)
        if short:
            self.keep_few_traces()

    def keep_few_traces(self):
        for pattern in ("traces/recipes/*.recipe", "traces/core/*.rep"):
            for trace in self.root.glob(pattern):
                if trace.stem not in FEW:
                    trace.unlink()

    def follow_page(self, page):
        for commands, diff in BLOCK.findall(page.read_text()):
            if diff:
                run(f"patch -s starter/mm.c < {TOP / 'handout' / diff}", self.root)
            elif not self.left_out.search(commands):
                say(f"{page.parent.name}/{page.name}: {' '.join(commands.split())[:70]}")
                graded = CLASS.search(run(commands, self.root))
                if graded and graded[1] == "0":
                    raise Stumble(f"nobody of the class was graded by:\n{commands}")

    def follow_readme(self):
        for command in README_COMMAND.findall((self.root / "README.md").read_text()):
            if "make check" not in command:  # the kit's own tests are run by whoever runs us
                say(f"README.md: {command.strip()}")
                run(command, self.root)

    def expect_score(self, who):
        low, high = BANDS[who]
        found = SCORE.search(run("make -s grade", self.root))
        if not found or not low <= float(found[1]) <= high:
            raise Stumble(f"{who}: score {found[1] if found else 'missing'}, not {low} to {high}")
        say(f"{who}: score {found[1]}")


def as_student(rehearsal):
    rehearsal.follow_readme()
    rehearsal.expect_score("starter")
    for page in sorted((TOP / "handout/en").glob("*.md")):
        rehearsal.follow_page(page)
    shutil.copy(STAGE_2, rehearsal.root / "starter/mm.c")
    rehearsal.expect_score("stage 2")


def as_staff(rehearsal):
    rehearsal.follow_readme()
    for page in sorted((TOP / "handout/en/staff").glob("*.md")):
        rehearsal.follow_page(page)


def peaks(root, options):
    """{trace: (valid, largest heap in bytes)} of stage 2."""
    run(f"make -s grade JSON=record.json SUBMISSION=mm.c TRACES=build/traces {options}", root)
    traces = json.loads((root / "record.json").read_text())["traces"]
    return {t["name"]: (t["valid"], t["peak_heap"]) for t in traces}


def on_another_processor(rehearsal):
    """Whatever differs between processors, speed apart, would differ in a heap's size."""
    missing = [p for p in (OTHER_COMPILER, EMULATOR) if not shutil.which(p)]
    if missing:
        say(f"{', '.join(missing)} is not installed: another processor was not tried")
        return
    shutil.copy(STAGE_2, rehearsal.root / "mm.c")
    rehearsal.keep_few_traces()
    here = peaks(rehearsal.root, "")
    there = peaks(rehearsal.root, f"CC={OTHER_COMPILER} B=build-arm64")
    if not here or here != there:
        raise Stumble(f"heaps differ:\n{here}\n{there}")
    say(f"{OTHER_COMPILER}, {EMULATOR}: {len(here)} traces, the same heaps to the byte")


def as_somebody_else(rehearsal):
    """The archives depend on the tree alone: not on who makes them, where, or when."""
    course = shlex.quote(os.environ.get("COURSE", "handout/course.txt"))
    run(f"{HABITS}; make -s handout OUT=build/again COURSE={course}", rehearsal.root)
    for name in ("brklab-handout.tar.gz", "brklab-grader.tar.gz"):
        again = rehearsal.root / "build/again" / name
        if again.read_bytes() != (rehearsal.archives / name).read_bytes():
            raise Stumble(f"{name}: made again it has other bytes")
        say(f"{name}: made again, the same bytes")


ACTS = [("brklab-handout", as_student), ("brklab-grader", as_staff),
        ("brklab-handout", on_another_processor)]
LONG_ACTS = [("brklab-grader", as_somebody_else)]


def main(folder, *options):
    short = "--short" in options
    for name, act in ACTS if short else ACTS + LONG_ACTS:
        with tempfile.TemporaryDirectory(prefix="brklab-rehearsal-") as empty:
            print(f"{name}: in an empty folder, {act.__name__.replace('_', ' ')}", flush=True)
            try:
                act(Rehearsal(Path(folder) / f"{name}.tar.gz", empty, short))
            except Stumble as trouble:
                sys.exit(f"{name}: {trouble}")
    print("Both archives work as their pages say.")


if __name__ == "__main__":
    main(*sys.argv[1:])
