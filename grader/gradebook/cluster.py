"""Grades a class on a cluster that runs Slurm.

Theory of operation. OUT and the kit lie in a folder that all nodes see under the same path.
`make batch` gives the submissions out in job arrays, some to each task, and then only looks:

    OUT/cluster/ID/                   ID: of OUT, kit, traces and policy
        plan.json, NAME.policy        what every node must find, or refuse
        nodes/HOST.json               whether a node may grade, and why not
        errors/SUBMISSION.json        infrastructure errors of the present try
        ARRAY/task-N                  submissions of a task (by hash), one a line, with the
                                      version of the record that is to be made anew, if any
        ARRAY/begun-N                 those that it has begun, a line each, before they begin
        ARRAY/log-N                   what it printed

A task (node.py) writes records as they come, by rename, straight into OUT/records. A record
that is there is never made again. So whatever dies can be run again: a task that was killed
or requeued skips what is done; a `make batch` that was killed finds its array by the job's
name and watches on; a controller that is down is waited for.

A submission that was begun by a task which then died without a record is given out again, in a
task of its own, at most batch.tries times: it cannot take others with it.
"""

import json
import shutil
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from . import slurm
from .files import make_folder, save, save_json, sha256
from .kit import ROOT
from .problem import Problem
from .run import Run

TASKS = 1000  # in one array; MaxArraySize is 1001 where nobody has changed it
PAUSE = 1.0  # seconds between two looks, or
LOOKING = 20  # so many times what a look takes, if that is more
COMMAND = ["/usr/bin/python3", "-X", "utf8", "-m", "gradebook.node"]
ALONGSIDE_MIB = 1024  # for what is not the submission's heap: compiler, referee, traces


class Cluster(Run):
    def __init__(self, out, store, kit, settings, jobs=0):
        super().__init__(out, store, kit, settings, jobs)
        self.family = "brklab-" + sha256(str(out).encode())[:8]
        plan = f"{kit.sha256} {kit.traces_sha256} {settings.sha256}"
        self.id = sha256(plan.encode())[:8]
        self.folder = out / "cluster" / self.id
        self.lost = Counter()  # submission -> tasks that died over it
        self.hosts = set()

    # ---- the plan

    def _write_plan(self):
        for name in ("nodes", "errors"):
            make_folder(self.folder / name)
        policy = self.folder / self.settings.path.name
        save(policy, self.settings.data)
        kit = {name: str(value) if name == "folder" else value
               for name, value in asdict(self.kit).items()}
        kit["traces"] = [str(Path(trace).resolve()) for trace in self.kit.traces]
        save_json(self.folder / "plan.json", {
            "out": str(self.out), "kit": kit, "policy": str(policy),
            "measures": self.settings.measures})

    def _forget(self):
        """Errors and unfit nodes of earlier tries: both may have been mended."""
        for path in [*(self.folder / "errors").iterdir(),
                     *(self.folder / f"nodes/{host}.json" for host in self._unfit())]:
            path.unlink(missing_ok=True)

    def _arrays(self):
        return sorted(int(path.name) for path in self.folder.glob("[0-9]*"))

    def _name(self, array):
        return f"{self.family}-{self.id}-{array}"

    def _end_others(self, jobs):
        """Arrays of this OUT under a plan that was given up."""
        for name in jobs:
            if name.startswith(self.family) and not name.startswith(self._name("")):
                slurm.cancel(name)

    # ---- giving out

    def _give_out(self, submissions):
        """Writes the tasks of a new array and submits it; its number."""
        array = max(self._arrays(), default=0) + 1
        folder = make_folder(self.folder / str(array))
        chunk = int(self.settings.slurm["chunk"])
        others = [s for s in submissions if not self.lost[s]]
        tasks = [others[at:at + chunk] for at in range(0, len(others), chunk)]
        tasks += [[s] for s in submissions if self.lost[s]]
        tasks = tasks[:TASKS]
        for number, task in enumerate(tasks):
            (folder / f"task-{number}").write_text(
                "".join(f"{s} {self.old[s]}\n" for s in task))
        memory = float(self.settings.values["limit.resident_mib"]) + ALONGSIDE_MIB
        slurm.submit(self._name(array), f"0-{len(tasks) - 1}" + f"%{self.jobs}" * bool(self.jobs),
                     f"{str(folder).replace('%', '%%')}/log-%a", ROOT, [*COMMAND, str(folder)],
                     slurm.options(self.settings, memory), self._unfit())
        return array

    def _once(self, submissions):
        self._write_plan()
        self._forget()
        # Of a submission that is graded again the old record is known by its time.
        stamps = self.store.stamps()
        left, idle = {s: stamps.get(self.key(s)) if self.old[s] else None for s in submissions}, 0
        jobs = slurm.waiting(slurm.jobs)
        self._end_others(jobs)
        array = next((a for a in self._arrays() if self._name(a) in jobs), None)
        while left:
            self._refuse_all(self._unfit())
            if array is None:
                array = self._give_out(list(left))
            before = len(left)
            self._watch(array, left)
            self._count_lost(array, left)
            idle = 0 if len(left) < before else idle + 1
            if left and idle >= self.settings.tries:
                raise Problem(self._why_idle(array))
            array = None

    # ---- looking

    def _watch(self, array, left):
        """Until the array has ended: takes records and errors out of `left` as they come."""
        name, ended, unfit = self._name(array), False, self._unfit()
        try:
            while not ended:
                jobs = slurm.waiting(slurm.jobs)
                ended = name not in jobs
                begun = time.monotonic()
                self._look(left)  # after the question: what an ended array left is all there
                if not ended and self._unfit() != unfit:
                    unfit = self._unfit()
                    self._refuse_all(unfit)
                    slurm.keep_off(jobs[name], unfit)
                self.meter.tick()
                if not ended:
                    time.sleep(max(PAUSE, LOOKING * (time.monotonic() - begun)))
        except BaseException:
            slurm.cancel(name)
            raise

    def _look(self, left):
        stamps = self.store.stamps()
        wrong = {path.stem for path in (self.folder / "errors").iterdir()}
        for submission in list(left):
            key = self.key(submission)
            if stamps.get(key) != left[submission]:
                del left[submission]
                self._take(submission, key)
            elif submission in wrong:
                del left[submission]
                error = json.loads((self.folder / f"errors/{submission}.json").read_text())
                self._failed(submission, error["error"], error["status"])

    def _take(self, submission, key):
        envelope = self.store.take(key)
        self.hosts.add(envelope["node"])
        self._graded(submission, envelope)

    def _count_lost(self, array, left):
        """Which submissions did the tasks of an ended array die over?"""
        for path in (self.folder / str(array)).glob("begun-*"):
            for submission in set(path.read_text().split()) & left.keys():
                self.lost[submission] += 1
                if self.lost[submission] >= self.settings.tries:
                    del left[submission]
                    self._failed(submission, f"the task that graded it ended {self.lost[submission]}"
                                 " times without a record: killed, out of memory, or its node was "
                                 f"lost; see {path.with_name(path.name.replace('begun', 'log'))}",
                                 None)

    # ---- nodes that may not grade

    def _unfit(self):
        """{node: why it may not grade}."""
        said = {path.stem: json.loads(path.read_text())
                for path in (self.folder / "nodes").glob("*.json")}
        return {host: node["why"] for host, node in said.items() if not node["fit"]}

    def _refuse_all(self, unfit):
        known = unfit and slurm.nodes(self.settings.slurm["partition"])
        if known and known <= unfit.keys():
            raise Problem("no node may grade:\n" + "\n".join(self._reasons()))

    def _reasons(self):
        return [f"  {host}: {why}" for host, why in sorted(self._unfit().items())]

    def _why_idle(self, array):
        """A sentence for arrays that end without having done anything."""
        logs = sorted((self.folder / str(array)).glob("log-*"))
        last = [line for log in logs[:1] for line in log.read_text(errors="replace").splitlines()]
        return "\n".join([
            f"{self.settings.tries} arrays of tasks ended without grading anything; see "
            f"{self.folder / str(array)}. Do all nodes see this folder and the kit?",
            *(f"  {line}" for line in last[-3:]), *self._reasons()])

    # ---- for the summary

    def _where(self):
        return f"{len(self.hosts)} nodes ({', '.join(sorted(self.hosts)[:8])})"

    def grade(self, submissions, again=frozenset()):
        super().grade(submissions, again)
        if not self.errors:
            shutil.rmtree(self.out / "cluster", ignore_errors=True)
