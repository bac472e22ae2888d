"""Runs commands on this machine, several at once.

`run(tasks, finished)` runs every task, in any order, and calls `finished(task, ending)` for
each, from the thread that called it. (cluster.py spreads tasks over machines; on each of them
they end here.)

Every command is given a core of its own and keeps it from start to end: compiler, checked runs
and timed runs. So checked runs go on in parallel, and a timed run has nothing else of ours on
its core. That holds between batches, too: a core is a name that one process of the machine can
hold at a time (hold), and which ends with its holder, so that the dead hold none. Siblings of one
core (SMT) count as one. README.md says what was measured.
"""

import ctypes
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
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


def hold(name):
    """Holds a name on this machine until this process ends or closes it (an abstract socket);
    None when another holds it. Whoever wants to can hold it: it keeps order among the honest."""
    held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        held.bind(f"\0brklab-{name}")
        return held
    except OSError:
        held.close()
        return None


def hold_core(core):
    return hold(f"core-{core}")


def free_core(cores, hold=hold_core):
    """(one of the cores that nobody has, what holds it now); None when there is none."""
    return next(((core, held) for core in cores if (held := hold(core))), None)


def _stay(core, parent):
    """Between fork and exec: on one core, and never longer alive than the batch."""
    os.sched_setaffinity(0, {core})
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call above
        os._exit(125)


class Running:
    def __init__(self, task, slot, core, held):
        """`held`: what holds the core, to be closed at the end."""
        self.task, self.slot, self.core, self.held = task, slot, core, held
        self.begun = time.monotonic()
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
        self.held.close()
        self.stderr.seek(0)
        said = self.stderr.read(STDERR_BYTES).decode(errors="replace")
        self.stderr.close()
        return Ending(self.slot, None if self.expired else self.process.returncode, said,
                      time.monotonic() - self.begun, usage.ru_maxrss * 1024)


class Local:
    def __init__(self, work, open_slot, cores, most=None, tick=None, hold=hold_core):
        """`work`: a folder of ours, emptied first. Of `cores` at most `most` are used at one
        time. `tick`: called twice a second. `hold`: holds a core, or returns None."""
        self.cores, self.most, self.hold = cores, most or len(cores), hold
        self.work, self.open_slot, self.tick = Path(work), open_slot, tick or (lambda: None)
        self.said = False
        shutil.rmtree(self.work, ignore_errors=True)  # left by a kill

    def run(self, tasks, finished):
        waiting, running = deque(tasks), {}
        selector = selectors.DefaultSelector()
        try:
            while waiting or running:
                while waiting and len(running) < self.most and (
                        found := free_core(self.cores, self.hold)):
                    self._start(waiting.popleft(), *found, running, selector)
                self._say_if_idle(running)
                self._collect(selector, running, finished)
        finally:
            for one in running.values():
                one.expire()
                one.end()
            selector.close()
            shutil.rmtree(self.work, ignore_errors=True)

    def _say_if_idle(self, running):
        if not running and not self.said:
            self.said = True
            print("all cores are taken by another batch on this machine; this one waits for them",
                  file=sys.stderr, flush=True)

    def _start(self, task, core, held, running, selector):
        slot = self.work / f"core-{core}"
        shutil.rmtree(slot, ignore_errors=True)
        one = Running(task, self.open_slot(slot), core, held)
        running[one.watch] = one
        selector.register(one.watch, selectors.EVENT_READ)

    def _collect(self, selector, running, finished):
        for key, _ in selector.select(0.5):
            one = running.pop(key.fd)
            selector.unregister(key.fd)
            ending = one.end()
            finished(one.task, ending)
        for one in running.values():
            if not one.expired and time.monotonic() - one.begun > one.task.seconds:
                one.expire()
        self.tick()
