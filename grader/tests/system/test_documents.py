"""What a document shows is what the kit prints, all of it but what a clock had a hand in."""

import os
import re

import driver
import pytest
import test_broken as broken

ROOT = driver.ROOT
FILES = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")
         if not path.relative_to(ROOT).parts[0].startswith((".", "build"))]
# What a reader may type: in a block of commands, or between backquotes.
TYPED = re.compile(r"^```sh\n(.*?)^```$|^    ((?:\$ )?make .*?)(?:  |$)|`(make [^`]*)`", re.S | re.M)
TARGET = re.compile(r"\bmake(?: -\w+)*(?: [A-Z]+=\S+)* ([a-z][a-z0-9-]*)")


def shown(page, first, last=r"(?=\n\n)"):
    """The lines of a page from one to another, or to an empty one, without what sets them in."""
    found = re.search(rf"^ +{first}.*?{last}[^\n]*$", (ROOT / page).read_text(), re.S | re.M)
    return [line.strip() for line in found[0].splitlines()]


def printed(*words):
    outcome = driver.make("-s", *words)
    assert outcome.exit == 0, outcome.stderr
    return [line.strip() for line in outcome.stdout.splitlines()]


def untimed(lines):
    """{trace: its row of the table, or part: its line of the score}, without what a speed is in. What
    has changed since the last run stands below them, and may end in a line of one word."""
    rows = {line.split()[0]: line.split() for line in lines if len(line.split()) > 1}
    return {name: row[:5] if row[1] in ("yes", "no") else row for name, row in rows.items()
            if row[1] in ("yes", "no") or name in ("correctness", "utilization")}


def test_every_command_of_a_document_is_there():
    known = set(re.findall(r"^## ([a-z0-9-]+):", "".join(
        path.read_text() for path in [ROOT / "Makefile", *ROOT.rglob("*.mk")]), re.M)) | {"kit"}
    typed = {(str(page), target) for page in FILES
             for found in TYPED.findall((ROOT / page).read_text())
             for target in TARGET.findall(" ".join("".join(found).split()))}
    assert len(typed) > 100
    assert {(page, target) for page, target in typed if target not in known} == set()


def test_the_table_of_the_readme(tmp_path):
    command, *lines = shown("README.md", r"\$ make -s grade", "score  ")
    policy = driver.write_policy(tmp_path / "quick.policy", timing__seconds=0.05)
    table = untimed(lines)
    assert len(table) > 20
    assert untimed(printed(*command.split()[3:], f"POLICY={policy}")) == table


@pytest.mark.parametrize("page, fault, trace", [
    ("README.md", "rest-of-split-too-long", "debug-split-write"),
    ("grader/tools/README.md", "footer-word-too-far", "debug-exact-fit")])
def test_a_finding_that_is_shown(tmp_path, page, fault, trace):
    (tmp_path / "mm.c").write_text(broken.Fault(broken.FAULTS / f"{fault}.fault").source())
    said = printed("grade", f"SUBMISSION={tmp_path}/mm.c", f"TRACES=traces/debug/{trace}.rep")
    said = [line.replace(f"{tmp_path}/", "") for line in said]
    lines = shown(page, f"{trace}.rep:")
    at = said.index(lines[0])
    assert said[at:at + len(lines)] == lines


@pytest.mark.parametrize("code, fault, trace", [
    ("INIT_FAILED", "init-tests-the-wrong-way", "debug-first-malloc"),
    ("MISALIGNED", "header-aligned-not-payload", "debug-first-malloc"),
    ("OUT_OF_HEAP", "request-of-32-bits", "debug-giant-2e40"),
    ("OVERLAP", "realloc-in-place-without-room", "debug-realloc-too-large"),
    ("PAST_BREAK", "first-fence-not-used", "debug-first-malloc"),
    ("CORRUPTED", "footer-word-too-far", "debug-coalesce-none"),
    ("REALLOC_LOST", "realloc-copies-words-as-bytes", "debug-realloc-grow"),
    ("NOT_ZEROED", "calloc-does-not-clear", "debug-calloc-reused"),
    ("NO_MEMORY", "break-never-raised-again", "debug-page-edge"),
    ("CRASH", "free-of-null", "debug-free-null"),
    ("EXITED", "assert-on-empty-request", "debug-malloc-zero")])
def test_a_finding_of_the_chapter(tmp_path, code, fault, trace):
    """What the chapter shows in either language is printed still. A byte that is wrong is right
    by chance once in 256, and then the next one is named: so it may be printed another time."""
    (tmp_path / "mm.c").write_text(broken.Fault(broken.FAULTS / f"{fault}.fault").source())

    def said():
        return " ".join(printed("grade", f"SUBMISSION={tmp_path}/mm.c",
                                f"TRACES=traces/debug/{trace}.rep")).replace(f"{tmp_path}/", "")

    for page in ("en/09-findings.md", "zh/09-findings.md"):
        text = (ROOT / "handout" / page).read_text().partition(f"## {code}\n")[2]
        lines = re.search(r"^```text\n(.*?)^(?:```|The submission)", text, re.S | re.M)[1]
        assert any(" ".join(lines.split()) in " ".join(said().split()) for _ in range(3))


@pytest.mark.skipif("CHECK_ALL" not in os.environ, reason="it takes long")
def test_the_checker_that_is_shown():
    lines = shown("grader/tools/README.md", "the heap checker, with seed")
    said = printed("checker", "SUBMISSION=starter/mm.c")
    assert said[said.index(lines[0]):][:len(lines)] == lines
