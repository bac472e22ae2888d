"""Grades files: those without a record are run, the others are known already."""

import functools
import json
import platform
import shutil
import sqlite3
import time

from . import settings
from .executor import Local, Task, cores
from .files import disk_full
from .kit import ended
from .problem import Problem
from .progress import Meter, duration
from .store import index_problem, key_of

GOAL = 0.5  # points, to within which an official grade knows the total (race.h)
FULL = "No space left", "Disk quota", "the disk is full"  # as mdriver says it
SAME_FAULT = 6  # so many first submissions that fail alike: it is the kit's fault


class Run:
    """Grades the files of a class under one kit and one policy, on the cores of this machine."""

    def __init__(self, out, store, kit, settings, jobs=0):
        self.out, self.store, self.kit, self.settings = out, store, kit, settings
        self.errors = {}  # file's hash -> sentence
        self.peak = 0  # bytes, of one process
        self.graded, self.seconds = [], 0.0  # what this run did, and how long it took
        self.meter = Meter(0)
        self.jobs = jobs
        self.unmatched = frozenset()  # of AGAIN, findings that no record has
        self.old = {}  # file's hash -> version of the record that is to be made anew, or ""

    def key(self, submission):
        return key_of(submission, self.kit, self.settings)

    def _task(self, submission):
        def prepare(slot):
            shutil.copyfile(self.out / "files" / f"{submission}.c", slot / "mm.c")
            shutil.copyfile(self.settings.kept, slot / policy)

        policy = self.settings.path.name
        return Task(submission, lambda slot: self.kit.words(slot, policy, slot / "record.json"),
                    prepare, self.settings.seconds)

    def _envelope(self, submission, ending):
        """The record that a run has left, if it is what was asked for; else why it is not."""
        if ending.status is None:
            return None, f"took longer than {self.settings.seconds:g} seconds and was stopped"
        if ending.status not in (0, 1):
            return None, ended(ending.status, ending.stderr)
        try:
            record = json.loads((ending.slot / "record.json").read_text(encoding="utf-8"))
            good = (record["submission"]["sha256"] == submission and
                    record["official"] == self.kit.official)
        except (OSError, ValueError, KeyError) as error:
            return None, f"mdriver left no record that can be read: {error}"
        if not good:
            return None, "mdriver left the record of another submission"
        return {"schema": "brklab-graded/1", "submission": submission, "kit": self.kit.sha256,
                "traces": self.kit.traces_sha256, "measures": self.settings.measures,
                "node": platform.node(), "record": record}, None

    def _finished(self, task, ending):
        self.peak = max(self.peak, ending.resident)
        if self.kit.has_changed():
            raise Problem(f"{self.kit.folder}: the kit was built anew while this class was graded, "
                          "perhaps with another reference. Nothing is lost: run the same command "
                          "again; it goes on from here.")
        envelope, error = self._envelope(task.key, ending)
        if envelope:
            self.store.add(self.key(task.key), envelope, self.old[task.key])
            self._graded(task.key, envelope)
        else:
            self._failed(task.key, error, ending.status)

    def _graded(self, submission, envelope):
        self.errors.pop(submission, None)
        self.graded.append(envelope["record"].get("seconds", {}))
        self.meter.step()

    def _failed(self, submission, error, status):
        """An infrastructure error; a Problem when all submissions would meet it."""
        if any(said in error for said in FULL):
            raise disk_full(self.out)
        self.errors[submission] = error
        alike = set(self.errors.values())
        if status == 2 and len(self.errors) >= SAME_FAULT and len(alike) == 1 \
                and self.meter.done == 0:
            raise Problem(f"every submission fails alike, so it is the kit: {alike.pop()}")

    def _once(self, submissions):
        """Tries each once: afterwards it has a record or an error."""
        executor = Local(self.out / "work", self.kit.open_slot, cores(), self.jobs,
                         self.meter.tick)
        executor.run([self._task(s) for s in submissions], self._finished)

    def _where(self):
        return f"{min(self.jobs or len(cores()), len(cores()))} cores"

    def _is_rough(self, summary):
        """Was it measured for a policy that gave the speed so few points that it is not known
        well enough for those of today?"""
        now, before = self.settings.throughput, self._throughput_of(summary.policy)
        return ("INCONCLUSIVE" not in summary.codes and before is not None and now > before
                and (before == 0 or summary.half * now / before > GOAL))

    @functools.cache  # one policy has measured hundreds of records
    def _throughput_of(self, policy):
        """The points that a policy of this folder, given by hash, has for the speed."""
        try:
            return settings.read(self.out / "policies" / f"{policy}.policy").throughput
        except Problem:  # it is gone, or of a kit that took what this one refuses
            return None

    def grade(self, submissions, again=frozenset()):
        """Makes the record of each file (given by hash) that has none. Errors are retried. Records
        that are rough, or have a finding in `again`, are made anew; until then the old ones stay."""
        known = {s: self.store.summary(self.key(s)) for s in submissions}
        self.unmatched = again - {code for summary in known.values() if summary
                                  for code in summary.codes}
        due = [s for s, summary in known.items() if summary is None
               or not again.isdisjoint(summary.codes) or self._is_rough(summary)]
        # Only of what is graded again: a record that came since the index was read is a new one.
        self.old = {s: self.store.version(self.key(s)) if known[s] else "" for s in due}
        gone = [s for s in due if not (self.out / f"files/{s}.c").exists()]
        if gone:
            raise Problem(f"{self.out}/files/{gone[0]}.c: this file of a student is gone; give "
                          "SUBMISSIONS= again")
        if due:
            self.kit.probe(self.settings.path, self.settings.seconds)
        self.meter, begun = Meter(len(due)), time.monotonic()
        try:
            for _ in range(self.settings.tries):
                if due:
                    self._once(due)
                due = [s for s in due if s in self.errors]
        except sqlite3.OperationalError as error:
            raise index_problem(self.out, error) from error
        finally:
            self.seconds = time.monotonic() - begun
            self.meter.close()

    def figures(self):
        """How fast it went, and where the time was spent, in a line; None if nothing was run."""
        total = sum(sum(phases.values()) for phases in self.graded)
        if not total:
            return None
        shares = ", ".join(f"{name} {sum(p.get(name, 0) for p in self.graded) / total:.0%}"
                           for name in ("compile", "checked", "timed"))
        return (f"{len(self.graded)} files graded in {duration(self.seconds)}, "
                f"{len(self.graded) * 60 / self.seconds:.1f} a minute on "
                f"{self._where()}: {shares}"
                + (f"; the largest process had {self.peak >> 20} MiB" if self.peak else ""))
