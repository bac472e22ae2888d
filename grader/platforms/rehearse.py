#!/usr/bin/python3
"""Rehearses the packages, offline: rehearse.py [--only NAME] [--profile NAME]

Each package is made, built and used by a stand-in for its platform (stand_ins.py), in a container
with namespaces and in one without, with submissions of each sort. First everything is built from
nothing, and a good submission graded by all traces of the kit, as in a course; then the others are
graded by a few traces, and what is built there was built before.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gradebook import settings  # noqa: E402
from gradebook.kit import ROOT  # noqa: E402
from gradebook.problem import Problem  # noqa: E402
from platforms import pack, submissions  # noqa: E402
from platforms.accept import Refused  # noqa: E402
from platforms.stand_ins import STAND_INS  # noqa: E402

POLICY = ROOT / "grader/policy/final.policy"
FEW = [ROOT / "traces/debug", ROOT / "traces/core/text-awk.rep"]


class Rehearsal:
    def __init__(self, work, profile):
        self.work, self.profile, self.passed, self.failed = work, profile, 0, 0
        self.bands = submissions.bands(profile)

    def note(self, name, what, good, more=""):
        self.passed += good
        self.failed += not good
        print(f"{'ok' if good else 'FAILED':7} {name:13} {what:28} {more}", flush=True)

    def open(self, name, kind, traces=()):
        """A stand-in that has built its package; with few traces from what `make` has built."""
        files = pack.pack(name, settings.read(POLICY), traces, self.profile)
        stand_in = STAND_INS[name](files, self.work / f"{name}-{kind}-{len(traces)}", kind,
                                  ROOT / "build" if traces else None)
        begun, why = time.monotonic(), ""
        try:
            stand_in.build()
        except Refused as refused:
            why = f"refused: {refused}"
        size = max(map(len, files.values())) / 1e6
        self.note(name, f"built, {kind}", not why,
                  why or f"{size:.2f} MB, {time.monotonic() - begun:.0f} s")
        return stand_in

    def submit(self, stand_in, sort):
        folder = self.work / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        submissions.lay_out(sort, folder)
        return stand_in.grade(folder)

    def try_one(self, name, stand_in, sort, low, high):
        try:
            kept = self.submit(stand_in, sort)
        except Refused as refused:
            return self.note(name, f"{sort}, {stand_in.kind}", False, f"refused: {refused}")
        good = low <= kept.part <= high and submissions.MARK not in kept.text
        return self.note(name, f"{sort}, {stand_in.kind}", good,
                         f"{100 * kept.part:.1f} %, {kept.ended.cpu:.0f} s of processor time, "
                         f"{kept.ended.peak >> 20} MiB")

    def try_refusal(self, name, stand_in):
        """Where nothing can confine the compiler there is no grade, and the file says why. The
        image was made by root all the same, as platforms do."""
        stand_in.container.kind = "powerless"
        try:
            kept = self.submit(stand_in, "good")
            self.note(name, "refuses, powerless", False, f"graded {kept.part}")
        except Refused:
            said = b"bubblewrap" in stand_in.data
            self.note(name, "refuses, powerless", said, "and says what is missing" if said else "")

    def rehearse(self, name):
        self.try_one(name, self.open(name, "namespaces"), "good", 0.7, 1)
        for kind in ("namespaces", "docker"):
            stand_in = self.open(name, kind, FEW)
            for sort, (low, high) in self.bands.items():
                self.try_one(name, stand_in, sort, low, high)
        if name == "ci":
            stand_in.form = "gitlab"
            self.try_one("ci, gitlab", stand_in, "good", *self.bands["good"])
            stand_in.form = "github"  # for who has no rights, git clone fails before we can speak
        self.try_refusal(name, stand_in)


def main(words):
    parser = argparse.ArgumentParser(prog="rehearse.py")
    parser.add_argument("--only", default="")
    parser.add_argument("--profile", default="modern")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="rehearse-") as work:
        rehearsal = Rehearsal(Path(work), asked.profile)
        for name in [asked.only] if asked.only else STAND_INS:
            rehearsal.rehearse(name)
    print(f"{rehearsal.passed} passed, {rehearsal.failed} failed")
    return 1 if rehearsal.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
