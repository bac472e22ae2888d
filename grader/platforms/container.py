"""A stand-in for a platform's container: a root folder of its own, no network, what it costs.

bubblewrap shows the system's /usr and /etc read-only, and beside them only what is bound in. In
`stubs` lie commands that have no use offline: apt-get, which checks that what is asked for is
installed here; sudo, which runs the rest of its line.

Two kinds are known: `namespaces`, with all rights of root; and `docker`, with the capabilities
that Docker leaves to root and without any namespace (tests/system/no_namespaces.py). `powerless`
is the latter for an ordinary user: nothing is left there by which a compiler could be confined.
"""

import contextlib
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("namespaces", "docker", "powerless")
# What Docker leaves to root.
DOCKER = ("chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw "
          "sys_chroot mknod audit_write setfcap").split()
APT = """#!/bin/sh
# Offline: is everything that is asked for installed?
[ "$1" != install ] || for word; do
    case $word in -*|install) ;; *) dpkg-query -W "$word" >/dev/null 2>&1 ||
        { echo "E: Unable to locate package $word" >&2; exit 100; } ;; esac
done
"""
# Runs the rest of its line, and writes what all of it has cost.
COST = """import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open("/cost/seconds", "w").write(str(used.ru_utime + used.ru_stime))
sys.exit(status if status >= 0 else 128 - status)
"""
STUBS = {"cost.py": COST, "apt-get": APT, "sudo": '#!/bin/sh\nexec "$@"\n', "sysctl": "#!/bin/sh\n"}
LOOK = 0.1  # seconds between two looks at the memory


@dataclass
class Ended:
    status: int
    output: bytes
    cpu: float  # seconds of processor time, of all processes
    peak: int  # bytes of memory, of all processes together
    killed: bool  # for its memory or its time, as a platform would


def _children():
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(entry.name))
    return found


def _memory(pid):
    """Bytes of a process and all below it; what they share is counted once."""
    children, family, total = _children(), [pid], 0
    for one in family:
        family += children.get(one, [])
        with contextlib.suppress(OSError, StopIteration, ValueError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total


class Container:
    def __init__(self, folder, kind="namespaces", memory=None, seconds=1800):
        self.folder, self.kind, self.memory, self.seconds = folder, kind, memory, seconds
        self.stubs = folder / "stubs"
        self.cost = folder / "cost"
        for place in (self.stubs, self.cost):
            place.mkdir(parents=True, exist_ok=True)
        stubs = STUBS | {"no_namespaces.py": (ROOT / "grader/tests/system/no_namespaces.py").read_text()}
        for name, text in stubs.items():
            (self.stubs / name).write_text(text)
            (self.stubs / name).chmod(0o755)

    def _words(self, binds, cwd):
        words = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent",
                 "--new-session", "--clearenv", "--proc", "/proc", "--dev", "/dev",
                 "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0755", "--dir", "/var",
                 "--perms", "0755", "--dir", "/var/lib", "--perms", "0755", "--dir", "/home",
                 "--setenv", "PATH", "/stubs:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                 "--setenv", "HOME", "/tmp"]
        for path in ("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64", "/var/lib/dpkg"):
            words += ["--ro-bind-try", path, path]
        words += ["--ro-bind", str(self.stubs), "/stubs", "--bind", str(self.cost), "/cost"]
        for inside, outside in binds.items():
            words += ["--bind", str(outside), inside]
        if os.geteuid() == 0:
            rights = ["ALL"] if self.kind == "namespaces" else [f"CAP_{c.upper()}" for c in DOCKER]
            words += ["--cap-drop", "ALL", *(w for right in rights for w in ("--cap-add", right))]
        words += ["--chdir", cwd, "--", "/usr/bin/python3", "/stubs/cost.py"]
        if self.kind != "namespaces":
            words += ["/usr/bin/python3", "/stubs/no_namespaces.py"]
        if self.kind == "powerless":
            subprocess.run(["chmod", "-R", "a+rwX", *binds.values()], check=True)
            words += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        return words

    def run(self, command, binds, cwd="/", env=None):
        """Runs words in the container; `binds`: {path inside: folder outside}."""
        words = self._words({k: Path(v).resolve() for k, v in binds.items()}, cwd)
        words += ["env", *(f"{k}={v}" for k, v in (env or {}).items()), *command]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        output = []
        reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
        reader.start()
        peak, killed = self._watch(process)
        reader.join()
        seconds = self.cost / "seconds"
        cost = float(seconds.read_text()) if seconds.exists() else 0
        seconds.unlink(missing_ok=True)
        return Ended(process.returncode, output[0], cost, peak, killed)

    def _watch(self, process):
        """Waits; ends all when it takes more memory or time than there is."""
        peak, killed, deadline = 0, False, time.monotonic() + self.seconds
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            if time.monotonic() > deadline or (self.memory and peak > self.memory):
                killed = True
                process.kill()
            time.sleep(LOOK)
        return peak, killed
