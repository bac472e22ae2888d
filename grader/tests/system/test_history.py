"""The memory of progress: what a grade says has changed since the last, and make plot."""

import re

import driver
import phone
import pytest

STAGE = driver.ROOT / "solution/stages/3-segregated/mm.c"


@pytest.fixture
def grade(tmp_path, quick, short):
    """grade(source): grades it as mm.c, with a history; returns the outcome."""

    def grade_source(source, **options):
        submission = tmp_path / "mm.c"
        submission.write_text(source)
        more = ("--history", str(tmp_path / ".brklab-history"), *options.pop("more", ()))
        return driver.mdriver(tmp_path, submission, [short], policy=quick, more=more, **options)

    return grade_source


def since(outcome):
    return outcome.stdout.partition("since the last run")[2]


def test_says_what_changed(grade):
    assert since(grade(driver.bump())) == ""
    better = since(grade(STAGE.read_text()))
    assert re.search(r"utilization: mix-short 0\.\d% to \d+\.\d%", better)
    broken = since(grade(driver.bump(malloc="if (size == 80) return (void *)16;")))
    assert "no longer valid: mix-short" in broken
    assert re.search(r"score \d+\.\d to 0\.0", broken)
    assert "now valid: mix-short" in since(grade(STAGE.read_text()))


def test_is_bounded_and_survives_damage(grade, tmp_path):
    path = tmp_path / ".brklab-history"
    path.write_text("run\tx\ntrace\n\nrun\t" + "\t" * 20 + "\n" + "run\t1\n" * 300)
    assert grade(driver.bump()).exit == 0
    text = path.read_text()
    assert len(re.findall("(?m)^run\t", text)) == 100
    assert since(grade(driver.bump())) != ""


def test_official_grades_leave_no_history(grade, tmp_path):
    grade(driver.bump(), more=("--official",))
    assert not (tmp_path / ".brklab-history").exists()


def test_a_history_that_cannot_be_kept_costs_no_grade(grade, tmp_path):
    (tmp_path / ".brklab-history").mkdir()
    outcome = grade(driver.bump())
    assert outcome.exit == 0 and "score" in outcome.stdout


def test_plot(grade, tmp_path):
    submission = tmp_path / "mm.c"
    words = ["-s", "plot", f"SUBMISSION={submission}", f"OUT={tmp_path}/page.html"]
    assert driver.make(*words).exit == 2
    grade(driver.bump())
    grade(STAGE.read_text())
    assert driver.make(*words).exit == 0
    page = (tmp_path / "page.html").read_text()
    assert "mm.c: 2 graded runs" in page and "mix-short" in page
    assert len(re.findall("run 2: score", page)) == 1
    assert driver.make(*words, "PROFILE=classic").exit == 2  # nothing to draw, nothing lost
    assert (tmp_path / "page.html").read_text() == page


def test_a_history_that_came_with_a_submission_is_only_drawn(tmp_path):
    nasty = '"><script>alert(1)</script>'
    (tmp_path / ".brklab-history").write_text(
        f"run\t{nasty}\tmm.c\tmodern\tpolicy" + f"\t{nasty}" * 5 + "\n"
        + f"trace\t{nasty}\t1" + f"\t{nasty}" * 3 + "\n")
    page = driver.make("-s", "plot", f"SUBMISSION={tmp_path}/mm.c", f"OUT={tmp_path}/page.html")
    assert page.exit == 0, page.stderr
    assert "1 graded run" in page.stdout + (tmp_path / "page.html").read_text()
    assert "<script>" not in (tmp_path / "page.html").read_text()


def test_plot_can_be_read_on_a_phone_in_the_dark(grade, tmp_path, browser):
    grade(STAGE.read_text())
    grade(driver.bump().replace("return block + 1", "return block"))
    words = ["-s", "plot", f"SUBMISSION={tmp_path / 'mm.c'}", f"OUT={tmp_path}/page.html"]
    assert driver.make(*words).exit == 0
    with phone.held(browser, "dark"):
        browser.get(f"file://{tmp_path}/page.html")
        assert browser.find_element("css selector", "td.no").text == "not valid"
        assert browser.execute_script("return innerWidth") == phone.SIZE["width"]
        faults = browser.execute_script(phone.FAULTS)
    assert not [fault for fault in faults if fault.startswith(("contrast", "wider"))]
