"""The four things a course does: grade, grade again, publish, export.

    batch    intake -> records -> gradebook and site, the draft
    regrade  the same under another policy, kit or trace set, with the difference shown
    publish  the draft becomes what counts; a step of its own, and in the journal
    export   a file for some platform, of what was published last

Everything in OUT but the records, the files and the journal can be made again from them.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import sys
import time
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

from . import changes, exports, intake, people, points, settings, shown
from .cluster import Cluster
from .book import STATUSES, Book, record_of, to_lines
from .files import (lock, make_folder, save, save_json, sha256, sha256_of_file,
                    sweep, sync_folder)
from .journal import Journal
from .kit import LANDMARKS, PROFILES, ROOT
from .problem import Problem
from .run import Run
from .store import Store, index_problem
from .text import visible


FILES = ("policy", "roster", "marks", "adjust", "traces")  # remembered in OUT/asked.json
POLICY = ROOT / "grader/policy/final.policy"  # where none was ever named


@dataclass
class Asked:
    """What the command line asks for."""
    out: Path
    submissions: Path | None = None
    policy: str = ""
    roster: str = ""
    marks: str = ""
    adjust: str = ""
    traces: str = ""
    profile: str = ""
    jobs: int = 0
    executor: str = "local"
    again: str = ""  # findings after which a file is run again


RUNS = {"local": Run, "slurm": Cluster}
NAMED = 20  # rows of a status, in what a batch ends with


def open_out(out, new=False):
    """Locks a folder. Only a delivery may make a `new` one: any other is a slip of the pen."""
    if not new and not (out / "intake.json").exists():
        raise Problem(f"{out}: nothing was graded here yet; begin with make batch, and give "
                      "SUBMISSIONS=, a folder or archive with a file or folder per student")
    make_folder(out)
    for name in ("files", "records", "gradebooks", "policies"):
        make_folder(out / name)
    held = lock(out / "lock")
    for name in (".", "files", "gradebooks", "policies", "site", "site/students"):
        sweep(out / name)  # not the records: nodes of a cluster may be writing them
    return held


class Batch:
    def __init__(self, asked, kit):
        """`kit`: makes a Kit of a profile and traces ("" for all)."""
        self.lost = []  # who had delivered before, and is not in the new delivery
        if asked.executor not in RUNS:
            raise Problem(f"EXECUTOR is one of {', '.join(RUNS)}, not '{asked.executor}'")
        self.asked, self.out = asked, asked.out
        from . import report  # noqa: F401  what it needs must not be missed after hours of grading
        if asked.submissions and self.out.is_relative_to(asked.submissions.resolve()):
            raise Problem(f"{self.out}: OUT lies among the SUBMISSIONS and would be graded as one; "
                          "give another folder")
        self.held = open_out(self.out, new=bool(asked.submissions))
        known, self.recalled = self._recall()
        self.kit = kit(known["profile"], known["traces"])
        points.compute(self.kit.folder / "score", asked.policy, [])  # it reads what settings leave out
        self.settings = settings.read(asked.policy)
        self.people = people.read(asked.roster, asked.marks, asked.adjust, self.settings.parts)
        save_json(self.out / "asked.json", known)
        self.journal = Journal(self.out)
        try:
            self.store = Store(self.out)
        except sqlite3.OperationalError as error:
            raise index_problem(self.out, error) from error

    def _recall(self):
        """A file that is not named is the one of the last time; `-` is none. What counts now, and
        what was recalled."""
        known, recalled = remembered(self.out), []
        self._set_zone(known, recalled)
        for name in FILES:
            given = getattr(self.asked, name)
            if given:
                known[name] = "" if given == "-" else str(Path(given).resolve())
            elif known.get(name):
                recalled.append(f"{name.upper()}={known[name]}")
            if known.get(name) and not Path(known[name]).exists():
                raise Problem(f"{known[name]}: {name.upper()} is not there")
            setattr(self.asked, name, known.setdefault(name, "") or None)
        self.asked.policy = self.asked.policy or POLICY
        if not self.asked.profile and known.get("profile", "modern") != "modern":
            recalled.append(f"PROFILE={known['profile']}")
        known["profile"] = self.asked.profile or known.get("profile", "modern")
        if known["profile"] not in PROFILES:
            raise Problem(f"PROFILE is one of {', '.join(PROFILES)}, not '{known['profile']}'")
        return known, recalled

    @staticmethod
    def _set_zone(known, recalled):
        """Times without a zone, of the roster and others, are read again each time."""
        zone = os.environ.get("TZ", "") or known.get("tz", "")
        if zone != os.environ.get("TZ", ""):
            recalled.append(f"TZ={zone}")
        try:
            if "/" in zone and not zone.startswith((":", "/")):
                zoneinfo.ZoneInfo(zone)  # the C library would say nothing, and take it for UTC
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise Problem(f"TZ={zone}: this machine knows no such zone") from error
        if zone:
            known["tz"] = os.environ["TZ"] = zone
        time.tzset()

    def _attempts(self):
        """From a new delivery, or from the intake that was kept."""
        kept, before = self.out / "intake.json", []
        try:
            if kept.exists():
                before = [intake.restore(fields) for fields in json.loads(kept.read_text()) or 1]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            if not self.asked.submissions:
                raise Problem(f"{kept}: it is damaged; give SUBMISSIONS= again") from error
        if not self.asked.submissions:
            self._check_intake()
            return before
        batch = self.settings.batch
        now = intake.Intake(self.asked.submissions, self.out, batch["file"], batch["prefix"]).run()
        owners = {attempt.owner for attempt in now}
        self.lost = sorted({attempt.owner for attempt in before} - owners)
        return now

    def _check_intake(self):
        """These keys say what is taken from a delivery, and it is not taken again."""
        last = self.journal.latest("graded")
        for key in ("file", "prefix") if last else ():
            before = last["policy"]["values"].get(f"batch.{key}", settings.BATCH[key])
            if before != self.settings.batch[key]:
                raise Problem(f"{self.settings.path}: batch.{key} is not what it was when the "
                              "submissions were taken in; give SUBMISSIONS= again")

    def _landmarks(self):
        """Starter, stages and reference are graded beside the class, for the plots."""
        found = {}
        if self.settings.batch["landmarks"] == "1":
            for name, path in LANDMARKS.items():
                if (ROOT / path).exists():
                    data = (ROOT / path).read_bytes()
                    found[name] = sha256(data)
                    place = self.out / "files" / f"{found[name]}.c"
                    if not place.exists():
                        save(place, data)
        return found

    def _say_what_is_new(self):
        """Before the hours that it costs, and while it can still be stopped."""
        last = self.journal.latest("graded") or {}
        new = [name for name, known, now in (
            ("kit or compiler", last.get("kit"), self.kit.sha256),
            ("traces", last.get("traces"), self.kit.traces_sha256)) if known not in (None, now)]
        if new:
            print(f"{' and '.join(new)} changed since the last gradebook: what has no record of "
                  "these is graded anew", file=sys.stderr, flush=True)

    def grade(self):
        attempts = self._attempts()
        self.book = Book(self.settings, self.people, self.kit.folder / "score", attempts)
        people.check_known(self.people, self.book.owned)
        landmarks = self._landmarks()
        self.settings.keep(self.out / "policies")
        self._say_what_is_new()
        self.run = RUNS[self.asked.executor](self.out, self.store, self.kit, self.settings,
                                             self.asked.jobs)
        self.run.grade([*landmarks.values(), *self.book.files_that_may_count()],
                       frozenset(self.asked.again.split()))
        self.book.fill(self.run, landmarks)
        self.otherwise = self._accepted_otherwise()
        self._save()
        return self.book

    def _accepted_otherwise(self):
        """Ids of those of whom a person spoke the last time, and of another file or doubt."""
        last = self.journal.latest("graded")
        now = {visible(row.id): record_of(row) for row in self.book.rows if row.accepted}
        found = []
        with contextlib.suppress(Problem):  # it is gone
            for old in load_gradebook(self.out, last["gradebook"]) if last and now else ():
                row = now.get(old["id"], {"decisions": []})
                said = [d for d in row["decisions"] if d[0] in ("accept", "override")]
                if any(d in old["decisions"] for d in said) and _grounds(row) - _grounds(old):
                    found.append(old["id"])
        return found

    def _save(self):
        book = self.out / "gradebook.jsonl"
        save(book, to_lines(self.book))
        self.name = sha256_of_file(book)
        with open(book, "rb") as lines:
            save(self.out / "gradebooks" / f"{self.name}.jsonl", lines)
        with open(book, "rb") as lines:
            save(self.out / "gradebook.csv", exports.find("csv").export(map(json.loads, lines), {}))
        self.entry = {
            "gradebook": self.name, "kit": self.kit.sha256, "traces": self.kit.traces_sha256,
            "machines": self.book.machines(), "counts": self.book.counts(),
            "policy": {"name": self.settings.name, "sha256": self.settings.sha256,
                       "values": self.settings.values}}

    def conclude(self):
        """What the journal names is all there."""
        last = self.journal.latest("graded", "published")
        if last is None or any(last.get(k) != json.loads(json.dumps(v))
                               for k, v in self.entry.items()):
            self.journal.add("graded", **self.entry)

    def base(self):
        """The journal's entry that a regrade is compared with."""
        published = self.journal.latest("published")
        if published:
            return published
        return next((e for e in self.journal.entries
                     if e["action"] == "graded" and e["gradebook"] != self.name), None)

    def changes(self):
        """(sentences about settings, changes of rows), or None when there is nothing to compare."""
        base = self.base()
        if base is None:
            return None
        entry = json.loads(json.dumps(self.entry))
        return changes.of_settings(base, entry), changes.between(
            load_gradebook(self.out, base["gradebook"]), load_gradebook(self.out, self.name))


def _grounds(row):
    """What a person looked at: the file, and why."""
    return {(row["attempt"] or {}).get("sha256"), *(code for code, _ in row["reasons"])}


def remembered(out):
    """{POLICY, ROSTER and the like: the file that was named last}."""
    place = out / "asked.json"
    try:
        known = json.loads(place.read_text()) if place.exists() else {}
        return {name: str(value) for name, value in known.items()}
    except (ValueError, AttributeError) as error:
        raise Problem(f"{place}: it is damaged; delete it, and name POLICY, ROSTER, MARKS, ADJUST, "
                      "TRACES, PROFILE and TZ anew") from error


def policy_of(out):
    """The policy that a batch in this folder is graded by if none is named."""
    try:
        return remembered(out).get("policy") or POLICY
    except Problem:  # the batch says it
        return POLICY


def load_gradebook(out, name):
    """The rows, one after the other."""
    path = out / "gradebooks" / f"{name}.jsonl"
    if not path.exists():
        raise Problem(f"{path}: this gradebook is gone; run make batch again, or take it from "
                      f"{out / 'published'}")
    if sha256_of_file(path) != name:
        raise Problem(f"{path}: the file was changed; its name is no longer its hash")
    with open(path, "rb") as lines:
        yield from map(json.loads, lines)


def named(ids):
    return ", ".join(map(visible, ids[:NAMED])) + (", …" if len(ids) > NAMED else "")


def summary(batch):
    """What a batch ends with, in lines."""
    book = batch.book
    counts = book.counts()
    lines = [f"{len(book.rows)} students: " + ", ".join(
        f"{counts[status]} {words}" for status, words in STATUSES.items())]
    for status in ("human", "infrastructure"):
        for row in [row for row in book.rows if row.status == status][:NAMED]:
            lines.append(f"  {STATUSES[status]}: {visible(row.id)}: "
                         + "; ".join(sentence for _, sentence in row.reasons)[:300])
        if counts[status] > NAMED:
            lines.append(f"  and {counts[status] - NAMED} more, in {batch.out / 'gradebook.csv'}")
    if batch.recalled:
        lines.append("  not named, so as the last time: " + " ".join(batch.recalled))
    if batch.run.figures():
        lines.append("  " + batch.run.figures())
    lines += [f"  AGAIN={visible(code)}: no grade had this finding"
              for code in sorted(batch.run.unmatched)]
    return lines + [f"  caution: {sentence}" for sentence in cautions(batch)]


def cautions(batch):
    """What a person should know before this is published, in sentences."""
    book = batch.book
    for name in sorted(book.settings.hidden - book.categories):
        yield f"the policy hides '{visible(name)}', and no trace is of this category"
    if book.settings.deadline and book.untimed():
        yield (f"when {book.untimed()} of these were delivered is not known (files from Moodle, and "
               "of clones, have the time of the download), so none of them is late; Moodle's "
               "grading worksheet as ROSTER, or `submitted` in ADJUST, says when")
    if more := [row.id for row in book.rows if row.total is not None and row.total > row.grade.max]:
        yield f"more points than there are ({book.rows[0].grade.max:g}): {named(more)}"
    if unmarked := book.unmarked():
        yield (f"marks by hand that are missing count as 0, for {len(unmarked)} of the graded: "
               f"{named(unmarked)}")
    if batch.otherwise:
        yield ("`accept` or `override` was said of another file, or of fewer doubts: "
               f"{named(batch.otherwise)}")
    if batch.lost:
        yield (f"of {len(batch.lost)} who had delivered before, nothing is in these SUBMISSIONS, "
               f"which must hold all that counts: {named(batch.lost)}")
    if len(book.machines()) > 1:
        yield ("these records come from machines or compilers that differ; their speeds do not "
               "compare: " + "; ".join(" with ".join(pair) for pair in book.machines()))


def batch(asked, kit):
    """Returns (lines to print, exit status)."""
    done = Batch(asked, kit)
    done.grade()
    site(done, None)
    lines = summary(done)
    lines.append(f"gradebook: {done.out / 'gradebook.csv'}   report: {done.out / 'site/index.html'}")
    if done.journal.latest("published"):
        lines.append(f"Something was published before; see what changes: make regrade OUT={done.out}")
    else:
        lines.append(f"When you have looked at it: make publish OUT={done.out}")
    return lines, 0


def regrade(asked, kit):
    done = Batch(asked, kit)
    if not done.journal.latest("graded", "published"):
        raise Problem(f"{done.out}: nothing was graded here yet; begin with make batch")
    done.grade()
    found = done.changes()
    site(done, found)
    if found is None:
        return [*summary(done), "There is no earlier gradebook that differs from this one."], 0
    text = changes.to_text(*found)
    save(done.out / "changes.txt", text)
    return [*summary(done), "", changes.to_text(*found, limit=40),
            f"Nothing is published yet. All of it: {done.out / 'changes.txt'}, "
            f"{done.out / 'site/changes.html'}. To publish: make publish OUT={done.out}"], 0


def site(done, found):
    """The pages and, last, the journal."""
    from .report import write_site
    write_site(done, found)
    done.conclude()


def publish(out):
    """What was graded last becomes what counts."""
    held = open_out(out)
    journal = Journal(out)
    graded, published = journal.latest("graded"), journal.latest("published")
    if graded is None:
        raise Problem(f"{out}: nothing was graded here yet; begin with make batch")
    whole = (out / "gradebook.jsonl").exists() and (out / "site/index.html").exists()
    if not whole or sha256_of_file(out / "gradebook.jsonl") != graded["gradebook"]:
        raise Problem(f"{out}: gradebook and pages are not what was graded last; run make batch again")
    number = sum(e["action"] == "published" for e in journal.entries) + 1
    about = {k: v for k, v in graded.items() if k not in ("action", "who", "when", "previous")}
    if published and about.items() <= published.items():
        return [f"This gradebook is published already, as {published['folder']}."], 0
    name = f"published/{number:03}-{graded['gradebook'][:8]}"
    draft = out / f"published/.{number:03}.{os.getpid()}"
    make_folder(draft.parent)
    for old in draft.parent.glob(".[0-9]*"):
        shutil.rmtree(old)
    for file in [*sorted((out / "site").rglob("*.html")), out / "gradebook.csv",
                 out / "gradebook.jsonl"]:
        shutil.copyfile(file, make_folder((draft / file.relative_to(out)).parent) / file.name)
    shutil.rmtree(out / name, ignore_errors=True)
    os.replace(draft, out / name)
    sync_folder(draft.parent)
    journal.add("published", folder=name, **about)
    held.close()
    return [f"published: {out / name}"], 0


def read_record(out, name):
    place = out / "records" / f"{name}.json"
    try:
        return json.loads(place.read_text())["record"]
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"{place}: this record, which the gradebook was made of, cannot be read; "
                      "run make batch again") from error


def export_options(out, entry, asked):
    """What a format may need: see exports/__init__.py."""
    values = entry["policy"]["values"]
    hidden = settings.hidden_in(values)

    def show(row):
        record = read_record(out, row["record"]) if row["record"] else None
        return shown.show(row, record, hidden, [ROOT, out.resolve()])

    notes, known = [], people.People()
    try:
        known = people.read(asked.get("roster") or remembered(out).get("roster"))
    except Problem as problem:
        if asked.get("roster"):
            raise
        notes.append(f"caution: {problem}; so students are called as in the gradebook")
    return {key: value for key, value in values.items() if key.startswith("platform.")} | asked | {
        "show": show, "people": known, "notes": notes}


def export(out, name, to=None, asked=None):
    held = open_out(out)
    journal = Journal(out)
    entry = journal.latest("published") or journal.latest("graded")
    if entry is None:
        raise Problem(f"{out}: nothing was graded here yet; begin with make batch")
    options = export_options(out, entry, asked or {})
    data, suffix = exports.make(name, load_gradebook(out, entry["gradebook"]), options)
    to = Path(to).resolve() if to else out / f"export.{suffix}"
    if to.exists() and not to.is_file():
        raise Problem(f"{to}: TO is no ordinary file")
    save(to, data)
    held.close()
    note = "" if entry["action"] == "published" else " (not published yet)"
    return [*options["notes"], f"{to}: gradebook of {entry['when']}{note}"], 0
