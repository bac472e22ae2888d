"""The gradebook: one row per student, made of intake, records, policy and what people decided.

Fail closed. A row is `graded` only when a record exists and nothing about it needs a person;
otherwise it is `human` (look at it: the reasons say why), `infrastructure` (our own fault, and
never a zero) or `missing` (on the roster, nothing delivered). A total that a person has not
accepted is provisional: the column `total` stays empty.
"""

import datetime
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice

from . import points
from .people import plain
from .text import visible

STATUSES = {"graded": "graded", "human": "needs a human", "infrastructure": "infrastructure error",
            "missing": "nothing delivered"}

REASONS = {
    "NOT_ON_ROSTER": "delivered by somebody who is not on the roster",
    # Where students choose names (GitHub), one may end as another's does.
    "LONGER_NAME": "this name ends as the student's, with more before that than others have",
    "SEVERAL_NAMES": "deliveries under several names are taken for this student's",
    "LATE_UNCLEAR": "the course's system marked it as late, but no time after the deadline is known",
    "OTHER_ATTEMPT": "another attempt of this student could not be taken",
    "PROTECTION": "it was graded without a protection",
    "NOTHING_TO_ACCEPT": "`accept` was said, but there is no grade: `override` gives one",
    "NO_SCORE": "no trace that was run is scored under this policy",
    "INCONCLUSIVE": "the speed could not be measured precisely enough",
    "METRICS_DISAGREE": "two ways to measure the speed disagree",
    "OVERFITTED": "its advantage vanishes on traces that are alike but not the same",
    "BUSY": "it interferes with the measurement",
    "FORBIDDEN": "it uses what an allocator has no use for",
}
OF_SPEED = {"INCONCLUSIVE", "METRICS_DISAGREE"}  # nobody need ask where speed has no points
# Systems whose archives give the time of the download to every file.
STAMPED = {"canvas", "moodle"}
ALIKE = 8  # ids of others with the same bytes, in a row
PORTION = 500  # rows whose traces are in memory at one time


def portions(rows):
    return (rows[at:at + PORTION] for at in range(0, len(rows), PORTION))


@dataclass(slots=True)
class Row:
    id: str
    name: str
    status: str = "graded"
    reasons: list = field(default_factory=list)  # [code, sentence]
    accepted: bool = False  # a person has looked, and the grade stands
    grade: points.Grade = field(default_factory=points.Grade)  # without traces: see Book.grades
    attempt: object = None
    attempts: int = 0
    submitted: float | None = None
    key: str = ""  # of the record
    summary: object = None  # store.Summary
    alike: list = field(default_factory=list)  # ids of others who delivered the same bytes
    landmark: str = ""  # the one of the lab's own solutions that was delivered
    decisions: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)

    def need(self, code, sentence=None):
        self.reasons.append([code, sentence or REASONS[code]])
        if self.status == "graded":
            self.status = "human"

    @property
    def provisional(self):
        return self.grade.total if self.grade.lines else None

    @property
    def total(self):
        return self.provisional if self.status == "graded" else None

    def points(self, name):
        line = self.grade.line(name)
        return line.points if line else None


class Book:
    def __init__(self, settings, people, score, attempts):
        self.settings, self.people, self.score = settings, people, score
        # By a student's id: the names of whoever delivered as them, and what stands before theirs.
        self.said, self.before = defaultdict(set), defaultdict(set)
        self.owned = self._owners(attempts)
        self.rows, self.parts = [], []
        self.categories = set()  # of the traces that were run
        self.landmarks = {}  # name -> (Summary, Grade)

    # ---- who delivered what

    def _owners(self, attempts):
        """{student: attempts}, the roster's first and in its order."""
        owned = {student: [] for student in self.people.roster}
        for attempt in attempts:
            for student in self.people.owners(attempt.owner, attempt.name):
                owned.setdefault(student, []).append(attempt)
            known, before = self.people.find(attempt.owner, attempt.name)
            if known:
                self.said[known].add(plain(attempt.owner))
                self.before[known].add(before)
        count = Counter(before for all in self.before.values() for before in all)
        self.usual = min(count, key=lambda before: (-count[before], before), default="")
        for own in owned.values():
            own.sort(key=lambda a: (a.number, a.order, a.time or 0, a.source))
        return owned

    def _row(self, student, attempt, attempts):
        known = self.people.roster.get(student, {})
        name = known.get("name", "") or (attempt.name if attempt else "")
        row = Row(student, visible(name), attempt=attempt, attempts=len(attempts),
                  decisions=self.people.of(student), marks=self.people.marks.get(student, {}))
        times = [d.value for d in row.decisions if d.kind == "submitted"]
        told = attempt.time if attempt and attempt.scheme not in STAMPED else None
        row.submitted = times[-1] if times else self.people.submitted.get(student, told)
        row.accepted = any(d.kind in ("accept", "override") for d in row.decisions)
        return row

    def _late(self, row):
        if self.settings.deadline is None or row.submitted is None:
            return None
        return row.submitted - self.settings.deadline

    # ---- judging a row

    def _judge(self, row, run):
        """Status and reasons, from what is known of the attempt that counts."""
        attempt = row.attempt
        if attempt is None:
            row.status = "missing"
        elif attempt.problem:
            row.need("INTAKE_" + attempt.problem, attempt.detail)
        elif row.summary is None:
            row.status = "infrastructure"
            row.reasons.append(["INFRASTRUCTURE",
                                visible(run.errors.get(attempt.sha256, "it was not graded yet"))])
        else:
            self._judge_record(row)
        if attempt and self.people.roster and row.id not in self.people.roster:
            row.need("NOT_ON_ROSTER")
        for student in self.people.team(row.id):
            said = self.said.get(student, ())  # to ask the defaultdict itself would make a set
            if len(said) > 1:
                row.need("SEVERAL_NAMES",
                         f"{REASONS['SEVERAL_NAMES']}: {visible(', '.join(sorted(said)))}")
            elif any(before != self.usual and before.startswith(self.usual)
                     for before in self.before.get(student, ())):
                row.need("LONGER_NAME", f"{REASONS['LONGER_NAME']}: {visible(*said)}")
        late = self._late(row)
        if attempt and attempt.late and self.settings.deadline and (late is None or late <= 0):
            row.need("LATE_UNCLEAR")
        if row.accepted and row.grade.total is not None:
            row.status = "graded"
        elif row.accepted:
            row.need("NOTHING_TO_ACCEPT")

    def _judge_record(self, row):
        speed = row.grade.line("throughput")
        for code in row.summary.codes:
            if code in self.settings.human and not (code in OF_SPEED and speed and not speed.max):
                row.need(code, REASONS.get(code, f"finding {code}"))
        if row.summary.missing:
            row.need("PROTECTION", f"{REASONS['PROTECTION']}: {', '.join(row.summary.missing)}")
        if row.grade.total is None:
            row.need("NO_SCORE")

    # ---- choosing among attempts

    def _candidates(self, own):
        rule = self.settings.batch["attempts"]
        if rule == "best" or len(own) < 2:
            return own
        if rule == "newest":
            return [max(own, key=lambda a: (a.time or 0, a.number, a.order))]
        return [own[-1]]

    def _best(self, rows):
        def value(row):
            return -1 if row.provisional is None else row.provisional
        best = max(rows, key=value)
        if len(rows) > 1 and any(row.attempt.problem for row in rows) and not best.attempt.problem:
            best.need("OTHER_ATTEMPT")
        return best

    def files_that_may_count(self):
        """Their hashes. No other attempt is graded: a student may deliver any number of them."""
        return [attempt.sha256 for own in self.owned.values()
                for attempt in self._candidates(own) if attempt.sha256]

    # ---- all of it

    def fill(self, run, landmarks):
        """Makes all rows. `landmarks`: {name: hash of its file}."""
        self.store = run.store
        candidates = {}
        for student, own in self.owned.items():
            chosen = self._candidates(own) or [None]
            candidates[student] = [self._row(student, attempt, own) for attempt in chosen]
        everything = [row for rows in candidates.values() for row in rows]
        self._compute(everything, run, landmarks)
        for row in everything:
            self._judge(row, run)
        self.rows = [self._best(rows) for rows in candidates.values()]
        if not self.people.roster:
            self.rows.sort(key=lambda row: row.id.encode("utf-8", "surrogateescape"))
        self._find_alike({sha: name for name, sha in landmarks.items()})

    def _find_alike(self, landmarks):
        """Whose bytes are those of others. What a team delivered once is nobody's copy."""
        same = defaultdict(list)
        for row in self.rows:
            if row.attempt and row.attempt.sha256:
                same[row.attempt.sha256].append(row)
        for sha, rows in same.items():
            for row in rows:
                others = (o.id for o in rows if o.attempt.source != row.attempt.source)
                row.alike, row.landmark = list(islice(others, ALIKE + 1)), landmarks.get(sha, "")

    def _compute(self, rows, run, landmarks):
        for row in rows:
            if row.attempt and row.attempt.sha256:
                row.key = run.key(row.attempt.sha256)
                row.summary = self.store.summary(row.key)
        for portion in portions(rows):
            for row, grade in zip(portion, self.grades(portion), strict=True):
                row.grade = grade
        for name, sha in landmarks.items():
            mark = Row(name, name, key=run.key(sha), summary=self.store.summary(run.key(sha)))
            if mark.summary:
                self.landmarks[name] = mark.summary, self.grades([mark])[0]
        self.parts = [line.name for line in rows[0].grade.lines if line.name.startswith("hand.")]

    def grades(self, rows, detailed=False):
        """The Grade of each of some rows; `detailed`: with what each of its traces earned, which
        is too much for a whole class at once."""
        requests = (self._request(str(number), row) for number, row in enumerate(rows))
        return list(points.compute(self.score, self.settings.kept, requests, detailed).values())

    def _request(self, name, row):
        known = self.store.scored(row.key) if row.summary else {}
        self.categories.update(trace[0] for trace in known.get("traces", ()))
        return points.request(name, known.get("traces", ()), known.get("checker"),
                              self._late(row), row.decisions, row.marks)

    def untimed(self):
        """How many could be late without anybody knowing. (Canvas says who is.)"""
        return sum(row.attempt is not None and row.submitted is None
                   and row.attempt.scheme != "canvas" for row in self.rows)

    def unmarked(self):
        """Ids of those whose grade lacks a mark by hand, which counts as 0."""
        return [row.id for row in self.rows if row.total is not None
                and self.settings.parts.keys() - row.marks.keys()
                and "override" not in {d.kind for d in row.decisions}]

    def counts(self):
        """How many rows of each status; together they are all rows."""
        return {status: sum(row.status == status for row in self.rows) for status in STATUSES}

    def machines(self):
        return sorted({(row.summary.machine, row.summary.compiler) for row in self.rows
                       if row.summary})


def show_time(seconds):
    if seconds is None:
        return ""
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return when.strftime("%Y-%m-%d %H:%M:%SZ")


def record_of(row):
    """The row as the gradebook's JSON Lines hold it: everything that the grade is made of."""
    attempt = row.attempt
    return {
        "id": visible(row.id), "name": row.name, "status": row.status,
        "reasons": row.reasons, "total": row.total, "provisional": row.provisional,
        "max": row.grade.max,
        "lines": [[line.name, line.points, line.max, line.text] for line in row.grade.lines],
        "decisions": [[d.kind, d.value, visible(d.author), visible(d.reason)]
                      for d in row.decisions],
        "submitted": show_time(row.submitted), "attempts": row.attempts,
        "attempt": {"number": attempt.number, "source": attempt.source, "scheme": attempt.scheme,
                    "late": attempt.late, "sha256": attempt.sha256} if attempt else None,
        "record": row.key if row.summary else None,
        "codes": row.summary.codes if row.summary else [],
        "utilization": row.summary.utilization if row.summary else None,
        "ratio": row.summary.ratio if row.summary else None,
        "machine": row.summary.machine if row.summary else None,
    }


def to_lines(book):
    """The gradebook's lines, one after the other: all of them at once are much memory."""
    for row in book.rows:
        yield json.dumps(record_of(row), ensure_ascii=False, sort_keys=True) + "\n"
