"""A table for spreadsheets: one row per student, one column per part of the grade.

It begins with a byte order mark: Excel takes a table without one for the code page of its machine.
"""

import csv as table
import io
import re

SUFFIX = "csv"

ENGINE = ("correctness", "utilization", "throughput")
# Full-width signs too. Where lists are written with semicolons, a spreadsheet cuts there as well.
FORMULA = re.compile(r"(^|[;\t\r\n])(\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")


def harmless(text):
    """A spreadsheet must not take somebody's name, or a part of it, for a formula."""
    return FORMULA.sub(r"\1'\2", text)


def number(value, digits=2):
    return "" if value is None else f"{value:.{digits}f}"


def _cells(row, parts):
    points = {}
    for name, value, _, _ in row["lines"]:
        points[name] = points.get(name, 0) + (value or 0)
    cells = {"id": harmless(row["id"]), "name": harmless(row["name"]), "status": row["status"],
             "total": number(row["total"]), "max": number(row["max"]),
             "provisional": number(row["provisional"])}
    cells |= {name: number(points.get(name)) for name in (*ENGINE, "late", *parts, "points",
                                                          "override")}
    attempt = row["attempt"] or {}
    return cells | {
        "utilization_mean": number(row["utilization"], 4), "speed_ratio": number(row["ratio"], 3),
        "findings": " ".join(row["codes"]),
        "reasons": " ".join(code for code, _ in row["reasons"]), "submitted": row["submitted"],
        "attempt": attempt.get("number", ""), "attempts": row["attempts"],
        "sha256": attempt.get("sha256") or "", "record": row["record"] or ""}


def export(rows, options):
    """Of any iterable of rows: they need not be in memory at one time."""
    out, writer, parts = io.StringIO(), None, []
    for row in rows:
        if writer is None:
            parts = [line[0] for line in row["lines"] if line[0].startswith("hand.")]
            writer = table.DictWriter(out, list(_cells(row, parts)), lineterminator="\n")
            writer.writeheader()
        writer.writerow(_cells(row, parts))
    return out.getvalue().encode("utf-8-sig")
