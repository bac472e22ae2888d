"""Submissions of the classic shape, in several styles: they compile and grade unchanged, and
what that lab never asked for is advice and costs nothing."""

import driver
import pytest

FOLDER = driver.ROOT / "grader/tests/classic"
STYLES = sorted(path.stem for path in FOLDER.glob("*.c"))


def grade(tmp_path, source, *traces):
    policy = driver.write_policy(tmp_path / "quick.policy", timing__seconds=0.1,
                                 fuzz__traces=10)
    return driver.mdriver(tmp_path, source, traces or [driver.ROOT / "traces/debug"],
                          policy=policy, profile="classic", more=["--fuzz"])


@pytest.mark.parametrize("style", STYLES)
def test_each_style_is_valid_on_every_call(style, tmp_path):
    outcome = grade(tmp_path, FOLDER / f"{style}.c")
    assert outcome.errors() == []
    assert all(trace["valid"] for trace in outcome.record["traces"])


def advice(outcome):
    assert outcome.errors() == []
    return " ".join(f["message"] for f in outcome.record["findings"]
                    if f["code"] == "BEYOND_CLASSIC")


def test_what_the_lab_never_asked_is_advice(tmp_path):
    said = advice(grade(tmp_path, FOLDER / "implicit-macros.c"))
    for topic in ("free(NULL)", "mm_calloc", "never be met", "multiples of 16"):
        assert topic in said


def test_there_is_no_advice_on_what_is_there(tmp_path):
    said = advice(grade(tmp_path, FOLDER / "driver-names.c"))
    for topic in ("free(NULL)", "mm_calloc", "multiples of 16"):
        assert topic not in said
