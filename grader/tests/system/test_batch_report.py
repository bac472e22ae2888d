"""The report: pages that say everything to the staff, and to a student nothing too much."""

import base64
import re
import subprocess

import driver
import phone
import pytest
from classroom import Classroom, fake_record, finding, trace
from gradebook import shown
from gradebook.files import sha256_of_file
from gradebook.text import slug
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

NASTY = "<script>document.title='owned'</script><img src=x onerror=alert(1)>&\"'\x1b[31m\u202e\u200b"
NASTY += "\u3164\u034f\ufe0f\U000e0041\U000e0100"  # seen by nobody
SECRET = ("sneaky-trace", "malloc(31337)", "sneaky")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A class of a few, one of them nasty, with a hidden category of traces."""
    room = Classroom(tmp_path_factory.mktemp("report"), hidden__sneaky=1, batch__landmarks=1)
    root = driver.ROOT
    room.pretend(fake_record(
        [trace("mix-open"), trace("sneaky-trace", "sneaky"), trace("mix-slow", ratio=0.01)],
        [finding("OVERLAP", "sneaky-trace", "malloc(31337) overlaps block 5"),
         finding("OVERLAP", "sneaky-0137", "mix 137 of the sneaky-trace"),
         finding("CRASH", "mix-open", f"in {root}/mm.c: {NASTY}"),
         finding("WARNINGS", None, f"the compiler warns\n/root/secret/mm.c:1: {NASTY}", "warning")],
        output=f"I was asked for malloc(31337) {NASTY}"))
    for student in ("ada", "bob", "cyd", NASTY.replace("/", "|")):
        room.put(f"{student}_mm.c", f"int {len(student)};")
    room.put("dan/nothing.txt", NASTY)
    room.give("roster", "id,name\nada,Ada Lovelace\nbob,Bob Babbage\ncyd,Cyd\ndan,Dan\n")
    room.give("adjust", f"ada | points | 1 | K. Lee {NASTY.replace('|', '')} | why {NASTY}\n")
    room.call()
    return room


def text_of(page):
    """What a browser would show, without style and script."""
    return re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)


def test_no_name_takes_the_page_of_another():
    """These two were found by trying names: the first 32 bits of their hashes are the same."""
    assert slug("bob,.,,;;") != slug("bob+,,?;;")


def test_a_students_page_tells_of_no_hidden_trace(room):
    page = room.page("ada")
    for word in SECRET[:2]:
        assert word not in page
    assert "sneaky, hidden 1" in page and "OVERLAP" in page and "a slip of the pen" in page
    assert "I was asked for" not in page, "a submission may print what it was asked for"
    assert page.count("malloc(31337)") == 0


def test_a_students_page_tells_of_no_other_student_and_no_path(room):
    page = room.page("ada")
    assert not re.search(r"Babbage|\bbob\b|\bcyd\b", page)
    for path in (str(driver.ROOT), str(room.folder), "/tmp/", "/root/", "/home/"):
        assert path not in page, path


def test_nothing_that_a_student_made_is_obeyed(room):
    for path in (room.out / "site").rglob("*.html"):
        page = path.read_text()
        assert "<script>document" not in page and "<img src=x" not in page
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]", page)
        assert not re.search("[\u3164\u034f\ufe0f\U000e0000-\U000e0fff]", page)
        assert not re.search(r"(src|href)=\"(https?:)?//", page), "it works without a network"


def test_a_page_says_how_the_grade_came_about(room):
    page = text_of(room.page("ada"))
    for words in ("Correctness", "Utilization", "Throughput", "Points by hand", "Total", "K. Lee",
                  "Usual cause", "make grade TRACES=traces/mix-open.rep", "sha256sum mm.c",
                  "system call filter", "Lovelace", "POLICY=class.policy OFFICIAL=1"):
        assert words in page, words
    assert "no mm.c among: nothing.txt" in room.page("dan")


def test_a_student_is_sent_to_no_policy_of_the_staff():
    said = "make fuzz-mix MIX=7 POLICY='my own.policy' SUBMISSION=mm.c CHECKHEAP=1"
    assert shown.command(said, "0" * 64) == "make grade SUBMISSION=mm.c CHECKHEAP=1"
    for path in driver.POLICIES.glob("*.policy"):  # those that students have
        assert shown.command(said, sha256_of_file(path)) == \
            f"make fuzz-mix MIX=7 SUBMISSION=mm.c CHECKHEAP=1 POLICY=grader/policy/{path.name}"
    other = "correct it, then make grade SUBMISSION=it's"
    assert shown.command(other, "0" * 64) == other


def test_what_the_compiler_says_comes_before_what_it_may_have_caused():
    record = fake_record([], [*(finding("OVERLAP", "mix-open") for _ in range(shown.FINDINGS)),
                              finding("WARNINGS", severity="advice")])
    said, more = shown.findings(record, shown.Hidden(record, []), shown.Scrub([]))
    assert (said[0]["code"], more) == ("WARNINGS", 1)


def test_a_student_is_not_sent_to_the_doctor():
    record = fake_record([], [finding("INCONCLUSIVE", severity="warning"), finding("COMPILE")])
    said, _ = shown.findings(record, shown.Hidden(record, []), shown.Scrub([]))
    assert [(one["code"], bool(one["try"])) for one in said] == [("COMPILE", True),
                                                                 ("INCONCLUSIVE", False)]


@pytest.mark.parametrize("place", ["/home/lee/x.rep", "'/home/lee/their own/x.rep'"])
def test_a_student_is_sent_to_no_trace_of_the_staff(place):
    assert shown.command(f"make shrink SUBMISSION=mm.c TRACE={place}", "0" * 64) == \
        "make shrink SUBMISSION=mm.c TRACE=x.rep"
    assert shown.command(f"make grade TRACES={place} POLICY=a.policy CHECKHEAP=1", "0" * 64) == \
        "make grade TRACES=x.rep CHECKHEAP=1"


def test_only_whole_names_of_a_path_are_taken_out():
    """On a platform grader/gradebook/settings.py was called grader…book/settings.py."""
    scrub, kept = shown.Scrub(["/srv/class"]), "see grader/gradebook/settings.py"
    assert scrub(kept) == kept
    assert scrub("/srv/class/files/x.c, /srv/class; -I/grade/kit") == "files/x.c, …; -Ikit"


def test_a_page_says_where_the_policy_lies(tmp_path):
    room = Classroom(tmp_path)
    room.pretend(fake_record([trace("mix-open")]))
    room.policy = driver.POLICIES / "final.policy"
    room.put("ada_mm.c", "int x;")
    room.call()
    assert "POLICY=grader/policy/final.policy OFFICIAL=1" in room.page("ada")


def test_a_page_goes_when_its_student_goes(room, tmp_path):
    other = Classroom(tmp_path)
    other.pretend(fake_record([trace("mix-open")]))
    gone = other.put("ada_mm.c", "int x;")
    other.put("bob_mm.c", "int y;")
    other.call()
    gone.unlink()
    other.call()
    assert len(list((other.out / "site/students").iterdir())) == 1


def test_the_staff_sees_whose_bytes_are_the_same(tmp_path, browser):
    room = Classroom(tmp_path, batch__landmarks=1)
    room.pretend(fake_record([trace("mix-open")]))
    for number in range(12):
        room.put(f"s{number:02}_mm.c", "int x;")
    room.put("cyd_mm.c", "int y;")
    room.put("dan_mm.c", (driver.ROOT / "solution/mm.c").read_bytes())
    room.call()
    rows = dict(re.findall(r'<tr data-status.*?">(\w+)</a>(.*?)</tr>',
                           (room.out / "site/index.html").read_text(), re.DOTALL))
    alike = {student: re.findall(r'html">(\w+)</a>', row) for student, row in rows.items()}
    assert alike["s11"] == [f"s{number:02}" for number in range(8)] and "and others" in rows["s11"]
    assert alike["s03"][:4] == ["s00", "s01", "s02", "s04"] and not alike["cyd"]
    assert "the lab's own reference" in rows["dan"] and "the lab's own" not in rows["cyd"]
    room.put("eve_mm.c", (driver.ROOT / "solution/mm.c").read_bytes())
    room.call()
    browser.get(f"file://{room.out}/site/index.html")
    mark = browser.execute_script("""return getComputedStyle(document.evaluate(
        "//tr[contains(., 'eve')]//span[contains(., 'own reference')]", document, null, 9, null)
        .singleNodeValue, "::after").content""")
    assert mark == '";"', "two reasons are two sentences"


def test_a_long_name_does_not_push_the_table_off_the_page(tmp_path, browser):
    room = Classroom(tmp_path)
    room.pretend(fake_record([trace("mix-open")]))
    room.put(f"{'L' * 200}_mm.c", "int x;")
    room.put(f"{'N' * 150}_7_assignsubmission_file_/mm.c", "int y;")
    room.call()
    browser.get(f"file://{room.out}/site/index.html")
    for cell in browser.find_elements(By.CSS_SELECTOR, "#students tr:nth-child(1) td"):
        assert cell.rect["x"] + cell.rect["width"] <= browser.get_window_size()["width"]


def print_page(browser, page, tries=3):
    """As browsers do by default; the PDF. Now and then Chromium says "Printing failed", mostly on
    a machine where no cache of fonts was made yet."""
    browser.get(f"file://{page}")
    try:
        return browser.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    except WebDriverException:
        if tries == 1:
            raise
        return print_page(browser, page, tries - 1)


def sheets(browser, page):
    """The lines of each sheet when the page is printed."""
    made = print_page(browser, page)
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], capture_output=True, check=True,
                          input=base64.b64decode(made["data"])).stdout.decode()
    return [[line for line in sheet.splitlines() if line.strip()]
            for sheet in text.split("\f")[:-1]]


def test_paper_is_not_wasted(tmp_path, browser):
    """A page with as many traces as the lab has; a long name is not cut off at the edge."""
    room = Classroom(tmp_path)
    room.pretend(fake_record([trace(f"{'abcdefghijklmnopqrstuvw'[n % 23]}-trace-called-{n}")
                              | {"scored": n < 40} for n in range(72)]))
    room.put(f"{'L' * 200}_mm.c", "int x;")
    room.call()
    page, = (room.out / "site/students").iterdir()
    found = sheets(browser, page)
    assert len(found) <= 5 and min(map(len, found[:-1])) > 20
    printed = "".join("".join(sheet) for sheet in sheets(browser, room.out / "site/index.html"))
    assert printed.count("L") >= 200


def test_a_class_with_marks_by_hand_is_printed_whole(tmp_path, browser):
    """The table is as wide as it gets; what a person must know stands in its last column."""
    room = Classroom(tmp_path, hand__heap_checker=10, hand__style=5, hand__documentation=5)
    room.pretend(fake_record([trace("mix-short")], [finding("OVERFITTED"), finding("FORBIDDEN")]))
    for number in range(30):
        room.put(f"firstname.lastname{number}@example.edu_mm.c", f"int x{number};")
    room.give("roster", "id,name\n" + "".join(
        f"firstname.lastname{number}@example.edu,Firstname Lastname {number}\n" for number in range(30)))
    room.call()
    printed = "\n".join("\n".join(sheet) for sheet in sheets(browser, room.out / "site/index.html"))
    words = printed.split()
    assert words.count("vanishes") == words.count("allocator") == 30


def test_points_that_are_no_whole_numbers_are_shown_as_they_are(tmp_path):
    room = Classroom(tmp_path, utilization=37.5, hand__heap_checker=2.5)
    room.pretend(fake_record([trace("mix-short")]))
    room.put("ada_mm.c", "int x;")
    room.call()
    page = room.page("ada")
    assert re.findall(r"of (60)(?!\d)", page) and "<td class=\"n\">37.5</td>" in page
    assert ">Heap checker</th>" in page and "<td class=\"n\">2.5</td>" in page


def test_a_category_has_no_fraction_of_what_it_has_no_part_in(tmp_path):
    """`fuzz` is scored for correctness alone: 0 % for its speed would cost points."""
    room = Classroom(tmp_path)
    room.pretend(fake_record([trace("mix-short"), trace("fuzz", "fuzz")]))
    room.put("ada_mm.c", "int x;")
    room.call()
    rows = re.findall(r'<th scope="row">(mix|fuzz)</th>(.*?)</tr>', room.page("ada"))
    shares = {name: re.findall(r">([^<>]+)</td>", cells)[2:] for name, cells in rows}
    assert shares["fuzz"] == ["100 %", "–", "–"] and "–" not in shares["mix"]


@pytest.mark.parametrize("part", ["comments_and_documentation_of_the_heap", "d" * 60])
def test_a_part_with_a_long_name_fits_on_a_phone(tmp_path, browser, part):
    room = Classroom(tmp_path)
    room.policy.write_text(room.policy.read_text() + f"hand.{part} = 5\n")
    room.pretend(fake_record([trace("mix-short")]))
    room.put("ada_mm.c", "int x;")
    room.call()
    with phone.held(browser, "light"):
        for page in (room.out / "site/index.html", next((room.out / "site/students").iterdir())):
            browser.get(f"file://{page}")
            assert browser.execute_script(phone.FAULTS) == []


def visible_ids(browser):
    return [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "#students tbody th")
            if cell.is_displayed()]


def test_the_overview_in_a_browser(room, browser):
    browser.get(f"file://{room.out}/site/index.html")
    assert browser.title == "Gradebook: final"
    assert not [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert len(visible_ids(browser)) == 5
    find = browser.find_element(By.ID, "find")
    find.send_keys("babbage")
    assert visible_ids(browser) == ["bob"]
    assert browser.find_element(By.ID, "shown").text == "1 shown"
    find.send_keys(Keys.CONTROL, "a", Keys.DELETE)
    browser.find_element(By.CSS_SELECTOR, "#status option[value=human]").click()
    assert "dan" in visible_ids(browser) and "ada" not in visible_ids(browser)
    browser.find_element(By.CSS_SELECTOR, "#status option").click()
    header = browser.find_element(By.CSS_SELECTOR, "#students thead button")
    header.send_keys(Keys.ENTER)  # by keyboard
    first = visible_ids(browser)
    header.send_keys(Keys.ENTER)
    assert visible_ids(browser) == first[::-1]
    assert browser.find_element(By.CSS_SELECTOR, "th[aria-sort=descending]")
    assert len(browser.find_elements(By.CSS_SELECTOR, "svg .landmark")) == 5
    browser.find_element(By.LINK_TEXT, "ada").click()
    assert browser.title == "Ada Lovelace: grade"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_by_everybody(room, browser, scheme):
    """Contrast in both schemes; names for every picture and table; nothing wider than a phone."""
    with phone.held(browser, scheme):
        for page in [room.out / "site/index.html", *sorted((room.out / "site/students").iterdir())]:
            browser.get(f"file://{page}")
            assert browser.title != "owned"
            faults = browser.execute_script(phone.FAULTS)
            assert faults == [], f"{page.name}: {faults[:5]}"


def test_a_page_that_nobody_can_read_is_noticed(browser):
    browser.get("data:text/html,<html lang=en><h1>x</h1><p style='color:%23999;background:%23aaa'>"
                "pale</p><table><tr><td>1</td></tr></table><input>")
    assert len(browser.execute_script(phone.FAULTS)) == 3
