"""What people say about a class, in files: roster, marks by hand, decisions.

    roster.csv   id,name,email,…        who is in the class; NAMES of a student, a `team`, and when
                                        their work was `submitted`; or a list of PLATFORMS
    marks.csv    id,style,checker,…     points given by hand, one column per hand.PART
    adjust.txt   id | kind | value | author | reason
"""

import csv
import io
import re
import time
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from .files import decoded
from .problem import Problem
from .settings import read_time
from .text import visible

# Columns of a roster by which a delivery can name its owner.
NAMES = ("id", "login", "email", "number", "canvas_id", "moodle_id", "github", "alias")
# Columns of a grading worksheet of Moodle, in English, of GitHub Classroom's list, and of the
# gradebook of Canvas, which begins with lines that are nobody's.
PLATFORMS = {"identifier": "id", "full name": "name", "email address": "email",
             "id number": "number", "last modified (submission)": "submitted",
             "github_username": "github",
             "student": "name", "sis user id": "number", "sis login id": "login"}
NOBODY = "", "Points Possible"
# How that worksheet writes a time, without a zone.
MOODLE = "%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%A, %d %B %Y, %H:%M"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
MOST = 1e6  # points or days
MOST_POINTS = 32  # lines of points of one student: LEDGER_POINTS of ledger.h
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
    place: str = ""  # file and line


@dataclass
class People:
    roster: dict = field(default_factory=dict)  # id -> row; empty: no roster was given
    lookup: dict = field(default_factory=dict)  # any name that only one student has -> id
    teams: dict = field(default_factory=dict)  # name of a team -> ids
    submitted: dict = field(default_factory=dict)  # id -> time, where the roster says it
    marks: dict = field(default_factory=dict)  # id -> {part: points}
    marked: dict = field(default_factory=dict)  # id -> file and line
    decisions: list = field(default_factory=list)

    def find(self, owner, name=""):
        """The roster's id of a delivery's owner, and what stands before a name of theirs; None
        when the roster does not have them."""
        if owner in self.roster:
            return owner, ""
        for said in (owner, plain(owner), plain(name)):
            if said and said in self.lookup:
                return self.lookup[said], ""
        said, tails = plain(owner), {}
        for dash in re.finditer("-", said):
            if said[dash.end():] in self.lookup:
                tails.setdefault(self.lookup[said[dash.end():]], said[:dash.end()])
        return tails.popitem() if len(tails) == 1 else (self._of_team(plain(name)), "")

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
        student, _ = self.find(owner, name)
        return self.team(student) if student else self.teams.get(plain(owner), [owner])

    def of(self, student):
        return [decision for decision in self.decisions if decision.student == student]


def _text(path, what):
    try:
        return decoded(path, Path(path).read_bytes(), what)
    except OSError as error:
        raise Problem(f"{path}: {what} cannot be read: {error.strerror}") from error


def _rows(path, what):
    """(line where it begins, cells) of a table's rows. A quote that is never closed is refused: it
    would swallow the students below it."""
    content, line = _text(path, what), 1
    first = content.partition("\n")[0]
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=max(",;\t", key=first.count),
                      strict=True)
    try:
        for row in rows:
            yield line, [cell.strip() for cell in row]
            line = rows.line_num + 1
    except csv.Error as error:
        raise Problem(f"{path}:{line}: {what} cannot be read: {error}") from error


def _table(path, what):
    """Rows as (line, {column: value}); the first line names the columns, one of them `id`."""
    rows = _rows(path, what)
    header = [name.lower() for name in next(rows, (1, []))[1]]
    if "identifier" in header and "id" not in header or "sis login id" in header:
        header = [PLATFORMS.get(name, name) for name in header]
    if "id" not in header:
        found = visible(", ".join(header))
        raise Problem(f"{path}:1: {what} needs a column called id; found: {found}")
    for name, count in Counter(header).items():
        if name and count > 1:
            raise Problem(f"{path}:1: {what} has {count} columns called '{visible(name)}'")
    for line, cells in rows:
        if any(cells[len(header):]):
            raise Problem(f"{path}:{line}: {what} has {len(header)} columns, and this line has "
                          f"{len(cells)} cells; a name or number with a comma stands in quotes")
        if any(cells):
            yield line, dict(zip_longest(header, cells[:len(header)], fillvalue=""))


def _refuse_names_of_others(path, people, lines):
    """A login that is somebody else's id would give the work of one to the other; so would the
    name of a team, but for one of its own."""
    ids = {plain(student): student for student in people.roster}
    for student, row in people.roster.items():
        for column in (*NAMES, "team"):
            other = ids.get(plain(row.get(column, "")), student)
            if column != "id" and other != student and not (
                    column == "team" and other in people.team(student)):
                raise Problem(f"{path}:{lines[student]}: the {column} of '{visible(student)}' is "
                              f"the id of '{visible(other)}': whose would a delivery of this name "
                              "be? Call one of them otherwise, or leave this cell empty")


def _participant(row):
    """A row of Moodle's worksheet: its deliveries have the participant's number, its people one
    of their own, mostly."""
    found = re.fullmatch(r"Participant (\d+)", row["id"])
    if found:
        row["moodle_id"] = found[1]
        row["id"] = row.get("number") or found[1]


def _submitted(path, line, text):
    for form in MOODLE:
        try:
            return time.mktime(time.strptime(" ".join(text.split()), form))
        except (ValueError, OverflowError):
            continue
    try:
        return _value(path, line, "submitted", text)
    except Problem as problem:
        raise Problem(f"{problem}; a worksheet of Moodle must be in English") from problem


def read_roster(path, people):
    lines, owners = {}, defaultdict(set)
    for line, row in _table(path, "the roster"):
        _participant(row)
        student = row["id"]
        if not student and "login" in row and row.get("name") in NOBODY:
            continue
        if not student or student in people.roster:
            raise Problem(f"{path}:{line}: the id '{visible(student)}' is empty or given twice")
        people.roster[student], lines[student] = row, line
        if row.get("submitted", "-") not in ("", "-"):
            people.submitted[student] = _submitted(path, line, row["submitted"])
        if row.get("team"):
            people.teams.setdefault(plain(row["team"]), []).append(student)
        for name in {row.get(column, "") for column in (*NAMES, "name")} - {""}:
            owners[name].add(student)
            owners[plain(name)].add(student)
    if not people.roster:
        raise Problem(f"{path}: nobody is on the roster; ROSTER=- is none")
    _refuse_names_of_others(path, people, lines)
    people.lookup = {name: min(ids) for name, ids in owners.items() if len(ids) == 1}


def _number(path, line, value, what="points"):
    number = float(value) if NUMBER.fullmatch(value) else MOST + 1
    if abs(number) > MOST:
        raise Problem(f"{path}:{line}: expected {what} and found '{visible(value)}'")
    return number


def read_marks(path, people, parts):
    """`parts`: the most points of each that the policy has, by its name."""
    known = {part.lower(): part for part in parts}
    for line, row in _table(path, "the table of marks"):
        student, marks = row.pop("id"), {}
        for column, value in row.items():
            part = known.get(column.removeprefix("hand."))
            if not value or part is None and column.startswith("comment"):
                continue
            if part is None:
                raise Problem(f"{path}:{line}: a column '{visible(column)}', but the policy has no "
                              f"hand.{visible(column)}")
            marks[part] = _number(path, line, value)
            if not 0 <= marks[part] <= parts[part]:
                raise Problem(f"{path}:{line}: {part} is marked from 0 to {parts[part]:g}, not "
                              f"{visible(value)}")
        if student in people.marks:
            raise Problem(f"{path}:{line}: '{visible(student)}' has marks already")
        people.marks[student], people.marked[student] = marks, f"{path}:{line}"


def _value(path, line, kind, value):
    """What a decision says beside its kind: a number, a time or nothing."""
    if kind == "submitted":
        try:
            return read_time(value)
        except ValueError as error:
            raise Problem(f"{path}:{line}: expected a time such as 2026-11-30 23:59 and found "
                          f"'{visible(value)}'") from error
    if KINDS[kind] != "nothing":
        days = re.sub(r"\s*days?$", "", value) if kind == "extension" else value
        number = _number(path, line, days, KINDS[kind])
        if number < 0 and kind != "points":
            raise Problem(f"{path}:{line}: {kind} takes {KINDS[kind]} from 0 up, not {visible(value)}")
        return number
    if value:
        raise Problem(f"{path}:{line}: '{kind}' takes no value, and here is '{visible(value)}'; "
                      "leave it empty, or say `override` or `points`")
    return None


def _decision(path, line, text):
    fields = [part.strip() for part in text.split("|")]
    if len(fields) != 5:
        raise Problem(f"{path}:{line}: expected id | kind | value | author | reason")
    student, kind, value, author, reason = fields
    if kind not in KINDS:
        raise Problem(f"{path}:{line}: '{visible(kind)}' is not one of {', '.join(KINDS)}")
    if not (student and author and reason):
        raise Problem(f"{path}:{line}: every decision needs a student, an author and a reason")
    return Decision(student, kind, _value(path, line, kind, value), author, reason,
                    f"{path}:{line}")


def read_decisions(path, people):
    count = Counter()
    for line, text in enumerate(_text(path, "the decisions").split("\n"), 1):
        if text.strip() and not text.lstrip().startswith("#"):
            decision = _decision(path, line, text)
            people.decisions.append(decision)
            count[decision.student, decision.kind] += 1
            if count[decision.student, "points"] > MOST_POINTS:
                raise Problem(f"{path}:{line}: '{visible(decision.student)}' has more than "
                              f"{MOST_POINTS} lines of points; make one of several")


def check_known(people, students):
    """A mark or decision for somebody unknown is a slip of the pen, and must not be lost."""
    said = [*((student, place, "marks for") for student, place in people.marked.items()),
            *((d.student, d.place, "a decision about") for d in people.decisions)]
    for student, place, what in said:
        if student not in students:
            raise Problem(f"{place}: {what} '{visible(student)}', who neither delivered anything "
                          "nor is on the roster")


def read(roster=None, marks=None, adjust=None, parts=()):
    people = People()
    if roster:
        read_roster(roster, people)
    if marks:
        read_marks(marks, people, parts)
    if adjust:
        read_decisions(adjust, people)
    return people
