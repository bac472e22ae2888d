"""Runs commands on this machine, several at once.

`run(tasks, finished)` runs every task, in any order, and calls `finished(task, ending)` for
each, from the thread that called it. (cluster.py spreads tasks over machines; on each of them
they end here.)

Every command is given a core of its own and keeps it from start to end: compiler, checked runs and timed runs. So checked runs go on in parallel, and a timed run has
nothing else of ours on its core, without any lock that a dead process could hold. Siblings of
one core (SMT) count as one. README.md says what was measured.
"""

import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
STDERR_BYTES = 4096


@dataclass
class Task:
    key: str
    words: object  # words(slot folder) -> the command
    prepare: object  # prepare(slot folder) -> None
    seconds: float  # may take so long


@dataclass
class Ending:
    slot: Path
    status: int | None  # exit status; negative: a signal; None: it took too long
    stderr: str
    seconds: float
    resident: int  # bytes, the largest of its processes


def cores():
    """One processor of each core that we may use."""
    chosen, seen = [], set()
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = siblings.read_text() if siblings.exists() else str(cpu)
        if core not in seen:
            chosen.append(cpu)
        seen.add(core)
    return chosen


def _stay(core, parent):
    """Between fork and exec: on one core, and never longer alive than the batch."""
    os.sched_setaffinity(0, {core})
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call above
        os._exit(125)


class Running:
    def __init__(self, task, slot, core):
        self.task, self.slot, self.core, self.begun = task, slot, core, time.monotonic()
        task.prepare(slot)
        parent = os.getpid()
        self.stderr = open(slot / "stderr", "w+b")
        self.process = subprocess.Popen(
            task.words(slot), cwd=slot, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=self.stderr, start_new_session=True, preexec_fn=lambda: _stay(core, parent))
        self.watch = os.pidfd_open(self.process.pid)
        self.expired = False

    def expire(self):
        self.expired = True
        os.killpg(self.process.pid, signal.SIGKILL)

    def end(self):
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self.watch)
        self.stderr.seek(0)
        said = self.stderr.read(STDERR_BYTES).decode(errors="replace")
        self.stderr.close()
        return Ending(self.slot, None if self.expired else self.process.returncode, said,
                      time.monotonic() - self.begun, usage.ru_maxrss * 1024)


class Local:
    def __init__(self, work, open_slot, cores, tick=None):
        """`work`: a folder of ours, emptied first; `tick`: called twice a second."""
        self.cores = cores
        self.work, self.open_slot, self.tick = Path(work), open_slot, tick or (lambda: None)
        shutil.rmtree(self.work, ignore_errors=True)  # left by a kill

    def run(self, tasks, finished):
        waiting, free, running = deque(tasks), deque(self.cores), {}
        selector = selectors.DefaultSelector()
        try:
            while waiting or running:
                while waiting and free:
                    self._start(waiting.popleft(), free.popleft(), running, selector)
                self._collect(selector, running, free, finished)
        finally:
            for one in running.values():
                one.expire()
                one.end()
            selector.close()
            shutil.rmtree(self.work, ignore_errors=True)

    def _start(self, task, core, running, selector):
        slot = self.work / f"core-{core}"
        shutil.rmtree(slot, ignore_errors=True)
        one = Running(task, self.open_slot(slot), core)
        running[one.watch] = one
        selector.register(one.watch, selectors.EVENT_READ)

    def _collect(self, selector, running, free, finished):
        for key, _ in selector.select(0.5):
            one = running.pop(key.fd)
            selector.unregister(key.fd)
            ending = one.end()
            free.append(one.core)
            finished(one.task, ending)
        for one in running.values():
            if not one.expired and time.monotonic() - one.begun > one.task.seconds:
                one.expire()
        self.tick()
