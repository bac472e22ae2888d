"""The store: one record per submission, kit, traces and policy, and an index of them.

    records/<key>.json     what was measured, written once, complete or not at all
    index.sqlite           what the gradebook needs of each record; made again when missing
    errors                 in the index: infrastructure errors of the last run

The records are the truth. The index is a cache: lose it, and it is read from the records.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

from .files import make_folder, save_json, sha256
from .problem import Problem

VERSION = 1
TABLES = """
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, submission TEXT, kit TEXT, traces TEXT,
    measures TEXT, summary TEXT);
CREATE INDEX IF NOT EXISTS by_submission ON records (submission);
"""


def key_of(submission, kit, settings):
    """The name of the record of this file under this kit, these traces and this policy."""
    return sha256(f"{submission} {kit.sha256} {kit.traces_sha256} {settings.measures}".encode())


def _checker(result):
    """What the points for the heap checker are made of: damage noticed, false alarms."""
    if not result:
        return None
    return [result["rate"], result["false_alarms"] / result["asked"] if result["asked"] else 0]


def summarize(envelope):
    """What a gradebook needs of a record; the pages of students read all of it."""
    record = envelope["record"]
    return {
        "traces": [[t["name"], t["category"], t["scored"], t["counted"]["valid"],
                    t["counted"]["utilization"], t["counted"]["ratio"]] for t in record["traces"]],
        "checker": _checker(record.get("checker")),
        "codes": sorted({f["code"] for f in record["findings"]}),
        "errors": sum(f["severity"] == "error" for f in record["findings"]),
        "utilization": record["utilization"], "ratio": record["throughput"]["ratio"],
        "protections": record["protections"], "official": record["official"],
        "machine": record["kit"]["machine"], "compiler": record["kit"]["compiler"],
        "seconds": record.get("seconds", {}),
    }


def index_problem(out, error):
    return Problem(f"{out}: the index cannot be written: {error}. Nothing is lost: see whether "
                   "the disk is full, and run the same command again; it goes on from here.")


class Store:
    def __init__(self, out):
        self.folder = make_folder(Path(out) / "records")
        self.path = Path(out) / "index.sqlite"
        self.index = self._open()
        self._synchronize()

    def _open(self):
        for _ in range(2):
            try:
                index = sqlite3.connect(self.path)
                if index.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
                    raise sqlite3.DatabaseError("another version")
                index.executescript(TABLES)
                index.execute(f"PRAGMA user_version = {VERSION}")
                index.execute("SELECT count(*) FROM records").fetchone()
                return index
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged, or of another time: it is only a cache
                with contextlib.suppress(OSError):
                    for tail in ("", "-journal"):
                        self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        raise sqlite3.DatabaseError("the index cannot be made")

    def _synchronize(self):
        """Makes the index say what the folder holds."""
        there = {path.stem for path in self.folder.glob("*.json")}
        known = {row[0] for row in self.index.execute("SELECT key FROM records")}
        with self.index:
            for key in known - there:
                self.index.execute("DELETE FROM records WHERE key = ?", (key,))
            for key in there - known:
                try:
                    self._insert(key, self.envelope(key))
                except (ValueError, KeyError, TypeError):  # not ours, or damaged: set aside
                    path = self.folder / f"{key}.json"
                    path.rename(path.with_suffix(".damaged"))

    def _insert(self, key, envelope):
        self.index.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)",
                           (key, envelope["submission"], envelope["kit"], envelope["traces"],
                            envelope["measures"], json.dumps(summarize(envelope))))

    def add(self, key, envelope):
        """Keeps a record; it is there for good when this returns."""
        save_json(self.folder / f"{key}.json", envelope)
        with self.index:
            self._insert(key, envelope)

    def summary(self, key):
        row = self.index.execute("SELECT summary FROM records WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def envelope(self, key):
        return json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
