"""Every delivery ends as a file or as a named problem, whatever it is and whoever packed it."""

import io
import json
import os
import re
import tarfile
import time
import zipfile

import pytest
from classroom import Classroom

from gradebook import demo, intake, people, points, settings, tree
from gradebook.archive import zipped
from gradebook.files import sha256
from gradebook.problem import Problem

GOOD = b"#include \"mm.h\"\nint x;\n"


@pytest.fixture
def room(tmp_path):
    return Classroom(tmp_path)


def take(room, root=None, **options):
    """{owner: (problem, detail, bytes of the file)}; attempts of one owner as a list."""
    (room.out / "files").mkdir(parents=True, exist_ok=True)
    attempts = intake.Intake(root or room.submissions, room.out, **options).run()
    found = {}
    for attempt in attempts:
        kept = room.out / "files" / f"{attempt.sha256}.c"
        data = kept.read_bytes() if attempt.sha256 else None
        found.setdefault(attempt.owner, []).append((attempt.problem, attempt.detail, data))
    return {owner: one[0] if len(one) == 1 else one for owner, one in found.items()}


def attempts_of(room, owner):
    kept = json.loads((room.out / "intake.json").read_text())
    return [a for a in map(intake.restore, kept) if a.owner == owner]


def archive(members, kind="zip"):
    return zipped(members) if kind == "zip" else packed(members, kind)


def packed(members, mode):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as made:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("path, owner", [
    ("alice/mm.c", "alice"),
    ("alice_mm.c", "alice"),
    ("alicemm.c", "alice"),
    ("tommm.c", "tom"),
    ("a.turing@example.edu_mm.c", "a.turing@example.edu"),
    ("Ada Lovelace_7654321_assignsubmission_file_/mm.c", "7654321"),
    ("Ada_Maria Lovelace_7654321_assignsubmission_file_mm.c", "7654321"),
    ("lovelaceada_12345_67890_mm.c", "12345"),
    ("lovelaceada_LATE_12345_67890_mm-2.c", "12345"),
    ("alice/deep/er/mm.c", "alice"),
    ("alice/malloc-lab/MM.C", "alice"),
    ("alice/12345_mm.c", "alice"),
    ("ada@example.edu_3_mm.c", "ada@example.edu"),
    ("Lab 3_ada_attempt_2026-11-28-10-00-00_mm.c", "ada"),
    ("12-34 - Ada Lovelace - Nov 28, 2026 112 AM/mm.c", "12"),
    ("12-34 - Ada Lovelace - Nov 28, 2026 112 AM - mm.c", "12"),
    # what the student called it says nothing about whose it is
    ("Ada_7_assignsubmission_file_Bob_8_assignsubmission_file_mm.c", "7"),
    ("lovelaceada_7_67890_Bob_8_assignsubmission_file_mm.c", "7"),
    ("lovelaceada_7_67890_Lab_bob_attempt_2026-11-28-10-00-00_mm.c", "7"),
    ("Ada_7_assignsubmission_file_Lab_bob_attempt_2026-11-28-10-00-00_mm.c", "7"),
    ("12-34 - Ada - Nov 28, 2026 112 AM - Bob_8_assignsubmission_file_mm.c", "12"),
])
def test_names_of_course_systems(room, path, owner):
    room.put(path, GOOD)
    assert take(room) == {owner: (None, "", GOOD)}


BOARD, SPACE = "Lab_3_{}_attempt_2026-11-{}-10-00-00", "{}-9 - {} - Nov {}, 2026 {}"
BESIDE = {
    "moodle": ("Ada_7_assignsubmission_file_mm.c", "Ada_7_assignsubmission_file_report.pdf",
               "Ada_7_assignsubmission_file_old_mm.c"),
    "canvas": ("lovelaceada_7_91_mm.c", "lovelaceada_7_92_report.pdf", "lovelaceada_7_93_old_mm.c"),
    "blackboard": (BOARD.format("7", 28) + "_mm.c", BOARD.format("7", 28) + ".txt",
                   BOARD.format("7", 28) + "_old_mm.c"),
    "brightspace": (SPACE.format(7, "Ada", 28, "936 PM - mm.c"), "index.html",
                    SPACE.format(7, "Ada", 28, "936 PM - old_mm.c")),
}


@pytest.mark.parametrize("scheme", BESIDE)
@pytest.mark.parametrize("delivered", ["folder", "zip in a folder", "zip"])
def test_files_beside_each_other_are_one_delivery(room, scheme, delivered):
    ours, *others = BESIDE[scheme]
    files = {ours: GOOD} | dict.fromkeys(others, b"not this one")
    if delivered == "folder":
        for name, data in files.items():
            room.put(name, data)
    else:
        room.put("class.zip", archive(files))
    root = room.submissions / "class.zip" if delivered == "zip" else None
    assert take(room, root) == {"7": (None, "", GOOD)}


@pytest.fixture
def an_hour_east(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC-1")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("an_hour_east")
def test_attempts_have_the_order_of_the_times_in_their_names(room):
    """Neither that of the names nor that of the files."""
    later, sooner = GOOD + b"later", GOOD + b"sooner"
    room.put(SPACE.format(7, "Ada", 28, "1005 AM") + "/mm.c", later)
    room.put(SPACE.format(7, "Ada", 28, "936 AM") + "/lab.zip", archive({"mm.c": sooner}))
    room.put(BOARD.format("ann_lee", 29) + "_mm.c", later)
    room.put(BOARD.format("ann_lee", 28) + "_mm.c", sooner)
    room.put(BOARD.format("ann_lee", 28) + "_mm-1.c", sooner + b"1")
    room.put(BOARD.format("bob", 28) + "_mm.c", sooner)
    assert set(take(room, prefix="Lab_3_")) == {"7", "ann_lee", "bob"}
    for owner, hour in ("7", (8.6, 9 + 5 / 60)), ("ann_lee", (9, 9, 33)):
        own = sorted(attempts_of(room, owner), key=lambda a: (a.number, a.order))
        assert own[-1].sha256 == sha256(later)
        assert [(a.time - 1795824000) / 3600 for a in own] == pytest.approx(hour)


def test_clones_are_read_and_git_is_not_run(room):
    room.put("malloc-lab-alice/mm.c", GOOD)
    room.put("malloc-lab-alice/.git/config", "[core]\nfsmonitor = touch owned\n")
    room.put("malloc-lab-alice/.git/mm.c", b"not this one")
    room.put("malloc-lab-alice/starter/mm.c", b"nor this one")
    room.put("malloc-lab-bob/.git/config", "")
    found = take(room, prefix="malloc-lab-")
    assert found["alice"] == (None, "", GOOD)
    assert found["bob"][0] == "NO_FILE"


@pytest.mark.parametrize("delivered", ["folder", "zip", "repository"])
def test_the_time_of_a_clone_is_no_delivery(room, delivered):
    """Nor is a time in an archive that a student has made and committed."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr(zipfile.ZipInfo("mm.c", (2020, 1, 1, 0, 0, 0)), GOOD)
    files = {"eve/mm.c": GOOD, "alice/mm.c": GOOD, "bob/work.zip": inner.getvalue()}
    heads = [".git/HEAD"] if delivered == "repository" else ["alice/.git/HEAD", "bob/.git/HEAD"]
    root = room.submissions
    if delivered in ("folder", "repository"):
        for name, data in (files | dict.fromkeys(heads, b"x")).items():
            room.put(name, data)
    else:
        root = room.folder / "class.zip"
        root.write_bytes(archive(files | dict.fromkeys(heads, b"x")))
    (room.out / "files").mkdir(parents=True)
    attempts = intake.Intake(root, room.out).run()
    known = {attempt.owner for attempt in attempts if attempt.time is not None}
    assert known == (set() if delivered == "repository" else {"eve"})
    assert {attempt.problem for attempt in attempts} == {None} and len(attempts) == 3


@pytest.mark.parametrize("kind, suffix", [("zip", "zip"), ("", "tar"), ("gz", "tar.gz"),
                                          ("xz", "tar.xz"), ("bz2", "tgz")])
def test_archives_of_one_student_and_of_a_class(room, kind, suffix):
    room.put(f"alice.{suffix}", archive({"lab/mm.c": GOOD, "lab/notes": b"x"}, kind))
    room.put(f"bob/work.{suffix}", archive({"mm.c": GOOD + b"/* b */"}, kind))
    assert take(room) == {"alice": (None, "", GOOD), "bob": (None, "", GOOD + b"/* b */")}
    whole = room.folder / f"class.{suffix}"
    inner = archive({"mm.c": GOOD + b"/* d */"}, kind)
    whole.write_bytes(archive({"all/carol/mm.c": GOOD, f"all/dan.{suffix}": inner,
                               "all/eve_mm.c": GOOD, "all/fay/": b""}
                              if kind == "zip" else
                              {"all/carol/mm.c": GOOD, f"all/dan.{suffix}": inner,
                               "all/eve_mm.c": GOOD}, kind))
    found = take(room, whole)
    assert {owner: one[2] for owner, one in found.items() if owner != "fay"} == {
        "carol": GOOD, "dan": GOOD + b"/* d */", "eve": GOOD}
    assert kind != "zip" or found["fay"][0] == "NO_FILE", "an empty folder is not forgotten"


def test_one_student_does_not_spoil_the_archive_of_a_class(room):
    """A dump of memory packs to nearly nothing, and nobody asked for it."""
    whole = room.folder / "class.zip"
    whole.write_bytes(archive({"ada/mm.c": GOOD, "ada/core": b"\0" * (70 << 20), "bob/mm.c": GOOD,
                               "cyd/mm.c": b"\0" * (40 << 20)}))
    found = take(room, whole)
    assert found["ada"] == found["bob"] == (None, "", GOOD) and found["cyd"][0] == "TOO_LARGE"


def test_a_large_archive_within_the_archive_of_a_class(room):
    whole = room.folder / "class.zip"
    whole.write_bytes(archive({"ada.zip": archive({"mm.c": GOOD, "video": os.urandom(9 << 20)}),
                               "b\nb.zip": archive({"mm.c": GOOD}), "cyd/mm.c": GOOD}))
    found = take(room, whole)
    assert found["b\nb"] == found["cyd"] == (None, "", GOOD)
    assert found["ada"][0] == "TOO_LARGE" and "unpack the outer one" in found["ada"][1]


@pytest.mark.parametrize("kind", ["zip", "gz", ""])
def test_a_class_is_not_graded_by_half(room, kind):
    """Who comes after the place where a download broke off has not delivered nothing; not even
    where it is between two members."""
    whole = archive({f"s{n}/mm.c": GOOD.ljust(2048) for n in range(20)}, kind)
    (room.folder / "class.zip").write_bytes(whole[:len(whole) // 2 if kind else 10 * (512 + 2048)])
    with pytest.raises(Problem, match="class.zip: the archive is damaged.*nothing was graded"):
        take(room, room.folder / "class.zip")


def test_names_in_a_zip_that_does_not_say_that_they_are_utf8(room):
    whole = archive({"Zo\xeb_7_assignsubmission_file_/mm.c": GOOD, "eve/mm.c": GOOD})
    for mark, place in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
        at = whole.index(mark) + place
        assert whole[at] & 8
        whole = whole[:at] + bytes([whole[at] & ~8]) + whole[at + 1:]
    (room.folder / "class.zip").write_bytes(whole)
    take(room, room.folder / "class.zip")
    assert attempts_of(room, "7")[0].name == "Zo\xeb"


@pytest.mark.parametrize("data, problem", [
    (b"", "EMPTY"), (b" \r\n\t\n", "EMPTY"), (b"\x7fELF" + b"\0\1\2" * 99, "BINARY"),
    (GOOD.decode().encode("utf-16"), "ENCODING"), (GOOD.decode().encode("utf-16-be"), "ENCODING"),
    (b"/* */\n" * 200_000, "TOO_LARGE"), (GOOD.replace(b"\n", b"\r\n"), None),
    (b"/* caf\xe9 */" + GOOD, None), (b"\xef\xbb\xbf" + GOOD, None), (b"\xff" * 100, None),
], ids=["empty", "blank", "binary", "utf16", "utf16-be", "enormous", "crlf", "latin1", "bom", "high"])
def test_what_is_in_the_file(room, data, problem):
    room.put("alice/mm.c", data)
    room.put("bob.zip", archive({"mm.c": data}))
    found = take(room)
    assert (found["alice"][0], found["bob"][0]) == (problem, problem)
    assert problem or found["alice"][2] == data


def test_links_and_devices_are_not_followed(room):
    secret = room.folder / "secret.c"
    secret.write_bytes(b"secret")
    for student, target in (("link", secret), ("loop", "mm.c"), ("dangling", "/nowhere")):
        (room.submissions / student).mkdir()
        (room.submissions / student / "mm.c").symlink_to(target)
    (room.submissions / "folder").symlink_to(room.folder)
    (room.submissions / "pipe").mkdir()
    os.mkfifo(room.submissions / "pipe/mm.c")
    room.put("fine/mm.c", GOOD)
    found = take(room)
    assert {owner: one[0] for owner, one in found.items()} == {
        "link": "LINK", "loop": "LINK", "dangling": "LINK", "folder": "UNNAMED", "pipe": "SPECIAL",
        "fine": None}
    assert not (room.out / "files" / "secret").exists()


def zip_with_link():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("mm.c")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
    return out.getvalue()


def many(count):
    return archive({f"file-{number}": b"" for number in range(count)} | {"mm.c": GOOD})


def encrypted():
    """As a zip with a password: the flag alone is what readers go by."""
    data = bytearray(archive({"mm.c": GOOD}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def tar_of(kind, name="mm.c"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.devmajor, info.devminor = kind, "/etc/passwd", 1, 5
        made.addfile(info)
    return out.getvalue()


HOSTILE = {
    "encrypted": (encrypted, "ENCRYPTED"),
    "two": (lambda: archive({"a\n\x1b[2J/mm.c": GOOD, "b\r/mm.c": GOOD + b" "}), "AMBIGUOUS"),
    "device": (lambda: tar_of(tarfile.CHRTYPE), "SPECIAL"),
    "pipe": (lambda: tar_of(tarfile.FIFOTYPE), "SPECIAL"),
    "tar link": (lambda: tar_of(tarfile.SYMTYPE), "LINK"),
    "hard link": (lambda: tar_of(tarfile.LNKTYPE), "LINK"),
    "bomb": (lambda: archive({"mm.c": b"\0" * (70 << 20)}), "BOMB"),
    "gzip bomb": (lambda: packed({"other": b"\0" * (70 << 20), "mm.c": GOOD}, "gz"), "BOMB"),
    "ratio": (lambda: archive({"a/mm.c": b"\0" * (30 << 20), "mm.c": GOOD}), "BOMB"),
    "core": (lambda: archive({"core": b"\0" * (70 << 20), "mm.c": GOOD}), None),
    "many": (lambda: many(11_000), "TOO_MANY"),
    "nested": (lambda: demo.nested("int x;", 5), "DEEP"),
    "cut": (lambda: archive({"mm.c": GOOD})[:60], "DAMAGED"),
    "cut tar": (lambda: packed({"mm.c": GOOD * 999}, "gz")[:100], "DAMAGED"),
    "noise": (lambda: b"PK\3\4" + bytes(range(256)) * 20, "DAMAGED"),
    "nothing": (lambda: b"", "DAMAGED"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00", "ARCHIVE_KIND"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c", "ARCHIVE_KIND"),
    "link": (zip_with_link, "LINK"),
    "escape": (lambda: archive({"../../../owned/mm.c": GOOD}), None),
    "root": (lambda: packed({"/etc/owned/mm.c": GOOD}, ""), None),
    "tar tricks": (lambda: demo.escaping(GOOD.decode()), None),
    "names": (lambda: packed({"\x1b[2J<b>/\udcff\udcfe/mm.c": GOOD}, ""), None),
    "digits": (lambda: archive({"1" * 9000 + "/mm.c": GOOD}), None),
    "litter": (lambda: archive({"__MACOSX/._mm.c": b"\0", "mm.c": GOOD}), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives(room, name):
    make, problem = HOSTILE[name]
    room.put("mallory.zip", make())
    room.put("alice/mm.c", GOOD)
    before = sorted(room.folder.rglob("*"))
    found = take(room)
    assert found["alice"] == (None, "", GOOD), "one delivery does not spoil another"
    assert found["mallory"][0] == problem
    assert problem or found["mallory"][2] == GOOD
    made = {p for p in room.folder.rglob("*") if p not in before}
    assert all(p.is_relative_to(room.out) for p in made)


def test_each_has_one_clear_line(room):
    """Of a class of such archives nobody is lost, and no name reaches the terminal."""
    from classroom import fake_record, trace
    room.pretend(fake_record([trace("mix-short")]))
    large = ("bomb", "gzip bomb", "ratio", "many")  # these take their time
    bad = {name: make for name, (make, problem) in HOSTILE.items() if problem and name not in large}
    for name, make in bad.items():
        room.put(f"{name}.zip", make())
    room.put("new\nline\x1b[31m.zip", HOSTILE["two"][0]())
    lines = room.call().splitlines()
    assert f"{len(bad) + 1} students: 0 graded, {len(bad) + 1} needs a human" in lines[0]
    for name in (*bad, "new\\x0aline\\x1b[31m"):
        assert sum(line.startswith(f"  needs a human: {name}: ") for line in lines) == 1, name
    assert all(line.isprintable() for line in lines)


def test_an_archive_of_random_bytes_harms_nobody(room):
    import random
    dice = random.Random(3)
    good = [archive({"mm.c": GOOD}), packed({"mm.c": GOOD}, "gz"), packed({"mm.c": GOOD}, "")]
    for number in range(12):
        data = bytearray(dice.choice(good))
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        room.put(f"s{number:02}.zip", bytes(data))
    found = take(room)
    assert len(found) == 12
    assert all(problem or data for problem, _, data in found.values())


def test_several_candidates(room):
    room.put("two/src/mm.c", GOOD)
    room.put("two/old/mm.c", GOOD)
    for number in (1, 2, 10):
        room.put(f"attempts/attempt{number}/mm.c", GOOD + b"%d" % number)
    room.put("copies/mm.c", GOOD)
    room.put("copies/mm (1).c", GOOD + b"1")
    room.put("near/mm.c", GOOD)
    room.put("near/backup/mm.c", b"old")
    found = take(room)
    assert found["two"][0] == "AMBIGUOUS"
    assert sorted(data[-2:] for _, _, data in found["attempts"]) == [b"\n1", b"\n2", b"10"]
    orders = {a.sha256: a.order for a in attempts_of(room, "attempts")}
    assert [orders[sha256(GOOD + n)] for n in (b"1", b"2", b"10")] == [0, 1, 2]
    assert len(found["copies"]) == 2
    assert found["near"] == (None, "", GOOD)


def test_versions_of_autolab(room):
    for number in (2, 10, 1):
        room.put(f"ada@example.edu_{number}_mm.c", GOOD + b"%d" % number)
        room.put(f"bob@example.edu/{number}_mm.c", GOOD + b"%d" % number)
    assert set(take(room)) == {"ada@example.edu", "bob@example.edu"}
    for owner in ("ada@example.edu", "bob@example.edu"):
        attempts = sorted(attempts_of(room, owner), key=lambda a: (a.number, a.order))
        assert [a.sha256 for a in attempts] == [sha256(GOOD + n) for n in (b"1", b"2", b"10")]


LIST = rb"""---
submission_71:
  :submitters:
  - :name: "Ada\u202eL"
    :sid: '1001'
    :email: ada@example.edu
  - :name: Bob
    :sid: '1002'
    :email: bob@example.edu
  :created_at: 2026-11-28 10:00:00.250000000 Z
  :results:
    output: "submission_72:"
submission_72:
  :submitters:
  - :name: Cyd
    :email:
    :sid: '1003'
  :created_at: 2026-11-28 11:00:00.000000000 +01:00
"""


@pytest.mark.parametrize("kind", ["zip", "gz", "folder"])
def test_an_export_of_gradescope(room, kind):
    files = {"submission_metadata.yml": LIST, "submission_71/mm.c": GOOD,
             "submission_72/lab.zip": archive({"mm.c": GOOD + b"2"}),
             "submission_72/submission_metadata.yml": b"submission_71: mine",
             "submission_73/mm.c": GOOD + b"3"}
    whole = room.folder / "export.zip"
    if kind == "folder":
        for name, data in files.items():
            room.put(f"assignment_9_export/{name}", data)
        whole = None
    else:
        whole.write_bytes(archive({f"assignment_9_export/{n}": d for n, d in files.items()}, kind))
    assert take(room, whole) == {
        "ada@example.edu": (None, "", GOOD), "bob@example.edu": (None, "", GOOD),
        "1003": (None, "", GOOD + b"2"), "submission_73": (None, "", GOOD + b"3")}
    assert [(a.name, a.time) for a in attempts_of(room, "ada@example.edu")] == [
        ("Ada\\u202eL", 1795860000.25)]
    assert attempts_of(room, "1003")[0].time == 1795860000


@pytest.mark.parametrize("said", [b"", b"a: [", b"- 1", b"submission_1:\n", b"submission_1: {}",
                                  b"submission_1: {':submitters': [1]}",
                                  b"submission_1: {':submitters': [{':name': [Ada]}]}",
                                  b"\xff\xfe", b"[" * 100_000])
def test_a_list_of_gradescope_that_is_none(room, said):
    room.put("submission_metadata.yml", said)
    room.put("submission_1/mm.c", GOOD)
    assert "submission_metadata.yml: Gradescope's list of submitters cannot be read" \
        in room.call(expect=2)


def test_attempts_without_end(room):
    """With the rule `best` each would be graded, for hours."""
    room.put("alice/mm.c", GOOD)
    room.put("mallory.zip", archive({f"attempt{n}/mm.c": GOOD + b"%d" % n for n in range(5000)}))
    assert take(room)["mallory"][0] == "AMBIGUOUS"


@pytest.mark.parametrize("when", ["nan", "inf", "-inf", "-1e300", "1e308", "253402300800"])
def test_a_time_that_no_calendar_has(room, when):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        for owner, stamp in (("mallory", when), ("alice", "1700000000")):
            info = tarfile.TarInfo(f"{owner}/mm.c")
            info.size, info.pax_headers = len(GOOD), {"mtime": stamp}
            made.addfile(info, io.BytesIO(GOOD))
    (room.folder / "class.tar").write_bytes(out.getvalue())
    assert take(room, room.folder / "class.tar")["mallory"] == (None, "", GOOD)
    assert [a.time for a in attempts_of(room, "mallory")] == [None]
    assert [a.time for a in attempts_of(room, "alice")] == [1700000000]


def test_files_that_nobody_asked_for(room):
    room.put("alice/mm.c", GOOD)
    room.put("alice/mm.h", b"#define TRICK")
    room.put("README.txt", b"from the system")
    room.put("mm.c", GOOD)
    room.put("bob/malloc.c", GOOD)
    found = take(room)
    assert found["README.txt"][0] == found["mm.c"][0] == "UNNAMED"
    assert found["bob"][:2] == ("NO_FILE", "no mm.c among: malloc.c")
    assert len(list((room.out / "files").iterdir())) == 1


def test_a_line_ends_where_an_editor_ends_it(tmp_path):
    """What is pasted from a word processor may hold other separators, which are text."""
    path = tmp_path / "adjust.txt"
    path.write_text("ada | remark | | K. Lee | ill\u2028twice\x0b\r\nbob | accept | | K. Lee | fine\n")
    assert [d.reason for d in people.read(adjust=path).decisions] == ["ill\u2028twice", "fine"]
    policy = tmp_path / "x.policy"
    policy.write_text("name = x # see\u2028batch.bogus = 1\n")
    assert settings.read(policy).name == "x"
    with pytest.raises(Problem, match="cannot be printed"):
        points.request("0", [("a\x0bb", True, 1, 1)])


def test_attacks_of_the_made_up_class_are_one_file_each():
    for path in sorted(demo.HOSTILE.glob("*-*.c")):
        assert not re.search(r'#include "(honest|loop|found)\.', demo.hostile(path)), path.name


def test_names_of_any_bytes(room):
    raw = os.fsencode(room.submissions)
    for name in (b"\xff\xfe\x80_mm.c", b"<script>_mm.c", b"\x1b[2J_mm.c", "\u202emm\u202c_mm.c".encode(),
                 b"-rf_mm.c", b"new\nline_mm.c", b"'; rm -rf _mm.c"):
        with open(os.path.join(raw, name), "wb") as file:
            file.write(GOOD)
    found = take(room)
    assert len(found) == 7 and all(one == (None, "", GOOD) for one in found.values())
    kept = [intake.restore(fields) for fields in
            json.loads((room.out / "intake.json").read_text())]
    assert {a.owner for a in kept} == set(found), "names survive being stored"
    assert all(a.source.isprintable() for a in kept)


def test_half_a_file_is_not_taken(room, monkeypatch, tmp_path):
    """Whoever ended the reader in the middle of it."""
    said = {"path": ["mm.c"], "kind": "file", "size": 9, "time": 1, "taken": True, "bytes": 9}
    (tmp_path / "reader.py").write_text(f"print({json.dumps(said)!r}, 'int x', sep='\\n', end='')")
    monkeypatch.setattr(tree, "READER", tmp_path / "reader.py")
    room.put("ada.zip", zipped({"mm.c": GOOD}))
    assert take(room)["ada"][0] == "BOMB"


def test_archives_within_an_archive_are_bounded_all_together(room, monkeypatch):
    """A small file may hold thousands of others, each of which is worth its bounds."""
    monkeypatch.setattr(tree.Unpacker.__init__, "__defaults__",
                        (tree.Bounds(archives=6, bytes=1 << 20),))
    large = archive({f"{number}/mm.c": GOOD + b" " * 200_000 for number in range(2)})
    room.put("alice.zip", archive({f"{number}.zip": archive({"x": b""}) for number in range(6)}))
    room.put("bob.zip", archive({f"{number}.zip": large for number in range(3)}))
    room.put("cyd.zip", archive({"inner.zip": archive({"mm.c": GOOD})}))
    found = take(room)
    assert found["alice"][0] == "TOO_MANY" and "6 archives" in found["alice"][1]
    assert found["bob"][0] == "BOMB" and found["cyd"][2] == GOOD


def test_an_endless_folder_is_cut(room, monkeypatch):
    for number in range(60):
        room.put(f"alice/node_modules/{number}/x", b"")
    room.put("bob/mm.c", GOOD)
    monkeypatch.setattr(tree, "STUDENT", tree.Bounds(entries=40))
    found = take(room)
    assert found["alice"][0] == "TOO_MANY" and found["bob"][2] == GOOD


def test_a_folder_that_cannot_be_read_is_said(room, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(tree.os, "scandir", refuse)
    with pytest.raises(Problem, match="SUBMISSIONS cannot be read: Permission denied"):
        take(room)


def test_nothing_delivered_is_said(room):
    assert "nothing was delivered here" in room.call(expect=2)
    assert "SUBMISSIONS is not there" in room.call(expect=2, submissions=room.folder / "no")
