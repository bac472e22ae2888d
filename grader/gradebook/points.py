"""Points, by the C tool `score`: records become its input, its output becomes lines.

No point is added up in Python. The format is described in score_main.c.
"""

import math
import subprocess
from dataclasses import dataclass, field
from sys import intern

from .problem import Problem


@dataclass(slots=True)
class Line:
    name: str
    points: float | None
    max: float | None
    text: str


@dataclass(slots=True)
class Grade:
    traces: list = field(default_factory=list)  # fractions earned, in the record's order
    categories: list = field(default_factory=list)  # name, weight, traces, three fractions
    lines: list = field(default_factory=list)

    def line(self, name):
        return next((line for line in self.lines if line.name == name), None)

    @property
    def total(self):
        return self.lines[-1].points

    @property
    def max(self):
        return self.lines[-1].max


def _number(value):
    return "-" if value is None or not math.isfinite(value) else repr(float(value))


def request(name, traces=(), checker=None, late=None, decisions=(), marks=None):
    """The lines for one submission. `traces` and `checker` as store.scored() gives them."""
    lines = [f"begin\t{name}"]
    for category, valid, utilization, ratio in traces:
        if not category.isprintable():
            raise Problem(f"the name of a category of traces cannot be printed: {category!r}")
        lines.append(f"trace\t{category}\t{int(valid)}\t{_number(utilization)}\t{_number(ratio)}")
    if checker:
        lines.append(f"checker\t{_number(checker[0])}\t{_number(checker[1])}")
    if late is not None:
        lines.append(f"late\t{_number(late)}")
    extension = sum(d.value for d in decisions if d.kind == "extension")
    if extension:
        lines.append(f"extension\t{_number(extension)}")
    lines += [f"hand\t{part}\t{_number(points)}" for part, points in sorted((marks or {}).items())]
    lines += [f"points\t{_number(d.value)}" for d in decisions if d.kind == "points"]
    lines += [f"override\t{_number(d.value)}" for d in decisions if d.kind == "override"]
    return "\n".join([*lines, "end"]) + "\n"


def _float(text):
    return None if text == "-" else float(text)


def _parse(output, detailed):
    grades, now = {}, None
    for line in output.split("\n"):  # splitlines() knows more ends, which a part's name may hold
        if not detailed and line.startswith(("trace", "category")):
            continue
        word, *rest = line.split("\t")
        if word == "begin":
            now = grades[rest[0]] = Grade()
        elif word == "trace":
            now.traces.append([_float(value) for value in rest])
        elif word == "category":
            now.categories.append([rest[0], float(rest[1]), int(rest[2]),
                                   *(_float(value) for value in rest[3:])])
        elif word == "line":
            now.lines.append(Line(intern(rest[0]), _float(rest[1]), _float(rest[2]),
                                  intern(rest[3])))
    return grades


def compute(tool, policy, requests, detailed=False):
    """{name: Grade} for all requests, which are texts made by request(); with what each trace
    earned where that is asked for."""
    done = subprocess.run([str(tool), str(policy)], input="".join(requests), capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise Problem(done.stderr.strip() or f"score ended with status {done.returncode}")
    return _parse(done.stdout, detailed)
