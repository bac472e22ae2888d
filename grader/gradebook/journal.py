"""The journal: who did what and when, one line of JSON each, never changed, only added to.

Each line holds the hash of the line before it, so that a line which was changed or taken out
is noticed. A line that a crash cut in the middle never happened.
"""

import datetime
import getpass
import json
import os
from pathlib import Path

from .files import disk_problem, sha256
from .problem import Problem


def who():
    try:
        return os.environ.get("AUTHOR") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"user {os.getuid()}"


class Journal:
    def __init__(self, out):
        self.path = Path(out) / "journal.jsonl"
        self.entries, self.last, self.whole = self._read()

    def _read(self):
        """All entries; stops with a Problem at a line that does not follow from the one before."""
        entries, last, whole = [], "", 0
        data = self.path.read_bytes() if self.path.exists() else b""
        for number, line in enumerate(data.splitlines(keepends=True), 1):
            if not line.endswith(b"\n"):
                break
            try:
                entry = json.loads(line)
                good = entry["previous"] == last
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                raise Problem(f"{self.path}:{number}: the journal was changed: this line does not "
                              "follow from the one before it")
            entries.append(entry)
            last, whole = sha256(line), whole + len(line)
        return entries, last, whole

    def add(self, action, **about):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        entry = {"action": action, "who": who(), "when": now, "previous": self.last, **about}
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode(
            errors="backslashreplace") + b"\n"
        try:
            with open(self.path, "ab") as out:
                if out.tell() > self.whole:
                    os.truncate(self.path, self.whole)
                out.write(line)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise disk_problem(self.path, error) from error
        self.entries.append(entry)
        self.last, self.whole = sha256(line), self.whole + len(line)
        return entry

    def latest(self, *actions):
        return next((e for e in reversed(self.entries) if e["action"] in actions), None)
