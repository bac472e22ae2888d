"""The teacher's own table, as a platform exported it: grades are put into its cells.

A platform's importer makes a new column of a heading that it does not know, and a new student
of a line that it does not know, or gives up. So no heading and no line is ever made here, and
what does not fit is refused. Lines that get no grade stay as they are, byte by byte; so do the
names in all of them, even one that a spreadsheet would take for a formula: the platform knows
its students by them.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from .people import plain
from .problem import Problem
from .text import visible

MOST = 32 << 20  # bytes
BOM = "\ufeff"


@dataclass
class Table:
    path: Path
    rows: list
    lines: list  # of the file; a row that holds line breaks is one of them
    delimiter: str
    marked: bool  # it begins with a byte order mark
    changed: set = field(default_factory=set)  # numbers of rows

    def refuse(self, line, sentence):
        """`line`: the row's number in the list."""
        raise Problem(f"{self.path}:{line + 1}: {sentence}")

    def line(self, number):
        if number not in self.changed:
            return self.lines[number]
        out, end = io.StringIO(), re.search(r"[\r\n]*$", self.lines[number])[0]
        csv.writer(out, delimiter=self.delimiter, lineterminator=end).writerow(self.rows[number])
        return out.getvalue()

    def bytes(self):
        return ((BOM if self.marked else "") + "".join(map(self.line, range(len(self.rows))))).encode()


def _parse(path, text, delimiter):
    """(rows, lines) of a table. A quote that is never closed is refused: it would swallow the
    students below it."""
    rows, lines, taken = [], [], []

    def physical():
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(physical(), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row)
            lines.append("".join(taken))
            taken.clear()
    except csv.Error as error:
        raise Problem(f"{path}:{reader.line_num}: this is not a table as the platform exports it: "
                      f"{error}; export it again") from error
    return rows, lines


def _delimiter(text):
    """What stands between the headings, outside of quotes: of comma, semicolon and tab the one
    that cuts the next line into as many cells. A title may hold any of them."""
    def cells(line, mark):
        return len(next(csv.reader([line], delimiter=mark), []))
    first, second = [*io.StringIO(text, newline=""), "", ""][:2]
    return max(",;\t", key=lambda mark: (cells(first, mark) == cells(second, mark) > 1,
                                         cells(first, mark)))


def read(path):
    if not path:
        raise Problem("Give the table to fill in, as the platform exported it: FROM=teacher.csv")
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise Problem(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path}: is not UTF-8; export it again, and do not save it with a "
                      "spreadsheet") from error
    if len(data) > MOST:
        raise Problem(f"{path}: is larger than {MOST >> 20} MiB")
    if "\0" in text:
        raise Problem(f"{path}: holds bytes that no table has; export it again")
    delimiter = _delimiter(text)
    rows, lines = _parse(path, text, delimiter)
    if not rows or len(rows[0]) < 2:
        raise Problem(f"{path}: is not a table with columns")
    return Table(Path(path), rows, lines, delimiter, text != data.decode())


def choose(table, columns, wanted, example):
    """The number of one column. `columns`: {number: names by which it may be called}."""
    fit = [number for number, names in columns.items() if not wanted or wanted in names]
    if len(fit) == 1:
        return fit[0]
    known = ", ".join(f"'{visible(table.rows[0][number])}'" for number in columns) or "none"
    what = "several columns" if fit else "no column"
    raise Problem(f"{table.path}: {what} could be meant by "
                  f"COLUMN={visible(wanted) if wanted else '(nothing)'}; say which, such as "
                  f"COLUMN={example}; grades could go into: {known}")


def pair(table, first, names_of, rows, people):
    """{row's number in the table: row of the gradebook}, for lines from `first` on."""
    known = {row["id"]: row for row in rows}
    places = {}
    for number in range(first, len(table.rows)):
        said = {name.strip() for name in names_of(table.rows[number])} - {""}
        ids = {people.lookup.get(name, people.lookup.get(plain(name), name)) for name in said}
        ids &= set(known)
        if len(ids) > 1:
            table.refuse(number, "this line could be " + " or ".join(map(visible, sorted(ids))))
        for student in ids:
            if student in places:
                table.refuse(number, f"'{visible(student)}' stands in two lines")
            places[student] = number
    for row in rows:
        if row["total"] is not None and row["id"] not in places:
            raise Problem(f"{table.path}: has no line for '{visible(row['id'])}', who has a grade; "
                          "give ROSTER= with the platform's names of students, or export the "
                          "table again")
    return {places[student]: row for student, row in known.items() if student in places}


def fill(table, column, pairs, write, notes):
    """Puts write(total, cell) into the cells; where there is no grade, nothing is changed."""
    filled = 0
    for number, row in pairs.items():
        if row["total"] is not None:
            line = table.rows[number]
            line += [""] * (column + 1 - len(line))
            cell = write(row["total"], line[column], number)
            if cell != line[column]:
                line[column] = cell
                table.changed.add(number)
            filled += 1
    notes.append(f"{filled} grades in the column '{visible(table.rows[0][column])}'; the others "
                 "have none yet and were left as they are")
    return table.bytes()
