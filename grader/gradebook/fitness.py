"""May this node grade? Asked once an hour and node, before anything is graded there.

It may not when it lacks something (the starter cannot be graded), sees another kit, has
another compiler, or, where the policy gives points for speed, when `make doctor` says that
its clock is not to be trusted.
"""

import json
import os
import shlex
import subprocess
import time

from .files import save_json
from .kit import ROOT
from .problem import Problem

LASTS = 3600  # seconds that an answer is good for
DOCTOR = ROOT / "grader/doctor/doctor.sh"
TRACE = "traces/struct-types.rep"


class Unfit(Exception):
    """Why this node may not grade."""


def name():
    """The node's name, as Slurm has it."""
    return os.environ.get("SLURMD_NODENAME") or os.uname().nodename


def note(nodes, unfit=None):
    save_json(nodes / f"{name()}.json",
              {"fit": unfit is None, "why": str(unfit or ""), "checked": time.time()})


def _known(nodes):
    try:
        known = json.loads((nodes / f"{name()}.json").read_text())
    except (OSError, ValueError):
        return None
    return known if time.time() - known["checked"] < LASTS else None


def _doctor(kit, settings):
    own = settings.slurm["doctor"]
    return shlex.split(own) if own else ["sh", str(DOCTOR), str(kit.folder),
                                         str(kit.folder / TRACE)]


def _examine(kit, settings):
    try:
        kit.probe(settings.path, settings.seconds)
    except Problem as problem:
        raise Unfit(str(problem)) from problem
    if settings.throughput == 0 or settings.slurm["unfit"] == "allow":
        return
    done = subprocess.run(_doctor(kit, settings), cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
        raise Unfit("; ".join(failed or [(done.stdout + done.stderr).strip()[-300:]]))


def require(nodes, kit, settings, hold):
    """Raises Unfit. `hold` (executor.py): one task of a node asks, the others wait for its answer."""
    while not (held := hold("examined")):
        time.sleep(0.2)
    try:
        known = _known(nodes)
        if known is None:
            _examine(kit, settings)
            note(nodes)
        elif not known["fit"]:
            raise Unfit(known["why"])
    finally:
        held.close()
