"""The kit is built by gcc and by clang without a warning, and grades with either.

A warning of ours would stand between a student and the warnings about mm.c.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import driver
import pytest

sys.path.insert(0, str(driver.ROOT / "handout"))
import publish  # noqa: E402


# The usual ones, and others where they are installed: a newer one sees more.
BIN = pathlib.Path("/usr/bin")
COMPILERS = {path.resolve(): path.name for path in [
    *BIN.glob("gcc-[1-9]?"), *BIN.glob("clang-[1-9]?"), BIN / "gcc", BIN / "clang"]}


@pytest.mark.parametrize("compiler", COMPILERS.values())
def test_compilers_have_nothing_to_say(compiler, tmp_path):
    words = [f"CC={compiler}", "KIT_CFLAGS=-O1 -Werror", f"B={tmp_path}/build"]
    built = driver.make("-s", "kit", "recorder", f"{tmp_path}/build/tracestat", *words)
    assert (built.exit, built.stderr) == (0, "")
    record = tmp_path / "record.json"
    graded = driver.make("-s", "grade", f"JSON={record}", "SUBMISSION=solution/mm.c",
                         "TRACES=traces/debug", *words)
    assert (graded.exit, graded.stderr) == (0, "")
    found = json.loads(record.read_text())
    assert compiler.split("-")[0] in found["kit"]["compiler"]
    assert [f["code"] for f in found["findings"]] == []


def test_a_kit_does_not_know_where_it_was_built():
    """Its bytes name the records of a class: in another folder none of them would be found."""
    folder = driver.built()["folder"]
    made = [folder / "mdriver", *(folder / f"{profile}/{name}" for profile in ("modern", "classic")
                                  for name in ("runner.o", "reference", "empty"))]
    place = os.fsencode(driver.ROOT)
    assert [path.name for path in made if place in path.read_bytes()] == []


def test_the_timed_loop_lies_alike_in_all_runners():
    """Where a line of the cache begins in it depended on the size of the allocator before it."""
    folder = driver.built()["folder"]
    images = [folder / f"{profile}/{name}" for profile in ("modern", "classic")
              for name in ("reference", "empty")]
    symbols = [driver.run(["nm", image]).stdout for image in images]
    places = [int(re.search(r"^(\w+) t perform_window$", text, re.M)[1], 16) for text in symbols]
    assert [place % 64 for place in places] == [0] * len(images)


# What musl's headers do not have.
NOT_GLIBC = """#include <features.h>
#undef __GLIBC__
#undef __GLIBC_MINOR__
#undef __GLIBC_PREREQ
"""


def test_the_c_library_need_not_be_glibc(write):
    """With libseccomp nothing was built on Alpine: #if calls no macro that is not there."""
    words = ["cc", "-std=c11", "-D_GNU_SOURCE", "-DHAVE_SECCOMP", '-DKIT_VERSION="0"', "-include",
             write(NOT_GLIBC, "other.h"), "-fsyntax-only"]
    found = driver.run(words + sorted((driver.ROOT / "grader/engine").glob("*.c")))
    assert (found.exit, found.stderr) == (0, "")


def test_what_tests_need_is_built_at_once(tmp_path):
    """So it was not, when the lists of unit tests and fuzzers were read too late."""
    planned = driver.make("-n", f"B={tmp_path}", "check-built").stdout.split()
    for program in "unit/test_trace", "unit-asan/test_trace", "fuzz/fuzz_trace", "mdriver":
        assert f"{tmp_path}/{program}" in planned, program


@pytest.mark.parametrize("target, name", [("fuzz", "SECONDS"), ("batch-cores", "COUNT"),
                                          ("bench-scale", "RECORDS"), ("grade-spread", "N"),
                                          ("bench-windows", "N"), ("bench-noise", "HEATS")])
@pytest.mark.parametrize("number", ["0", "x", "-1", "1.5"])
def test_a_number_that_is_none(target, name, number):
    """To libFuzzer 0 seconds are for ever, and to a shell a word is 0."""
    outcome = driver.make("-s", target, f"{name}={number}")
    assert outcome.exit == 2
    assert outcome.stderr.startswith((f"{name} is a number of 1 or more", "fuzzing needs clang"))


def test_the_soak_plays_every_stage():
    """A list that another room defines was empty when this rule was read."""
    planned = driver.make("-n", "soak").stdout
    for stage in (driver.ROOT / "solution/stages").iterdir():
        for profile in "modern", "classic", "inside/modern", "inside/classic":
            assert f"soak/{profile}/{stage.name}" in planned


# A compiler without a static C library, as Fedora's is, in nobody's system folder.
NOT_STATIC = """#!/bin/sh
for word; do
    test "$word" != -static-pie || { echo "cannot find -lc" >&2; exit 1; }
done
exec cc "$@"
"""


@pytest.fixture
def loaded(tmp_path, quick, short):
    """loaded(submission, *more): the Outcome where each program has a loader."""
    compiler, built = tmp_path / "cc", tmp_path / "build"
    compiler.write_text(NOT_STATIC)
    compiler.chmod(0o755)
    made = driver.make("-s", f"B={built}", f"CC={compiler}",
                       *(f"{built}/modern/{name}" for name in ("empty", "reference")))
    assert (made.exit, made.stderr) == (0, "")

    def grade(submission, *more):
        words = driver.command_line(built, submission, [short], policy=quick, cc=compiler,
                                    json_file=tmp_path / "record.json", more=more)
        link = f"{(built / 'link').read_text().strip()} -Wl,-e,runner_entry"
        outcome = driver.run(driver.replaced(words, "--link", link))
        outcome.record = driver.read_record(tmp_path / "record.json")
        return outcome

    return grade


def test_without_a_static_c_library_own_code_is_graded(loaded):
    outcome = loaded(driver.ROOT / "solution/mm.c")
    assert (outcome.exit, outcome.stderr) == (0, ""), outcome.stdout
    assert outcome.record["score"]["correctness"] == 20
    protections = outcome.record["protections"]
    assert protections["system_call_filter"] == protections["confined_compiler"] == "not available"


def test_without_a_static_c_library_an_interpreter_is_still_forbidden(loaded, write):
    words = 'const char my[] __attribute__((section(".interp"), used)) = "/bin/sh";'
    outcome = loaded(write(driver.bump(top=words)))
    assert outcome.exit == 1
    assert "FORBIDDEN" in outcome.codes()


def test_without_a_static_c_library_no_grade_is_official(loaded):
    outcome = loaded(driver.ROOT / "solution/mm.c", "--official")
    assert (outcome.exit, outcome.record) == (2, None)
    assert "linked statically" in outcome.stderr and outcome.stderr.count("\n") == 1


# ---- which compiler it is -----------------------------------------------------------------

# It is not the one in /usr/bin, whose name it has.
OTHER = """#!/bin/sh
case $1 in --version) echo "cc (elsewhere) 99.0" ;; *) exec %s "$@" ;; esac
"""


@pytest.mark.parametrize("name", ["cc", "{}/cc"])
def test_a_compiler_that_the_sandbox_does_not_show_is_no_other(name, tmp_path, write, short,
                                                               quick):
    """As modules of a cluster have it: in /opt, and before /usr/bin on the PATH."""
    compiler = tmp_path / "cc"
    compiler.write_text(OTHER % shutil.which("cc"))
    compiler.chmod(0o755)
    within = ("env", f"PATH={tmp_path}:{os.environ['PATH']}")
    for official in (), ("--official",):
        outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick,
                                 within=within, more=official, cc=name.format(tmp_path))
        if official:
            assert outcome.exit == 2
            assert "must lie below /usr" in outcome.stderr
        else:
            assert outcome.exit == 0, outcome.stdout
            assert outcome.record["kit"]["compiler"] == "cc (elsewhere) 99.0"
            assert outcome.record["kit"]["compiler_sandbox"] == "none"


# It warns of everything, and its linker is missing.
HALF = """#!/bin/sh
case "$*" in
    --version) echo "cc 1.0" ;;
    *" -c "*) echo "cc: unknown option ignored" >&2; exec %s "$@" ;;
    *) echo "cc: cannot find ld" >&2; exit 1 ;;
esac
"""


def test_a_compiler_that_makes_no_program_is_told_from_a_fault(tmp_path, write, short):
    """What kept it from that is quoted, and not what it warned of before."""
    compiler = tmp_path / "half"
    compiler.write_text(HALF % shutil.which("cc"))
    compiler.chmod(0o755)
    outcome = driver.mdriver(tmp_path, write(driver.bump()), [short], cc=compiler)
    assert (outcome.exit, outcome.record) == (2, None)
    assert outcome.stderr == (f"mdriver: '{compiler}' cannot compile anything here, and nothing "
                              "was graded: cc: cannot find ld\n")


def test_another_compiler_of_the_same_name_builds_all_again(tmp_path):
    compiler, made = tmp_path / "cc", tmp_path / "build/engine/utf8.o"
    words = (f"B={tmp_path}/build", f"CC={compiler}", str(made))
    said = []
    for text in OTHER, OTHER, OTHER.replace("99.0", "99.1"):
        compiler.write_text(text % shutil.which("cc"))
        compiler.chmod(0o755)
        said.append(driver.make(*words).stdout)
    assert ["utf8.c" in text for text in said] == [True, False, True]


def test_a_newer_archive_over_an_older_one_is_built_again(tmp_path):
    """Files of an archive have no dates: the new ones are no newer than what was built."""
    files = dict(publish.public_files())
    name, archive = "grader/engine/utf8.c", tmp_path / "a.tar.gz"
    folder, said = tmp_path / "kit", []
    folder.mkdir()
    for text in files[name], files[name], files[name] + b"/* mended */\n":
        publish.write_archive(archive, "kit", files | {name: text})
        subprocess.run(["tar", "-xf", archive, "-C", tmp_path], check=True)
        said.append(driver.make("build/engine/utf8.o", cwd=folder).stdout)
    assert ["utf8.c" in text for text in said] == [True, False, True]


def test_a_trace_goes_with_its_recipe(tmp_path):
    files = {name: data for name, data in publish.public_files()
             if not name.endswith(".recipe") or "array-" in name}
    publish.write_archive(tmp_path / "a.tar.gz", "kit", files)
    subprocess.run(["tar", "-xf", tmp_path / "a.tar.gz", "-C", tmp_path], check=True)
    kit, left = tmp_path / "kit", []
    for gone in None, "array-rows":
        if gone:
            (kit / f"traces/recipes/{gone}.recipe").unlink()
        driver.make("build/traces/.made", cwd=kit)
        left.append(sorted(path.stem for path in (kit / "build/traces").glob("*.rep")))
    assert left == [["array-numbers", "array-rows"], ["array-numbers"]]


@pytest.mark.parametrize("compiler", ["", "false", "cc -nostdinc"])
def test_a_compiler_without_a_c_library_is_named(compiler, tmp_path):
    """Debian's gcc comes without libc6-dev where what is recommended is not installed."""
    outcome = driver.make("-s", f"B={tmp_path}/build", f"CC={compiler}", "kit")
    assert outcome.exit == 2
    assert f"'{compiler}'" in outcome.stderr and "apt-get install gcc" in outcome.stderr
    assert "qemu" not in outcome.stderr


def test_a_trace_is_made_before_it_is_described(tmp_path):
    trace = f"{tmp_path}/build/traces/mix-hills.rep"
    outcome = driver.make("-s", f"B={tmp_path}/build", "tracestat", f"TRACES={trace}")
    assert outcome.exit == 0, outcome.stderr
    assert "mix-hills" in outcome.stdout


def test_the_locale_does_not_say_what_is_in_a_file(tmp_path):
    """Where it is not one of UTF-8, labels in Chinese ended in a traceback, and no `Zoë` was found."""
    made = f"{tmp_path}/figures/zh/.made"
    outcome = driver.run(["env", "LC_ALL=C", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0", "make", "-s",
                          f"B={tmp_path}", made])
    assert outcome.exit == 0, outcome.stderr


# It dies when it has written nothing yet of the first object file, as by kill -9.
DIES_ONCE = """#!/bin/sh
cc "$@" || exit
for word; do
    test "$before" != -o || made=$word
    before=$word
done
case $made in */utf8.o*) test -e %(died)s || { : >"$made"; : >%(died)s; exit 137; } ;; esac
"""


def test_what_a_killed_build_left_is_not_taken_for_whole(tmp_path):
    compiler, made = tmp_path / "cc", tmp_path / "build/engine/utf8.o"
    compiler.write_text(DIES_ONCE % {"died": tmp_path / "died"})
    compiler.chmod(0o755)
    words = ("-s", f"B={tmp_path}/build", f"CC={compiler}", str(made))
    assert [driver.make(*words).exit for _ in range(2)] == [2, 0]
    assert made.stat().st_size > 0


def test_an_archive_has_files_to_lay_out(tmp_path):
    """It is in no repository of git; and clang-format without files waits for a person to type."""
    for name in ("Makefile", "rules.mk"):
        shutil.copy(driver.ROOT / name, tmp_path)
    (tmp_path / "mm.c").write_text("int a;\n")
    said = driver.make("-s", "lint", "CLANG_FORMAT=echo", cwd=tmp_path)
    assert (said.exit, said.stdout.split()[-1], said.stderr) == (0, "./mm.c", "")
