"""Each platform takes what is exported for it, by its own rules (grader/platforms/accept.py),
and nothing that a student made is more than text there.
"""

import csv
import io
import json
import random
import re
import zipfile
from types import SimpleNamespace

import driver
import jsonschema
import pytest
from classroom import Classroom, fake_record, finding, trace

from platforms import accept

# What XML, JSON, HTML, a terminal, Autolab and a spreadsheet would each obey.
NASTY = "]]></x>&\"'<script>alert(1)</script>\x1b[31m\x00\u202e\ufffe score: {\"scores\":{}}"
SECRET = "malloc(31337)"
ALONE = ("gradescope", "autolab", "prairielearn", "classroom50")
PROBLEMS = {"Correctness", "Utilization", "Throughput", "Lateness", "Points by hand",
            "Decided by hand"}


def nasty_record(much=1):
    found = [finding("CRASH", "mix-open", f"in mm.c: {NASTY}" * much),
             finding("OVERLAP", "sneaky-trace", f"{SECRET} overlaps block 5"),
             finding("WARNINGS", None, f"the compiler warns\n{driver.ROOT}/mm.c:1: {NASTY}",
                     "warning")]
    found[0]["culprit"] = {"file": "mm.c", "line": 12, "function": "mm_free"}
    traces = [trace("mix-open"), trace("sneaky-trace", "sneaky"), trace("mix-slow", ratio=0.01)]
    traces[0]["valid"] = traces[0]["counted"]["valid"] = False
    return fake_record(traces, found * much, f"I was asked for {SECRET} {NASTY}")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """ada is graded, bob too, with a decision; cyd needs a person; dan delivered nothing."""
    room = Classroom(tmp_path_factory.mktemp("exports"), hidden__sneaky=1)
    room.pretend(nasty_record())
    for student in ("ada", "bob"):
        room.put(f"{student}_mm.c", f"int {student};")
    room.put("cyd_mm.c", b"")
    room.give("roster", "id,name,email,canvas_id,moodle_id\n"
              'ada,"Lovelace, Ada",ada@x.edu,101,9001\nbob,Bob,bob@x.edu,102,9002\n'
              "cyd,Cyd,cyd@x.edu,103,9003\ndan,Dan,dan@x.edu,104,9004\n")
    room.give("adjust", "bob | override | 55.5 | K. Lee | a talk\n")
    room.call()
    return room


@pytest.fixture
def export(room, tmp_path):
    """export(format, …) returns the bytes of the file, or the sentence of a refusal."""

    def call(format, refused=False, **options):
        to = tmp_path / "exported"
        said = room.call("export", expect=2 if refused else 0, format=format, to=to,
                         classroom="os", assignment="malloc", **options)
        return said if refused else to.read_bytes()

    return call


@pytest.fixture(scope="module")
def total(room):
    rows = map(json.loads, (room.out / "gradebook.jsonl").read_text().splitlines())
    return {row["id"]: row["total"] for row in rows}


# ---- one student ----------------------------------------------------------------------

def test_gradescope_takes_it(export, total):
    assert accept.gradescope(export("gradescope", student="ada")) == total["ada"]
    result = json.loads(export("gradescope", student="ada"))
    assert {e["name"] for e in result["leaderboard"]} >= {"Total", "Utilization"}
    status = {t["name"]: t.get("status") for t in result["tests"]}
    assert status["mix-open"] == "failed" and status["mix-slow"] == "passed"
    assert accept.gradescope(export("gradescope", student="bob")) == 55.5


def test_autolab_takes_it(export, total):
    output = export("autolab", student="ada")
    scores = accept.autolab(output, PROBLEMS)
    assert sum(scores.values()) == pytest.approx(total["ada"])
    assert sum(accept.autolab(export("autolab", student="bob"), PROBLEMS).values()) == 55.5
    with pytest.raises(accept.Refused, match="no problem called"):
        accept.autolab(output, {"Correctness"})
    with pytest.raises(accept.Refused, match="parsing"):  # what our line must never look like
        accept.autolab(b'{"scores":{"Part a: speed":1}}', PROBLEMS)


def test_prairielearn_takes_it(export, total):
    score = accept.prairielearn(export("prairielearn", student="ada"))
    assert score == pytest.approx(total["ada"] / 60)


def test_classroom_50_takes_it(export, total):
    data = export("classroom50", student="ada")
    identity = {"classroom": "os", "assignment": "malloc", "owner": "ada"}
    assert accept.classroom50(data, identity) == (int(total["ada"] + 0.5), 60)
    with pytest.raises(accept.Refused, match="not that of the repository"):
        accept.classroom50(data, identity | {"owner": "bob"})


@pytest.mark.parametrize("student", ["cyd", "dan"])
def test_without_a_grade_there_is_never_a_zero(student, export):
    with pytest.raises(accept.Refused, match="no score"):
        accept.gradescope(export("gradescope", student=student))
    with pytest.raises(accept.Refused, match="parsing autoresult"):
        accept.autolab(export("autolab", student=student), PROBLEMS)
    with pytest.raises(accept.Refused, match="not gradable"):
        accept.prairielearn(export("prairielearn", student=student))
    assert "has no grade yet" in export("classroom50", refused=True, student=student)
    assert accept.junit(export("junit", student=student))[student] == (1, 0, 1)


@pytest.mark.parametrize("format", [*ALONE, "junit", "sarif"])
def test_nothing_hidden_or_of_others_is_told(format, export):
    text = export(format, student="ada").decode()
    for word in (SECRET, "sneaky-trace", "bob", str(driver.ROOT), "\x1b", "\x00", "\u202e"):
        assert word not in text, word
        # nor as JSON writes it; written out as text its backslash is doubled there
        assert format in ("autolab", "junit") or not re.search(r"(?<!\\)" + re.escape(json.dumps(word)[1:-1]), text), word


@pytest.mark.parametrize("format", ALONE)
def test_a_class_is_an_archive_of_students(format, export, room):
    archive = export(format)
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        expected = 2 if format == "classroom50" else 4  # who has no grade has no file there
        assert len(files.namelist()) == expected
    assert archive == export(format) or format == "classroom50"  # it names the time


@pytest.mark.parametrize("format", [*ALONE, "junit", "sarif", "jsonl"])
def test_a_class_of_any_size_takes_the_memory_of_one(format):
    """Nobody is looked at before the students in front of them have been written down."""
    from gradebook import exports, shown
    looked_at = []

    def rows():
        for number in range(50):
            looked_at.append(number)
            yield {"id": f"s{number}", "name": "", "status": "graded", "reasons": [], "total": 7.0,
                   "max": 9.0, "lines": [["total", 7.0, 9.0, ""]]}

    parts, _ = exports.make(format, rows(), {"show": shown.show, "classroom": "os",
                                             "assignment": "malloc"})
    for taken, _ in enumerate(parts):
        assert len(looked_at) <= taken + 1
    assert len(looked_at) == 50


@pytest.mark.parametrize("format", ["gradescope", "junit"])
def test_a_record_that_is_gone_is_said_in_a_line(format, export, room, tmp_path):
    (record, *_) = room.records()
    away = (room.out / "records" / record).rename(tmp_path / record)
    try:
        said = export(format, refused=True)
    finally:
        away.rename(room.out / "records" / record)
    assert "cannot be read; run make batch again" in said and said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [], "nothing half written is left"


def test_a_large_result_is_cut_and_not_lost(tmp_path):
    from gradebook import shown
    from gradebook.exports import find
    row = {"id": "x", "name": "", "status": "graded", "reasons": [], "total": 7.0, "max": 9.0,
           "lines": [["correctness", 7.0, 9.0, "z" * 3000], ["total", 7.0, 9.0, ""]]}
    record = nasty_record(1000)
    record["submission"]["sha256"] = "0" * 64
    seen = shown.show(row, record)
    for format in ("gradescope", "prairielearn"):
        data = find(format).student(seen, {})
        assert len(data) <= 1 << 20
        getattr(accept, format)(data)
    assert accept.autolab(find("autolab").student(seen, {}), PROBLEMS) == {"Correctness": 7.0}


def test_who_sees_it_is_said_by_the_policy(tmp_path):
    from gradebook import shown
    from gradebook.exports import find
    from gradebook.problem import Problem
    row = {"id": "x", "name": "", "status": "graded", "reasons": [], "total": 7.0, "max": 9.0,
           "lines": [["total", 7.0, 9.0, ""]]}
    keys = {"platform.visibility": "after_published", "platform.leaderboard": "0"}
    result = json.loads(find("gradescope").student(shown.show(row), keys))
    assert result["visibility"] == "after_published" and "leaderboard" not in result
    with pytest.raises(Problem, match="platform.visibility is one of"):
        find("gradescope").student(shown.show(row), {"platform.visibility": "secret"})


# ---- all students ---------------------------------------------------------------------

def test_junit_can_be_read(export):
    suites = accept.junit(export("junit"))
    assert suites["ada"][1:] == (1, 0) and suites["cyd"] == (1, 0, 1)
    assert b'<property name="total"' in export("junit")


def test_sarif_can_be_read_and_names_the_line(export):
    log = json.loads(export("sarif"))
    jsonschema.Draft7Validator(accept.SARIF).validate(log)
    results = log["runs"][0]["results"]
    crash = next(r for r in results if r["ruleId"] == "CRASH")
    place = crash["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "mm.c"}, "region": {"startLine": 12}}
    assert crash["level"] == "error"


# ---- the teacher's own tables ---------------------------------------------------------

HEADINGS = "Student,ID,SIS Login ID,Section,Malloc lab (77),Quiz (78),Final Score"
CANVAS = (f"{HEADINGS}\n,,,,Manual Posting,,\n    Points Possible,,,,60.00,10,(read only)\n"
          '"Lovelace, Ada",101,ada,"A, and B",,9,1\nBob,102,bob,A,EX,8,2\n'
          '"Cyd",103,cyd,A,12.00,7,3\n"Student, Test",999,test,A,,,\n')
STUDENTS = {("101", "ada"): "Lovelace, Ada", ("102", "bob"): "Bob", ("103", "cyd"): "Cyd",
            ("999", "test"): "Student, Test"}


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "teacher.csv"
        path.write_bytes(text.encode())
        return path
    return write


def canvas_words(room, path, **more):
    return {"from": path, "column": "Malloc lab", **more}


def test_canvas_makes_nothing_new(export, table, room, total):
    given = CANVAS.replace("EX", "")
    data = export("canvas", **canvas_words(room, table(given), roster=room.files["roster"]))
    before, _ = accept.canvas(given.encode(), STUDENTS, {"Malloc lab (77)", "Quiz (78)"})
    after, made = accept.canvas(data, STUDENTS, {"Malloc lab (77)", "Quiz (78)"})
    assert made == []
    changed = {key: after[key] for key in after if after[key] != before[key]}
    assert changed == {("101", "Malloc lab (77)"): round(total["ada"], 2),
                       ("102", "Malloc lab (77)"): 55.5}
    assert export("canvas", **canvas_words(room, table(given))) == data, "logins are ids here"


def test_canvas_excused_stays_and_the_column_may_be_named_by_number(export, table, room):
    data = export("canvas", **canvas_words(room, table(CANVAS), column="77"))
    assert b"Bob,102,bob,A,EX," in data


@pytest.mark.parametrize("change, sentence", [
    (("Malloc lab (77)", "Malloc lab"), "no column could be meant by COLUMN=Malloc lab"),
    (("Quiz (78)", "Malloc lab (78)"), "several columns could be meant"),
    (("102,bob", "105,rob"), "has no line for 'bob', who has a grade"),
    (("103,cyd", "101,ada"), "'ada' stands in two lines"),
    (("60.00", "100"), "100 points possible, and the grades are out of 60"),
    (("60.00", "(read only)"), "it is read only"),
    (("Section", "Group"), "expected the headings of a Canvas gradebook"),
    (("    Points Possible", "Points"), "expected the line 'Points Possible'"),
])
def test_canvas_what_does_not_fit_is_refused(change, sentence, export, table, room):
    said = export("canvas", refused=True, **canvas_words(room, table(CANVAS.replace(*change))))
    assert sentence in said and said.count("\n") == 1


@pytest.mark.parametrize("word", ["Final Score", "Current Grade", "Override Status"])
def test_canvas_a_title_that_canvas_takes_for_its_own_is_refused(word, export, table, room):
    """Canvas would read the file without a word, and no grade of that column."""
    given = CANVAS.replace("Malloc lab", f"My {word}")
    grades, made = accept.canvas(given.encode(), STUDENTS, {"Quiz (78)"})
    assert made == [] and {title for _, title in grades} == {"Quiz (78)"}
    said = export("canvas", refused=True, **canvas_words(room, table(given), column="77"))
    assert "Canvas never reads the column" in said and said.count("\n") == 1


def test_canvas_first_and_last_names_may_have_columns_of_their_own(export, table, room, total):
    given = ("LastName,FirstName,ID,SIS Login ID,Section,Malloc lab (77)\n"
             "    Points Possible,,,,,60.00\n"
             "Lovelace,Ada,101,ada,A,\nB,Bob,102,bob,A,\nC,Cyd,103,cyd,A,\n")
    data = export("canvas", **canvas_words(room, table(given)))
    grades, made = accept.canvas(data, STUDENTS, {"Malloc lab (77)"})
    assert made == [] and grades["101", "Malloc lab (77)"] == round(total["ada"], 2)


def test_canvas_a_line_that_could_be_two_students_is_refused(export, table, room):
    words = canvas_words(room, table(CANVAS.replace("102,bob", "102,ada")),
                         roster=room.files["roster"])
    assert "this line could be ada or bob" in export("canvas", refused=True, **words)


ODD = ["=cmd|' /C calc'!A0", '"O""Brien, ""Bo"" "', "李小龙", '"two\nlines"', "'; DROP--", "\u202eada"]
ODD_HEAD = "Student;ID;SIS Login ID;Section;Malloc lab (77);Lab 1, a, b, c, d, e, f, g (78)"


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_canvas_changes_the_cells_and_no_other_byte(newline, bom, export, table, room, total):
    """Semicolons, titles full of commas, odd names, excused, blank and missing lines."""
    lines = [ODD_HEAD, "    Points Possible;;;;60;1,5",
             *(f"{name};{200 + n};odd{n};A;;" for n, name in enumerate(ODD)),
             '"Lovelace, Ada";101;ada;"A";9;', "", '"Bob";102;bob;A;EX;"1"', "Cyd;103;cyd;A;;"]
    text = bom + newline.join(lines)  # and no line break at the end
    data = export("canvas", **canvas_words(room, table(text))).decode()
    changed = [(a, b) for a, b in zip(text.split(newline), data.split(newline), strict=True)
               if a != b]
    assert changed == [('"Lovelace, Ada";101;ada;"A";9;',
                        f"Lovelace, Ada;101;ada;A;{total['ada']:.2f};")]


def random_cell(dice):
    return "".join(dice.choices('a,;"=\t\n 1.\u674e\u202e', k=dice.randrange(6)))


@pytest.mark.parametrize("seed", range(100))
def test_a_grade_changes_one_cell_of_any_table(seed, table):
    """Whatever is in the other cells, and however they are quoted: not a byte of theirs changes."""
    from gradebook import teacher
    dice, out = random.Random(seed), io.StringIO()
    mark, newline = dice.choice(",;\t"), dice.choice(["\n", "\r\n"])
    csv.writer(out, delimiter=mark, lineterminator=newline,
               quoting=dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])).writerows(
        [["name", "id", "grade", "more"],
         *([random_cell(dice), f"s{n}", "", random_cell(dice)] for n in range(3))])
    path = table(dice.choice(["", teacher.BOM]) + out.getvalue())
    read = teacher.read(path)
    rows = [{"id": f"s{n}", "total": 5.0 if n == 1 else None} for n in range(3)]
    pairs = teacher.pair(read, 1, lambda row: [row[1]], rows, SimpleNamespace(lookup={}))
    filled = teacher.fill(read, 2, pairs, lambda total, cell, number: f"{total:.2f}", [])
    old, new = read.lines[2], read.line(2)
    assert filled == path.read_bytes().replace(old.encode(), new.encode())
    (before,), (after,) = (csv.reader(io.StringIO(line, newline=""), delimiter=mark)
                           for line in (old, new))
    assert after == [*before[:2], "5.00", before[3]]


@pytest.mark.parametrize("text, sentence", [
    (CANVAS.replace('"Cyd"', '"Cyd'), "this is not a table as the platform exports it"),
    (CANVAS.replace("Bob", "B\0b"), "holds bytes that no table has"),
    (CANVAS.replace("Bob", "b" * 200_000), "field larger than field limit"),
    (CANVAS.replace("Bob", "B\udcf6b"), "is not UTF-8"),
])
def test_a_table_that_is_none_is_refused_in_a_line(text, sentence, export, tmp_path, room):
    path = tmp_path / "teacher.csv"
    path.write_bytes(text.encode(errors="surrogateescape"))
    said = export("canvas", refused=True, **canvas_words(room, path))
    assert sentence in said and said.count("\n") == 1


@pytest.mark.parametrize("name, cell", [
    ("=1+1", "'=1+1"), ("x;=1+1", "x;'=1+1"), (" @SUM(A1)", "' @SUM(A1)"), ("\uff1d1", "'\uff1d1"),
    ("Jean-Luc", "Jean-Luc"), ("a=b", "a=b")])
def test_no_name_is_a_formula(name, cell):
    from gradebook.exports import find
    assert find("csv").harmless(name) == cell


MOODLE = ("First name,ID number,Email address,Assignment: Malloc lab (Real),Course total (Real)\n"
          "Ada,s1,ada@x.edu,-,1.00\nBob,s2,bob@x.edu,-,2.00\nCyd,s3,cyd@x.edu,3.00,3.00\n")
WORKSHEET = ('Identifier,"Full name",Status,Grade,"Maximum Grade","Grade can be changed",'
             '"Last modified (grade)"\n'
             '"Participant 9001",Ada,,,60,Yes,-\n"Participant 9002",Bob,,,60,Yes,-\n')
USERS = {"ada@x.edu", "bob@x.edu", "cyd@x.edu"}
COLUMN = "Assignment: Malloc lab (Real)"


@pytest.mark.parametrize("text, comma", [
    (MOODLE, False),
    (re.sub(r"(\d)\.(\d\d)", r'"\1,\2"', MOODLE), True), (MOODLE.replace("\n", "\r"), False),
    (MOODLE.replace("-,2.00", '-,"2,00"').replace("Bob,", '"1,5",'), False)])
def test_moodle_takes_the_gradebook(text, comma, export, table, room, total):
    """In languages with a decimal comma and without; a comma in other columns says nothing."""
    data = export("moodle", **{"from": table(text)}, roster=room.files["roster"])
    grades = accept.moodle(data, "Email address", COLUMN, USERS, comma=comma)
    assert grades == {"ada@x.edu": round(total["ada"], 2), "bob@x.edu": 55.5, "cyd@x.edu": 3.0}


def test_moodle_takes_the_worksheet(export, table, room, total):
    data = export("moodle", **{"from": table(WORKSHEET)}, roster=room.files["roster"])
    users = {"Participant 9001", "Participant 9002"}
    grades = accept.moodle(data, "Identifier", "Grade", users, most=60)
    assert grades == {"Participant 9001": round(total["ada"], 2), "Participant 9002": 55.5}


@pytest.mark.parametrize("text, more, sentence", [
    (MOODLE, {"most": "20"}, "is larger than 20, at which Moodle gives up the whole import"),
    (WORKSHEET.replace("60", "50"), {}, "larger than 50"),
    (WORKSHEET.replace("60", "50").replace("m Grade", "m grade"), {}, "larger than 50"),
    (WORKSHEET.replace("Yes", "No"), {}, "cannot be changed"),
    (MOODLE, {"most": "nan"}, "MOST is a number, not 'nan'"),
    (MOODLE.replace("bob@", "rob@"), {}, "has no line for 'bob'"),
    (MOODLE.replace("Email address", "Courriel").replace("ID number", "No"), {}, "BY=heading"),
    (MOODLE, {"column": "Essay"}, "no column could be meant by COLUMN=Essay"),
    ("", {}, "is not a table"),
])
def test_moodle_what_does_not_fit_is_refused(text, more, sentence, export, table, room):
    said = export("moodle", refused=True, **{"from": table(text)}, roster=room.files["roster"],
                  **more)
    assert sentence in said and said.count("\n") == 1


def test_what_makes_up_a_moodle_import_is_noticed_by_the_rules():
    """The stand-in can refuse: else the tests above would show nothing."""
    data = MOODLE.replace("3.00,", "300,").encode()
    with pytest.raises(accept.Refused, match="above 100"):
        accept.moodle(data, "Email address", COLUMN, USERS)
    with pytest.raises(accept.Refused, match="unknown"):
        accept.moodle(data, "Email address", COLUMN, {"ada@x.edu"})
    with pytest.raises(accept.Refused, match="no number"):
        accept.moodle(MOODLE.replace("3.00,", '"3,00",').encode(), "Email address", COLUMN, USERS)


BRIGHT = ("OrgDefinedId,Username,Last Name,Malloc lab Points Grade <Numeric MaxPoints:60 Weight:10>,"
          "Quiz Points Grade <Numeric MaxPoints:10>,Comment Text Grade,End-of-Line Indicator\r\n"
          "#101,#ada,\"Lovelace\",,9,fine,#\r\n#102,#bob,Bob,1,8,,#\r\n#103,#cyd,Cyd,12,7,,#\r\n")
ITEMS = {"Malloc lab": 60, "Quiz": 10}


def test_brightspace_makes_nothing_new(export, table, room, total):
    """By the user's name, or by a number that the roster knows; all else stays to the byte."""
    data = export("brightspace", **{"from": table(BRIGHT)}, column="Malloc lab")
    before, _ = accept.brightspace(BRIGHT.encode(), {"101", "102", "103"}, ITEMS)
    after, made = accept.brightspace(data, {"101", "102", "103"}, ITEMS)
    changed = {key: after[key] for key in after if after[key] != before.get(key)}
    assert made == [] and changed == {("101", "Malloc lab"): round(total["ada"], 2),
                                      ("102", "Malloc lab"): 55.5}
    assert data.endswith(BRIGHT.encode().rpartition(b"#103")[2])
    by_number = BRIGHT.replace("Username,", "").replace("#ada,", "").replace("#bob,", "").replace(
        "#cyd,", "")
    data = export("brightspace", **{"from": table(by_number)}, column="Malloc lab",
                  roster=room.files["roster"])
    assert accept.brightspace(data, {"101", "102", "103"}, ITEMS)[0] == after


@pytest.mark.parametrize("old, new, sentence", [
    ("MaxPoints:60", "MaxPoints:100", "has 100 points, and the grades are out of 60"),
    ("MaxPoints:60", "MaxPoints:70.1.2", "has 70.1 points, and the grades are out of 60"),
    ("End-of-Line Indicator", "End", "expected the headings of grades exported from Brightspace"),
    ("OrgDefinedId,Username", "Org,User", "expected the headings of grades exported from Brightspace"),
    ("Malloc lab Points Grade", "Malloc lab Text Grade", "no column could be meant by"),
    ("#101,#ada", "#199,#zoe", "has no line for 'ada', who has a grade"),
])
def test_brightspace_what_does_not_fit_is_refused(old, new, sentence, export, table, room):
    given = table(BRIGHT.replace(old, new))
    said = export("brightspace", refused=True, **{"from": given}, column="Malloc lab")
    assert sentence in said and said.count("\n") == 1


def test_brightspace_cuts_what_is_too_much_and_that_is_said(table, tmp_path):
    from gradebook.exports import find
    rows = [{"id": "ada", "total": 61.5, "max": 60.0}]
    notes, given = [], table(BRIGHT.replace("#102,#bob,Bob,1,8,,#\r\n", ""))
    find("brightspace").export(rows, {"from": given, "column": "Malloc lab", "notes": notes,
                                      "people": SimpleNamespace(lookup={})})
    assert notes[0] == ("caution: Brightspace cuts what is more than 60, unless the item may be "
                        "exceeded: ada")


def test_a_class_is_exported_by_make(room, table, tmp_path, total):
    done = driver.make("-s", "export", f"OUT={room.out}", "FORMAT=canvas", f"FROM={table(CANVAS)}",
                       "COLUMN=Malloc lab", f"TO={tmp_path / 'x.csv'}")
    assert done.exit == 0, done.stderr
    assert f"{total['ada']:.2f}".encode() in (tmp_path / "x.csv").read_bytes()
    done = driver.make("-s", "export", f"OUT={room.out}", "FORMAT=canvas")
    assert done.exit == 2 and "FROM=teacher.csv" in done.stderr
