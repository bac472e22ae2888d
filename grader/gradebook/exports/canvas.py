"""Canvas: the gradebook's table, exported by the teacher, with the grades filled in.

    make export OUT=class FORMAT=canvas FROM=teacher.csv TO=out.csv [COLUMN="Malloc lab"] [ROSTER=]

Students are found by the columns ID, SIS User ID and SIS Login ID, never by their names (the
importer would). Canvas compares grades at two decimals, so that many are written, always with
a point: a comma could mean thousands. Excused cells (EX) stay.
"""

import re

from .. import teacher
from ..text import visible

SUFFIX = "csv"
NAMES = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
TITLE = re.compile(r"(.*) \((\d+)\)$", re.DOTALL)
# Canvas takes a column with such words anywhere in its heading for one of its own sums.
SUM = re.compile(r"(Current|Final|Override) (Score|Grade|Points)|Override Status")


def _assignments(header):
    found = {number: TITLE.match(title) for number, title in enumerate(header)}
    return {number: (match[0], match[1], match[2]) for number, match in found.items() if match}


def _points_row(table):
    for number, row in enumerate(table.rows[:4]):
        if row and row[0].strip() == "Points Possible":
            return number
    return table.refuse(1, "expected the line 'Points Possible' of a Canvas gradebook")


def _is_gradebook(header):
    """Some schools export first and last names in columns of their own."""
    one = len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    two = len(header) > 4 and header[:2] == ["LastName", "FirstName"] and "ID" in header[2]
    return (one or two) and any("Section" in title for title in header)


def _check_most(table, place, column, rows):
    said = table.rows[place][column].strip() if column < len(table.rows[place]) else ""
    title = visible(table.rows[0][column])
    if "read only" in said:
        table.refuse(place, f"Canvas does not read the column '{title}': it is read only")
    if SUM.search(table.rows[0][column]):
        table.refuse(0, f"Canvas never reads the column '{title}': it takes these words for its "
                     "own sums; give the assignment another name there")
    most = {row["max"] for row in rows if row["total"] is not None}
    try:
        possible = float(said.replace(",", "."))
    except ValueError:
        table.refuse(place, f"the column '{title}' has no points possible")
    if most - {possible}:
        table.refuse(place, f"'{title}' has {possible:g} points possible, and the grades are out "
                     f"of {max(most):g}; make them the same in Canvas or in the policy")


def _write(total, cell, number):
    return cell if cell.strip().upper() == "EX" else f"{total:.2f}"


def export(rows, options):
    rows, table = list(rows), teacher.read(options.get("from"))
    header = table.rows[0]
    if not _is_gradebook(header):
        table.refuse(0, "expected the headings of a Canvas gradebook: Student, ID, …, Section")
    column = teacher.choose(table, _assignments(header), options.get("column"), '"Malloc lab"')
    first = _points_row(table)
    _check_most(table, first, column, rows)
    places = [number for number, title in enumerate(header) if title in NAMES]
    pairs = teacher.pair(table, first + 1, lambda row: [row[p] for p in places if p < len(row)],
                         rows, options["people"])
    return teacher.fill(table, column, pairs, _write, options["notes"])
