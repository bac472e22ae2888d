"""What a policy file says to the gradebook. Points and limits are read by the C side.

    late.deadline = 2026-11-30 23:59 +0100    when lateness begins
    batch.attempts = last                     which of several attempts counts: last, newest, best
    batch.file = mm.c                         the one file that is taken
    batch.prefix = malloc-lab-                what clones, or Blackboard's files, have before the id
    batch.human = CODE CODE                   findings after which a person must look
    batch.tries = 3                           how often a file is run that meets a fault of ours
    batch.seconds = 1800                      one submission may take so long
    batch.landmarks = 1                       grade starter, stages and reference beside the class
    hidden.mix = 1                            traces of this category stay unknown to students
    platform.visibility = visible             on Gradescope: visible, after_due_date, …
    platform.leaderboard = 1                  on Gradescope: 0 for none

and with EXECUTOR=slurm, none of them needed:

    slurm.partition = long                    as sbatch has them
    slurm.account = cs101
    slurm.time = 2:00:00                      for one task; what does not fit goes on in another
    slurm.memory = 3G                         for one task; a limit and a GiB more if left out
    slurm.options = --qos=low --nice          anything else for sbatch
    slurm.chunk = 25                          submissions for one task
    slurm.doctor = sh check.sh                what says whether a node may time; the lab's own
    slurm.unfit = refuse                      nodes of which it says no; or `allow`
"""

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path

from .files import decoded, save, sha256
from .kit import ROOT
from .problem import Problem
from .text import visible

# These keys change points, not measurements: a new value needs no new run (but see run.py on a
# speed that counts for more).
POINTS_ONLY = re.compile(r"""(name|correctness|utilization|throughput|checker\.full
    |utilization\.zero|utilization\.full|throughput\.full|late\..*|hand\..*|batch\..*|hidden\..*
    |platform\..*|slurm\..*)$""",
                         re.VERBOSE)

SCHEMA = json.loads((ROOT / "grader/engine/record.schema.json").read_text())
CODES = frozenset(SCHEMA["$defs"]["finding"]["properties"]["code"]["enum"])
# Findings after which no machine should have the last word.
HUMAN = "INCONCLUSIVE METRICS_DISAGREE OVERFITTED BUSY FORBIDDEN"
ATTEMPTS = ("last", "newest", "best")
BATCH = {"attempts": "last", "file": "mm.c", "prefix": "", "human": HUMAN, "tries": "3",
         "seconds": "1800", "landmarks": "1"}
SLURM = {"partition": "", "account": "", "time": "", "memory": "", "options": "", "chunk": "25",
         "doctor": "", "unfit": "refuse"}
OURS = {*(f"batch.{key}" for key in BATCH), *(f"slurm.{key}" for key in SLURM),
        "platform.visibility", "platform.leaderboard"}
VISIBILITY = ("visible", "after_due_date", "after_published", "hidden")


@dataclass
class Settings:
    path: Path
    name: str
    sha256: str
    measures: str  # hash of all that changes what is measured
    data: bytes  # of the file
    values: dict  # every key as written
    deadline: float | None
    batch: dict
    slurm: dict
    kept: Path  # what is graded by
    hidden: frozenset  # categories

    def keep(self, folder):
        """Of a class it is a copy: the teacher may edit the file meanwhile."""
        self.kept = folder / f"{self.sha256}.policy"
        save(self.kept, self.data)

    @property
    def human(self):
        return frozenset(self.batch["human"].split())

    @property
    def parts(self):
        """{part marked by hand: most points}."""
        return {key.removeprefix("hand."): float(value) for key, value in self.values.items()
                if key.startswith("hand.")}

    @property
    def throughput(self):
        return float(self.values.get("throughput", 0))

    @property
    def tries(self):
        return int(self.batch["tries"])

    @property
    def seconds(self):
        return float(self.batch["seconds"])


def read_time(text):
    """Seconds since 1970 of `2026-11-30 23:59 +0100`; without a zone it is the local one."""
    text = re.sub(r"\s+([+-]\d\d:?\d\d|Z)$", r"\1", text.strip())
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc).timestamp()
    except OverflowError as error:  # in the year 1 or 9999, and in another one at Greenwich
        raise ValueError(str(error)) from error


def _values(path, text):
    """{key: value}. Those that are no business of the C side are checked here."""
    values = {}
    for number, line in enumerate(text.split("\n"), 1):  # as policy.c; splitlines() knows more ends
        key, equals, value = line.partition("#")[0].partition("=")
        key, value = key.strip(), value.strip()
        if not equals:
            continue
        if key in values:
            raise Problem(f"{path}:{number}: this key was set before: '{visible(key)}'")
        _check(f"{path}:{number}", key, value)
        values[key] = value
    return values


def _measured(values):
    """The lines that decide what is measured. Of a weight, and of the points for a heap checker,
    only counts whether there are any."""
    kept = []
    for key, value in sorted(values.items()):
        if key.startswith("category.") or key == "checker":
            if (float(value) > 0) == (key == "checker"):
                kept.append(key)
        elif not POINTS_ONLY.match(key):
            kept.append(f"{key} {value}")
    return sha256("\n".join(kept).encode())


def _chosen(values, room, defaults):
    """The values of keys that begin with `room`, without it."""
    return {key: values.get(f"{room}.{key}", value) for key, value in defaults.items()}


def _check(place, key, value):
    good = {"batch.attempts": value in ATTEMPTS,
            "batch.file": re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]*\.c", value),
            "batch.human": CODES.issuperset(value.split()),
            "batch.tries": re.fullmatch(r"[1-9][0-9]?", value),
            "batch.seconds": re.fullmatch(r"[1-9][0-9]{0,5}", value),
            "batch.landmarks": value in ("0", "1"),
            "platform.visibility": value in VISIBILITY,
            "platform.leaderboard": value in ("0", "1"),
            "slurm.chunk": re.fullmatch(r"[1-9][0-9]{0,3}", value),
            "slurm.unfit": value in ("refuse", "allow")}.get(key, True)
    known = key in OURS or not key.startswith(("batch.", "slurm.", "platform."))
    if not (good and known):
        raise Problem(f"{place}: '{visible(key)} = {visible(value)}' is not understood; "
                      "grader/gradebook/settings.py lists the keys of the gradebook")
    if key == "late.deadline":
        _deadline(place, value)


def hidden_in(values):
    """The categories that stay unknown to students."""
    return frozenset(key.removeprefix("hidden.") for key, value in values.items()
                     if key.startswith("hidden.") and value != "0")


def _deadline(place, value):
    try:
        return read_time(value) if value else None
    except ValueError as error:
        raise Problem(f"{place}: late.deadline is a time such as 2026-11-30 23:59 +0100, not "
                      f"'{visible(value)}'") from error


def read(path):
    """The Settings of a policy file."""
    path = Path(path)
    try:
        data = path.read_bytes()
        values = _values(path, decoded(path, data, "the policy"))
        return Settings(
            path=path, name=values.get("name", path.stem), sha256=sha256(data),
            measures=_measured(values), data=data, values=values, kept=path,
            deadline=_deadline(path, values.get("late.deadline")),
            batch=_chosen(values, "batch", BATCH), slurm=_chosen(values, "slurm", SLURM),
            hidden=hidden_in(values))
    except OSError as error:
        raise Problem(f"{path}: the policy cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Problem(f"{path}: the policy has a value that is not understood: {error}") from error
