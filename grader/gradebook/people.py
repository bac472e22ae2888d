"""What people say about a class, in files: roster, marks by hand, decisions.

    roster.csv   id,name,email,…        who is in the class; NAMES of a student, and a `team`
    marks.csv    id,style,checker,…     points given by hand, one column per hand.PART
    adjust.txt   id | kind | value | author | reason
"""

import csv
import io
import math
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from .problem import Problem
from .settings import read_time
from .text import visible

# Columns of a roster by which a delivery can name its owner.
NAMES = ("id", "login", "email", "number", "canvas_id", "moodle_id", "github", "alias")
KINDS = {"extension": "days", "points": "points", "override": "points", "submitted": "a time",
         "accept": "nothing", "remark": "nothing"}


def plain(name):
    """A name to look somebody up by: a Mac writes accents as characters of their own."""
    return unicodedata.normalize("NFC", name.lower())


@dataclass(frozen=True)
class Decision:
    student: str
    kind: str
    value: float | None
    author: str
    reason: str


@dataclass
class People:
    roster: dict = field(default_factory=dict)  # id -> row; empty: no roster was given
    lookup: dict = field(default_factory=dict)  # any name of a student -> id
    teams: dict = field(default_factory=dict)  # name of a team -> ids
    marks: dict = field(default_factory=dict)  # id -> {part: points}
    decisions: list = field(default_factory=list)

    def find(self, owner, name=""):
        """The roster's id of a delivery's owner; None when the roster does not have them."""
        for said in (owner, plain(owner), plain(name)):
            if said and said in self.lookup:
                return self.lookup[said]
        said = plain(owner)
        tails = {self.lookup[said[dash.end():]] for dash in re.finditer("-", said)
                 if said[dash.end():] in self.lookup}
        return tails.pop() if len(tails) == 1 else self._of_team(plain(name))

    def _of_team(self, name):
        """Moodle writes a team's name before that of each of its students."""
        for dash in re.finditer("-", name):
            student = self.lookup.get(name[dash.end():])
            if student in self.teams.get(name[:dash.start()], ()):
                return student
        return None

    def team(self, student):
        """Ids of all who share what this student delivers."""
        return self.teams.get(plain(self.roster.get(student, {}).get("team", "")), [student])

    def owners(self, owner, name=""):
        """Ids of all whose a delivery is; its own name of the owner where the roster has none."""
        student = self.find(owner, name)
        return self.team(student) if student else self.teams.get(plain(owner), [owner])

    def of(self, student):
        return [decision for decision in self.decisions if decision.student == student]


def _text(path, what):
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = Path(path).read_bytes()[:error.start].count(b"\n") + 1
        raise Problem(f"{path}:{line}: {what} must be saved as UTF-8") from error
    except OSError as error:
        raise Problem(f"{path}: {what} cannot be read: {error.strerror}") from error


def _table(path, what):
    """Rows as (line, {column: value}); the first line names the columns, one of them `id`."""
    content = _text(path, what)
    first = content.partition("\n")[0]
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=";" if first.count(";") > first.count(",")
                      else ",")
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if "id" not in header:
            raise Problem(f"{path}:1: {what} needs a column called id; found: {', '.join(header)}")
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.line_num, dict(zip(header, (cell.strip() for cell in row),
                                              strict=False))
    except csv.Error as error:
        raise Problem(f"{path}:{rows.line_num}: {what} cannot be read: {error}") from error


def read_roster(path, people):
    ambiguous = set()
    for line, row in _table(path, "the roster"):
        student = row["id"]
        if not student or student in people.roster:
            raise Problem(f"{path}:{line}: the id '{visible(student)}' is empty or given twice")
        people.roster[student] = row
        if row.get("team"):
            people.teams.setdefault(plain(row["team"]), []).append(student)
        said = {row.get(column, "") for column in (*NAMES, "name")} - {""}
        for name in {*said, *map(plain, said)}:
            if people.lookup.setdefault(name, student) != student:
                ambiguous.add(name)
    for name in ambiguous - set(people.roster):  # two people of one name: it names nobody
        del people.lookup[name]


def _points(path, line, value):
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Problem(f"{path}:{line}: expected points and found '{visible(value)}'")
    return number


def read_marks(path, people):
    for line, row in _table(path, "the marks"):
        student = row.pop("id")
        marks = {part: _points(path, line, value) for part, value in row.items()
                 if value and not part.startswith("comment")}
        if student in people.marks:
            raise Problem(f"{path}:{line}: '{visible(student)}' has marks already")
        people.marks[student] = marks


def _decision(path, line, text):
    fields = [part.strip() for part in text.split("|")]
    if len(fields) != 5:
        raise Problem(f"{path}:{line}: expected id | kind | value | author | reason")
    student, kind, value, author, reason = fields
    if kind not in KINDS:
        raise Problem(f"{path}:{line}: '{visible(kind)}' is not one of {', '.join(KINDS)}")
    if not (student and author and reason):
        raise Problem(f"{path}:{line}: every decision needs a student, an author and a reason")
    number = None
    try:
        if kind == "submitted":
            number = read_time(value)
        elif KINDS[kind] != "nothing":
            number = _points(path, line, value.removesuffix("days").removesuffix("day").strip())
    except ValueError as error:
        raise Problem(f"{path}:{line}: expected a time such as 2026-11-30 23:59 and found "
                      f"'{visible(value)}'") from error
    return Decision(student, kind, number, author, reason)


def read_decisions(path, people):
    for line, text in enumerate(_text(path, "the decisions").split("\n"), 1):
        if text.strip() and not text.lstrip().startswith("#"):
            people.decisions.append(_decision(path, line, text))


def check_known(people, students, settings, files):
    """A mark or decision for somebody unknown is a slip of the pen, and must not be lost."""
    parts = {key[5:] for key in settings.values if key.startswith("hand.")}
    for student, marks in people.marks.items():
        if student not in students:
            raise Problem(f"{files['marks']}: marks for '{visible(student)}', who neither "
                          "delivered anything nor is on the roster")
        for part in marks:
            if part not in parts:
                raise Problem(f"{files['marks']}: a column '{visible(part)}', but the policy has "
                              f"no hand.{visible(part)}")
    for decision in people.decisions:
        if decision.student not in students:
            raise Problem(f"{files['adjust']}: a decision about '{visible(decision.student)}', "
                          "who neither delivered anything nor is on the roster")


def read(roster=None, marks=None, adjust=None):
    people = People()
    if roster:
        read_roster(roster, people)
    if marks:
        read_marks(marks, people)
    if adjust:
        read_decisions(adjust, people)
    return people
