"""make viz: a page of one file that a person can step through, with keys alone."""

import re

import driver
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

TRACE = """0
4
7
1
a 0 100
a 1 200
a 2 300
f 1
a 3 5000
r 0 400
f 2
"""

# The third payload starts in the first.
OVERLAPPING = driver.bump(top="static int calls;",
                          malloc="if (++calls == 3) return (char *)mem_heap_lo() + 16;")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("viz")


def draw(folder, name, sources):
    """make viz of TRACE, called `name`, on one or two sources; returns its outcome."""
    (folder / f"{name}.rep").write_text(TRACE)
    for number, source in enumerate(sources):
        (folder / f"{name} {number}.c").write_text(source)
    words = [f"TRACE={folder / name}.rep", f"OUT={folder / name}.html",
             f"SUBMISSION={folder / name} 0.c"]
    words += [f"WITH={folder / name} 1.c"] if len(sources) > 1 else []
    outcome = driver.make("-s", "viz", *words)
    assert outcome.exit == 0, outcome.stderr
    return outcome


@pytest.fixture(scope="module")
def plain(folder):
    """The page of an allocator that is correct, under a name that needs quotes."""
    draw(folder, "a b's", [driver.bump()])
    return folder / "a b's.html"


def show(browser, page):
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []


def keys(browser, *names):
    browser.find_element(By.TAG_NAME, "body").send_keys(*names)
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")


def now(browser, panel=0):
    return browser.find_elements(By.CLASS_NAME, "now")[panel].text


def picture(browser, selector):
    return browser.execute_script(f"return document.querySelector('{selector}').toDataURL()")


def test_keys_step_through_operations(browser, plain):
    show(browser, plain)
    keys(browser, Keys.HOME)
    assert "mm_init has returned" in now(browser)
    keys(browser, Keys.ARROW_RIGHT)
    assert "malloc(100) returned heap+0x10 as block 0" in now(browser)
    keys(browser, Keys.SHIFT + Keys.ARROW_RIGHT)
    assert "Operation 7 of 7" in now(browser)
    keys(browser, Keys.ARROW_LEFT)
    assert "The payload moved from heap+0x10" in now(browser)
    keys(browser, "p")
    assert "line 9: malloc(5,000)" in now(browser)
    assert "1 hole held 208 bytes" in now(browser)
    slider = browser.find_element(By.ID, "time")
    assert slider.get_attribute("aria-valuetext") == "after operation 5 of 7"


def test_numbers_are_those_of_the_trace(browser, plain):
    show(browser, plain)
    keys(browser, Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    table = browser.find_element(By.TAG_NAME, "table").text
    assert "Live payload 600 bytes in 3 blocks" in table
    assert "The break 648 bytes" in table
    assert "Utilization so far 92.6 %" in table


def test_pictures_change_with_zoom_theme_and_time(browser, plain):
    show(browser, plain)
    seen = {picture(browser, ".map canvas")}
    for key in ("+", "a", "0", "d"):
        keys(browser, key)
        seen.add(picture(browser, ".map canvas"))
    assert len(seen) == 4  # 0 is the first picture again
    strip = picture(browser, ".strip")
    keys(browser, Keys.HOME)
    assert picture(browser, ".strip") != strip


def test_a_click_chooses_the_operation(browser, plain):
    show(browser, plain)
    overlay = browser.find_elements(By.CSS_SELECTOR, ".map canvas")[1]
    webdriver.ActionChains(browser).move_to_element_with_offset(overlay, 40, 5).click().perform()
    keys(browser)
    tip = browser.find_element(By.ID, "tip").text
    assert "Operation 4 of 7" in now(browser)
    assert re.search("block|free|overhead|beyond the break", tip)


def test_failure_is_marked_and_named(browser, folder):
    outcome = draw(folder, "overlap", [OVERLAPPING, driver.bump()])
    show(browser, folder / "overlap.html")
    assert "OVERLAP" in outcome.stdout
    assert "OVERLAP at line 7" in browser.find_element(By.CLASS_NAME, "finding").text
    assert len(browser.find_elements(By.CLASS_NAME, "panel")) == 2
    keys(browser, Keys.HOME)
    assert "This is where it failed" not in now(browser)
    browser.find_element(By.ID, "failure").click()
    keys(browser)
    assert "This is where it failed: OVERLAP" in now(browser)
    assert "Operation 3 of 7" in now(browser, 1)


def test_a_failure_in_mm_init_is_at_no_line(browser, folder):
    draw(folder, "init", [driver.bump(init="return false;")])
    show(browser, folder / "init.html")
    finding = browser.find_element(By.CLASS_NAME, "finding").text
    assert finding.startswith("INIT_FAILED: mm_init reported failure")
    assert now(browser) == ("mm_init failed; nothing was asked for. "
                            "This is where it failed: INIT_FAILED.")


def test_a_name_that_ends_scripts_does_not(browser, folder):
    name = "<script><b id=evil>"
    draw(folder, name, [driver.bump()])
    show(browser, folder / f"{name}.html")
    assert browser.find_elements(By.ID, "evil") == []
    assert name in browser.find_element(By.TAG_NAME, "h2").text


def test_a_trace_that_is_not_there_is_refused():
    outcome = driver.make("-s", "viz", "TRACE=no-such-trace")
    assert outcome.exit == 2
    assert "There is no trace no-such-trace" in outcome.stderr


def test_without_a_folder_for_drafts_nothing_is_drawn(write, monkeypatch):
    """The log of the run went to the root folder, where that could be written."""
    stand_in = write("#!/bin/sh\nexit 1\n", "mktemp")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(stand_in.parent), prepend=":")
    outcome = driver.make("-s", "viz", "TRACE=debug-coalesce-both")
    assert outcome.exit == 2 and "in a browser" not in outcome.stdout
