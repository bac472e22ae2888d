"""Autolab: the output of an autograder, whose last line holds the scores.

Autolab takes the last line of all that was printed. Before it reads it as JSON it puts quotes
round whatever looks like `word:`, inside of strings too; so nothing in that line does, and
nothing that a student wrote is in it. A problem that Autolab does not know is lost: PROBLEMS
must be there before (the package brings those of a grade that it makes itself). Where there
is no grade the last line is a sentence, which Autolab reports as an error of the autograder
and not as a zero.
"""

import json
import re

from ..shown import clip, full_text, label, summary

SUFFIX = "txt"
FILE = "autograde.txt"
PROBLEMS = ("Correctness", "Utilization", "Throughput", "Heap checker", "Lateness",
            "Points by hand", "Decided by hand")
REWRITTEN = re.compile(r"[a-zA-Z0-9]+:")  # what Autolab puts quotes round
HINT = 400  # characters


def scores(shown):
    """{problem: points}. Autolab adds them up: where that is not the total (somebody has
    decided, or it cannot be less than nothing), the total alone stands as decided by hand."""
    found = {}
    for part in shown.parts:
        name = _problem(part.name)
        found[name] = found.get(name, 0) + (part.points or 0)
    decided = any(part.name == "override" for part in shown.parts)
    if decided or abs(sum(found.values()) - shown.total) > 1e-6:
        return dict.fromkeys(found, 0) | {label("override"): shown.total}
    return found


def _problem(name):
    return re.sub(r"[^A-Za-z0-9 ]", " ", label(name))


def last_line(shown):
    if shown.total is None:
        return clip(" ".join(["Not graded, and not a zero.", *shown.why]).replace("\n", " "), 900)
    board = [round(value or 0, 4) for value in (shown.total, shown.utilization, shown.ratio)]
    line = json.dumps({"scores": scores(shown), "scoreboard": board}, allow_nan=False)
    if REWRITTEN.search(line):
        raise ValueError(f"Autolab would rewrite its last line: {line}")
    return line


def semantic(shown):
    """The line before: stages and traces, which Autolab lays out as a table."""
    built = not any(f["code"] == "COMPILE" for f in shown.findings)
    said = {"_presentation": "semantic", "stages": ["Build", "Traces"],
            "Build": {"compile": {"passed": built}}, "Traces": {}}
    for trace in shown.traces:
        entry = {"passed": trace["valid"]}
        for finding in shown.of_trace(trace["name"])[:1]:
            entry["hint"] = clip(f"{finding['code']}: {finding['message']}", HINT)
        said["Traces"][trace["name"]] = entry
    return json.dumps(said)


def student(shown, options):
    lines = [summary(shown, HINT) if shown.total is None else full_text(shown, 2000), ""]
    if shown.total is not None:
        lines.append(semantic(shown))
    return ("\n".join([*lines, last_line(shown)]) + "\n").encode()
