#!/usr/bin/python3
"""Follows the archives word for word, each unpacked in an empty folder.

    rehearse.py FOLDER      the folder that holds the two archives

As a student: the README's commands, then each `sh` block of the writeup in its order, with
the diffs of chapter 8 applied where the text shows them; then stage 2 in place of mm.c. As
staff: the README's commands and the blocks of the staff pages. A command that fails, or a
score out of its band, ends the rehearsal with status 1 and the output of that command.
"""
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SECONDS = 600  # for one block of commands
# Points of policy final, as `make ladder` shows them, with room for a loaded machine.
BANDS = {"starter": (15, 35), "stage 2": (60, 92)}
# What the staff pages run that a rehearsal of the archive need not repeat: it is this.
NOT_AGAIN = re.compile(r"make (handout|rehearse)")

BLOCK = re.compile(r"^```sh\n(.*?)^```$|^{{file:(first-hour/[\w.-]+)}}$", re.S | re.M)
README_COMMAND = re.compile(r"^    (make [^#\n]*)", re.M)
SCORE = re.compile(r"^score\s+([\d.]+) of 100", re.M)


class Stumble(Exception):
    """A reader who did as told would have come to a stop here."""


def clean_environment():
    """What a new terminal has: nothing that make passed down to us."""
    return {k: v for k, v in os.environ.items()
            if k in ("PATH", "HOME", "LANG", "TERM", "USER", "TMPDIR")}


def run(commands, folder):
    done = subprocess.run(["sh", "-ec", commands], cwd=folder, env=clean_environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=SECONDS)
    if done.returncode != 0:
        raise Stumble(f"status {done.returncode} from:\n{commands}\n{done.stdout[-4000:]}")
    return done.stdout


def say(text):
    print(f"  {text}", flush=True)


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    (root,) = Path(folder).iterdir()
    return root


def follow_page(page, root):
    for commands, diff in BLOCK.findall(page.read_text()):
        if diff:
            run(f"patch -s starter/mm.c < {TOP / 'handout' / diff}", root)
        elif not NOT_AGAIN.search(commands):
            say(f"{page.parent.name}/{page.name}: {' '.join(commands.split())[:70]}")
            run(commands, root)


def follow_readme(root):
    for command in README_COMMAND.findall((root / "README.md").read_text()):
        if "make check" not in command:  # the kit's own tests are run by whoever runs us
            say(f"README.md: {command.strip()}")
            run(command, root)


def score_of(root, who):
    low, high = BANDS[who]
    found = SCORE.search(run("make -s grade", root))
    if not found or not low <= float(found[1]) <= high:
        raise Stumble(f"{who}: score {found[1] if found else 'missing'}, not {low} to {high}")
    say(f"{who}: score {found[1]}")


def as_student(archive, folder):
    root = unpack(archive, folder)
    starter = (root / "starter/mm.c").read_bytes()
    follow_readme(root)
    score_of(root, "starter")
    for page in sorted((TOP / "handout/en").glob("*.md")):
        follow_page(page, root)
    (root / "starter/mm.c").write_bytes((TOP / "solution/stages/2-explicit/mm.c").read_bytes())
    score_of(root, "stage 2")
    (root / "starter/mm.c").write_bytes(starter)


def as_staff(archive, folder):
    root = unpack(archive, folder)
    for page in sorted((TOP / "handout/en/staff").glob("*.md")):
        follow_page(page, root)


def main(folder):
    for name, act in (("brklab-handout", as_student), ("brklab-grader", as_staff)):
        with tempfile.TemporaryDirectory(prefix="brklab-rehearsal-") as empty:
            print(f"{name}: in an empty folder", flush=True)
            try:
                act(Path(folder) / f"{name}.tar.gz", empty)
            except (Stumble, subprocess.TimeoutExpired) as trouble:
                sys.exit(f"{name}: {trouble}")
    print("Both archives work as their pages say.")


if __name__ == "__main__":
    main(sys.argv[1])
