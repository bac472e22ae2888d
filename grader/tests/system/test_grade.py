"""The door: make grade, what it takes, what it prints, and how it fails."""

import hashlib
import os
import platform
import pty
import re
import shutil

import driver
import pytest

STARTER = driver.ROOT / "starter/mm.c"
STRUCTS = "traces/struct-small.rep"  # below the built kit
FINAL = driver.POLICIES / "final.policy"


def grade(*words, **more):
    return driver.make("grade", *words, **more)


def our_lines(outcome):
    """What was said on stderr, without what make itself adds."""
    return [line for line in outcome.stderr.splitlines() if not line.startswith("make")]


def assert_one_sentence(outcome, *parts):
    """Our own fault: exit 2, one sentence, and no grade."""
    assert outcome.exit == 2
    assert len(our_lines(outcome)) == 1, outcome.stderr
    for part in parts:
        assert part in our_lines(outcome)[0]
    assert outcome.record is None
    assert outcome.files == ()


def wide_lines(text):
    """Lines beyond 80 columns that are ours: not a command, a quotation or long path."""
    return [line for line in text.splitlines()
            if len(line) > 80 and not line.startswith(("  try: ", "    ", "  | "))]


# ---- a grade ----------------------------------------------------------------------------


@pytest.fixture
def some(tmp_path):
    """A folder with a few of the kit's traces: to grade on all takes long."""
    folder = tmp_path / "some"
    folder.mkdir()
    for name in ("struct-small", "string-text", "coalesce-binary"):
        shutil.copy(driver.built()["folder"] / f"traces/{name}.rep", folder)
    shutil.copy(driver.DEBUG_TRACE, folder)
    return folder


def test_the_starter_is_graded(quick, some, tmp_path):
    json_file = tmp_path / "record.json"
    # A history of its own: the tree's would add what has changed since somebody's last grade.
    outcome = grade(f"POLICY={quick}", f"TRACES={some}", f"JSON={json_file}",
                    f"HISTORY={tmp_path}/history")
    assert outcome.exit == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    head = next(line for line in lines if line.startswith("trace "))
    assert head.split()[:3] == ["trace", "valid", "util"] and "ratio" in head
    assert re.match(r"score +\d+\.\d of 100 ", lines[-1])
    record = driver.read_record(json_file)
    assert record["submission"]["name"] == "starter/mm.c"
    assert record["score"]["correctness"] == record["score"]["max"] * 0.2
    assert record["score"]["total"] < 30
    assert all(trace["valid"] for trace in record["traces"])
    scored = [trace["name"] for trace in record["traces"] if trace["scored"]]
    assert len(scored) == 3
    for name in scored:
        assert any(line.startswith(name) for line in lines)


def test_the_page_fits_80_columns(quick, some, tmp_path):
    outcome = driver.mdriver(tmp_path, STARTER, [some], policy=quick)
    assert wide_lines(outcome.stdout) == []


def test_all_traces_unless_told_otherwise():
    commands = driver.make("-n", "grade").stdout
    folder = os.path.relpath(driver.built()["folder"], driver.ROOT)
    assert f"-- traces/debug traces/core {folder}/traces" in commands
    assert '--policy "$POLICY"' in commands


def test_from_the_folder_of_the_starter(quick):
    outcome = driver.make("grade", f"POLICY={quick}",
                          f"TRACES={driver.built()['folder'] / STRUCTS}",
                          cwd=driver.ROOT / "starter")
    assert outcome.exit == 0, outcome.stderr
    assert re.search(r"^score +\d", outcome.stdout, re.M)


def test_each_choice_is_obeyed(write, quick, tmp_path):
    json_file = tmp_path / "record.json"
    mine = write(driver.bump(), "mine.c")
    outcome = grade(f"SUBMISSION={mine}", "PROFILE=modern", f"POLICY={quick}",
                    f"TRACES={driver.DEBUG_TRACE}", f"JSON={json_file}")
    record = driver.read_record(json_file)
    assert outcome.exit == 0
    assert record["submission"]["name"] == str(mine)
    assert record["profile"] == "modern"
    assert [trace["name"] for trace in record["traces"]] == ["debug-first-malloc"]
    assert record["score"] is None


def test_the_hashes_are_those_of_the_files(write, quick, tmp_path):
    mine = write(driver.bump())
    record = driver.mdriver(tmp_path, mine, policy=quick).record
    assert record["submission"]["sha256"] == hashlib.sha256(mine.read_bytes()).hexdigest()
    assert record["policy"]["hash"] == hashlib.sha256(quick.read_bytes()).hexdigest()


def test_another_policy(tmp_path, short):
    policy = driver.write_policy(tmp_path / "p.policy", "checkpoint", timing__seconds=0.1)
    record = driver.mdriver(tmp_path, STARTER, [short], policy=policy).record
    assert record["policy"]["name"] == "checkpoint"
    assert (record["score"]["correctness"], record["score"]["max"]) == (70, 100)


def test_a_folder_of_traces_in_order(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, [driver.ROOT / "traces/debug"], policy=quick)
    names = [trace["name"] for trace in outcome.record["traces"]]
    assert names == sorted(p.stem for p in (driver.ROOT / "traces/debug").glob("*.rep"))


CLASSIC = """
#include <string.h>
#include "mm.h"
#include "memlib.h"
team_t team = {"team", "name", "id", "", ""};
int mm_init(void) { return mem_sbrk(8) == (void *)-1 ? -1 : 0; }
void *mm_malloc(size_t size)
{
    int *p = mem_sbrk((int)((size + 8 + 7) & ~7ul)); /* sizes and addresses fit into an int */
    if (size == 0 || p == (void *)-1)
        return NULL;
    p[1] = (int)size;
    return p + 2;
}
void mm_free(void *p) { }
void *mm_realloc(void *p, size_t size)
{
    void *q = mm_malloc(size);
    if (p && q)
        memcpy(q, p, ((int *)p)[-1] < (int)size ? ((int *)p)[-1] : size);
    return q;
}
"""


def test_a_submission_of_the_classic_shape(write, tmp_path, quick, short):
    outcome = driver.mdriver(tmp_path, write(CLASSIC), [short], policy=quick,
                             profile="classic")
    assert outcome.record["profile"] == "classic"
    assert outcome.codes() <= {"BEYOND_CLASSIC"} and outcome.errors() == []


def test_the_heap_checker_is_called(write, tmp_path, quick, short):
    source = driver.bump(top="static bool damaged;", malloc="damaged = size == 180;")
    mine = write(source.replace("return true;", "return !damaged;"))
    assert driver.mdriver(tmp_path, mine, [short], policy=quick).codes() == set()
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick, checkheap=True)
    (finding,) = outcome.record["findings"]
    assert (finding["code"], finding["severity"]) == ("CHECKHEAP", "warning")
    assert finding["line"] == 4
    assert outcome.exit == 1
    assert outcome.record["traces"][0]["valid"] is True


def test_the_heap_checker_by_make(quick):
    outcome = grade("CHECKHEAP=1", f"POLICY={quick}", "TRACES=traces/debug")
    assert outcome.exit == 0
    count = len(list((driver.ROOT / "traces" / "debug").glob("*.rep")))
    assert f"{count} of {count} traces valid" in outcome.stdout


@pytest.mark.parametrize("text", ["0 0 0 1\n", "0 1 2 1\na 0 8\nf 0\n",
                                  "0 1 498 1\n" + "a 0 64\nf 0\n" * 249])
def test_what_is_too_short_to_be_timed_costs_no_speed(text, write, tmp_path, quick):
    trace = write(text, "mix-short.rep")
    stage = driver.ROOT / "solution/stages/1-implicit/mm.c"
    record = driver.mdriver(tmp_path, stage, [trace], policy=quick).record
    assert record["traces"][0]["throughput"] is None
    assert record["score"]["throughput"] == 40


def test_the_break_may_fall_to_where_the_last_payload_ends(write, tmp_path, quick):
    """The block there reaches up to it, and not above: once it was said to be cut."""
    mine = write(driver.bump(malloc="size_t old = mem_heapsize();"
                                    "mem_sbrk((intptr_t)((8 - old) & 15));")
                 .replace("(size + 8 + 15) & ~(size_t)15", "size + 8")
                 .replace("*block = size", "*block = old")
                 .replace("(void)ptr;", "mem_brk((char *)mem_heap_lo() + ((size_t *)ptr)[-1]);"))
    trace = write("0 2 4 1\na 0 3\na 1 100\nf 1\nf 0\n", "mix-unaligned.rep")
    outcome = driver.mdriver(tmp_path, mine, [trace], policy=quick)
    assert not outcome.errors(), outcome.stdout
    assert outcome.record["traces"][0]["valid"]


def test_a_checker_that_changes_the_heap_is_named(write, tmp_path, quick, short):
    mine = write(driver.bump().replace("(void)line;", "(void)line; mem_sbrk(16);"))
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick, checkheap=True)
    finding, = outcome.errors()
    assert finding["code"] == "NONDETERMINISTIC"
    assert "mm_checkheap" in finding["usual_cause"]
    assert "CHECKHEAP" not in finding["try"]
    assert driver.mdriver(tmp_path, mine, [short], policy=quick).errors() == []


# ---- a poor grade is a grade ------------------------------------------------------------


def test_heap_that_only_the_timed_run_needs_is_no_crash(write, tmp_path, quick, short):
    """It is not there: that said nothing of why, and in no other run was there a crash."""
    mine = write(driver.bump(top="static int checked;", malloc="""
    if (!checked && mem_heapsize() > 40000)
        memset(mem_sbrk(1 << 20), 1, 1 << 20);""").replace("(void)line;", "checked = line;"))
    finding, = driver.mdriver(tmp_path, mine, [short], policy=quick, checkheap=True).errors()
    assert finding["code"] == "NONDETERMINISTIC"
    assert "the heap reached only " in finding["message"]


def test_what_does_not_compile_is_graded(write, tmp_path, quick, short):
    mine = write("int mm_init(void) { return missing; }\n")
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick)
    assert outcome.exit == 1
    (finding,) = outcome.errors()
    assert finding["code"] == "COMPILE"
    assert "missing" in finding["message"] and "mm.c:1:" in finding["message"]
    assert outcome.record["score"]["total"] == 0
    assert "COMPILE" in outcome.stdout
    json_file = tmp_path / "record.json"
    outcome = grade(f"SUBMISSION={mine}", f"TRACES={short}", f"JSON={json_file}")
    assert outcome.exit == 0
    assert driver.read_record(json_file)["score"]["total"] == 0


@pytest.mark.parametrize("value", [0, 1])
def test_an_array_that_is_written_past_its_end_is_found_out(value, write, tmp_path, quick, short):
    """Behind it is memory of ours: who overwrote that ended without a word of where or why."""
    mine = write(driver.bump(top="static volatile size_t counts[8], last = 8;",
                             malloc=f"counts[last] = {value};"))
    finding, = driver.mdriver(tmp_path, mine, [short], policy=quick).errors()
    assert finding["code"] == "CRASH" and "out of range" in finding["usual_cause"]
    assert "realloc(100) wrote past the end of an array of its own" in finding["message"]
    assert "crashed" not in finding["message"]


def test_what_is_read_past_the_end_of_an_array_is_no_link(write, tmp_path, quick, short):
    mine = write(driver.bump(top="static size_t *volatile heads[8]; static volatile int at = 8;",
                             malloc="if (heads[at]) ++*heads[at]; /* here */"))
    finding, = driver.mdriver(tmp_path, mine, [short], policy=quick).errors()
    assert "realloc(100) read past the end of an array of its own in mm_malloc()" in \
        finding["message"]
    assert "/* here */" in mine.read_text().split("\n")[finding["culprit"]["line"] - 1]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the code is for x86-64")
def test_a_variable_that_was_never_set_is_no_array(write, tmp_path, quick, short):
    """What stands in registers when a function begins is what such a variable may hold."""
    held = ["rax", "rbx", "rcx", "rdx", "rbp", *(f"r{n}" for n in range(8, 16))]
    stores = "".join(f'"mov %{name}, held+{8 * i}(%rip)\\n"' for i, name in enumerate(held))
    mine = write(driver.bump(malloc=f"""
    for (int i = 0; i < {len(held)}; i++)
        if (held[i] >> 12 == 0xfe0ce)
            return (void *)1;""").replace("void *mm_malloc(size_t size)", f"""
__attribute__((visibility("hidden"))) size_t held[{len(held)}];
__asm__(".text\\n.globl mm_malloc\\nmm_malloc:" {stores} "jmp set_malloc");
void *set_malloc(size_t size)"""))
    assert driver.mdriver(tmp_path, mine, [short], policy=quick).errors() == []


def test_a_file_of_its_own_is_not_there(write, tmp_path, quick, short):
    write("", "list.h")
    mine = write('#include "list.h"\n' + driver.bump())
    finding, = driver.mdriver(tmp_path, mine, [short], policy=quick).errors()
    assert finding["code"] == "COMPILE" and "list.h" in finding["message"]
    assert finding["try"].startswith("put what it includes into this one file, the only one")


def test_a_trace_without_a_score_has_a_row_where_none_has_one(tmp_path, quick, short):
    """In the students' archive a private variation has none, and its utilization was not seen."""
    alone = driver.mdriver(tmp_path, STARTER, [driver.DEBUG_TRACE], policy=quick).stdout
    assert re.search(r"^debug-first-malloc +yes +\d+\.\d%", alone, re.M)
    beside = driver.mdriver(tmp_path, STARTER, [driver.DEBUG_TRACE, short], policy=quick).stdout
    assert "not scored: 1 of 1" in beside and "debug-first-malloc" not in beside


def test_a_finding_says_what_to_do(write, tmp_path, quick, short):
    mine = write(driver.bump(malloc="if (size == 180) return (char *)mem_heap_lo() + 3;"))
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick)
    assert outcome.exit == 1
    (finding,) = outcome.record["findings"]
    assert (finding["code"], finding["severity"]) == ("MISALIGNED", "error")
    assert (finding["trace"], finding["line"]) == ("mix-short", 4)
    assert "mix-short.rep:4: MISALIGNED: " in outcome.stdout
    assert "usual cause: " in outcome.stdout
    assert f"try: make shrink SUBMISSION={mine} TRACE={short}" in outcome.stdout
    assert finding["try"].startswith("make shrink ")
    assert outcome.record["traces"][0]["findings"] == [finding]


def test_a_warning_that_names_the_mistake_is_seen_above_what_it_caused(write, tmp_path, quick):
    """It was advice, and so never shown where eight traces had an error."""
    mine = write(driver.bump(malloc="if (size - 8 >= 0) return (char *)mem_heap_lo() + 3;"))
    outcome = driver.mdriver(tmp_path, mine, [driver.ROOT / "traces/debug"], policy=quick)
    assert len(outcome.errors()) > 8
    assert outcome.stdout.index("always true") < outcome.stdout.index("OUT_OF_HEAP")
    assert outcome.stdout.count("a failed mem_sbrk was not noticed") == 1


def test_a_heap_that_is_not_set_up_is_looked_at_in_mm_init(write, tmp_path, quick):
    """CHECKHEAP=1 was advised: the same words again, and again."""
    mine = write(driver.bump(init="return 0;"))
    outcome = driver.mdriver(tmp_path, mine, [driver.DEBUG_TRACE], policy=quick, checkheap=True)
    finding, = outcome.errors()
    said = driver.run(["sh", "-c", finding["try"]])
    assert "Breakpoint" in said.stdout and "mm_init ()" in said.stdout, said.stdout


def test_what_no_checker_can_see_is_not_given_to_it(write, tmp_path, quick, short):
    mine = write(driver.bump(malloc="volatile char far[40000]; far[size % 64] = 1;"))
    found = driver.mdriver(tmp_path, mine, [short], policy=quick).record["findings"]
    tries = [finding["try"] for finding in found if finding["code"] == "PRIVATE_STATE"]
    assert tries and all(said.startswith("correct it, then make grade ") for said in tries)
    assert not any("CHECKHEAP" in said for said in tries)


def test_findings_fit_80_columns(write, tmp_path, quick, short):
    mine = write(driver.bump(malloc="if (size == 180) return (char *)mem_heap_lo() + 3;"))
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick)
    assert wide_lines(outcome.stdout) == []


def test_warnings_are_advice(write, tmp_path, quick, short):
    mine = write(driver.bump(malloc="int unused;"))
    outcome = driver.mdriver(tmp_path, mine, [short], policy=quick)
    (finding,) = outcome.record["findings"]
    assert (finding["code"], finding["severity"]) == ("WARNINGS", "advice")
    assert outcome.record["traces"][0]["valid"] is True
    assert outcome.exit == 1


@pytest.mark.parametrize("cc", ["gcc", "clang"])
def test_the_compilers_clock_stands_still(cc, write, tmp_path, quick, short):
    """The same source is the same program, whenever it is compiled."""
    source = driver.bump(init="""
    if (strcmp(__DATE__ " " __TIME__, "Jan  1 1970 00:00:00") != 0 ||
        strcmp(__TIMESTAMP__, "Thu Jan  1 00:00:00 1970") != 0)
        return false;""")
    outcome = driver.mdriver(tmp_path, write(source), [short], policy=quick, cc=cc)
    assert outcome.codes() == set()


@pytest.mark.parametrize("asked", [0, 1])
def test_macros_are_named_where_the_policy_asks(asked, write, tmp_path):
    source = write(driver.bump(top="#define PUT(p, v) (*(p) = (v))"))
    policy = driver.write_policy(tmp_path / "asks.policy", timing__seconds=0, advice__macros=asked)
    outcome = driver.mdriver(tmp_path, source, policy=policy)
    found = [f for f in outcome.record["findings"] if f["code"] == "MACROS"]
    assert len(found) == asked
    if asked:
        assert found[0]["severity"] == "advice"
        assert "PUT (line 6)" in found[0]["message"]


@pytest.mark.parametrize("declaration", [
    "static char table[1000];",
    "static char table[1000] = {1};",
    "static _Thread_local char table[1000];",
    "__attribute__((common)) char table[1000];",
])
def test_static_data_counts_as_heap(declaration, write, tmp_path, quick, short):
    plain = driver.mdriver(tmp_path, write(driver.bump()), [short], policy=quick).record
    mine = write(driver.bump(top=declaration, malloc="table[size % 1000]++;"))
    record = driver.mdriver(tmp_path, mine, [short], policy=quick).record
    assert "STATIC_DATA" in {finding["code"] for finding in record["findings"]}
    assert record["submission"]["static_bytes"] >= 1000
    assert (record["traces"][0]["peak_heap"] - plain["traces"][0]["peak_heap"]
            == record["submission"]["static_bytes"] - 128)


def test_more_static_data_than_a_program_can_have_is_said(write, tmp_path, quick, short):
    source = driver.bump(top="char pool[1 << 30];", malloc="pool[size % 1000]++;")
    outcome = driver.mdriver(tmp_path, write(source), [short], policy=quick)
    said, = [f["message"] for f in outcome.record["findings"] if f["code"] == "STATIC_DATA"]
    assert "a program with so much of it cannot start" in said
    assert outcome.record["traces"][0]["valid"] is False


# ---- what a submission prints -----------------------------------------------------------


def test_what_it_prints_is_shown_and_not_obeyed(write, tmp_path, quick, short):
    source = driver.bump(top="#include <stdio.h>\n",
                         init=r'printf("\033[31mred\007\r\xff\xe2\x80\xae\n");')
    outcome = driver.mdriver(tmp_path, write(source), [short], policy=quick)
    assert r"  | \x1b[31mred\x07\x0d\xff\xe2\x80\xae" in outcome.stdout
    assert "\x1b" not in outcome.stdout
    assert outcome.record["output"]["text"].startswith("\x1b[31mred\x07\r\ufffd")


def test_a_flood_is_bounded(write, tmp_path, quick):
    source = driver.bump(top="#include <stdio.h>\n",
                         init=r'for (int i = 0; i < 30000; i++) puts("line");')
    outcome = driver.mdriver(tmp_path, write(source), policy=quick)
    assert len(outcome.stdout) < 10000
    assert len(outcome.record["output"]["text"]) <= 64 * 1024
    assert outcome.record["output"]["cut"] is True
    assert "cut after" in outcome.stdout


def test_no_colour_and_no_progress_unless_a_terminal_reads(tmp_path, quick, short):
    outcome = driver.mdriver(tmp_path, STARTER, [short], policy=quick)
    assert "\x1b" not in outcome.stdout
    assert outcome.stderr == ""


def run_on_terminal(words, *variables):
    """All that a terminal would get."""
    words = ["env", "-u", "NO_COLOR", *variables, *words]
    text = bytearray()

    def keep(fd):
        data = os.read(fd, 65536)
        text.extend(data)
        return data

    saved = os.dup(1)
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 1)
        try:
            status = pty.spawn([str(word) for word in words], keep)
        finally:
            os.dup2(saved, 1)
            os.close(saved)
    return os.waitstatus_to_exitcode(status), text.decode()


def test_colour_and_progress_on_a_terminal(tmp_path, quick, short):
    kit = driver.open_kit(tmp_path)
    words = driver.command_line(kit, STARTER, [short], policy=quick)
    status, text = run_on_terminal(words, "TERM=xterm")
    assert status == 0
    assert "\x1b[32m" in text
    assert "checking 1 of 1: mix-short" in text


@pytest.mark.parametrize("variable, unwanted", [
    ("TERM=dumb", "\x1b"), ("NO_COLOR=1", "m"), ("NO_COLOR=", None)])
def test_no_colour_on_a_terminal_that_has_none(variable, unwanted, tmp_path, quick, short):
    """An editor's window shows escape sequences as they are; and some people want none."""
    kit = driver.open_kit(tmp_path)
    words = driver.command_line(kit, STARTER, [short], policy=quick)
    status, text = run_on_terminal(words, "TERM=xterm", variable)
    assert status == 0
    endings = set(re.findall(r"\x1b\[[0-9;]*(.)", text))
    assert endings == {None: {"K", "m"}, "m": {"K"}, "\x1b": set()}[unwanted]


# ---- names ------------------------------------------------------------------------------

NAMES = ["a b.c", "it's.c", 'say "hi".c', "two\nlines.c", "$HOME`id`;.c", "tab\t\\.c", "*.c",
         "ünïcode.c", "-O3.c", "--json"]


@pytest.mark.parametrize("name", NAMES)
def test_a_submission_of_any_name(name, write, tmp_path, quick):
    write(driver.bump(), name)
    outcome = driver.mdriver(tmp_path, name, policy=quick, cwd=tmp_path)
    assert outcome.exit == 0, outcome.stderr
    assert outcome.record["submission"]["name"] == name


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_of_any_name(name, write, tmp_path):
    write(FINAL.read_text(), name)
    outcome = driver.mdriver(tmp_path, STARTER, policy=name, cwd=tmp_path)
    assert outcome.exit == 0, outcome.stderr


@pytest.mark.parametrize("name", ["a b.rep", "it's.rep", "two\nlines.rep", "-f.rep", "mix",
                                  "12-数组的名字都很长.rep"])
def test_a_trace_of_any_name(name, write, tmp_path, quick):
    write(driver.SHORT_TRACE, name)
    outcome = driver.mdriver(tmp_path, STARTER, [name], policy=quick, cwd=tmp_path)
    assert outcome.exit == 0, outcome.stderr
    assert outcome.record["traces"][0]["name"] == name.removesuffix(".rep")
    row = name.removesuffix(".rep").replace("\n", "\\x0a")
    row = row.encode()[:26].decode(errors="ignore")  # no part of a character
    assert re.search(rf"^{re.escape(row)} +yes ", outcome.stdout, re.MULTILINE)


def test_a_trace_whose_name_is_an_escape_sequence(write, tmp_path, quick):
    bad = write(driver.SHORT_TRACE, "mix-\x1b[31m.rep")
    mine = write(driver.bump(malloc="return (void *)8;"))
    assert "\x1b" not in driver.mdriver(tmp_path, mine, [bad], policy=quick).stdout


@pytest.mark.parametrize("name", ["a b.c", "it's.c", 'say "hi".c', "two\nlines.c", "`id`;.c"])
def test_names_pass_through_make(name, write, tmp_path, quick):
    mine = write(driver.bump(), name)
    trace = write(driver.SHORT_TRACE, f"mix-{name}.rep")
    json_file = tmp_path / f"{name}.json"
    outcome = grade(f"SUBMISSION={mine}", f"TRACES={trace}", f"POLICY={quick}",
                    f"JSON={json_file}")
    assert outcome.exit == 0, outcome.stderr
    assert driver.read_record(json_file)["submission"]["name"] == str(mine)


def test_the_advised_command_can_be_pasted(write, tmp_path, quick):
    """`try:` names files that a shell would take apart: it must be quoted."""
    mine = write(driver.bump(malloc="return NULL;"), "my allocator.c")
    trace = write(driver.SHORT_TRACE, "mix-a b.rep")
    outcome = driver.mdriver(tmp_path, mine, [trace], policy=quick)
    words = driver.run(["sh", "-c", "printf '%s\\n' " + outcome.record["findings"][0]["try"]])
    assert f"SUBMISSION={mine}" in words.stdout.splitlines()
    assert f"TRACE={trace}" in words.stdout.splitlines()


# ---- our own faults ---------------------------------------------------------------------


def test_a_submission_that_is_missing(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, tmp_path / "none.c", policy=quick)
    assert_one_sentence(outcome, "none.c", "No such file")


def test_a_folder_as_submission(tmp_path, quick):
    assert_one_sentence(driver.mdriver(tmp_path, tmp_path, policy=quick), str(tmp_path),
                        "not a regular file")


def test_a_device_or_pipe_as_submission(tmp_path, quick):
    assert_one_sentence(driver.mdriver(tmp_path, "/dev/zero", policy=quick), "/dev/zero")
    os.mkfifo(tmp_path / "pipe.c")
    assert_one_sentence(driver.mdriver(tmp_path, tmp_path / "pipe.c", policy=quick), "pipe.c")


def test_a_submission_too_large_to_be_one(write, tmp_path, quick):
    mine = write("/* */\n" * 400000)
    assert_one_sentence(driver.mdriver(tmp_path, mine, policy=quick), str(mine), "larger than")


def test_a_trace_that_is_missing(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, [tmp_path / "none.rep"], policy=quick)
    assert_one_sentence(outcome, "none.rep", "No such file")


def test_a_folder_without_traces(tmp_path, quick):
    (tmp_path / "empty").mkdir()
    outcome = driver.mdriver(tmp_path, STARTER, [tmp_path / "empty"], policy=quick)
    assert_one_sentence(outcome, "empty", "no trace")


def test_an_empty_file_is_no_trace(write, tmp_path, quick):
    trace = write("", "mix-empty.rep")
    outcome = driver.mdriver(tmp_path, STARTER, [trace], policy=quick)
    assert_one_sentence(outcome, f"{trace}:1: the file ends before the header")


def test_a_damaged_trace(write, tmp_path, quick):
    bad = write("0\n2\n2\n1\na 0 8\na 7 8\n", "mix-bad.rep")
    outcome = driver.mdriver(tmp_path, STARTER, [driver.DEBUG_TRACE, bad], policy=quick)
    assert_one_sentence(outcome, f"{bad}:6: id 7 is beyond the header's 2 ids")


def test_a_bad_policy(write, tmp_path):
    bad = write(FINAL.read_text().replace("correctness = 20", "correctness = much"), "p")
    outcome = driver.mdriver(tmp_path, STARTER, policy=bad)
    assert_one_sentence(outcome, "expected a number and found 'much'")
    assert re.search(rf"{re.escape(str(bad))}:\d+: ", outcome.stderr)
    assert_one_sentence(driver.mdriver(tmp_path, STARTER, policy=tmp_path / "none"), "none")


def test_a_profile_that_is_none(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, policy=quick, profile="antique")
    assert_one_sentence(outcome, "modern or classic", "antique")


def test_no_compiler(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, policy=quick, cc="no-such-compiler")
    assert_one_sentence(outcome, "no compiler", "no-such-compiler")


@pytest.mark.parametrize("cc", ["gcc -no-such-option", 'gcc "-DX=1 2"', "'gcc'"])
def test_a_compiler_that_compiles_nothing_accuses_nobody(cc, tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, policy=quick, cc=cc)
    assert_one_sentence(outcome, cc, "compile")


def test_a_compiler_that_could_not_start_its_parts_accuses_nobody(tmp_path, quick):
    """A container with too many processes is not the student's; the next attempt may go well."""
    cc = tmp_path / "cc"
    cc.write_text(f"""#!/bin/sh
case " $* " in *" -c "*)
    mkdir {tmp_path}/tried 2>/dev/null && {{
        echo "cc: fatal error: cannot execute 'cc1': vfork: Resource temporarily unavailable" >&2
        exit 1
    }}
esac
exec cc "$@"
""")
    cc.chmod(0o755)
    outcome = driver.mdriver(tmp_path, STARTER, policy=quick, cc=cc, more=["--confine", "none"])
    assert (tmp_path / "tried").exists()
    assert outcome.record and "COMPILE" not in outcome.codes()


def test_a_record_that_cannot_be_written(tmp_path, quick):
    kit = driver.open_kit(tmp_path)
    words = driver.command_line(kit, STARTER, [driver.DEBUG_TRACE], policy=quick,
                                json_file=tmp_path / "none" / "record.json")
    assert_one_sentence(driver.run(words), "could not be written")


def test_an_option_that_is_none(tmp_path, quick):
    outcome = driver.mdriver(tmp_path, STARTER, policy=quick, more=["--frobnicate"])
    assert outcome.exit == 2
    assert outcome.record is None


@pytest.mark.parametrize("words, part", [
    (["METRIC=sweat"], "METRIC"),
    (["CC=no-such-compiler"], "no-such-compiler"),
    (["PROFILE=antique"], "antique"),
    (["SUBMISSION=none.c"], "none.c"),
    (["TRACES=none.rep"], "none.rep"),
    (["POLICY=none.policy"], "none.policy"),
    (["CHECKHEAP=1", "PROFILE=classic"], "CHECKHEAP"),
])
def test_make_refuses_in_one_sentence(words, part, tmp_path):
    json_file = tmp_path / "record.json"
    outcome = grade(*words, f"JSON={json_file}")
    assert outcome.exit == 2
    assert len(our_lines(outcome)) == 1, outcome.stderr
    assert part in our_lines(outcome)[0]
    assert "score" not in outcome.stdout
    assert not json_file.exists()


def test_explore_shows_no_other_part_than_was_asked_for():
    outcome = driver.make("-s", "explore", "PART=heap")
    assert (outcome.exit, outcome.stdout) == (2, "")
    assert our_lines(outcome) == ["PART is one of: memory break malloc classes"]


def test_an_official_grade_is_protected_or_refused(quick, some, tmp_path):
    json_file = tmp_path / "record.json"
    outcome = grade("OFFICIAL=1", f"POLICY={quick}", f"TRACES={some}", f"JSON={json_file}")
    if outcome.exit == 0:
        assert set(driver.read_record(json_file)["protections"].values()) == {"on"}
    else:
        assert outcome.exit == 2
        assert len(our_lines(outcome)) == 1, outcome.stderr
        assert not json_file.exists()


def test_both_metrics_give_points(quick, some, tmp_path):
    json_file = tmp_path / "record.json"
    for metric in ("time", "instructions"):
        outcome = grade(f"METRIC={metric}", f"POLICY={quick}", f"TRACES={some}",
                        f"JSON={json_file}")
        assert outcome.exit == 0, outcome.stdout
        record = driver.read_record(json_file)
        assert record["throughput"]["metric"] == metric
        why = None if metric == "instructions" else "only official grades count them"
        timed = [trace for trace in record["traces"] if trace["throughput"]]
        assert timed and {trace["instructions_missing"] for trace in timed} == {why}
        assert all(trace["valid"] for trace in record["traces"])


def test_a_slow_pass_is_cut_in_a_quick_grade_and_reckoned(tmp_path):
    """Each malloc takes longer than the one before, as in a search through all blocks."""
    trace, submission = tmp_path / "slow-one.rep", tmp_path / "mm.c"
    trace.write_text("0 4000 4000 1\n" + "".join(f"a {i} 64\n" for i in range(4000)))
    submission.write_text(driver.bump(
        malloc="static unsigned n; for (volatile unsigned i = 24 * ++n; i; i--);"))
    cut, whole = (driver.mdriver(
        tmp_path, submission, [trace],
        policy=driver.write_policy(tmp_path / "p.policy", timing__seconds=seconds,
                                   throughput__zero=0.00001)).record
        for seconds in (0.001, 30))
    assert cut["traces"][0]["throughput"]["rounds"] == 1
    assert cut["score"]["plus_minus"] > 2 * whole["score"]["plus_minus"]


# ---- the rest of the door ---------------------------------------------------------------

# Steps on the way to something that a person asks for.
STEPS = {"FORCE", "coverage-run", "fuzz-clang", "kit", "platform"}


def targets():
    """All that the Makefile and what it includes declare as targets to type."""
    names = set()
    for path in (driver.ROOT / "Makefile", *driver.ROOT.glob("grader/tests/**/*.mk")):
        for line in re.findall(r"^\.PHONY: *(.*)$", path.read_text(), re.MULTILINE):
            names.update(line.split())
    return names - STEPS


def test_help_lists_every_target():
    outcome = driver.make("help")
    assert outcome.exit == 0
    words = set(re.findall(r"[\w-]+", outcome.stdout))
    assert targets() - words == set()
    assert wide_lines(outcome.stdout) == []


def test_a_bare_make_says_what_to_type_next():
    outcome = driver.make()
    assert outcome.exit == 0
    assert "make grade" in outcome.stdout.splitlines()[-1]


def test_what_is_built_is_not_built_again():
    driver.make()
    assert driver.make().stdout.count("\n") == 1


def test_the_steps_between_allocators_can_be_seen():
    for step in ("diff-1", "diff-2", "diff-3"):
        outcome = driver.make(step)
        assert outcome.exit == 0
        assert outcome.stdout.startswith("--- ")


def test_elsewhere_it_says_so(tmp_path):
    """On another system: a uname in front of the real one says so."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "uname").write_text("#!/bin/sh\necho Plan9\n")
    (fake / "uname").chmod(0o755)
    words = ["env", f"PATH={fake}:{os.environ['PATH']}", shutil.which("make"),
             "--no-print-directory", "grade"]
    outcome = driver.run(words)
    assert outcome.exit == 2
    assert len(our_lines(outcome)) == 1
    assert "Linux" in our_lines(outcome)[0]


def test_a_policy_and_a_trace_as_editors_of_windows_save_them(tmp_path):
    """Line ends, a byte order mark; and the name of the reference is found all the same."""
    policy, trace = tmp_path / "my.policy", tmp_path / "mix-my.rep"
    text = (driver.POLICIES / "final.policy").read_text()
    policy.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    trace.write_bytes(b"\xef\xbb\xbf" + driver.SHORT_TRACE.replace("\n", "\r\n").encode())
    outcome = grade(f"POLICY={policy}", f"TRACES={trace}")
    assert outcome.exit == 0, outcome.stderr
    assert "1 of 1 scored traces valid" in outcome.stdout


def test_the_reference_is_the_policys_own(tmp_path):
    frozen = driver.POLICIES / "reference/2026-1.c"
    outcome = driver.mdriver(tmp_path, driver.ROOT / "starter/mm.c")
    assert outcome.record["policy"]["reference"] == hashlib.sha256(
        frozen.read_bytes()).hexdigest()
    policy = driver.write_policy(tmp_path / "another one.policy", reference="other.c")
    (tmp_path / "other.c").write_text(driver.bump())
    outcome = driver.mdriver(tmp_path, driver.ROOT / "starter/mm.c", policy=policy)
    assert outcome.exit == 2
    assert outcome.stderr.endswith(" the kit was built with another one: run make kit "
                                   f"POLICY='{policy}'\n")
