"""Submissions of the classic shape, in several styles: they compile and grade unchanged, and
what that lab never asked for is advice and costs nothing."""

import os
import shutil
import subprocess

import driver
import pytest

FOLDER = driver.ROOT / "grader/tests/classic"
STYLES = sorted(path.stem for path in FOLDER.glob("*.c"))


def grade(tmp_path, source, *traces, cc=None):
    policy = driver.write_policy(tmp_path / "quick.policy", timing__seconds=0.1,
                                 fuzz__traces=10)
    return driver.mdriver(tmp_path, source, traces or [driver.ROOT / "traces/debug"],
                          policy=policy, profile="classic", cc=cc, more=["--fuzz"])


@pytest.mark.parametrize("cc", ["gcc", "clang"])
@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_valid_on_every_call(style, cc, tmp_path):
    if (style, cc) == ("buddy-with-math", "clang"):
        pytest.skip("clang has no nested functions")
    outcome = grade(tmp_path, FOLDER / f"{style}.c", cc=cc)
    assert outcome.errors() == []
    assert all(trace["valid"] for trace in outcome.record["traces"])


@pytest.mark.parametrize("cc", ["gcc", "clang"])
def test_old_habits_are_no_errors_for_the_tools_either(cc, tmp_path):
    """clang refuses a return without a value by itself, and from 16 on an int by default."""
    source = FOLDER / "knr-next-fit.c"
    objects = " ".join(str(driver.built()["folder"] / f"engine/{part}.o") for part in (
        "trace", "file", "say", "utf8", "shadow", "fill", "place"))
    made = driver.run(["env", f"CC={cc}", f"SUBMISSION={source}", "PROFILE=classic",
                       "ENGINE=grader/engine", f"OBJECTS={objects}", f"FOLDER={tmp_path}/asan",
                       "grader/tools/debug/build.sh", "asan"])
    assert (made.exit, made.stdout, made.stderr) == (0, f"{tmp_path}/asan/replay\n", "")


def advice(outcome):
    assert outcome.errors() == []
    return " ".join(f["message"] for f in outcome.record["findings"]
                    if f["code"] == "BEYOND_CLASSIC")


def test_what_the_lab_never_asked_is_advice(tmp_path):
    said = advice(grade(tmp_path, FOLDER / "implicit-macros.c"))
    for topic in ("free(NULL)", "mm_calloc", "never be met", "multiples of 16"):
        assert topic in said


def test_what_is_to_be_typed_next_names_the_profile(tmp_path):
    """Of findings on no trace too: in the other profile such an mm.c does not compile."""
    broken = tmp_path / "broken.c"
    broken.write_text("int mm_init(void) { return oops; }\n")
    for source in FOLDER / "implicit-macros.c", broken:
        findings = grade(tmp_path, source).record["findings"]
        assert findings and all("PROFILE=classic" in finding["try"] for finding in findings)


def test_there_is_no_advice_on_what_is_there(tmp_path):
    said = advice(grade(tmp_path, FOLDER / "driver-names.c"))
    for topic in ("free(NULL)", "mm_calloc", "multiples of 16"):
        assert topic not in said


def test_to_free_null_by_realloc_is_advice(tmp_path):
    """realloc(p, 0) frees p: it is written first in many a realloc, and calls mm_free(NULL)."""
    source, trace = tmp_path / "mm.c", tmp_path / "nothing.rep"
    source.write_text(driver.bump().replace(
        "void *moved", "if (size == 0)\n        ((size_t *)ptr)[-1] = 0;\n    void *moved"))
    trace.write_text(driver.trace_text(2, ["r 0 0", "a 1 24", "r 1 0"]))
    said = advice(grade(tmp_path, source, trace))
    assert "realloc(NULL, 0)" in said and "free(NULL)" not in said


@pytest.mark.parametrize("cc", ["gcc", "clang"])
def test_the_other_profile_names_this_one(cc, tmp_path):
    """Who grades it as modern is told, and nobody else is."""
    if not shutil.which(cc):
        pytest.skip(f"there is no {cc}")
    wrong = tmp_path / "wrong.c"
    wrong.write_text(driver.bump().replace("mm_malloc(size_t size)", "mm_malloc(int size)"))
    for source, told in (FOLDER / "knr-next-fit.c", True), (wrong, False):
        outcome = driver.mdriver(tmp_path, source, cc=cc)
        finding, = outcome.errors()
        assert finding["code"] == "COMPILE"
        assert ("make grade PROFILE=classic" in finding["try"]) == told


def defined(*objects):
    """The names that these object files show to others."""
    table = subprocess.run(["nm", "-g", "--defined-only", "--format=just-symbols", *objects],
                           capture_output=True, text=True, check=True).stdout
    return {line for line in table.split() if line.isidentifier()}


@pytest.mark.parametrize("profile", ["modern", "classic"])
def test_a_submission_may_use_the_names_of_the_kit(profile, tmp_path):
    kit = driver.built()["folder"] / profile
    inside = defined(*kit.glob("parts/*.o")) - defined(kit / "runner.o")
    assert {"runner", "runner_setup", "channel_pass", "memlib_reset"} <= inside
    source = tmp_path / "names.c"
    source.write_text(driver.bump("".join(f"char {name} = 1;\n" for name in inside)))
    outcome = driver.mdriver(tmp_path, source, profile=profile)
    assert outcome.exit == 0
    assert outcome.errors() == []


NEWER = """
#include "mm.h"
#include "memlib.h"
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#define calloc mm_calloc
static long mem_brk; /* not a function of that lab */
bool ready(void) { return mem_brk || mm_init(); }
void *malloc(size_t size) { return ready() && mm_checkheap(__LINE__) ? mem_sbrk(size + 15 & ~15) : 0; }
void free(void *ptr) { }
void *realloc(void *ptr, size_t size) { return calloc(size, 1); }
void *calloc(size_t count, size_t size) { return malloc(count * size); }
bool mm_init(void) { return mem_brk = 1; }
bool mm_checkheap(int line) { return true; }
"""


def test_the_newer_style_may_call_what_its_header_declares(tmp_path):
    source = tmp_path / "newer.c"
    source.write_text(NEWER)
    outcome = driver.mdriver(tmp_path, source, profile="classic")
    assert outcome.errors() == []


@pytest.mark.parametrize("where", ["", "./", "../"])
def test_the_labs_own_headers_are_found_beside_and_above(where, tmp_path):
    source = tmp_path / "mm.c"
    headers = "".join(f'#include "{where}{name}.h"\n' for name in ("mm", "memlib", "config"))
    source.write_text(headers + "#ifndef CLASSIC_MM_H\n#error another mm.h\n#endif\n" + NEWER)
    assert driver.mdriver(tmp_path, source, profile="classic").errors() == []


@pytest.mark.usefixtures("confinement")
def test_nothing_above_the_engine_is_found(tmp_path):
    for folder in ("src", "."):
        name = os.path.relpath(driver.POLICIES / "reference/2026-1.c",
                               driver.ENGINE / "classic" / folder)
        source = tmp_path / "mm.c"
        source.write_text(f'#include "{name}"\n' + NEWER)
        outcome = driver.mdriver(tmp_path, source, profile="classic")
        assert outcome.codes() == {"COMPILE"}
        assert "No such file" in outcome.stdout


def test_of_two_tries_the_first_says_what_is_wrong(tmp_path):
    source = tmp_path / "older.c"
    source.write_text('#include "mm.h"\nint mm_init(void) { return oops; }\n')
    outcome = driver.mdriver(tmp_path, source, profile="classic")
    assert outcome.codes() == {"COMPILE"}
    assert "oops" in outcome.stdout and "conflicting" not in outcome.stdout


def test_a_finding_names_the_line_of_the_submission(tmp_path):
    source = tmp_path / "mm.c"
    source.write_text(driver.bump(malloc="*(volatile int *)16 = 1;"))
    line = source.read_text()[:source.read_text().index("(volatile")].count("\n") + 1
    outcome = driver.mdriver(tmp_path, source, profile="classic")
    crash = outcome.errors()[0]
    assert crash["code"] == "CRASH"
    assert f"in mm_malloc(), mm.c:{line}" in crash["message"]
    assert crash["culprit"]["line"] == line
