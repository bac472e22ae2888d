"""Classroom 50: result.json of one student.

Points are whole numbers there: they are rounded. Who, what and when is told by the environment
of its runner (CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL, REVIEW_URL); for
a whole class CLASSROOM and ASSIGNMENT must be given, and the tag is one of a manual entry.
Where there is no grade there is no file: its runner takes that for a fault, not for a zero.
"""

import datetime
import json
import math
import re

from ..problem import Problem

SUFFIX = "json"
FILE = "result.json"


def _whole(value):
    return max(0, math.floor(value + 0.5))


def _tests(shown):
    tests = []
    for part in shown.parts:
        if part.max is not None:
            most = _whole(part.max)
            tests.append({"test-name": part.label, "passed": part.points == part.max,
                          "score": min(_whole(part.points or 0), most), "max-score": most,
                          "output": part.why})
    return tests + [{"test-name": trace["name"], "passed": trace["valid"], "score": 0,
                     "max-score": 0} for trace in shown.traces]


def _when(shown):
    said = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z", shown.submitted or "")
    if said:
        return "T".join(said.groups()) + "Z"
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def student(shown, options):
    if shown.total is None:
        return None
    for name in ("classroom", "assignment"):
        if not options.get(name):
            raise Problem(f"Classroom 50 asks whose result it is; give {name.upper()}=name")
    most, when = _whole(shown.max), _when(shown)
    tag = options.get("submission_tag") or f"submit/manual-{when.replace(':', '-')}"
    commit = options.get("commit_url") or tag
    return json.dumps({
        "schema": "classroom50/result/v1", "classroom": options["classroom"],
        "assignment": options["assignment"],
        "assignment_type": options.get("mode") or "individual",
        "owner": options.get("owner") or shown.id or "unknown", "submission": tag,
        "commit": commit, "release": options.get("release_url") or commit,
        "review": options.get("review_url") or commit, "datetime": when,
        "score": min(_whole(shown.total), most), "max-score": most, "tests": _tests(shown),
    }, indent=1).encode() + b"\n"
