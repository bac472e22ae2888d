"""A real Slurm on one node, with private ports, keys and folders, for as long as a test needs it.

No systemd, no cgroups, no accounting: what a test has to start must start anywhere. The node
pretends to have as many cores as there are tasks that a test wants side by side.
"""

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

CONF = """
ClusterName=brklab
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=2,bf_interval=1
MpiDefault=none
ReturnToService=2
SlurmdTimeout=5
BatchStartTimeout=2
KillWait=2
MinJobAge=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory}
PartitionName=class Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_ports():
    """Two, so held at once that they differ."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Slurm:
    def __init__(self, folder):
        self.folder, self.host = Path(folder), socket.gethostname().partition(".")[0]
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        control_port, node_port = free_ports()
        (self.folder / "slurm.conf").write_text(CONF.format(
            folder=self.folder, host=self.host, user=getpass.getuser(),
            control_port=control_port, node_port=node_port, cores=len(os.sched_getaffinity(0)),
            memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20))
        self.daemons = {}

    @property
    def environment(self):
        return {"SLURM_CONF": str(self.folder / "slurm.conf")}

    def start(self):
        at = self.folder
        self.daemons["munged"] = self._run(
            "/usr/sbin/munged", "--foreground", "--force", f"--key-file={at}/munge.key",
            f"--socket={at}/munge.socket", f"--pid-file={at}/munge.pid",
            f"--log-file={at}/munge.log", f"--seed-file={at}/munge.seed")
        self._wait("a key service", (at / "munge.socket").exists)
        for name in ("slurmctld", "slurmd"):
            self.start_daemon(name)
        self.wait_ready()

    def start_daemon(self, name):
        more = ["-N", self.host] if name == "slurmd" else []
        self.daemons[name] = self._run(f"/usr/sbin/{name}", "-D", *more)

    def wait_ready(self):
        self._wait("an idle node", lambda: self.ask("sinfo", "-h", "-o", "%T").strip()
                   in ("idle", "mixed", "allocated"))

    def _run(self, *words):
        with open(self.folder / f"{Path(words[0]).name}.out", "ab") as out:
            return subprocess.Popen(words, env={**os.environ, **self.environment}, stdout=out,
                                    stderr=out, stdin=subprocess.DEVNULL)

    def _wait(self, what, ready, seconds=150):
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, f"{what} did not come; see {self.folder}/*.log"
            time.sleep(0.1)

    def ask(self, *words):
        done = subprocess.run(words, env={**os.environ, **self.environment}, text=True,
                              capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    def kill_daemon(self, name):
        """kill -9, as a fault of memory or a power cut would."""
        self.daemons[name].kill()
        self.daemons[name].wait()

    def wait_saved(self):
        """Until the controller has written down the jobs as they are now; a change makes it do so.
        One that remembers a job as waiting starts it twice, and Slurm then drains the node."""
        since = time.time()
        for job in self.ask("squeue", "-h", "-o", "%A").split():
            self.ask("scontrol", "update", f"JobId={job}", "Comment=saved")
        state = self.folder / "state/job_state"
        self._wait("the controller's state",
                   lambda: state.exists() and state.stat().st_mtime >= since)

    def tasks(self):
        """Ids of the processes that are a task of ours on the node."""
        return self._processes(
            lambda entry: b"gradebook.node" in (entry / "cmdline").read_bytes().split(b"\0"))

    def steps(self):
        """Ids of slurmstepd, which keeps a task when slurmd is gone."""
        return self._processes(lambda entry: (entry / "comm").read_text() == "slurmstepd\n")

    def _processes(self, wanted):
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it may have ended
                if wanted(entry) and self.ours(entry):
                    found.append(int(entry.name))
        return found

    def ours(self, entry):
        return f"SLURM_CONF={self.folder}/".encode() in (entry / "environ").read_bytes()

    def stop(self):
        self.ask("scancel", "--me")
        self.ask("scontrol", "shutdown")
        for pid in (*self.steps(), *self.tasks()):
            kill(pid)
        for daemon in self.daemons.values():
            daemon.kill()
            daemon.wait()
