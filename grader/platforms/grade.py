#!/usr/bin/python3
"""Grades one submission where a platform runs us, and writes the files that the platform reads.

    grade.py --write FORMAT=FILE … --submissions FOLDER --seconds N … -- mdriver …

The grade is mdriver's, official or none; points are made of its record by `score`; the file is
an export like that of a class (gradebook/exports). A submission that cannot be taken is put to
the compiler as a file that says so: the student reads it as a finding, and its points are the C
side's as well. Everything that is no grade is a fault: the file says so, and has no score.

A finding that a person should look at does not keep the student waiting: the grade is given as
provisional, and says that a person will look.

Exit status: 0 graded, 2 not graded.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gradebook import exports, points, settings, shown, tree  # noqa: E402
from gradebook.book import REASONS  # noqa: E402
from gradebook.files import save, sha256  # noqa: E402
from gradebook.intake import EXPLAIN, SOURCE_BYTES, problem_of  # noqa: E402
from gradebook.kit import Kit, version_of  # noqa: E402
from gradebook.problem import Problem  # noqa: E402
from gradebook.store import scored, summarize  # noqa: E402
from gradebook.text import visible  # noqa: E402

GRACE = 5  # seconds to end in order


class Fault(Exception):
    """Ours: there is no grade, and the sentence says why."""


def take(folder, name):
    """The submission's bytes; or bytes that cannot be compiled and say what was delivered."""
    path = Path(folder) / name
    try:
        data = tree.read_file(path, SOURCE_BYTES)
        problem = problem_of(data)
    except OSError:
        problem = ("LINK" if path.is_symlink() else "UNREADABLE" if path.exists() else "NO_FILE")
    if not problem:
        return data
    return f"#error {name} was not delivered as it should be: {EXPLAIN[problem]}\n".encode()


def run(words, slot, seconds):
    """Runs mdriver, ends it and all that it started after a while; (status, what it said)."""
    process = subprocess.Popen(words, cwd=slot, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        said = process.communicate(timeout=seconds)[1]
        return process.returncode, said.decode(errors="replace").strip()
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)  # it ends its compiler and runners itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=GRACE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise Fault(f"Grading took longer than {seconds:g} seconds and was stopped.") from None


def read_record(path, data):
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["submission"]["sha256"] != sha256(data) or record["official"] is not True:
            raise Fault("The grader left the record of another submission.")
    except (OSError, ValueError, KeyError) as error:
        raise Fault(f"The grader left no record that can be read: {error}") from error
    return record


def measure(kit, policy, data, seconds):
    """The official record of these bytes."""
    with tempfile.TemporaryDirectory(prefix="brklab-") as work:
        slot = kit.open_slot(Path(work) / "slot")
        (slot / "mm.c").write_bytes(data)
        # With its folder: the reference that the policy names lies there as well.
        shutil.copytree(policy.path.parent, slot / "policy")
        words = kit.words(slot, f"policy/{policy.path.name}", slot / "record.json")
        status, said = run(words, slot, seconds)
        if status not in (0, 1):
            raise Fault(f"The grader gave no grade: {said or f'it ended with status {status}'}")
        return read_record(slot / "record.json", data)


def owner():
    """The platform knows whose submission this is; most do not tell us."""
    return visible(os.environ.get("OWNER") or "submission")


def row_of(record, policy, tool):
    """The record as a row of a gradebook: see gradebook/book.py."""
    known = scored(record)
    grade = points.compute(tool, policy.path, [points.request("0", known["traces"],
                                                              known["checker"])])["0"]
    if grade.total is None:
        raise Fault("No trace that was run is scored under this policy.")
    reasons = [[code, REASONS.get(code, f"finding {code}")] for code in summarize(record).codes
               if code in policy.human]
    return {"id": owner(), "name": "", "status": "human" if reasons else "graded", "reasons": reasons,
            "total": grade.total, "max": grade.max,
            "lines": [[line.name, line.points, line.max, line.text] for line in grade.lines
                      # of a class: on a platform lateness and marks are its own affair
                      if line.name in ("correctness", "utilization", "throughput", "checker",
                                       "total")]}


def options_of(policy):
    """What formats may ask for: keys of the policy, and of the environment."""
    return {key: value for key, value in policy.values.items() if key.startswith("platform.")} | {
        name.lower(): os.environ[name] for name in
        ("CLASSROOM", "ASSIGNMENT", "OWNER", "MODE", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL",
         "REVIEW_URL") if os.environ.get(name)}


def write(files, seen, options):
    """`files`: (format, path). A format that has no word for a fault leaves no file."""
    for format, path in files:
        module = exports.find(format)
        one = getattr(module, "student", None)
        data = one(seen, options) if one else module.students([seen], options)
        if data is not None:
            save(path, data)


def said(seen):
    """For the log. Hosts of code obey some lines of it, such as `::warning::`: not ours."""
    lines = shown.full_text(seen, 2000).replace("##[", "## [").splitlines()
    return "\n".join("| " + line for line in lines)


def arguments(words):
    parser = argparse.ArgumentParser(prog="grade.py", allow_abbrev=False)
    for name in ("submissions", "policy", "kit", "compiler", "profile", "seconds"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--traces", nargs="+", required=True)
    parser.add_argument("--write", required=True, help="FORMAT=FILE, one a line")
    at = words.index("--")
    return parser.parse_args(words[:at]), words[at + 1:]


def grade(asked, command, policy):
    kit = Kit(Path(asked.kit).resolve(), [str(Path(command[0]).resolve()), *command[1:]],
              version_of(asked.compiler), asked.profile, True, asked.traces)
    data = take(asked.submissions, policy.batch["file"])
    record = measure(kit, policy, data, float(asked.seconds))
    return shown.show(row_of(record, policy, kit.folder / "score"), record, policy.hidden,
                      [kit.folder])


def main(words):
    asked, command = arguments(words)
    files = [tuple(line.split("=", 1)) for line in asked.write.splitlines()]
    try:
        policy = settings.read(asked.policy)
        seen = grade(asked, command, policy)
        write(files, seen, options_of(policy))
        print(said(seen))
        return 0
    except (Fault, Problem) as fault:
        seen = shown.fault(str(fault), owner(), [Path(asked.kit).resolve()])
        print(said(seen))
        write(files, seen, {})
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
