"""Calls the gradebook as `make batch` does, on deliveries that a test has laid out."""

import contextlib
import csv
import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import driver

MEASURED = ("speed_ratio",)  # all that a clock has a hand in when throughput has no points

# Answers at once with the record of any submission: tests of what comes after grading.
FAKE = r"""#!/bin/sh
# A stand-in for mdriver: the record in $FAKE_RECORD, with this submission's hash.
while [ $# -gt 0 ]; do case "$1" in --json) json=$2;; --submission) file=$2;; esac; shift; done
sha=$(sha256sum < "$file") && sha=${sha%% *}
[ -n "$json" ] || exit 0 # only asked whether all is well
if grep -q UNLUCKY "$file"; then echo "mdriver: no luck today" >&2; exit 2; fi
if grep -q SIGNAL "$file"; then kill -9 $$; fi
sed "s/SHA256/$sha/" "$FAKE_RECORD" > "$json.part" && mv "$json.part" "$json"
"""


def trace(name, category="mix", utilization=0.9, ratio=0.5, findings=()):
    return {"name": name, "category": category, "scored": True, "valid": True, "ops": 10,
            "utilization": utilization, "reference_utilization": 0.95, "peak_payload": 100,
            "peak_heap": 120, "sbrk_calls": 1, "pages_touched": 1,
            "throughput": {"ratio": ratio, "low": ratio * 0.9, "high": ratio * 1.1,
                           "ns_per_operation": 20.5, "reference_ns_per_operation": 10.25,
                           "rounds": 9, "stopped_early": False},
            "counted": {"valid": True, "utilization": utilization / 0.95, "ratio": ratio},
            "findings": list(findings)}


def finding(code, trace=None, message="something happened", severity="error"):
    return {"code": code, "severity": severity, "trace": trace, "line": 7 if trace else None,
            "message": message, "usual_cause": "a slip of the pen",
            "try": f"make grade TRACES=traces/{trace}.rep"}


def fake_record(traces, findings=(), output=""):
    on = dict.fromkeys(("separate_process", "sealed_orders", "resource_limits",
                        "system_call_filter", "confined_compiler"), "on")
    return {"schema": "brklab-record/1", "profile": "modern", "official": True,
            "policy": {"name": "x", "hash": "0" * 64},
            "submission": {"name": "mm.c", "sha256": "SHA256", "static_bytes": 0},
            "score": None, "utilization": 0.9, "findings": list(findings), "traces": traces,
            "throughput": {"ratio": 0.5, "low": 0.4, "high": 0.6, "confidence": 0.95,
                           "metric": "time", "estimate": True},
            "output": {"text": output, "cut": False}, "protections": on,
            "kit": {"version": "0", "compiler": "cc", "flags": "-O2", "machine": "one",
                    "system": "Linux", "heap_room": 1},
            "seconds": {"compile": 0, "checked": 0, "timed": 0}}


class Classroom:
    """A folder with submissions, a policy, an OUT, and a way to call the gradebook on them."""

    def __init__(self, folder, **policy):
        self.folder, self.out = folder, folder / "out"
        self.submissions = folder / "submissions"
        self.submissions.mkdir(exist_ok=True)
        (folder / "reference").symlink_to(driver.POLICIES / "reference")
        self.policy = self.write_policy("class.policy", **policy)
        self.trace = folder / "mix-short.rep"
        self.trace.write_text(driver.SHORT_TRACE)
        self.files = {}
        self.fake = None

    def write_policy(self, name, **changes):
        quick = {"throughput": 0, "timing__seconds": 0, "limit__trace_seconds": 1,
                 "limit__operation_seconds": 0.5, "timing__official_seconds": 0,
                 "metrics__factor": 1000, "batch__landmarks": 0}
        return driver.write_policy(self.folder / name, **quick | changes)

    def put(self, path, data=b""):
        path = self.submissions / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def give(self, name, text):
        """A file for the option `name`: roster, marks or adjust."""
        self.files[name] = self.folder / f"{name}.txt"
        self.files[name].write_text(text)

    def pretend(self, record):
        """From now on a stand-in answers in place of mdriver."""
        self.fake = self.folder / "mdriver"
        self.fake.write_text(FAKE)
        self.fake.chmod(0o755)
        (self.folder / "record.json").write_text(json.dumps(record))

    def words(self, action, **options):
        kit = driver.built()["folder"]
        if action in ("publish", "export", "recall"):
            return [sys.executable, "-m", "gradebook", action, "--out", str(self.out),
                    *(f"--{name}={value}" for name, value in options.items())]
        given = {"policy": self.policy, "submissions": self.submissions, "out": self.out,
                 "kit": kit, "traces": self.trace, **self.files, **options}
        command = [str(kit / "mdriver"), *driver.built()["command"][1:]]
        if self.fake:
            command[0] = str(self.fake)
        return [sys.executable, "-m", "gradebook", action,
                *(f"--{name}={value}" for name, value in given.items()), "--", *command,
                "--official"]

    def environment(self):
        return {**driver.environment(), "PYTHONPATH": str(driver.ROOT / "grader"),
                "PYTHONDONTWRITEBYTECODE": "1", "FAKE_RECORD": str(self.folder / "record.json"),
                "AUTHOR": "the test"}

    def start(self, action="batch", **options):
        """Ctrl-C reaches it even where a shell has us in the background, deaf to it."""
        return subprocess.Popen(self.words(action, **options), cwd=driver.ROOT, text=True,
                                env=self.environment(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def call(self, action="batch", expect=0, **options):
        """The same within this process, which is quicker; what it printed."""
        from gradebook.__main__ import main
        words, before, said = self.words(action, **options), dict(os.environ), io.StringIO()
        env = self.environment()
        os.environ.clear()
        os.environ.update(env)
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), \
                    contextlib.chdir(driver.ROOT):
                status = main(words[3:])
        finally:
            os.environ.clear()
            os.environ.update(before)
            time.tzset()
        gc.collect()  # a folder is locked for as long as its batch is remembered
        assert status == expect, said.getvalue()
        return said.getvalue()

    def rows(self, out=None):
        text = ((out or self.out) / "gradebook.csv").read_text("utf-8-sig")
        return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}

    def records(self):
        return sorted(path.name for path in (self.out / "records").glob("*.json"))

    def page(self, student):
        """The text of a student's page."""
        from gradebook.text import slug
        return (self.out / f"site/students/{slug(student)}.html").read_text()

    def journal(self):
        return [json.loads(line) for line in (self.out / "journal.jsonl").read_text().splitlines()]


def unmeasured(path):
    """A gradebook's table without what a clock had a hand in, to be compared byte by byte."""
    rows = list(csv.DictReader(io.StringIO(Path(path).read_text("utf-8-sig"))))
    for row in rows:
        for column in MEASURED:
            row[column] = "measured" if row[column] else ""
    return json.dumps(rows)


def descendants(pid):
    """Ids of a process and of all below it."""
    found, children = [pid], {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    for one in found:
        found += children.get(one, [])
    return found


def kill_one(process, dice):
    """kill -9 of one of our processes, chosen by `dice`; its id."""
    victim = dice.choice(descendants(process.pid))
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return victim


def wait_gone(pids, seconds=30):
    """What is still alive after a while; dead ones that nobody has waited for are gone."""
    deadline = time.monotonic() + seconds
    while (pids := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids if alive(pid)]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
