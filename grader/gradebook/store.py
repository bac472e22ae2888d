"""The store: one record per submission, kit, traces and policy, and an index of them.

    records/<key>.json     what was measured, written once, complete or not at all
    index.sqlite           what rows and points are made of; made again when missing

The records are the truth. The index is a cache: lose it, and it is read from the records.
"""

import contextlib
import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern

from .files import make_folder, save_json, sha256, sha256_of_file
from .problem import Problem

VERSION = 5
TABLE = """
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, summary TEXT, scored TEXT, stamp INTEGER)
"""


def key_of(submission, kit, settings):
    """The name of the record of this file under this kit, these traces and this policy."""
    return sha256(f"{submission} {kit.sha256} {kit.traces_sha256} {settings.measures}".encode())


def _checker(result):
    """What the points for the heap checker are made of: damage noticed, false alarms."""
    if not result:
        return None
    return [result["rate"], result["false_alarms"] / result["asked"] if result["asked"] else 0]


def scored(record):
    """What points are made of: each trace, and the heap checker. Too much to be kept in memory
    for a whole class."""
    return {"traces": [[t["category"], t["counted"]["valid"], t["counted"]["utilization"],
                        t["counted"]["ratio"]] for t in record["traces"]],
            "checker": _checker(record.get("checker"))}


@dataclass(slots=True)
class Summary:
    """What a row of the gradebook shows of a record; the pages of students read all of it."""
    codes: list  # of findings
    missing: list  # protections that were not in force
    utilization: float | None
    ratio: float | None
    machine: str
    compiler: str
    half: float  # points: the total is known to within so many
    policy: str  # hash of the policy that it was measured for

    def __post_init__(self):  # the same words in every row: once in memory
        self.codes, self.missing = list(map(intern, self.codes)), list(map(intern, self.missing))
        self.machine, self.compiler = intern(self.machine), intern(self.compiler)
        self.policy = intern(self.policy)


def summarize(record):
    return Summary(sorted({f["code"] for f in record["findings"]}),
                   [name for name, state in record["protections"].items() if state != "on"],
                   record["utilization"], record["throughput"]["ratio"],
                   record["kit"]["machine"], record["kit"]["compiler"],
                   (record["score"] or {}).get("plus_minus") or 0, record["policy"]["hash"])


def index_problem(out, error):
    return Problem(f"{out}: the index cannot be written: {error}. Nothing is lost: see whether "
                   "the disk is full, and run the same command again; it goes on from here.")


class Records:
    """The folder of records: all that a machine which only grades needs."""

    def __init__(self, out):
        self.folder = make_folder(Path(out) / "records")

    def path(self, key):
        return self.folder / f"{key}.json"

    def add(self, key, envelope, old=""):
        """Keeps a record; it is there for good when this returns. It takes the place of the
        version `old`, of no other: of two that grade the same, the first one counts."""
        if self.version(key) == old:
            save_json(self.path(key), envelope)

    def version(self, key):
        """A name of what the record holds; empty when there is none."""
        try:
            return sha256_of_file(self.path(key))
        except FileNotFoundError:
            return ""

    def stamps(self):
        """{key of a record: when its file came to be}, of all."""
        with os.scandir(self.folder) as entries:
            return {entry.name[:-5]: entry.stat().st_mtime_ns for entry in entries
                    if entry.name.endswith(".json") and not entry.name.startswith(".")}

    def envelope(self, key):
        return json.loads(self.path(key).read_text(encoding="utf-8"))


class Store(Records):
    """The records and their index."""

    def __init__(self, out):
        super().__init__(out)
        self.path_of_index = Path(out) / "index.sqlite"
        self.index = self._open()
        self._synchronize()

    def _open(self):
        for _ in range(2):
            try:
                index = sqlite3.connect(self.path_of_index)
                if index.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
                    raise sqlite3.DatabaseError("another version")
                index.execute(TABLE)
                index.execute(f"PRAGMA user_version = {VERSION}")
                index.execute("SELECT count(*) FROM records").fetchone()
                return index
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged, or of another time: it is only a cache
                with contextlib.suppress(OSError):
                    for tail in ("", "-journal"):
                        Path(f"{self.path_of_index}{tail}").unlink(missing_ok=True)
        raise sqlite3.DatabaseError("the index cannot be made")

    def _synchronize(self):
        """Makes the index say what the folder holds."""
        there = self.stamps()
        known = dict(self.index.execute("SELECT key, stamp FROM records"))
        with self.index:
            for key in known.keys() - there.keys():
                self.index.execute("DELETE FROM records WHERE key = ?", (key,))
            for key, _ in there.items() - known.items():
                try:
                    self._insert(key, self.envelope(key))
                except (ValueError, KeyError, TypeError):  # not ours, or damaged: set aside
                    self.path(key).rename(self.path(key).with_suffix(".damaged"))

    def _insert(self, key, envelope):
        stamp = self.path(key).stat().st_mtime_ns
        record = envelope["record"]
        self.index.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)",
                           (key, json.dumps(asdict(summarize(record))),
                            json.dumps(scored(record)), stamp))

    def add(self, key, envelope, old=""):
        super().add(key, envelope, old)
        self.take(key)

    def take(self, key):
        """Puts a record of the folder into the index; its envelope."""
        envelope = self.envelope(key)
        with self.index:
            self._insert(key, envelope)
        return envelope

    def _column(self, name, key):
        row = self.index.execute(f"SELECT {name} FROM records WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def summary(self, key):
        """The Summary of a record; None where there is none."""
        known = self._column("summary", key)
        return Summary(**known) if known else None

    def scored(self, key):
        """What its points are made of, as scored() gives it."""
        return self._column("scored", key)
