"""The writeup and the two archives: what is in them, and what must not be."""
import gzip
import html
import io
import re
import shutil
import subprocess
import sys
import tarfile

import pytest

from driver import ENGINE, ROOT, make

sys.path.insert(0, str(ROOT / "handout"))
import figures  # noqa: E402
import fragmentation  # noqa: E402
import publish  # noqa: E402
import rehearse  # noqa: E402

LANGUAGES = ("en", "zh")


def codes():
    return re.findall(r'\{"([A-Z_]+)", SEVERITY_', (ENGINE / "finding.c").read_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_finding_has_its_paragraph(language):
    page = (ROOT / f"handout/{language}/09-findings.md").read_text()
    assert sorted(re.findall(r"^## (\w+)$", page, re.M)) == sorted(codes())
    causes, following = {"en": ("Usual causes", "Next"), "zh": ("常见原因", "下一步")}[language]
    for section in page.split("\n## ")[1:]:
        code = section.split("\n")[0]
        assert re.search(rf"```text\n.*\b{code}: .*```", section, re.S), f"{code}: no example"
        assert f"**{causes}" in section and f"**{following}" in section, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_a_figure_is_translated(tmp_path, language):
    done = subprocess.run([sys.executable, ROOT / "handout/figures.py", language, tmp_path],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figures/memory.svg").is_file()


def test_a_label_without_its_translation_is_named(tmp_path, monkeypatch):
    """With blanks in place of the tab it ended in a traceback."""
    shutil.copytree(ROOT / "handout/figures", tmp_path / "figures")
    (tmp_path / "zh").mkdir()
    table = (ROOT / "handout/zh/figures.tsv").read_text()
    label = re.search(r"^([^#\t]+)\t", table, re.M)[1]
    (tmp_path / "zh/figures.tsv").write_text(table.replace(f"\n{label}\t", f"\n{label}    "))
    monkeypatch.setattr(figures, "HANDOUT", tmp_path)
    with pytest.raises(SystemExit, match=re.escape(f"figures.tsv: no translation of '{label}'")):
        figures.main("zh", tmp_path / "made")


def test_the_script_says_which_archives_there_are():
    with pytest.raises(SystemExit, match="publish.py students ARCHIVE WRITEUP"):
        publish.main(["students", "brklab-handout.tar.gz"])


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_labels_of_figures_stand_out_from_their_boxes():
    """In light and in dark, as the guidelines for web pages ask: 4.5 to 1."""
    for style in (ROOT / "handout/figures/style.css").read_text().split("@media"):
        fills = {name: luminance(colour) + 0.05 for name, colour in re.findall(
            r"^ *\.?(\w+) {[^}]*\bfill: #(\w{6})", style, re.M)}
        words = [fills.pop("text"), *([fills.pop("s")] if "s" in fills else [])]
        boxes = [fills[name] for name in ("used", "free", "over")]
        assert min(max(w, b) / min(w, b) for w in words for b in boxes) > 4.5, style


@pytest.mark.parametrize("number", range(1, 7))
def test_each_chapter_has_a_figure_and_a_command(number):
    (page,) = (ROOT / "handout/en").glob(f"{number:02}-*.md")
    text = page.read_text()
    assert "](../figures/" in text and "\n```sh\n" in text, page.name


def test_translations_are_up_to_date():
    done = subprocess.run([ROOT / "handout/lag.sh", "zh"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_changed_original_is_noticed(tmp_path):
    for name in ("lag.sh", "en", "zh"):
        subprocess.run(["cp", "-r", ROOT / "handout" / name, tmp_path], check=True)
    page = tmp_path / "en/02-break.md"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    (tmp_path / "zh/03-malloc.md").unlink()
    done = subprocess.run([tmp_path / "lag.sh", "zh"], capture_output=True, text=True)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "zh/02-break.md", "zh/03-malloc.md"]


def test_a_class_of_which_nobody_is_graded_ends_the_rehearsal(tmp_path, monkeypatch):
    """The command of the page succeeds all the same: each file was named a human's."""
    monkeypatch.setattr(rehearse, "run", lambda commands, folder: printed)
    rehearsal = rehearse.Rehearsal.__new__(rehearse.Rehearsal)
    rehearsal.root, rehearsal.left_out = tmp_path, re.compile(rehearse.NOT_AGAIN)
    (tmp_path / "page.md").write_text("```sh\nmake batch SUBMISSIONS=class\n```\n")
    printed = "6 students: 5 graded, 1 needs a human, 0 infrastructure error, 0 nothing delivered"
    rehearsal.follow_page(tmp_path / "page.md")
    printed = "6 students: 0 graded, 6 needs a human, 0 infrastructure error, 0 nothing delivered"
    with pytest.raises(rehearse.Stumble, match="nobody of the class was graded"):
        rehearsal.follow_page(tmp_path / "page.md")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_and_page_that_is_named_is_there(language):
    for page in (ROOT / "handout" / language).glob("*.md"):
        text = page.read_text()
        for figure in re.findall(r"\]\(\.\./figures/([\w.-]+)\)", text):
            assert (ROOT / "handout/figures" / figure).is_file(), f"{page.name}: {figure}"
        for name in re.findall(r"\{\{file:([\w./-]+)\}\}", text):
            assert (ROOT / "handout" / name).is_file(), f"{page.name}: {name}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["01-memory", "07-lab", "09-findings", "10-faq"])
def test_the_free_static_data_is_that_of_the_contract(language, page):
    """A number that no policy has; where it is repeated, it must be this one."""
    free = re.search(r"^#define MM_STATIC_FREE (\d+)", (ENGINE / "mm.h").read_text(), re.M)[1]
    said = re.findall(r"(\d+) (?:bytes|字节)", (ROOT / f"handout/{language}/{page}.md").read_text())
    assert free in said


def test_chinese_figures_on_paper_have_chinese_glyphs(tmp_path):
    """Of a font that it does not find WeasyPrint takes Japan's forms of the same characters."""
    subprocess.run([sys.executable, ROOT / "handout/figures.py", "zh", tmp_path], check=True)
    pdf_of(tmp_path, '<html lang="zh"><img src="figures/memory.svg">')
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
    assert "CJK-SC" in fonts and "CJK-JP" not in fonts


def test_footnotes_have_the_numbers_that_the_text_has(tmp_path):
    """Pandoc begins each section's list of them with 1."""
    notes = "".join(f'<section class="footnotes"><ol><li>{word}</li></ol></section>'
                    for word in ("Wilson", "Knuth"))
    style = ROOT / "handout/style.css"
    pdf_of(tmp_path, f'<link rel="stylesheet" href="{style}">{notes}')
    said = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True,
                          text=True).stdout
    assert re.search(r"1\.\s*Wilson", said) and re.search(r"2\.\s*Knuth", said)


def test_the_diffs_of_the_first_hour_apply(tmp_path):
    mm = tmp_path / "mm.c"
    mm.write_bytes((ROOT / "starter/mm.c").read_bytes())
    for diff in sorted((ROOT / "handout/first-hour").glob("*.diff")):
        subprocess.run(["patch", "-s", mm, diff], check=True)
        subprocess.run(["cc", "-std=gnu11", "-Werror", "-Wall", "-I", ENGINE, "-c", mm, "-o",
                        tmp_path / "mm.o"], check=True)


def pack(tmp_path):
    """The students' archive without a writeup."""
    target = tmp_path / "a.tar.gz"
    publish.write_archive(target, publish.STUDENTS, dict(publish.public_files()))
    return target


def test_another_course_has_other_pages(tmp_path):
    """Whatever the dates of the files say; and none of a language that it does not have. The
    second is one as editors of Windows save them."""
    first, second, built = tmp_path / "first.txt", tmp_path / "my second.txt", tmp_path / "b"
    text = (ROOT / "handout/course.txt").read_text().replace("languages = en zh", "languages = en")
    for course, name in ((first, "First"), (second, "Second")):
        course.write_text(text.replace("Systems Programming", f"{name} Course"))
    saved = second.read_text().partition("\n")[2].replace("languages = en", "languages = en  # zh")
    second.write_text("\ufeff" + saved.replace("\n", "\r\n"))
    page = built / "writeup/en.html"
    for course, name, other in ((first, "First", "Second"), (second, "Second", "First")):
        (built / "writeup").mkdir(parents=True, exist_ok=True)
        (built / "writeup/zh.html").write_text("of another course")
        said = make("-s", f"B={built}", f"COURSE={course}", str(page))
        assert said.exit == 0, said.stderr
        assert f"{name} Course" in page.read_text() and f"{other} Course" not in page.read_text()
        assert not (built / "writeup/zh.html").exists()
    said = make("-s", f"B={built}", "COURSE=no.txt", "writeup")
    assert said.exit == 2 and "COURSE=no.txt: there is no such file" in said.stderr


@pytest.mark.parametrize("old, new, said", [
    ("languages = en zh", "languages = en fr", "'languages = en zh' names folders of handout/, not 'fr'"),
    ("languages = en zh", "languages = en,zh", "names folders of handout/, not 'en,zh'"),
    ("languages = en zh\n", "", "names folders of handout/, not ''"),
    ("grader/policy/final.policy", "gone.policy", "there is no policy 'gone.policy'"),
    ("late = Each", "late = {{course.late}} Each", "a key stands in its own value: {{course.late}}"),
])
def test_a_slip_in_a_course_file_is_said(tmp_path, old, new, said):
    course = tmp_path / "course.txt"
    text = (ROOT / "handout/course.txt").read_text()
    assert old in text
    course.write_text(text.replace(old, new))
    done = make("-s", f"B={tmp_path / 'b'}", f"COURSE={course}", "writeup")
    assert done.exit == 2 and said in done.stderr, done.stderr


def test_the_archive_is_what_was_promised(tmp_path):
    archive = pack(tmp_path)
    publish.prove(archive)
    with tarfile.open(archive) as tar:
        names = [name.split("/", 1)[1] for name in tar.getnames()]
        policy = tar.extractfile(f"{publish.STUDENTS}/grader/policy/final.policy").read()
        rules = b"".join(tar.extractfile(name).read() for name in tar.getnames()
                         if name.endswith(".mk"))
    assert "starter/mm.c" in names and "grader/engine/mm.h" in names
    assert not [n for n in names if n.startswith(("solution/", "grader/tests/", "grader/gradebook/"))]
    assert b"reference = yardstick/mm.c" in policy and b"reference/" not in policy
    assert b"## private-traces:" in rules
    assert b"solution/" not in rules, "a target that make help lists would fail"


def test_what_lies_around_is_not_packed_where_git_refuses(tmp_path, monkeypatch):
    """It does in a repository of another user; and one that is damaged is one still."""
    (tmp_path / "starter").mkdir()
    (tmp_path / "starter/answer.c").write_text("")
    monkeypatch.setattr(publish, "TOP", tmp_path)
    assert [name for name, _ in publish.kit_files()] == ["starter/answer.c"]
    (tmp_path / ".git").mkdir()
    with pytest.raises(publish.Unknown):
        list(publish.kit_files())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(publish.Unknown):
        list(publish.kit_files())


def test_two_archives_are_the_same_bytes(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    assert pack(tmp_path / "1").read_bytes() == pack(tmp_path / "2").read_bytes()


def solution_piece():
    """Some functions from the middle."""
    lines = (ROOT / "solution/mm.c").read_text().splitlines()
    start = next(i for i in range(len(lines) // 2, len(lines)) if lines[i] == "}")
    return "\n".join(lines[start + 1:start + 60])


def renamed(piece):
    """As somebody would who hides where it comes from: other names, other layout."""
    names = dict.fromkeys(set(re.findall(r"\b[a-z_]\w*", piece)) - publish.KEYWORDS)
    for number, name in enumerate(names):
        piece = re.sub(rf"\b{name}\b", f"other_{number}", piece)
    return re.sub(r"[ \n]+", "\n  ", piece)


def pdf_of(tmp_path, text, *options):
    (tmp_path / "a.html").write_text(text)
    subprocess.run(["weasyprint", "--quiet", *options, tmp_path / "a.html", tmp_path / "a.pdf"],
                   check=True)
    return (tmp_path / "a.pdf").read_bytes()


def test_a_seed_in_a_pdf_is_found(tmp_path):
    publish.search("a.pdf", pdf_of(tmp_path, "nothing"), publish.private_marks(), {"8132155"})
    with pytest.raises(publish.Leak):
        publish.search("a.pdf", pdf_of(tmp_path, "seed <b>8132155</b>"), publish.private_marks(),
                       {"8132155"})
    (tmp_path / "seed.txt").write_text("8132155")
    with pytest.raises(publish.Leak):
        publish.readable("a.pdf", pdf_of(tmp_path, "nothing", "-a", tmp_path / "seed.txt"))


@pytest.mark.parametrize("how", [
    "as it is", "in another layout", "renamed", "in a comment of a trace", "in a web page",
    "compiled", "packed", "staff page"])
def test_a_leak_is_found_by_its_content(tmp_path, how):
    piece = solution_piece()
    leaks = {
        "as it is": {"starter__notes.txt": piece.encode()},
        "in another layout": {"grader__engine__extra.c": " ".join(piece.split()).encode()},
        "renamed": {"starter__extra.c": renamed(piece).encode()},
        "in a web page": {"handout__page.html": b"<pre>" + re.sub(
            r"(\w+)", r"<span>\1</span>", html.escape(piece)).encode()},
        "packed": {"starter__extra.gz": gzip.compress(piece.encode())},
        "in a comment of a trace": {"traces__debug__x.rep": piece.replace("\n", "\n# ").encode()},
        "compiled": {"starter__mm.o": b"\x7fELF" + bytes(60)},
        "staff page": {"starter__help.md": (
            ROOT / "handout/en/staff/3-questions.md").read_bytes()[:3000]},
    }
    files = {name.replace("__", "/"): data for name, data in leaks[how].items()}
    publish.write_archive(tmp_path / "a.tar.gz", publish.STUDENTS, files)
    with pytest.raises(publish.Leak):
        publish.prove(tmp_path / "a.tar.gz")


def test_a_link_out_of_the_tree_is_not_packed(tmp_path):
    target = tmp_path / "a.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        entry = tarfile.TarInfo(f"{publish.STUDENTS}/starter/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(publish.Leak):
        publish.prove(target)


def test_secrets_of_a_policy_stay():
    text = "name = x\nvariation.seed = 81321\nfuzz.seed = 7\nreference = reference/a.c\n"
    public = publish.public_policy(text)
    assert "81321" not in public and "fuzz.seed = 7" in public


def test_fragmentation_adds_up():
    assert fragmentation.split_gap(16, 100) == (16, 0)
    waste, free = fragmentation.split_gap(500, 100)
    assert waste == 12 and waste + free == 500
