"""What a student may see of a grade: made of that student's row and record alone.

The pages of the report and the files of all platforms are made of this. Nothing in it tells of
a hidden trace, of another student or of this machine, and no text in it is obeyed by a terminal.
Points are those of the row, which the C side has computed; nothing is added up here.
"""

import json
import re
import shlex
from dataclasses import dataclass, field

from . import text
from .files import sha256_of_file
from .kit import ROOT

SEVERITIES = {"error": 0, "warning": 1, "advice": 2}
LABELS = {"correctness": "Correctness", "utilization": "Utilization", "throughput": "Throughput",
          "checker": "Heap checker", "late": "Lateness", "points": "Points by hand",
          "override": "Decided by hand", "total": "Total"}
FINDINGS = 40  # on a page
PUBLIC = "grader/policy/final.policy", "grader/policy/checkpoint.policy"  # students have these
PATHS = ("/root", "/home", "/tmp", "/autograder", "/grade")  # of graders, not of students


class Scrub:
    """Takes the paths of this machine out of a text, and all that a reader could not see."""

    def __init__(self, paths):
        known = sorted({path for path in (*map(str, paths), *PATHS) if len(path) > 1}, key=len,
                       reverse=True)
        self.paths = re.compile(rf"(?:{'|'.join(map(re.escape, known))})(?:(/)|(?![\w-]))")

    def __call__(self, said, lines=False):
        said = self.paths.sub(lambda found: "" if found[1] else "…", said)
        if lines:
            return text.visible(said, keep="\n\t", limit=65536)
        return text.visible(said, limit=2000)


def label(name):
    return LABELS.get(name, name.removeprefix("hand.").replace("_", " ").capitalize())


class Hidden:
    """What hidden traces are called on a page: by their category and a number."""

    def __init__(self, record, categories):
        self.categories, self.names, count = categories, {}, {}
        for trace in record["traces"]:
            category = trace["category"]
            if category in categories:
                count[category] = count.get(category, 0) + 1
                self.names[trace["name"]] = f"{category}, hidden {count[category]}"

    def __contains__(self, name):
        return name in self.names or (name or "").partition("-")[0] in self.categories

    def show(self, name):
        if name in self and name not in self.names:  # one of many mixes that are one trace
            return name.partition("-")[0] + ", hidden"
        return self.names.get(name, name)


def public_policy(policy):
    """The path in the kit of the policy with this hash; None when it is the staff's own."""
    return next((public for public in PUBLIC if (ROOT / public).exists()
                 and sha256_of_file(ROOT / public) == policy), None)


def command(said, policy):
    """What a student may type. `policy`: the hash of the one that was graded by. Its seed makes the
    random mixes: who does not have it has mixes of the same kind in any grade. A trace that is not
    the lab's lies wherever the student has it."""
    if not re.search(r"POLICY=|TRACES?='?/", said):
        return said
    words = [re.sub(r"(TRACES?=)/.*/", r"\1", word) for word in shlex.split(said)]
    if "POLICY=" not in said:
        return shlex.join(words)
    words, public = [w for w in words if not w.startswith("POLICY=")], public_policy(policy)
    if public:
        return shlex.join([*words, f"POLICY={public}"])
    return shlex.join(["make", "grade", *(w for w in words[2:] if not w.startswith("MIX="))])


def findings(record, hidden, scrub):
    """(the worst FINDINGS of all findings, how many more there are). What the compiler has to say
    comes first, as in `make grade`: it may name the cause of the others."""
    worst = sorted(record["findings"], key=lambda f: (f["trace"] is not None,
                                                      SEVERITIES.get(f["severity"], 3)))
    said = []
    for finding in worst[:FINDINGS]:
        secret = finding["trace"] in hidden
        said.append({
            "code": finding["code"], "severity": finding["severity"],
            "trace": scrub(hidden.show(finding["trace"])) if finding["trace"] else "",
            "line": None if secret else finding["line"],
            "message": "on a hidden trace" if secret else scrub(finding["message"], lines=True),
            "cause": scrub(finding["usual_cause"], lines=True),
            # Students have no `make doctor`.
            "try": None if secret or not finding["try"] or finding["code"] == "INCONCLUSIVE" else
            scrub(command(finding["try"], record["policy"]["hash"])),
            "culprit": None if secret else finding.get("culprit")})
    return said, len(worst) - FINDINGS


@dataclass
class Part:
    name: str
    points: float | None
    max: float | None
    why: str

    @property
    def label(self):
        return label(self.name)


@dataclass
class Shown:
    """A grade, fit to be handed out. `total` is None where there is no grade yet: `why` says
    why not, and no platform may make a zero of it."""
    id: str
    name: str
    status: str
    why: list
    total: float | None
    max: float | None
    parts: list
    traces: list = field(default_factory=list)  # name, scored, valid, utilization, ratio
    findings: list = field(default_factory=list)
    more: int = 0  # findings that are left out
    output: str = ""  # what the submission printed
    utilization: float | None = None
    ratio: float | None = None
    missing: list = field(default_factory=list)  # protections that were not in force
    sandbox: str = ""
    sha256: str = ""
    submitted: str = ""

    def of_trace(self, name):
        """The findings on one trace; those on one of many mixes belong to all mixes."""
        return [f for f in self.findings if f["trace"] == name
                or f["trace"].partition("-")[0] == name]

    def general(self):
        names = {trace["name"] for trace in self.traces}
        return [f for f in self.findings
                if not names & {f["trace"], f["trace"].partition("-")[0]}]


def _traces(record, hidden, scrub):
    return [{"name": scrub(hidden.show(trace["name"])), "scored": trace["scored"],
             "valid": trace["counted"]["valid"], "utilization": trace["utilization"],
             "ratio": (trace["throughput"] or {}).get("ratio")} for trace in record["traces"]]


def _fill(shown, record, hidden_categories, scrub):
    hidden = Hidden(record, hidden_categories)
    shown.traces = _traces(record, hidden, scrub)
    shown.findings, shown.more = findings(record, hidden, scrub)
    shown.output = "" if hidden.names else scrub(record["output"]["text"], lines=True)
    shown.utilization, shown.ratio = record["utilization"], record["throughput"]["ratio"]
    shown.missing = [n for n, state in record["protections"].items() if state != "on"]
    shown.sandbox = record["kit"].get("compiler_sandbox", "")
    shown.sha256 = record["submission"]["sha256"]


def show(row, record=None, hidden=(), paths=()):
    """The Shown of a row (a dict of gradebook.jsonl) and its record, if it has one."""
    scrub = Scrub(paths)
    shown = Shown(row["id"], row["name"], row["status"],
                  [scrub(sentence) for _, sentence in row["reasons"]], row["total"], row["max"],
                  [Part(*line[:3], scrub(line[3])) for line in row["lines"]
                   if line[0] != "total"], submitted=row.get("submitted", ""))
    if record:
        _fill(shown, record, frozenset(hidden), scrub)
    return shown


def fault(sentence, owner="submission", paths=()):
    """The Shown of what could not be graded, by a fault of ours."""
    return show({"id": owner, "name": "", "status": "infrastructure", "total": None, "max": None,
                 "reasons": [["INFRASTRUCTURE", sentence]], "lines": []}, paths=paths)


# ---- as text --------------------------------------------------------------------------

def clip(said, limit):
    return said if len(said) <= limit else said[:limit] + "…"


def finding_text(finding, limit):
    where = ":".join(str(part) for part in (finding["trace"], finding["line"]) if part)
    lines = [f"{finding['code']} {where}".rstrip(), clip(finding["message"], limit),
             "usual cause: " + clip(finding["cause"], limit)]
    if finding["try"]:
        lines.append("try: " + clip(finding["try"], limit))
    return "\n  ".join(lines)


def number(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def summary(shown, limit):
    """The grade in a few lines."""
    if shown.total is None:
        return "\n".join(["This was not graded. It is not a zero.",
                          *(clip(sentence, limit) for sentence in shown.why)])
    lines = [f"Score {number(shown.total)} of {number(shown.max)}"]
    lines += [f"  {part.label} {number(part.points)}"
              + (f" of {number(part.max)}" if part.max is not None else "")
              + f"   {clip(part.why, limit)}".rstrip() for part in shown.parts]
    lines += [f"A person will look at this: {clip(sentence, limit)}" for sentence in shown.why]
    if shown.missing:
        lines.append("Graded without these protections: " + ", ".join(shown.missing))
    return "\n".join(lines)


def full_text(shown, limit, findings=12):
    """Summary and findings, for platforms that show a page of text."""
    left = len(shown.findings) - findings + shown.more
    return "\n\n".join([summary(shown, limit),
                        *(finding_text(f, limit) for f in shown.findings[:findings]),
                        *([f"and {left} more findings"] if left > 0 else []),
                        *([f"Your program printed:\n{clip(shown.output, limit)}"]
                          if shown.output else [])])


def bounded(build, most):
    """build(limit) as JSON of at most `most` bytes: texts are cut shorter until it fits."""
    for limit in (4000, 1000, 250, 60, 10):
        data = json.dumps(build(limit), indent=1, allow_nan=False).encode() + b"\n"
        if len(data) <= most:
            return data
    raise ValueError("a result is too large even without its texts")
