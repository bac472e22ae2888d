"""Moodle: the teacher's own export with the grades filled in, of either of two kinds.

    make export OUT=class FORMAT=moodle FROM=teacher.csv TO=out.csv [COLUMN=…] [BY=…] [ROSTER=]

A grading worksheet of an assignment (Identifier, Grade, Maximum Grade, …), or an export of the
gradebook as text. Moodle gives up an import at the first unknown user, the first word that is
no number in its language, and the first grade that is too large: so do we, before. MOST is the
largest grade where the table does not say it (100). Grades are written with a point, which
Moodle reads in every language; of a comma an English worksheet would keep the whole part alone.
"""

import math
import re

from .. import teacher
from ..problem import Problem

SUFFIX = "csv"
NAMES = ("identifier", "id number", "email address", "username", "idnumber", "email", "id")
REAL = re.compile(r"(?:[^:]*: )?(.*?)(?: \(Real\))?$", re.DOTALL)
NOT_REAL = re.compile(r"\((Percentage|Letter|Feedback)\)$|^(Course|Category) total")


def _columns(header):
    """Where grades could go: `Grade` of a worksheet, what ends with (Real) of a gradebook."""
    if "Grade" in header:
        return {header.index("Grade"): ("Grade",)}
    real = {number: (title, REAL.match(title)[1]) for number, title in enumerate(header)
            if title.endswith(" (Real)") and not NOT_REAL.search(title)}
    return real or {number: (title,) for number, title in enumerate(header)}


def _name_columns(table, by):
    header = [title.strip().lower() for title in table.rows[0]]
    wanted = (by.lower(),) if by else NAMES
    places = [number for number, title in enumerate(header) if title in wanted]
    if not places:
        table.refuse(0, "no column names students by identifier, ID number, email address or "
                     "username; say which one does: BY=heading")
    return places


def _name(cell):
    """`Participant 12345` of a worksheet is the number."""
    match = re.fullmatch(r"\D+ (\d+)", cell.strip())
    return [cell, match[1]] if match else [cell]


def _column(table, title):
    """Its number, or None. One Moodle writes `Maximum Grade`, another `Maximum grade`."""
    header = [heading.lower() for heading in table.rows[0]]
    return header.index(title) if title in header else None


def _most(table, options):
    """How large the grade of a row may be."""
    column = _column(table, "maximum grade")
    try:
        default = float(options.get("most") or 100)
        if not 0 < default < math.inf:
            raise ValueError
    except ValueError as error:
        raise Problem(f"MOST is a number, not '{options['most']}'") from error

    def most(row):
        try:
            return float(row[column].replace(",", ".")) if column is not None else default
        except (ValueError, IndexError):
            return default
    return most


def export(rows, options):
    rows, table = list(rows), teacher.read(options.get("from"))
    column = teacher.choose(table, _columns(table.rows[0]), options.get("column"),
                            '"Assignment: Malloc lab (Real)"')
    places = _name_columns(table, options.get("by"))
    pairs = teacher.pair(table, 1, lambda row: [name for p in places if p < len(row)
                                                for name in _name(row[p])],
                         rows, options["people"])
    most = _most(table, options)
    locked = _column(table, "grade can be changed")

    def write(total, cell, number):
        row = table.rows[number]
        if total > most(row):
            table.refuse(number, f"the grade {total:g} is larger than {most(row):g}, at which "
                         "Moodle gives up the whole import; see MOST= and the assignment's "
                         "maximum grade")
        if locked is not None and locked < len(row) and row[locked].strip().lower() == "no":
            table.refuse(number, "Moodle says that this grade cannot be changed; unlock it")
        return f"{total:.2f}"

    return teacher.fill(table, column, pairs, write, options["notes"])
