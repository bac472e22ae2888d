"""What a page says, computed from rows and records. Templates only lay it out.

A student's page is handed out. It is made of that student's row and record alone, and of
nothing in them that would tell of a hidden trace: neither its name, nor its operations (which
a finding's sentence would name, and which a program may print), nor a command that needs it.
"""

from collections import Counter

from .. import text
from ..book import ALIKE, STATUSES, show_time
from ..kit import ROOT
from ..shown import Hidden, Scrub, findings, label, public_policy
from . import plots

DOTS = 3000  # drawn in the scatter of a class, at most
PROTECTIONS = {
    "separate_process": "Your code ran in a process that neither knows nor computes the score.",
    "sealed_orders": "That process could not write the operations it was asked to perform.",
    "resource_limits": "Its memory, stack and output were limited.",
    "system_call_filter": "It could make only the system calls that an allocator needs.",
    "confined_compiler": "The compiler saw nothing but your file and the contract.",
}


def computation(row, grade):
    """Lines of the ledger, with who decided what."""
    said = iter([d for d in row.decisions if d.kind == "points"])
    lines = []
    for line in grade.lines:
        decision = next(said, None) if line.name == "points" else None
        if line.name == "override":
            decision = [d for d in row.decisions if d.kind == "override"][-1]
        why = line.text + (f"; {decision.author}: {decision.reason}" if decision else "")
        lines.append({"name": label(line.name), "points": line.points, "max": line.max,
                      "why": text.visible(why), "total": line.name == "total",
                      "bar": plots.bar(line.points or 0, line.max) if line.max else ""})
    return lines


def trace_rows(record, grade, hidden, scrub):
    """The table of traces: the record's, with what each one earned."""
    rows = []
    for number, trace in enumerate(record["traces"]):
        earned = grade.traces[number] if number < len(grade.traces) else [0, 0, 0]
        rows.append({**trace, "name": scrub(hidden.show(trace["name"])), "earned": earned,
                     "hidden": trace["name"] in hidden})
    return rows


def why_not(row):
    """Why there is no final grade, in words that a student may read."""
    if row.status == "missing":
        return ["Nothing was delivered."]
    if row.status == "infrastructure":
        return ["It could not be graded because of a fault on our side. It will be graded again; "
                "this is not a zero."]
    return [sentence for code, sentence in row.reasons if code != "INFRASTRUCTURE"]


def student(row, grade, envelope, settings, scrub):
    """All that the template of a student's page needs. `grade`: with what each trace earned."""
    page = {"id": text.visible(row.id), "name": row.name, "status": row.status,
            "status_words": STATUSES[row.status], "total": row.total,
            "provisional": row.provisional, "max": grade.max, "lines": computation(row, grade),
            "why_not": [scrub(sentence) for sentence in why_not(row)], "record": None,
            "submitted": show_time(row.submitted), "attempts": row.attempts,
            "sha256": row.attempt.sha256 if row.attempt else None,
            "source": scrub(row.attempt.source) if row.attempt else "",
            "remarks": [text.visible(d.reason) for d in row.decisions if d.kind == "remark"],
            "policy": settings, "categories": [],
            "policy_file": public_policy(settings.sha256) or settings.path.name}
    if envelope is None:
        return page
    record = envelope["record"]
    hidden = Hidden(record, settings.hidden)
    rows = trace_rows(record, grade, hidden, scrub)
    shown, more = findings(record, hidden, scrub)
    return page | {
        "record": record, "traces": rows, "plot": plots.traces([t for t in rows if t["scored"]]),
        "categories": [c for c in grade.categories if c[1] > 0],
        "findings": shown, "more": more, "hidden": len(hidden.names),
        "output": "" if hidden.names else scrub(record["output"]["text"], lines=True),
        "protections": [(name, state, PROTECTIONS.get(name, "")) for name, state
                        in record["protections"].items()],
        "kit": {name: scrub(str(value)) for name, value in record["kit"].items()},
        "kit_sha256": envelope["kit"], "traces_sha256": envelope["traces"],
        "profile": record["profile"], "official": record["official"]}


def thinned(rows):
    """At most DOTS of the rows, evenly: what a browser can draw and an eye can tell apart."""
    return [rows[i * len(rows) // DOTS] for i in range(DOTS)] if len(rows) > DOTS else rows


def overview(book, links):
    """The page for the staff: everybody."""
    rows = book.rows
    measured = [row for row in rows if row.summary and row.summary.ratio is not None
                and row.summary.utilization is not None]
    codes = Counter(code for row in rows if row.summary for code in row.summary.codes)
    landmarks = [(s.utilization, s.ratio, name) for name, (s, _) in book.landmarks.items()
                 if s.ratio is not None]
    most = max([row.grade.max or 0 for row in rows], default=0) or 1
    return {
        "book": book, "students": len(rows), "links": links, "counts": book.counts(),
        "words": STATUSES,
        "machines": book.machines(), "hand": book.parts, "label": label,
        "codes": sorted(codes.items(), key=lambda item: (-item[1], item[0]))[:12],
        "landmarks": [(name, *known) for name, known in book.landmarks.items()],
        "scores": plots.histogram([r.provisional for r in rows], 0, most, "scores",
                                  lambda v: f"{v:.0f}"),
        "utilizations": plots.histogram([r.summary.utilization for r in rows if r.summary], 0, 1,
                                        "utilization", lambda v: f"{v:.0%}"),
        "speeds": plots.histogram([r.summary.ratio for r in measured], 0, 2, "speed",
                                  lambda v: f"{v:.1f}"),
        "scatter": plots.scatter(
            [(r.summary.utilization, r.summary.ratio, text.visible(r.name or r.id),
              links[r.id], r.status) for r in thinned(measured)], landmarks),
        "dots": min(DOTS, len(measured)), "measured": len(measured),
        "unmeasured": len(rows) - len(measured), "visible": text.visible, "most_alike": ALIKE,
        "time": show_time}


def scrub_for(out, kit):
    return Scrub([ROOT, kit.folder, out])
