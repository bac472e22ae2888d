"""Gradescope: results.json of one student.

The score stands at the top, so that the tests below it only explain it: parts with their
points, traces with passed or failed. Where there is no grade there is no score either, which
Gradescope shows as an autograder that failed, never as a zero.

    platform.visibility = visible     who sees it and when: visible, after_due_date,
                                      after_published, hidden
    platform.leaderboard = 1          points, utilization and speed on the leaderboard
"""

from ..problem import Problem
from ..settings import VISIBILITY
from ..shown import bounded, finding_text, full_text, label, number

SUFFIX = "json"
FILE = "results.json"
MOST = 1 << 20  # bytes; no limit is known, and a page of text is no larger


def _part(place, part):
    test = {"name": part.label, "number": str(place), "score": part.points, "output": part.why}
    return test | ({"max_score": part.max} if part.max is not None else {})


def _trace(place, trace, shown, limit):
    said = "\n\n".join(finding_text(f, limit) for f in shown.of_trace(trace["name"]))
    about = (f"utilization {number(trace['utilization'], 3)}, "
             f"speed beside the reference {number(trace['ratio'], 2)}")
    return {"name": trace["name"], "number": place, "output": said or about,
            "status": "passed" if trace["valid"] else "failed",
            "tags": ["scored" if trace["scored"] else "not scored"]}


def _tests(shown, limit):
    parts = [part for part in shown.parts if part.points is not None]
    return [*(_part(place, part) for place, part in enumerate(parts, 1)),
            *(_trace(f"{len(parts) + 1}.{place}", trace, shown, limit)
              for place, trace in enumerate(shown.traces, 1))]


def _leaderboard(shown):
    return [{"name": label("total"), "value": shown.total},
            *({"name": name, "value": round(value, 4)} for name, value in
              (("Utilization", shown.utilization), ("Speed beside the reference", shown.ratio))
              if value is not None)]


def student(shown, options):
    visibility = options.get("platform.visibility", "visible")
    if visibility not in VISIBILITY:
        raise Problem(f"platform.visibility is one of {', '.join(VISIBILITY)}, not '{visibility}'")

    def build(limit):
        result = {"output": full_text(shown, limit), "output_format": "text",
                  "test_output_format": "text", "test_name_format": "text",
                  "visibility": visibility, "stdout_visibility": "hidden",
                  "extra_data": {"status": shown.status, "sha256": shown.sha256,
                                 "sandbox": shown.sandbox, "missing": shown.missing}}
        if shown.total is None:
            return result
        result |= {"score": shown.total, "tests": _tests(shown, limit)}
        if options.get("platform.leaderboard", "1") != "0":
            result["leaderboard"] = _leaderboard(shown)
        return result

    return bounded(build, MOST)
