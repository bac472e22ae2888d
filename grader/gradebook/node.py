"""One task of an array, on a node: python3 -m gradebook.node OUT/cluster/ID/ARRAY

Grades the submissions of the file task-N that have no record yet, one after the other on one
core, in a folder on the node's own disk, confined as everywhere; and writes each record into
the shared folder. What it needs of the cluster is only SLURM_ARRAY_TASK_ID.

The core is ours to choose where Slurm does not bind (task/none): a task holds one for as long as
it lives (executor.py). Where Slurm binds, only its cores can be chosen from.
"""

import contextlib
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

from . import fitness, settings
from .executor import Local, cores, free_core, hold
from .files import save_json
from .kit import Kit, version_of
from .problem import Problem
from .progress import Meter
from .run import Run
from .store import Records

PATIENCE = 120  # seconds for a core: a task that was requeued may outlive its end a little


def take_core():
    """(a core that nobody else of ours has, what holds it)."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := free_core(cores()):
            return found
        time.sleep(0.5)
    raise Problem("all cores of this node that Slurm lets us use are taken by other tasks")


def own_folder(core):
    """A folder on this node for what is done on a core; in it nobody else has a say."""
    base = Path(tempfile.gettempdir()) / f"brklab-{os.getuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    about = base.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise Problem(f"{base} belongs to somebody else; set TMPDIR to another folder")
    return base / f"core-{core}"


class Share(Run):
    """A task's part of the class."""

    def __init__(self, array, number):
        self.array, self.number = array, number
        self.plan = json.loads((array.parent / "plan.json").read_text())
        out = Path(self.plan["out"])
        super().__init__(out, Records(out), self._kit(), settings.read(self.plan["policy"]))

    def _kit(self):
        """The kit as this node sees it; it has its own compiler, and maybe an old view."""
        known = self.plan["kit"]
        command = known["command"]
        kit = Kit(Path(known["folder"]), command, version_of(command[command.index("--cc") + 1]),
                  known["profile"], known["official"], known["traces"])
        for name in ("compiler", "sha256", "traces_sha256"):
            if getattr(kit, name) != known[name]:
                raise fitness.Unfit(f"its {name} is {getattr(kit, name)}, not {known[name]}: "
                                    "another compiler, or an old view of the shared folder")
        return kit

    def _once(self, submissions):
        Local(self.work, self.kit.open_slot, [self.core],
              hold=lambda core: contextlib.ExitStack()).run(  # the whole task holds it
                  [self._task(s) for s in submissions], self._finished)

    def _due(self):
        """What has no record and no error; what an earlier start died over comes last."""
        begun = self.array / f"begun-{self.number}"
        before = set(begun.read_text().split()) if begun.exists() else set()
        for line in (self.array / f"task-{self.number}").read_text().splitlines():
            submission, _, self.old[submission] = line.partition(" ")
        return sorted(filter(self._is_missing, self.old), key=lambda s: s in before)

    def _is_missing(self, submission):
        return self.store.version(self.key(submission)) == self.old[submission] \
            and not (self.array.parent / f"errors/{submission}.json").exists()

    def run(self):
        self.core, held = take_core()
        self.work, due = own_folder(self.core), self._due()
        self.meter = Meter(len(due))
        try:
            for submission in due:
                self._grade_one(submission)
        finally:
            shutil.rmtree(self.work, ignore_errors=True)
            held.close()

    def _grade_one(self, submission):
        if self._is_missing(submission):  # still: a task that was thought dead may have made it
            with open(self.array / f"begun-{self.number}", "a") as begun:
                begun.write(submission + "\n")
            self._once([submission])

    def _failed(self, submission, error, status):
        save_json(self.array.parent / f"errors/{submission}.json",
                  {"error": f"on {fitness.name()}: {error}", "status": status})
        super()._failed(submission, error, status)


def main(array):
    array = Path(array)
    number = int(os.environ["SLURM_ARRAY_TASK_ID"])
    nodes = array.parent / "nodes"
    try:
        share = Share(array, number)
        fitness.require(nodes, share.kit, share.settings, hold)
        share.run()
        return 0
    except fitness.Unfit as unfit:
        fitness.note(nodes, unfit)
        print(f"this node may not grade: {unfit}", file=sys.stderr)
    except Problem as problem:
        print(problem, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
