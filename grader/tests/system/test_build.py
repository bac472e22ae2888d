"""The kit is built by gcc and by clang without a warning, and grades with either.

A warning of ours would stand between a student and the warnings about mm.c.
"""

import json

import driver
import pytest


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_compilers_have_nothing_to_say(compiler, tmp_path):
    words = [f"CC={compiler}", "KIT_CFLAGS=-O1 -Werror", f"B={tmp_path}/build"]
    built = driver.make("-s", "kit", "recorder", f"{tmp_path}/build/tracestat", *words)
    assert (built.exit, built.stderr) == (0, "")
    record = tmp_path / "record.json"
    graded = driver.make("-s", "grade", f"JSON={record}", "SUBMISSION=solution/mm.c",
                         "TRACES=traces/debug", *words)
    assert (graded.exit, graded.stderr) == (0, "")
    found = json.loads(record.read_text())
    assert compiler in found["kit"]["compiler"]
    assert [f["code"] for f in found["findings"]] == []


def test_what_tests_need_is_built_at_once(tmp_path):
    """So it was not, when the lists of unit tests and fuzzers were read too late."""
    planned = driver.make("-n", f"B={tmp_path}", "check-built").stdout.split()
    for program in "unit/test_trace", "unit-asan/test_trace", "fuzz/fuzz_trace", "mdriver":
        assert f"{tmp_path}/{program}" in planned, program


def test_the_soak_plays_every_stage():
    """A list that another room defines was empty when this rule was read."""
    planned = driver.make("-n", "soak").stdout
    for stage in (driver.ROOT / "solution/stages").iterdir():
        for profile in "modern", "classic", "inside/modern", "inside/classic":
            assert f"soak/{profile}/{stage.name}" in planned
