"""A class is graded: nothing is lost, nothing is done twice, nothing is published by accident."""

import errno
import json
import os
import random
import re
import shutil
import subprocess

import driver
import pytest
from classroom import (FAKE, Classroom, descendants, fake_record, finding, kill_one, trace,
                       unmeasured, wait_gone)

from gradebook import executor, journal, points
from gradebook.files import sha256
from gradebook.kit import version_of
from gradebook.problem import Problem

KILLS = int(os.environ.get("KILLS", "4"))
STAGE = driver.ROOT / "solution/stages/1-implicit/mm.c"


@pytest.fixture
def room(tmp_path, request):
    """A classroom with a stand-in for mdriver: what follows grading is tested in no time."""
    room = Classroom(tmp_path, **getattr(request, "param", {}))
    room.pretend(fake_record([trace("mix-short")]))
    return room


def real_class(folder, **policy):
    """Six submissions for the true mdriver: right, wrong, not compiling, handed on, hostile."""
    room = Classroom(folder, **policy)
    room.put("ada/mm.c", STAGE.read_bytes())
    room.put("bob_mm.c", (driver.ROOT / "starter/mm.c").read_bytes())
    room.put("cyd_mm.c", "int broken")
    room.put("dan_mm.c", STAGE.read_bytes())
    room.put("eve_mm.c", driver.bump(malloc="for (;;);"))
    room.put("fay_mm.c", driver.bump(top="int a[1000] = {1};", malloc="a[size % 7]++;"))
    room.put("gil_mm.c", b"")
    return room


@pytest.mark.parametrize("line", [
    "trace\tmix\t1\t0.5", "trace\tmix\t1\t0.5\t1\t1", "trace\tmix\t1\thalf\t1", "late\t-", "line\t1", "",
])
def test_the_points_are_of_known_lines_only(line):
    policy = driver.POLICIES / "final.policy"
    with pytest.raises(Problem, match="score input:2: expected "):
        points.compute(driver.built()["folder"] / "score", policy, [f"begin\t0\n{line}\nend\n"])


@pytest.mark.usefixtures("confinement")
def test_a_class_is_graded_by_make(tmp_path):
    """The whole path once, as a teacher types it."""
    room = real_class(tmp_path)
    said = driver.make("-s", "batch", f"SUBMISSIONS={room.submissions}", f"OUT={room.out}",
                       f"POLICY={room.policy}", f"TRACES={room.trace}", "JOBS=2")
    assert said.exit == 0, said.stderr
    assert "7 students: 6 graded, 1 needs a human, 0 infrastructure error" in said.stdout
    rows = room.rows()
    assert rows["ada"]["correctness"] == "20.00"
    assert rows["cyd"]["findings"] == "COMPILE" and rows["cyd"]["total"] == "0.00"
    assert "TIMEOUT" in rows["eve"]["findings"]
    assert rows["gil"]["total"] == "" and rows["gil"]["reasons"] == "INTAKE_EMPTY"
    assert len(room.records()) == 5, "the same bytes are graded once"
    assert rows["dan"]["record"] == rows["ada"]["record"]
    assert not (room.out / "work").exists()
    for row in map(json.loads, (room.out / "gradebook.jsonl").read_text().splitlines()):
        if row["record"]:  # the two ways to the points are one
            envelope = json.loads((room.out / f"records/{row['record']}.json").read_text())
            assert row["total"] == pytest.approx(envelope["record"]["score"]["total"], abs=1e-6)
    again = driver.make("-s", "batch", f"OUT={room.out}")
    assert f"so as the last time: POLICY={room.policy} TRACES={room.trace}\n" in again.stdout
    assert room.rows() == rows, "nothing was measured by another policy"


@pytest.mark.usefixtures("confinement")
def test_killed_anywhere_it_goes_on_and_ends_alike(tmp_path):
    """KILLS=n kills at random moments, of the batch itself or of anything below it."""
    room = real_class(tmp_path, batch__tries=1)
    room.call(out=tmp_path / "undisturbed")
    dice, left = random.Random(11), []
    for _ in range(KILLS):
        process = room.start()
        try:
            process.communicate(timeout=dice.uniform(0.1, 2.5))
        except subprocess.TimeoutExpired:
            family = descendants(process.pid)
            kill_one(process, dice)
            if dice.random() < 0.5:
                process.kill()
            process.communicate(timeout=120)
            left += wait_gone(family)
        if (room.out / "gradebook.csv").exists():
            assert len(room.rows()) == 7  # whole, or not there
        if dice.random() < 0.3:
            shutil.rmtree(room.out / "records", ignore_errors=True)  # begin again, now and then
    room.call()
    assert unmeasured(room.out / "gradebook.csv") == \
        unmeasured(tmp_path / "undisturbed/gradebook.csv")
    assert not left, "no process outlives the batch"


DISK = """
mount -t tmpfs -o size={size}k tmpfs "$1" && shift && "$@" > "$LOG" 2>&1
echo "exit $?" >> "$LOG"
mount -o remount,size=64m tmpfs "$OUT" && "$@" >> "$LOG" 2>&1
echo "exit $?" >> "$LOG"
cp -r "$OUT/." "$KEEP"
"""


@pytest.mark.parametrize("size", [24, 150])
def test_a_full_disk_loses_nothing(room, size):
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    for student in range(6):
        room.put(f"s{student:02}_mm.c", f"/* {student} */ int x;")
    room.call(out=room.folder / "undisturbed")
    room.out.mkdir()
    log, keep = room.folder / "log", room.folder / "keep"
    env = {**room.environment(), "LOG": str(log), "KEEP": str(keep), "OUT": str(room.out)}
    keep.mkdir()
    subprocess.run(["unshare", "-Urm", "sh", "-c", DISK.format(size=size), "sh", str(room.out),
                    *room.words("batch")], cwd=driver.ROOT, env=env, check=True)
    first, _, second = log.read_text().partition("exit ")
    assert second.startswith("2"), first
    assert "Nothing is lost" in first and "Traceback" not in first
    assert log.read_text().rstrip().endswith("exit 0"), log.read_text()
    assert unmeasured(keep / "gradebook.csv") == \
        unmeasured(room.folder / "undisturbed/gradebook.csv")


def test_a_disk_that_is_full_for_mdriver_ends_the_batch(room):
    room.fake.write_text(room.fake.read_text().replace("no luck today", "linking: the disk is full"))
    room.put("una_mm.c", "UNLUCKY")
    assert "the disk is full. Nothing is lost: make room" in room.call(expect=2)


def test_identical_settings_run_nothing_again(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    before = {p: p.stat().st_mtime_ns for p in (room.out / "records").iterdir()}
    room.pretend(None)  # whoever runs it again finds no record
    room.call()
    assert {p: p.stat().st_mtime_ns for p in (room.out / "records").iterdir()} == before
    assert len(room.journal()) == 1, "nothing happened, so nothing is in the journal"


def test_weights_change_without_a_new_run(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    first = float(room.rows()["ada"]["utilization"])
    room.pretend(None)
    room.policy = room.write_policy("new.policy", utilization=80)
    said = room.call("regrade")
    assert float(room.rows()["ada"]["utilization"]) == pytest.approx(2 * first, abs=0.011)
    assert "policy: utilization = 40 -> 80" in said
    assert "1 students change: 1 gain points, 0 lose points" in said


@pytest.mark.parametrize("before, after, half, runs", [
    (10, 40, 0.4, True), (0, 40, 0.0, True), (10, 40, 0.1, False), (40, 10, 0.4, False),
    (10, 10, 0.4, False)])
def test_speed_that_counts_for_more_must_be_known_better(room, before, after, half, runs):
    """The points are known to within 0.5 under the policy that they are made by."""
    room.put("ada_mm.c", "int x;")
    room.policy = room.write_policy("old.policy", throughput=before)
    record = fake_record([trace("mix-short")])
    record["score"] = {"plus_minus": half}
    record["policy"]["hash"] = sha256(room.policy.read_bytes())
    room.pretend(record)
    room.call()
    room.policy = room.write_policy("new.policy", throughput=after)
    record["policy"]["hash"] = sha256(room.policy.read_bytes())
    room.pretend(record)
    assert ("graded 1 of 1" in room.call()) == runs
    assert "graded 1 of 1" not in room.call(), "once is enough"


def test_limits_and_traces_need_a_new_run(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    room.policy = room.write_policy("new.policy", limit__trace_seconds=2)
    room.call()
    assert len(room.records()) == 2
    room.trace.write_text(driver.SHORT_TRACE.replace("c 2 10 8", "c 2 11 8"))
    said = "traces changed since the last gradebook: what has no record of these is graded anew\n"
    assert room.call().startswith(said)
    assert len(room.records()) == 3
    assert said not in room.call()
    room.policy = room.write_policy("newer.policy", limit__trace_seconds=2, checker=5)
    room.call()
    assert len(room.records()) == 4


def test_faults_of_ours_are_retried_and_never_zeros(room):
    room.put("ada_mm.c", "int x;")
    room.put("una_mm.c", "UNLUCKY")
    room.put("sig_mm.c", "SIGNAL")
    said = room.call()
    assert "1 graded, 0 needs a human, 2 infrastructure error" in said
    assert room.rows()["una"]["total"] == "" and room.rows()["una"]["status"] == "infrastructure"
    assert "no luck today" in said and "signal 9" in said
    assert "fault on our side" in room.page("una") and "no luck" not in room.page("una")


def test_a_kit_that_always_fails_is_said_once(room):
    for student in range(30):
        room.put(f"s{student}_mm.c", f"UNLUCKY {student}")
    said = room.call(expect=2)
    assert "every submission fails alike" in said and "no luck today" in said


SPEED_COUNTS = pytest.mark.parametrize("room", [{"throughput": 40}], indirect=True)


@SPEED_COUNTS
@pytest.mark.parametrize("code", ["INCONCLUSIVE", "METRICS_DISAGREE", "OVERFITTED", "BUSY",
                                  "FORBIDDEN"])
def test_some_findings_need_a_person(room, code):
    room.put("ada_mm.c", "int x;")
    room.pretend(fake_record([trace("mix-short")], [finding(code, "mix-short")]))
    assert "0 graded, 1 needs a human" in room.call()
    row = room.rows()["ada"]
    assert row["total"] == "" and float(row["provisional"]) > 0 and row["reasons"] == code
    room.give("adjust", "ada | accept | | K. Lee | looked at it, the grade stands\n")
    room.call()
    assert float(room.rows()["ada"]["total"]) > 0


def test_what_has_no_grade_cannot_be_accepted(room):
    room.put("ada/mm.c", "")
    room.give("roster", "id,name\nada,Ada A\nbob,Bob B\n")
    room.give("adjust", "ada | accept | | K. Lee | looked at it\nbob | accept | | K. Lee | ill\n")
    assert "0 graded, 1 needs a human" in room.call()
    for student, status in ("ada", "human"), ("bob", "missing"):
        row = room.rows()[student]
        assert (row["status"], row["total"]) == (status, "")
        assert "NOTHING_TO_ACCEPT" in row["reasons"]


def test_what_was_accepted_and_is_another_now_is_said(room):
    room.pretend(fake_record([trace("mix-short")], [finding("BUSY")]))
    for name in ("ada", "bob"):
        room.put(f"{name}_mm.c", f"int x; // {name}")
    room.give("adjust", "ada | accept | | K. Lee | looks right\nbob | accept | | K. Lee | looked\n")
    assert "caution" not in room.call()
    assert "caution" not in room.call()
    room.put("ada_mm.c", "int another;")
    assert "was said of another file, or of fewer doubts: ada\n" in room.call()
    room.put("bob_mm.c", "int another; // bob")
    room.give("adjust", "ada | accept | | K. Lee | looks right\nbob | accept | | K. Lee | again\n")
    assert "caution" not in room.call()


@pytest.mark.parametrize("code, graded", [("INCONCLUSIVE", 1), ("METRICS_DISAGREE", 1),
                                          ("OVERFITTED", 0)])
def test_doubts_about_speed_need_nobody_where_it_has_no_points(room, code, graded):
    room.put("ada_mm.c", "int x;")
    room.pretend(fake_record([trace("mix-short")], [finding(code, "mix-short")]))
    assert f"1 students: {graded} graded" in room.call()
    room.policy = room.write_policy("new.policy", throughput=40)
    assert "1 students: 0 graded" in room.call()


@SPEED_COUNTS
def test_an_inconclusive_grade_is_made_anew_when_asked(room):
    room.put("ada_mm.c", "int x;")
    room.put("bob_mm.c", "int y;")
    room.pretend(fake_record([trace("mix-short")], [finding("INCONCLUSIVE", severity="warning")]))
    room.call()
    room.pretend(fake_record([trace("mix-short")]))
    assert "2 needs a human" in room.call()
    assert "2 graded" in room.call(again="INCONCLUSIVE")


def test_what_is_asked_for_again_and_is_nowhere_is_said(room):
    room.put("ada_mm.c", "int x;")
    assert "AGAIN" not in room.call()
    assert "AGAIN=INCONCLUSVE: no grade had this finding" in room.call(again="INCONCLUSVE")


def test_a_missing_protection_needs_a_person(room):
    record = fake_record([trace("mix-short")])
    record["protections"]["system_call_filter"] = "not available"
    room.pretend(record)
    room.put("ada_mm.c", "int x;")
    room.call()
    assert room.rows()["ada"]["reasons"] == "PROTECTION"


def test_a_record_of_another_submission_is_no_record(room):
    record = fake_record([trace("mix-short")])
    record["submission"]["sha256"] = "0" * 64
    room.pretend(record)
    room.put("ada_mm.c", "int x;")
    assert "left the record of another submission" in room.call()


def test_lateness_marks_and_decisions_are_lines_of_the_computation(room):
    room.policy = room.write_policy("new.policy", late__deadline="2026-11-30 23:59 +0000",
                                    late__per_day=0.1, late__grace_days=1, hand__style=10)
    for student in ("ada", "bob", "cyd"):
        os.utime(room.put(f"{student}_mm.c", "int x;"), (1796083140 + 2.5 * 86400,) * 2)
    room.give("roster", "id,name\nada,Ada A\nbob,Bob B\ncyd,Cyd C\ndan,Dan D\n")
    room.give("marks", "id,style,comment\nada,8,neat\n")
    room.give("adjust", "# who\nbob | extension | 3 days | K. Lee | ill\n"
              "cyd | override | 50 | K. Lee | agreed by mail\nbob | points | -2 | K. Lee | no name\n"
              "ada | submitted | 2026-12-01 12:00 +0000 | K. Lee | was there on time\n")
    assert "marks by hand that are missing count as 0, for 1 of the graded: bob\n" in room.call()
    rows = room.rows()
    engine = float(rows["cyd"]["correctness"]) + float(rows["cyd"]["utilization"])
    assert float(rows["ada"]["total"]) == pytest.approx(engine + 8, abs=0.02)
    assert float(rows["bob"]["total"]) == pytest.approx(engine - 2, abs=0.02)
    assert rows["cyd"]["total"] == "50.00"
    assert float(rows["cyd"]["late"]) == pytest.approx(-0.2 * engine, abs=0.02)
    assert rows["dan"]["status"] == "missing" and rows["dan"]["total"] == ""
    assert "K. Lee: agreed by mail" in room.page("cyd")


def test_the_time_of_a_download_makes_nobody_late(room):
    """Canvas and Moodle give it to every file. Canvas says who is late, and not how much."""
    room.policy = room.write_policy("new.policy", late__deadline="2026-11-01 00:00 +0000",
                                    late__per_day=0.1)
    for number, name in enumerate(("ada_7_90_mm.c", "bob_LATE_8_91_mm.c", "cyd_LATE_9_92_mm.c",
                                   "Dan Day_10_assignsubmission_file_/mm.c", "eve/mm.c")):
        os.utime(room.put(name, f"int x{number};"), (1796083140,) * 2)  # a month later
    room.give("adjust", "9 | submitted | 2026-11-02 12:00 +0000 | K. Lee | Canvas says so\n")
    said = room.call()
    rows = room.rows()
    assert {id: (row["status"], bool(float(row["late"] or 0))) for id, row in rows.items()} == {
        "7": ("graded", False), "8": ("human", False), "9": ("graded", True), "10": ("graded", False),
        "eve": ("graded", True)}
    assert rows["8"]["reasons"] == "LATE_UNCLEAR" and rows["7"]["submitted"] == ""
    assert "caution: when 1 of these were delivered is not known" in said


WORKSHEET = """\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,\
"Last modified (submission)","Last modified (grade)"
"Participant 10",Dan Day,m77,dan@x.edu,"Submitted for grading",,"Sunday, 1 November 2026, 12:00 AM",-
"Participant 11",Eve Ek,,eve@x.edu,"Submitted for grading - 1 hour late",,{eve},-
"Participant 12",Fay Fox,m79,fay@x.edu,"No submission",,-,-
"""


@pytest.mark.parametrize("eve", ['"Sunday, 1 November 2026, 1:00\u202fAM"',
                                 '"Sunday, November 1, 2026, 1:00 AM"',
                                 '"Sunday, 1 November 2026, 01:00"', "2026-11-01 01:00"])
def test_a_worksheet_of_moodle_says_who_is_late(room, monkeypatch, eve):
    """It is the roster as Moodle gives it, and deliveries are those of its participants."""
    monkeypatch.setenv("TZ", "UTC")
    room.pretend(fake_record([trace("mix-short")]))
    room.policy = room.write_policy("new.policy", late__deadline="2026-11-01 00:00 +0000")
    for name in ("Dan Day_10", "Eve Ek_11"):
        room.put(f"{name}_assignsubmission_file_/mm.c", f"int x; // {name}")
    room.give("roster", WORKSHEET.format(eve=eve))
    assert "caution" not in room.call()
    rows = {id: (row["status"], row["submitted"][:16], bool(float(row["late"] or 0)))
            for id, row in room.rows().items()}
    assert rows == {"m77": ("graded", "2026-11-01 00:00", False), "m79": ("missing", "", False),
                    "11": ("graded", "2026-11-01 01:00", True)}
    room.give("adjust", "11 | submitted | 2026-10-31 23:00 +0000 | K. Lee | Moodle was down\n")
    room.call()
    assert float(room.rows()["11"]["late"] or 0) == 0


def test_the_zone_of_times_is_that_of_the_last_time(room, monkeypatch):
    """Without it a class would be late the next time, by the hours between the zones."""
    room.pretend(fake_record([trace("mix-short")]))
    room.put("Dan Day_10_assignsubmission_file_/mm.c", "int x;")
    room.give("roster", WORKSHEET.format(eve="-"))
    monkeypatch.setenv("TZ", "America/Toronto")
    room.call()
    monkeypatch.delenv("TZ")
    assert "not named, so as the last time: TZ=America/Toronto" in room.call()
    assert room.rows()["m77"]["submitted"] == "2026-11-01 04:00:00Z"
    monkeypatch.setenv("TZ", "America/Torono")
    assert "TZ=America/Torono: this machine knows no such zone" in room.call(expect=2)


@pytest.mark.parametrize("name, text, said", [
    ("roster", WORKSHEET.format(eve='"Sonntag, 1. November 2026, 01:00"'),
     "roster.txt:3: expected a time such as 2026-11-30 23:59 and found 'Sonntag, 1. November 2026, "
     "01:00'; a worksheet of Moodle must be in English"),
    ("adjust", "ada | override | 50 | K. Lee |\n", "adjust.txt:1: every decision needs"),
    ("adjust", "\nada | gift | 5 | K. Lee | why\n", "adjust.txt:2: 'gift' is not one of"),
    ("adjust", "zoe | points | 5 | K. Lee | why\n", "a decision about 'zoe', who neither"),
    ("adjust", "ada | points | many | K. Lee | why\n", "expected points and found 'many'"),
    ("marks", "id,taste\nada,5\n", "the policy has no hand.taste"),
    ("adjust", "\nzoe | points | 5 | K. Lee | why\n", "adjust.txt:2: a decision about 'zoe'"),
    ("adjust", "ada | extension | 5 hours | K. Lee | why\n", "expected days and found '5 hours'"),
    ("adjust", "ada | points | 5 days | K. Lee | why\n", "expected points and found '5 days'"),
    ("adjust", "ada | override | -5 | K. Lee | why\n", "override takes points from 0 up, not -5"),
    ("adjust", "ada | extension | -1 day | K. Lee | why\n", "extension takes days from 0 up, not -1 day"),
    ("adjust", "ada | accept | 77 | K. Lee | why\n", "'accept' takes no value, and here is '77'"),
    ("adjust", "ada | submitted | 9999-12-31 23:59 -1200 | K. Lee | why\n", "expected a time such"),
    ("adjust", "ada | submitted | 0001-01-01 00:00 +0100 | K. Lee | why\n", "expected a time such"),
    ("adjust", "ada | override | 1e308 | K. Lee | why\n", "expected points and found '1e308'"),
    ("adjust", 33 * "ada | points | 1 | K. Lee | why\n", "adjust.txt:33: 'ada' has more than 32"),
    ("marks", "name\nada\n", "marks.txt:1: the table of marks needs a column called id"),
    ("marks", "id,style\nada,11\n", "marks.txt:2: Style is marked from 0 to 10, not 11"),
    ("marks", "id,style\nada,-1\n", "marks.txt:2: Style is marked from 0 to 10, not -1"),
    ("marks", "id,style\nada,1,5\n", "marks.txt:2: the table of marks has 2 columns, and this"),
    ("marks", "id,style,style\nada,1,5\n", "marks.txt:1: the table of marks has 2 columns called"),
    ("marks", "id,style\nada,1_0\n", "expected points and found '1_0'"),
    ("marks", "style,id\n5\n", "marks.txt:2: marks for '', who neither"),
    ("roster", "id\nada\nada\n", "roster.txt:3: the id 'ada' is empty or given twice"),
    ("roster", "name,id\nAda\n", "roster.txt:2: the id '' is empty or given twice"),
    ("roster", 'id,name\nada,A\nbob,"B\ncyd,C\n', "roster.txt:3: the roster cannot be read"),
    ("roster", "id,name,id\nada,Ada,x\n", "roster.txt:1: the roster has 2 columns called 'id'"),
    ("roster", "id,name,email\nada,Lovelace, Ada,a@x\n", "has 3 columns, and this line has 4"),
    ("roster", "i\0d\0\n", "needs a column called id; found: i\\x00d\\x00"),
    ("roster", "id,name\n", "nobody is on the roster"),
    ("roster", "id,team\n1,1\n2,1\n3,2\n", "roster.txt:4: the team of '3' is the id of '2'"),
    ("roster", "id,github\nada,Bob\nbob,\n", "roster.txt:2: the github of 'ada' is the id of 'bob'"),
])
def test_a_slip_in_a_file_is_refused_with_its_line(room, name, text, said):
    room.policy = room.write_policy("new.policy", hand__Style=10)
    room.put("ada_mm.c", "int x;")
    room.give(name, text)
    told = room.call(expect=2)
    assert said in told and told.count("\n") == 1 and not room.records()


def test_more_points_than_there_are_is_said(room):
    room.pretend(fake_record([trace("mix-short")]))
    for name in ("ada", "bob", "cyd"):
        room.put(f"{name}_mm.c", f"int x; // {name}")
    room.give("adjust", "ada | override | 770 | K. Lee | agreed\nbob | points | -99 | K. Lee | late\n"
              "cyd | override | 60 | K. Lee | all there are\n")
    assert "caution: more points than there are (60): ada\n" in room.call()


def test_a_part_may_be_called_as_the_teacher_likes(room):
    """A table from a spreadsheet: with tabs, and with the headings of the gradebook."""
    room.policy = room.write_policy("new.policy", hand__Style=10, hand__comments=5)
    room.put("ada_mm.c", "int x;")
    room.give("marks", "id\thand.style\tComments\tcomment\nada\t7\t4.5\tneat, short\n")
    room.call()
    assert [room.rows()["ada"][f"hand.{part}"] for part in ("Style", "comments")] == ["7.00", "4.50"]


def test_an_id_is_nobody_elses(room):
    """Neither in another case, nor where a name is written like it."""
    for student in ("ada", "Ada", "li"):
        room.put(f"{student}/mm.c", f"int {student};")
    room.put("Li_77_assignsubmission_file_/mm.c", "int whose;")
    room.give("roster", "id,name,team\nAda,,\nada,,\nwang,Li,\nli,Wang,li\n")
    room.call()
    sha = {student: sha256(f"int {student};".encode()) for student in ("ada", "Ada", "li")}
    rows = room.rows()
    assert {student: rows[student]["sha256"] for student in sha} == sha
    assert rows["wang"]["status"] == "missing" and rows["77"]["status"] == "human"


@pytest.mark.parametrize("folder", ["submissions", "submissions/out"])
def test_what_was_graded_is_not_delivered(room, folder):
    room.put("ada_mm.c", "int x;")
    assert "OUT lies among the SUBMISSIONS" in room.call(expect=2, out=room.folder / folder)
    assert os.listdir(room.submissions) == ["ada_mm.c"]


@pytest.mark.parametrize("action", ["publish", "export", "batch", "regrade"])
def test_a_folder_that_is_misspelt_is_not_made(room, action):
    more = {"submissions": ""} if action in ("batch", "regrade") else {}
    room.out = room.folder / "slip"
    assert "slip: nothing was graded here yet" in room.call(action, expect=2, **more)
    assert not room.out.exists()


def test_a_hidden_category_that_does_not_exist_is_said(room):
    """A slip of the pen would show what was to be hidden."""
    room.put("ada_mm.c", "int x;")
    room.policy = room.write_policy("new.policy", hidden__mxi=1, hidden__mix=1)
    said = room.call()
    assert "the policy hides 'mxi', and no trace is of this category" in said
    assert "hides 'mix'" not in said


@pytest.mark.parametrize("text, said", [
    ("batch.attempts = best\nbatch.attempts = last\n", "{2}: this key was set before: 'batch.attempts'"),
    ("late.deadline = 2026-01-01\nlate.deadline = 2027-01-01\n", "{2}: this key was set before"),
    ("late.deadline = tomorrow\n", "{1}: late.deadline is a time such as 2026-11-30 23:59 +0100, not"),
    ("platform.visibilty = hidden\n", "{1}: 'platform.visibilty = hidden' is not understood"),
    ("platform.visibility = secret\n", "{1}: 'platform.visibility = secret' is not understood"),
    ("platform.leaderboard = no\n", "{1}: 'platform.leaderboard = no' is not understood"),
    ("batch.human = inconclusive\n", "{1}: 'batch.human = inconclusive' is not understood"),
    ("batch.human = OVERFITED\n", "{1}: 'batch.human = OVERFITED' is not understood"),
    ("batch.tries = 0\n", "{1}: 'batch.tries = 0' is not understood"),
    ("category.mix = 0x10\n", "{1}: expected a number and found '0x10'"),
    ("category.mix = many\n", "{1}: expected a number and found 'many'"),
    ("hand.a\tb = 1\n", "{1}: too many of these, or not a name behind the dot"),
])
def test_a_slip_in_a_policy_is_refused_with_its_line(room, text, said):
    room.put("ada_mm.c", "int x;")
    before = room.policy.read_text()
    room.policy.write_text(before + text)
    said = re.sub(r"{(\d)}", lambda at: str(before.count("\n") + int(at[1])), said)
    assert f"{room.policy}:{said}" in room.call(expect=2)


def test_the_schema_lists_every_finding():
    """By it a policy is told of a code that is none."""
    known = re.findall(r'\{\s*"([A-Z_]+)",\s*SEVERITY', (driver.ENGINE / "finding.c").read_text())
    assert driver.SCHEMA["$defs"]["finding"]["properties"]["code"]["enum"] == known != []


def test_a_policy_of_an_older_kit_ends_no_batch(room):
    """What it had measured is known by its hash; today it would be refused."""
    room.put("ada_mm.c", "int x;")
    room.call()
    old, = (room.out / "policies").iterdir()
    old.write_text(old.read_text() + "platform.unknown = 1\n")
    (room.out / f"policies/{'0' * 64}.policy").write_text(old.read_text())
    assert "1 graded" in room.call()


@pytest.mark.parametrize("part", ["a\x85b", "a\u2028b", "a\x0bb"])
def test_a_part_of_any_name_is_one_line(room, part):
    room.put("ada_mm.c", "int x;")
    room.policy.write_text(room.policy.read_text() + f"hand.{part} = 5\n")
    room.call()
    assert room.rows()["ada"][f"hand.{part}"] == "0.00"


def test_a_missing_module_is_said_before_anything_is_graded(room):
    room.put("ada_mm.c", "int x;")
    words = room.words("batch")
    words[1:1] = ["-S"]  # without Debian's packages
    done = subprocess.run(words, cwd=driver.ROOT, env=room.environment(), capture_output=True,
                          text=True)
    assert done.returncode == 2 and not room.records()
    assert done.stderr.count("\n") == 1 and "`make deps`" in done.stderr


def test_nothing_is_published_by_accident(room):
    room.put("ada_mm.c", "int x;")
    assert "nothing was graded here yet" in room.call("publish", expect=2)
    room.call()
    room.call("publish")
    published = next((room.out / "published").iterdir())
    before = (published / "gradebook.csv").read_bytes()
    room.policy = room.write_policy("new.policy", utilization=80)
    assert "Nothing is published yet" in room.call("regrade")
    assert (published / "gradebook.csv").read_bytes() == before
    assert b"80.00" not in (room.call("export", to=room.folder / "x"),
                            (room.folder / "x").read_bytes())[1]
    room.call("publish")
    assert [entry["action"] for entry in room.journal()] == ["graded", "published", "graded",
                                                             "published"]
    assert {entry["who"] for entry in room.journal()} == {"the test"}


def test_a_file_that_is_not_named_is_that_of_the_last_time(room):
    """A regrade under a new policy must not lose who is in the class and what was decided."""
    room.put("ada_mm.c", "int x;")
    room.put("eve_mm.c", "int y;")
    room.give("roster", "id,canvas_id\nada,101\nbob,102\n")
    room.give("adjust", "ada | points | -3 | K. Lee | late talk\n")
    room.call()
    total = float(room.rows()["ada"]["total"])
    files, room.files = room.files, {}
    said = room.call("regrade", policy=room.write_policy("new.policy", correctness=50), submissions="")
    assert f"ROSTER={files['roster']} ADJUST={files['adjust']}" in said
    rows = room.rows()
    assert {i: row["status"] for i, row in rows.items()} == {
        "ada": "graded", "bob": "missing", "eve": "human"}
    assert float(rows["ada"]["total"]) > total and rows["ada"]["points"] == "-3.00"
    room.call(policy="", submissions="", adjust="-")
    assert float(room.rows()["ada"]["total"]) == float(rows["ada"]["total"]) + 3
    files["roster"].unlink()
    assert "ROSTER is not there" in room.call(policy="", submissions="", expect=2)
    room.call("export", to=room.folder / "grades.csv")
    assert "bob" not in (room.call(policy="", submissions="", roster="-"), room.rows())[1]


def test_drafts_of_the_dead_are_not_published(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    drafts = [room.out / name for name in
              ("site/students/.ada.html.4711", "site/.index.html.4711", ".gradebook.csv.4711")]
    for draft in drafts:
        draft.write_text("<p>half a")
    room.call("publish")
    assert not [path for path in room.out.rglob("*.4711")]
    assert len(list((room.out / "published").rglob("students/*"))) == 1


def test_a_policy_that_cannot_be_read_is_not_remembered(room, tmp_path):
    room.put("ada_mm.c", "int x;")
    room.call()
    slip = tmp_path / "slip.policy"
    slip.write_text("corectness = 50\n")
    assert "slip.policy" in room.call(policy=slip, expect=2)
    assert "1 graded" in room.call(policy="", submissions="")
    (room.out / "asked.json").write_text("{")
    assert "asked.json: it is damaged" in room.call(policy="", submissions="", expect=2)


@pytest.mark.parametrize("key, value", [("batch__file", "my.c"), ("batch__prefix", "lab-")])
def test_what_is_taken_from_a_delivery_is_not_changed_without_it(room, key, value):
    room.put("ada/mm.c", "int x;")
    room.call()
    room.policy = room.write_policy("same.policy", batch__file="mm.c", batch__prefix="")
    room.call("regrade", submissions="")
    room.policy = room.write_policy("new.policy", **{key: value})
    said = room.call("regrade", submissions="", expect=2)
    assert f"{key.replace('__', '.')} is not what it was" in said and said.count("\n") == 1
    room.call("regrade")
    room.call("regrade", submissions="")


def test_a_second_delivery_that_holds_only_the_late_is_noticed(room, tmp_path):
    for student in ("ada", "bob"):
        room.put(f"{student}_mm.c", "int x;")
    assert "caution" not in room.call() and "caution" not in room.call()
    (tmp_path / "late").mkdir()
    (tmp_path / "late/bob_mm.c").write_text("int late;")
    (tmp_path / "late/cyd_mm.c").write_text("int late;")
    said = room.call(submissions=tmp_path / "late")
    assert "of 1 who had delivered before, nothing is in these SUBMISSIONS" in said and ": ada" in said


def test_traces_and_profile_are_those_of_the_last_time(room):
    """Else the whole class would be run again, and by what nobody asked for."""
    room.put("ada_mm.c", "int x;")
    room.call(profile="classic")
    records = room.records()
    said = room.call(traces="")
    assert f"TRACES={room.trace} PROFILE=classic\n" in said and room.records() == records
    assert "no traces" in room.call(traces="-", expect=2), "here all traces are none"
    assert "PROFILE is one of modern, classic, not" in room.call(profile="romantic", expect=2)
    assert "PROFILE" not in room.call(profile="modern") and len(room.records()) == 2
    assert room.call("recall") == f"{room.policy}\n", "make builds its reference"


def test_names_that_are_no_text_are_remembered(room, monkeypatch):
    """The second batch said that asked.json was damaged, and `publish` ended in a traceback."""
    room.policy = room.write_policy(os.fsdecode(b"caf\xe9.policy"))
    room.put("ada_mm.c", "int x;")
    room.call()
    assert f"POLICY={room.policy}" in room.call("regrade", policy="")
    monkeypatch.setenv("AUTHOR", os.fsdecode(b"Zo\xeb"))
    journal.Journal(room.out).add("published")
    assert journal.Journal(room.out).latest("published")["who"] == os.environ["AUTHOR"]


def test_what_is_not_saved_as_utf_8_is_said(room):
    room.put("ada_mm.c", "int x;")
    room.files["roster"] = room.folder / "roster.csv"
    room.files["roster"].write_bytes(b"id,name\nada,Zo\xeb\n")
    assert "roster.csv:2: the roster must be saved as UTF-8\n" in room.call(expect=2)
    line = room.policy.read_text().count("\n") + 1
    with open(room.policy, "ab") as policy:
        policy.write(b"# Pr\xfcfung\n")
    assert f"class.policy:{line}: the policy must be saved as UTF-8\n" in room.call(expect=2)


def test_a_compiler_may_speak_in_any_code(tmp_path):
    """Translated, and in a locale that is not one of UTF-8."""
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\nprintf 'cc 12\\nohne Garantie f\\374r irgendetwas\\n'\n")
    compiler.chmod(0o755)
    assert version_of(str(compiler)) == "cc 12"


@pytest.mark.parametrize("jobs", ["0", "x", "1.5", "9" * 5000], ids=len)
def test_a_number_of_jobs_that_is_none(room, jobs):
    said = room.call(jobs=jobs, expect=2)
    assert said.startswith("JOBS is a number from 1 up, not '") and said.count("\n") == 1


@pytest.mark.parametrize("name", ["roster", "marks", "adjust"])
def test_a_file_that_is_refused_is_not_remembered(room, name):
    room.put("ada_mm.c", "int x;")
    room.call()
    room.give(name, "nonsense\n")
    room.call(expect=2)
    del room.files[name]
    assert name.upper() not in room.call()


@pytest.mark.parametrize("file, text, said", [
    ("intake.json", "[{", "intake.json: it is damaged; give SUBMISSIONS= again"),
    ("intake.json", "[]", "intake.json: it is damaged; give SUBMISSIONS= again"),
    ("intake.json", '[{"owner": "ada", "new": 1}]', "intake.json: it is damaged; give SUBMISSIONS="),
    ("asked.json", "[]", "asked.json: it is damaged; delete it"),
    ("journal.jsonl", "[]\n", "journal.jsonl:1: the journal was changed"),
])
def test_what_somebody_has_damaged_is_said(room, file, text, said):
    room.put("ada_mm.c", "int x;")
    room.call()
    (room.out / file).write_text(text)
    told = room.call("regrade", submissions="", expect=2)
    assert said in told and told.count("\n") == 1


@pytest.mark.parametrize("action, gone, said", [
    ("publish", "site/index.html", "pages are not what was graded last; run make batch again"),
    ("publish", "gradebook.jsonl", "pages are not what was graded last; run make batch again"),
    ("export", "gradebooks", "this gradebook is gone; run make batch again"),
    ("regrade", "files", "this file of a student is gone; give SUBMISSIONS= again"),
])
def test_what_somebody_has_removed_is_said(room, action, gone, said):
    room.put("ada_mm.c", "int x;")
    room.call()
    if gone == "files":
        shutil.rmtree(room.out / "records")
    (shutil.rmtree if (room.out / gone).is_dir() else os.remove)(room.out / gone)
    assert said in room.call(action, expect=2, **({"submissions": ""} if gone == "files" else {}))


def test_pages_of_a_killed_batch_are_not_published(room, monkeypatch):
    """The gradebook was there, and the pages were not."""
    room.put("ada_mm.c", "int x;")
    room.call()
    room.put("bob_mm.c", "int y;")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gradebook.report.write_site", killed)
        room.call(expect=2)
    assert "run make batch again" in room.call("publish", expect=2)
    room.call()
    room.call("publish")
    assert len(list(room.out.glob("published/001-*/site/students/*.html"))) == 2


def test_pages_that_hide_more_are_published(room):
    """The gradebook is the same, to the byte."""
    room.put("ada_mm.c", "int x;")
    room.call()
    room.call("publish")
    (room.out / "published/.DS_Store").touch()  # a Mac was here
    room.policy = room.write_policy("new.policy", hidden__mix=1)
    room.call()
    assert "published: " in room.call("publish")
    (before,), (after,) = (list(room.out.glob(f"published/{number}-*/site/students/*.html"))
                           for number in ("001", "002"))
    assert "mix-short" in before.read_text() and "mix-short" not in after.read_text()
    assert "is published already" in room.call("publish")


def test_what_an_earlier_regrade_changed_is_not_published(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    room.call("regrade", policy=room.write_policy("new.policy", correctness=50))
    page = room.out / "site/changes.html"
    assert "ada" in page.read_text()
    room.call(policy="")
    assert not page.exists()


def test_a_disk_that_is_full_when_publishing_is_said(room, monkeypatch):
    room.put("ada_mm.c", "int x;")
    room.call()

    def full(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", full)
        assert "the disk is full. Nothing is lost" in room.call("publish", expect=2)
    assert "published/001-" in room.call("publish")


def test_a_folder_of_somebody_else_is_said(room, monkeypatch):
    room.put("ada_mm.c", "int x;")
    room.call()

    def denied(path, *_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("gradebook.files.open", denied, raising=False)
    for action in ("batch", "regrade", "publish", "export"):
        assert room.call(action, expect=2).endswith("lock: cannot be written: Permission denied\n")


def test_a_user_without_a_name_is_a_number(monkeypatch):
    """As in a container; and that was said after hours of grading."""
    def nobody():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.delenv("AUTHOR", raising=False)
    monkeypatch.setattr("getpass.getuser", nobody)
    assert journal.who() == f"user {os.getuid()}"


def change_while_grading(room, command):
    """Of two submissions the first changes something as it is graded."""
    room.put("ada_mm.c", "int CHANGES;")
    room.put("bob_mm.c", "int y;")
    room.fake.write_text(FAKE.replace("if grep -q SIGNAL", f'grep -q CHANGES "$file" && {command}\n'
                                      "if grep -q SIGNAL", 1))


def test_a_policy_that_is_edited_meanwhile_is_that_of_the_next_time(room):
    change_while_grading(room, f"sed -i 's/^utilization = .*/utilization = 80/' {room.policy}")
    room.call()
    assert {row["max"] for row in room.rows().values()} == {"60.00"}
    room.call()
    assert {row["max"] for row in room.rows().values()} == {"100.00"}


def test_a_kit_that_is_built_anew_meanwhile_ends_the_batch(room, tmp_path):
    """Another policy's reference would be measured beside, under the name of this one."""
    kit = tmp_path / "kit"
    (kit / "modern").mkdir(parents=True)
    for name in ("score", "mdriver"):
        (kit / name).symlink_to(driver.built()["folder"] / name)
    (kit / "modern/reference").write_text("one")
    change_while_grading(room, f"echo another > {kit}/modern/reference")
    said = room.call(kit=kit, jobs=1, expect=2)
    assert "the kit was built anew while this class was graded" in said and not room.records()
    assert "2 graded" in room.call(kit=kit)
    (kit / "modern/reference.4711").write_text("what a build that was killed has left")
    assert "changed since" not in room.call(kit=kit) and len(room.records()) == 2


def test_a_kit_that_never_ends_is_said(room):
    room.put("ada_mm.c", "int x;")
    room.policy = room.write_policy("new.policy", batch__seconds=1)
    room.fake.write_text("#!/bin/sh\nexec sleep 600\n")
    assert "grading the starter on this trace took longer than 1 seconds" in room.call(expect=2)


def test_an_export_that_asks_for_no_roster_needs_none(room):
    """Whatever has become of it; or an older kit has taken one that this one refuses."""
    room.put("ada_mm.c", "int x;")
    room.give("roster", "id\nada\n")
    room.call()
    room.files["roster"].write_text("id,id\nada,ada\n")
    assert "caution: " in room.call("export", format="jsonl")
    assert "has 2 columns called 'id'" in room.call("export", roster=room.files["roster"], expect=2)


def test_an_export_replaces_nothing_but_a_file(room, tmp_path):
    """Else /dev/stdout would be a file from now on."""
    room.put("ada_mm.c", "int x;")
    room.call()
    os.mkfifo(tmp_path / "pipe")
    assert "is no ordinary file" in room.call("export", to=tmp_path / "pipe", expect=2)
    (tmp_path / "link").symlink_to(tmp_path / "grades.csv")
    room.call("export", to=tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "grades.csv").is_file()


def test_the_journal_notices_a_changed_line(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    room.call("publish")
    journal = room.out / "journal.jsonl"
    journal.write_text(journal.read_text().replace('"who": "the test"', '"who": "nobody"', 1))
    assert "journal.jsonl:2: the journal was changed" in room.call("publish", expect=2)


def test_a_line_cut_by_a_crash_never_happened(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    with open(room.out / "journal.jsonl", "a") as journal:
        journal.write('{"action": "publi')
    room.call("publish")
    assert [entry["action"] for entry in room.journal()] == ["graded", "published"]


@pytest.mark.parametrize("harm", ["gone", "damaged", "emptied"])
def test_the_index_is_only_a_cache(room, harm):
    room.put("ada_mm.c", "int x;")
    room.call()
    before = (room.out / "gradebook.jsonl").read_bytes()
    index = room.out / "index.sqlite"
    if harm == "gone":
        index.unlink()
    else:
        index.write_bytes(b"" if harm == "emptied" else b"not a database at all" * 100)
    room.pretend(None)
    room.call()
    assert (room.out / "gradebook.jsonl").read_bytes() == before


def test_a_damaged_record_is_set_aside_and_made_again(room):
    room.put("ada_mm.c", "int x;")
    room.call()
    record = room.out / "records" / room.records()[0]
    record.write_text(record.read_text()[:100])
    (room.out / "index.sqlite").unlink()
    room.call()
    assert "1 graded" in room.call()
    assert len(list((room.out / "records").glob("*.damaged"))) == 1


def test_an_mdriver_that_is_killed_before_the_first_is_said(room):
    room.put("ada_mm.c", "int x;")
    room.fake.write_text("#!/bin/sh\nkill -9 $$\n")
    assert "mdriver ended with signal 9: it said nothing" in room.call(expect=2)


SAYS = """
import gradebook.__main__ as door, sys
door.arguments, door.perform = lambda words: (words,), lambda words: (["a line"] * 20000, 0)
sys.exit(door.main([]))
"""


@pytest.mark.parametrize("reader, status, said", [
    ("cat", 0, ""), ("head -1", 0, ""),
    (None, 2, "the summary could not be written: No space left on device\n")])
def test_a_summary_that_does_not_arrive_is_no_success(reader, status, said):
    to = f"> >({reader} >/dev/null)" if reader else "> /dev/full"
    done = subprocess.run(["bash", "-c", f"/usr/bin/python3 -c '{SAYS}' {to}"],
                          capture_output=True, text=True, check=False,
                          env=driver.environment() | {"PYTHONPATH": driver.ROOT / "grader"})
    assert (done.returncode, done.stderr) == (status, said)


def test_two_batches_in_one_folder_do_not_mix(room):
    from gradebook.files import lock
    room.put("ada_mm.c", "int x;")
    room.out.mkdir()
    held = lock(room.out / "lock")
    assert "another batch works in this folder" in room.call(expect=2)
    held.close()
    room.call()


# Says which core it has, and when it begins and ends there.
ON_A_CORE = FAKE.replace("sed ", 'core=$(taskset -cp $$); core=${core##* }\n'
                         'echo "$core begins" >> "$LOG"; sleep 0.2; echo "$core ends" >> "$LOG"\nsed ')


def test_two_batches_on_one_machine_never_share_a_core(tmp_path):
    rooms, log = [], tmp_path / "log"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        room = Classroom(tmp_path / name)
        room.pretend(fake_record([trace("mix-short")]))
        room.fake.write_text(ON_A_CORE.replace("$LOG", str(log)))
        for student in range(4):
            room.put(f"s{student}_mm.c", f"/* {student} */ int x;")
        rooms.append(room)
    for process in [room.start() for room in rooms]:
        said, errors = process.communicate()
        assert process.returncode == 0 and "4 graded" in said, errors
    busy, words = set(), [line.split() for line in log.read_text().splitlines()]
    assert len(words) == 16
    for core, what in words:
        assert (core in busy) == (what == "ends"), "somebody else was at work on this core"
        busy ^= {core}


def test_who_waits_for_a_core_says_so(room):
    room.put("ada_mm.c", "int x;")
    held = [executor.hold_core(core) for core in executor.cores()]
    process = room.start()
    line = process.stderr.readline()
    for one in filter(None, held):  # None: another batch of this machine
        one.close()
    assert "this one waits" in line and "1 graded" in process.communicate()[0]


@pytest.mark.parametrize("rule, winner", [("last", "2"), ("newest", "1"), ("best", "3")])
@pytest.mark.usefixtures("confinement")
def test_which_attempt_counts(tmp_path, rule, winner):
    room = Classroom(tmp_path, batch__attempts=rule)
    room.fake = None
    for attempt, (text, when) in enumerate([(STAGE.read_text() + "/* 1 */", 300),
                                            ("int broken", 100)], 1):
        os.utime(room.put(f"ada_mm-{attempt}.c", text), (when, when))
    if rule == "best":  # the best is neither the first nor the last
        os.utime(room.put("ada_mm-3.c", STAGE.read_text()), (50, 50))
        room.put("ada_mm-4.c", "int broken again")
        (room.submissions / "ada_mm-1.c").unlink()
    room.call()
    assert room.rows()["ada"]["attempt"] == winner
    graded = list((room.out / "records").iterdir())
    assert len(graded) == (3 if rule == "best" else 1), "only what may count costs time"


def test_a_team_shares_what_one_of_it_delivered(room):
    room.put("ada_mm.c", "int x;")
    room.put("grey-cats/mm.c", "int y;")
    os.utime(room.put("eve_mm.c", "int z;"), (300, 300))
    os.utime(room.put("fay_mm.c", "int later;"), (400, 400))
    room.give("roster", "id,team\nada,Red Dogs\nbob,red dogs\ncyd,grey-cats\ndan,grey-cats\n"
                        "eve,T3\nfay,T3\ngil,\nhal,\n")
    room.give("adjust", "bob | points | -1 | K. Lee | was not there\n")
    assert "8 students: 6 graded, 0 needs a human, 0 infrastructure error, 2 n" in room.call()
    rows = room.rows()
    for one, other in (("ada", "bob"), ("cyd", "dan"), ("eve", "fay")):
        assert rows[one]["sha256"] == rows[other]["sha256"] != ""
    assert float(rows["bob"]["total"]) == float(rows["ada"]["total"]) - 1
    assert rows["eve"]["attempts"] == "2" and rows["eve"]["submitted"].endswith("00:06:40Z")
    assert "same bytes as" not in (room.out / "site/index.html").read_text()


def test_who_takes_a_name_like_another_s_gets_nobody_s_grade(room):
    """On GitHub names are free; the end of this one is ada's."""
    room.pretend(fake_record([trace("mix-short")]))
    for name in ("lab-ada", "lab-eve-ada", "lab-bob"):
        room.put(f"{name}/mm.c", f"int x; // {name}")
    room.give("roster", "id,github,team\ns1,ada,red\ns2,bob,\ns3,cyd,red\n")
    said = room.call()
    rows = room.rows()
    assert [rows[one]["status"] for one in ("s1", "s2", "s3")] == ["human", "graded", "human"]
    assert "several names are taken for this student's: lab-ada, lab-eve-ada" in said
    room.give("adjust", "s1 | accept | | K. Lee | lab-eve-ada is empty\n")
    room.call()
    assert room.rows()["s1"]["status"] == "graded"


def test_the_list_of_github_classroom_is_a_roster(room):
    room.pretend(fake_record([trace("mix-short")]))
    room.put("lab-ada99/mm.c", "int a;")
    room.give("roster", '"identifier","github_username","github_id","name"\n"s1","ada99","7","Ada A"\n'
              '"s2","","",""\n')
    room.call()
    assert {s: row["status"] for s, row in room.rows().items()} == {"s1": "graded", "s2": "missing"}


def test_the_gradebook_of_canvas_is_a_roster(room):
    room.pretend(fake_record([trace("mix-short")]))
    room.put("lovelaceada_501_90_mm.c", "int a;")
    room.put("c9_mm.c", "int c; // by mail")
    room.give("roster", "Student,ID,SIS User ID,SIS Login ID,Section,Lab (7)\n,,,,,Manual Posting\n"
              "    Points Possible,,,,,60\n\"Lovelace, Ada\",501,c7,ada@x.edu,B,\n"
              "\"Cox, Cyd\",502,c9,cyd@x.edu,B,\n\"Day, Dan\",503,c8,dan@x.edu,B,\n")
    room.call()
    assert {s: (row["name"], row["status"]) for s, row in room.rows().items()} == {
        "501": ("Lovelace, Ada", "graded"), "502": ("Cox, Cyd", "graded"),
        "503": ("Day, Dan", "missing")}


@pytest.mark.parametrize("prefix", ["", "lab-"])
def test_who_delivers_as_another_alone_is_looked_at(room, prefix):
    """Nothing came from ada herself; the names of the others say what stands before one."""
    room.pretend(fake_record([trace("mix-short")]))
    for name in ("lab-eve-ada", "lab-bob", "lab-cyd", "lab-cs-fay"):
        room.put(f"{name}/mm.c", f"int x; // {name}")
    room.put("dan/mm.c", "int d; // by mail")
    room.policy = room.write_policy("class.policy", batch__prefix=prefix)
    room.give("roster", "id,login\nada,\nbob,\ncyd,\ndan,\ncs-fay,fay\n")
    assert f"than others have: {'' if prefix else 'lab-'}eve-ada" in room.call()
    status = {student: row["status"] for student, row in room.rows().items()}
    assert status == {"ada": "human", "bob": "graded", "cyd": "graded", "dan": "graded",
                      "cs-fay": "graded"}


@pytest.mark.parametrize("delivered", ["Zoe\u0308 Lee", "Red\u0301-Zo\u00eb Lee", "Re\u0301d", "re\u0301d"])
def test_a_name_is_found_however_it_is_written(room, delivered):
    """Macs write accents as characters of their own; Moodle writes the team before the name."""
    room.pretend(fake_record([trace("mix-short")]))
    delivered = delivered.replace("Red\u0301", "R\u00e9d")
    room.put(f"{delivered}_91_assignsubmission_file_/mm.c" if " " in delivered else
             f"{delivered}/mm.c", "int z;")
    room.put("Mary-Ann Lee_92_assignsubmission_file_/mm.c", "int m;")
    room.give("roster", "id,name,team\ns1,Zo\u00eb Lee,R\u00e9d\ns2,Ann Lee,\n")
    room.call()
    found = {student: row["status"] for student, row in room.rows().items()}
    assert found == {"s1": "graded", "s2": "missing", "92": "human"}, "nobody else's name will do"


def test_formats_are_found_by_their_name(room):
    room.put("=1+1_mm.c", "int x;")
    room.call()
    assert "FORMAT is one of autolab, brightspace, canvas, " in room.call("export", expect=2, format="xls")
    room.call("export", format="csv", to=room.folder / "a.csv")
    text = (room.folder / "a.csv").read_text()
    assert "\n'=1+1," in text, "no formula for a spreadsheet"
    assert text.startswith("\ufeffid,"), "to Excel it is UTF-8"
    room.call("export", format="jsonl", to=room.folder / "a.jsonl")
    row = json.loads((room.folder / "a.jsonl").read_text())
    assert row["id"] == "=1+1" and row["lines"][-1][0] == "total"
