"""PrairieLearn: results.json of one student.

The score is a part of 1. Where there is no grade the submission is not gradable: PrairieLearn
says so to the student, and counts neither a zero nor an attempt.
"""

from ..shown import bounded, finding_text, full_text

SUFFIX = "json"
FILE = "results.json"
MOST = 1 << 20  # bytes; PrairieLearn takes no more
ROOM = 4096


def _tests(shown, limit):
    """Either every test has points or none: a trace has none to give, and says so with 0 of 0."""
    parts = [{"name": part.label, "points": part.points or 0, "max_points": part.max or 0,
              "output": part.why} for part in shown.parts]
    traces = [{"name": trace["name"], "points": 0, "max_points": 0,
               "message": "valid" if trace["valid"] else "not valid",
               "output": "\n\n".join(finding_text(f, limit)
                                     for f in shown.of_trace(trace["name"]))}
              for trace in shown.traces]
    return parts + traces


def student(shown, options):
    def build(limit):
        if shown.total is None or not shown.max:
            return {"gradable": False, "message": full_text(shown, limit),
                    "format_errors": shown.why or ["there is no grade"]}
        return {"gradable": True, "score": min(1, max(0, shown.total / shown.max)),
                "message": full_text(shown, limit), "tests": _tests(shown, limit)}

    return bounded(build, MOST - ROOM)
