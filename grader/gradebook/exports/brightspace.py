"""Brightspace: grades as the teacher exported them there, filled in.

    make export OUT=class FORMAT=brightspace FROM=teacher.csv TO=out.csv COLUMN="Malloc lab"

Export with a key field and points grades. Brightspace finds students by OrgDefinedId and Username,
before which it writes a `#` that spreadsheets leave alone, and grade items by the headings; the
last column says where a line ends. It cuts a grade that is larger than its item allows.
"""

import re

from .. import teacher
from ..text import visible

SUFFIX = "csv"
NAMES = ("OrgDefinedId", "Username")
TITLE = re.compile(r"(.*) Points Grade(?: <(.*)>)?$", re.DOTALL)
END = "End-of-Line Indicator"


def _check_most(table, column, about, rows):
    said = re.search(r"\bMaxPoints:(\d+(?:\.\d+)?)", about or "")
    graded = [row for row in rows if row["total"] is not None]
    if not said or not graded:
        return []
    possible, most = float(said[1]), {row["max"] for row in graded}
    if most - {possible}:
        table.refuse(0, f"'{visible(table.rows[0][column])}' has {possible:g} points, and the grades "
                     f"are out of {max(most):g}; make them the same in Brightspace or in the policy")
    more = [visible(row["id"]) for row in graded if row["total"] > possible]
    return [f"caution: Brightspace cuts what is more than {possible:g}, unless the item may be "
            f"exceeded: {', '.join(more)}"] if more else []


def export(rows, options):
    rows, table = list(rows), teacher.read(options.get("from"))
    header = [title.strip() for title in table.rows[0]]
    places = [number for number, title in enumerate(header) if title in NAMES]
    if not places or header[-1] != END:
        table.refuse(0, "expected the headings of grades exported from Brightspace: OrgDefinedId or "
                     f"Username, …, {END}")
    titles = {number: match for number, title in enumerate(header) if (match := TITLE.match(title))}
    column = teacher.choose(table, {n: (match[0], match[1]) for n, match in titles.items()},
                            options.get("column"), '"Malloc lab"')
    options["notes"] += _check_most(table, column, titles[column][2], rows)
    pairs = teacher.pair(table, 1, lambda row: [name for place in places if place < len(row) for name
                                                in (row[place], row[place].removeprefix("#"))],
                         rows, options["people"])
    return teacher.fill(table, column, pairs, lambda total, cell, number: f"{total:.2f}",
                        options["notes"])
