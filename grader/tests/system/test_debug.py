"""The in-process mode: gdb, sanitizers, valgrind, coverage."""

import shutil

import driver
import pytest
import test_broken as broken

REFERENCE = driver.ROOT / "solution/mm.c"
NONE = "TRACE=debug-coalesce-none"


@pytest.fixture
def faulty(tmp_path):
    """faulty(name): the file of a one-fault allocator."""

    def write_fault(name):
        path = tmp_path / "mm.c"
        path.write_text(broken.Fault(broken.FAULTS / f"{name}.fault").source())
        return path

    return write_fault


def test_gdb_stops_before_the_line_and_helps():
    if not shutil.which("gdb"):
        pytest.skip("gdb is not installed")
    commands = ["live", "block 0x200000000000", "heapcheck", "where_am_i", "step", "backtrace 1"]
    words = " ".join(f"-ex '{command}'" for command in commands)
    outcome = driver.make("-s", "gdb", f"SUBMISSION={REFERENCE}", NONE, "LINE=10",
                          "GDB=gdb -q -batch", f"DO={words}")
    assert outcome.exit == 0, outcome.stderr
    for said in ("You stand before line 10 of the trace: free", "live since line 9",
                 "3 live payloads", "bytes below block 0", "the heap is sound", "line 10: free",
                 "perform"):
        assert said in outcome.stdout, outcome.stdout


@pytest.mark.parametrize("words", [("ubsan", NONE), ("coverage", NONE), ("run", "CMD=true"),
                                   ("viz", NONE, "OUT=/dev/null")], ids=lambda words: words[0])
def test_scripts_need_no_right_to_be_executed(words, tmp_path):
    """Not every unpacker of a ZIP keeps that right."""
    tools = shutil.copytree(driver.ROOT / "grader/tools", tmp_path / "tools")
    (tmp_path / "engine").symlink_to(driver.ENGINE)
    for script in tools.rglob("*.sh"):
        script.chmod(0o644)
    outcome = driver.make("-s", *words, f"TOOLS={tools}", f"SUBMISSION={REFERENCE}")
    assert outcome.exit == 0, outcome.stderr


def test_gdb_wants_the_number_of_a_line():
    if not shutil.which("gdb"):
        pytest.skip("gdb is not installed")
    outcome = driver.make("-s", "gdb", f"SUBMISSION={REFERENCE}", NONE, "LINE=f3",
                          "GDB=gdb -q -batch", "DO=-ex run")
    assert "LINE is a number from 0 to 4294967295, not 'f3'" in outcome.stderr, outcome.stdout


@pytest.mark.parametrize("part, said", [
    # gdb can call nothing where the stack is full
    ("volatile char deep[1 << 24]; deep[0] = 1;", "It stopped at line 7 of the trace: malloc(100)"),
    ("return (char *)mem_heap_lo() + 3;", "The program ended before that line of the trace"),
])
def test_gdb_says_why_it_is_not_at_the_line(part, said, tmp_path):
    if not shutil.which("gdb"):
        pytest.skip("gdb is not installed")
    (tmp_path / "mm.c").write_text(driver.bump(malloc=part))
    outcome = driver.make("-s", "gdb", f"SUBMISSION={tmp_path / 'mm.c'}", NONE, "LINE=10",
                          "GDB=gdb -q -batch")
    assert said in outcome.stdout, outcome.stdout
    assert "Error in sourced command file" not in outcome.stderr


def test_a_tool_that_is_missing_is_named():
    outcome = driver.make("-s", "gdb", f"SUBMISSION={REFERENCE}", NONE, "GDB=no-such-gdb")
    assert outcome.exit == 2
    assert "no-such-gdb is missing; on Debian: sudo apt-get install gdb" in outcome.stderr


@pytest.mark.parametrize("tool", ["asan", "ubsan"])
def test_the_reference_is_clean(tool):
    outcome = driver.make("-s", tool, f"SUBMISSION={REFERENCE}", "CHECKHEAP=1")
    assert outcome.exit == 0, outcome.stdout
    assert outcome.stdout.startswith(f"{tool}: 0 of ")


@pytest.mark.parametrize("tool, says", [("asan", "use-after-poison"),
                                        ("valgrind", "Invalid write of size 8")])
def test_a_write_into_a_payload_is_seen_at_once(tool, says, faulty):
    if tool == "valgrind" and not shutil.which("valgrind"):
        pytest.skip("valgrind is not installed")
    path = faulty("footer-word-too-far")
    outcome = driver.make("-s", tool, f"SUBMISSION={path}", NONE)
    assert outcome.exit == 2  # make's own, for a recipe that failed
    assert says in outcome.stdout
    line = path.read_text().split("\n").index("            block_footer(block)[2] = size;") + 1
    assert f"mm.c:{line}" in outcome.stdout
    assert "debug-coalesce-none.rep:10: free: " in outcome.stdout
    assert "block 2 (100 bytes" in outcome.stdout


@pytest.mark.parametrize("script, needs, says", [
    ("each.sh valgrind", "valgrind", "Invalid write of size 1"),
    ("coverage.sh", "llvm-cov", "lines with code in"),
])
def test_what_clang_has_made_can_be_read(script, needs, says, tmp_path):
    """gcov knows no counters of clang's; valgrind 3.19 ended at its words for debuggers."""
    if not shutil.which("clang") or not shutil.which(needs):
        pytest.skip(f"clang or {needs} is not installed")
    (tmp_path / "mm.c").write_text(driver.bump(top="static char *last;",
        malloc="if (last) *last = 1;").replace("return block + 1;",
                                               "return last = (char *)(block + 1);"))
    objects = " ".join(str(driver.built()["folder"] / "engine" / f"{name}.o")
                       for name in ("trace", "file", "say", "utf8", "shadow", "fill", "place"))
    outcome = driver.run(["sh", "-c", f"echo traces/debug/debug-coalesce-none.rep | "
                          f"CC=clang PROFILE=modern SUBMISSION={tmp_path}/mm.c ENGINE=grader/engine "
                          f"OBJECTS='{objects}' FOLDER={tmp_path}/made grader/tools/debug/{script}"])
    assert says in outcome.stdout, outcome.stdout + outcome.stderr


def test_asan_sees_a_byte_past_the_break(faulty):
    outcome = driver.make("-s", "asan", f"SUBMISSION={faulty('calloc-clears-past-break')}",
                          "TRACE=debug-calloc-reused")
    assert "use-after-poison" in outcome.stdout
    assert "at the program break" in outcome.stdout


def test_a_break_that_falls_by_terabytes_costs_nothing(tmp_path):
    trace = tmp_path / "fall.rep"
    trace.write_text("0\n1\n20\n0\n" + "a 0 8000000000000\nf 0\n" * 10)
    outcome = driver.make("-s", "asan", f"SUBMISSION={REFERENCE}", f"TRACE={trace}")
    assert outcome.stdout == "asan: 0 of 1 traces with an error\n", outcome.stdout


def listed(tool, tmp_path, *words, **parts):
    """`make tool` of a bump allocator with these parts; returns its outcome."""
    (tmp_path / "mm.c").write_text(driver.bump(**parts))
    return driver.make("-s", tool, f"SUBMISSION={tmp_path / 'mm.c'}", *words)


@pytest.mark.parametrize("end", ["exit", "_exit"])
@pytest.mark.parametrize("tool", ["asan", "ubsan"])
def test_who_ends_the_program_is_not_clean(tool, end, tmp_path):
    outcome = listed(tool, tmp_path, NONE, top="#include <stdlib.h>\n#include <unistd.h>",
                     malloc=f"{end}(0);")
    assert f"{tool}: 1 of 1 traces with an error" in outcome.stdout
    assert "ended the program" in outcome.stdout
    said = listed("coverage", tmp_path, NONE, top="#include <stdlib.h>\n#include <unistd.h>",
                  malloc=f"{end}(0);").stdout
    assert "1 traces, 1 of them ended by a fault" in said


def test_who_refuses_for_no_reason_is_not_clean(tmp_path):
    """Nothing was ever filled or verified, and so nothing wrong was seen."""
    outcome = listed("ubsan", tmp_path, NONE, malloc="    if (size < 4096) return NULL;")
    assert "malloc(100): it returned NULL, though the heap has room" in outcome.stdout


def test_asan_says_where_an_assertion_failed_and_what_is_next(tmp_path):
    outcome = listed("asan", tmp_path, NONE, top="#include <assert.h>\nstatic int calls;",
                     malloc="    assert(++calls < 2);")
    assert "Assertion `++calls < 2' failed" in outcome.stdout
    assert "debug-coalesce-none.rep:8: malloc(100): " in outcome.stdout
    assert outcome.stdout.splitlines()[-1].startswith("Next: make gdb TRACE=name LINE=n")


@pytest.mark.parametrize("tool", ["asan", "ubsan", "coverage"])
def test_who_prints_without_end_fills_no_disk(tool, tmp_path):
    outcome = listed(tool, tmp_path, NONE, top="#include <stdio.h>",
                     malloc='for (;;) puts("flood");')
    folder = driver.built()["folder"] / "debug" / tool
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1 << 27
    assert len(outcome.stdout) < 1 << 17
    if tool == "coverage":
        assert "1 traces, 1 of them ended by a fault" in outcome.stdout
    else:
        assert "debug-coalesce-none.rep:7: malloc(100): it prints without end" in outcome.stdout


def test_a_submission_of_another_name_is_no_older_one(tmp_path):
    listed("asan", tmp_path, NONE)
    (tmp_path / "mm.c.txt").write_text(driver.bump(malloc="return (char *)mem_heap_lo() + 3;"))
    for name, said in (("mm.c.txt", "do not lie in the heap"), ("", "could not be built for asan")):
        outcome = driver.make("-s", "asan", f"SUBMISSION={tmp_path}/{name}", NONE)
        assert outcome.exit == 2
        assert said in outcome.stdout + outcome.stderr


def test_folders_below_folders_and_what_is_no_trace(tmp_path):
    (tmp_path / "traces/more").mkdir(parents=True)
    for name in ("a.rep", "more/b.rep", ".hidden.rep", "notes.txt"):
        (tmp_path / "traces" / name).write_text("0 1 1 1\na 0 8\n")
    outcome = listed("asan", tmp_path, f"TRACES={tmp_path / 'traces'}")
    assert outcome.stdout == "asan: 0 of 2 traces with an error\n"
    (tmp_path / "traces/bad.rep").write_text("0 1 1 1\na 0 x\n")
    (tmp_path / "empty").mkdir()
    for where, said in (("traces", f"{tmp_path}/traces/bad.rep:2: expected a size in bytes"),
                        ("empty", f"{tmp_path}/empty: this folder holds no trace (*.rep)"),
                        ("none", f"{tmp_path}/none: no such trace file or folder")):
        outcome = listed("asan", tmp_path, f"TRACES={tmp_path / where}")
        assert (outcome.exit, outcome.stdout) == (2, "")
        assert said in outcome.stderr


def test_a_trace_whose_name_begins_like_an_option():
    trace = driver.ROOT / "-c.rep"
    trace.write_text("0 1 1 1\na 0 8\n")
    try:
        for word in ("TRACE", "TRACES"):
            outcome = driver.make("-s", "asan", f"SUBMISSION={REFERENCE}", f"{word}=-c.rep")
            assert outcome.stdout == "asan: 0 of 1 traces with an error\n", outcome.stderr
    finally:
        trace.unlink()


def test_ubsan_sees_an_overflow(tmp_path):
    (tmp_path / "mm.c").write_text(driver.bump(top="static int sum = 2147483647;",
                                               malloc="    sum += (int)size;"))
    outcome = driver.make("-s", "ubsan", f"SUBMISSION={tmp_path / 'mm.c'}", NONE)
    assert "signed integer overflow" in outcome.stdout
    assert "debug-coalesce-none.rep:7: malloc(100): " in outcome.stdout


@pytest.mark.parametrize("target", ["gdb", "asan", "coverage"])
def test_a_profile_that_is_none(target):
    outcome = driver.make("-s", target, NONE, "PROFILE=antique", f"SUBMISSION={REFERENCE}")
    assert outcome.exit == 2
    assert outcome.stderr.startswith("PROFILE is modern or classic, not 'antique'\n")


def test_a_classic_submission_in_one_process(tmp_path):
    source = driver.bump(top='team_t team = {"t", "n", "i", "", ""};')
    source = source.replace("bool mm_init(void)", "int mm_init(void)").replace(
        "return mem_sbrk(8) != (void *)-1;", "return mem_sbrk(8) == (void *)-1 ? -1 : 0;")
    (tmp_path / "mm.c").write_text(source)
    outcome = driver.make("-s", "asan", f"SUBMISSION={tmp_path / 'mm.c'}", NONE,
                          "PROFILE=classic")
    assert outcome.stdout == "asan: 0 of 1 traces with an error\n", outcome.stdout + outcome.stderr


def test_coverage_of_what_is_no_trace(tmp_path):
    trace = tmp_path / "mix-bad.rep"
    trace.write_text("0\n1\n1\n1\na 0 0x10\n")
    outcome = driver.make("-s", "coverage", "SUBMISSION=starter/mm.c", f"TRACES={trace}")
    assert outcome.exit == 2
    assert f"{trace}:5: expected a size in bytes" in outcome.stderr


def test_coverage_names_what_was_not_reached(tmp_path):
    source = driver.bump(malloc="""
    if (size == 12345)
        return mem_heap_lo(); /* not reached */""")
    (tmp_path / "mm.c").write_text(source)
    trace = tmp_path / "debug-own.rep"
    trace.write_text("0 5 10 1\n" + "".join(f"a {i} 100\n" for i in range(5)) +
                     "f 1\nf 3\nf 2\nf 0\nf 4\n")
    outcome = driver.make("-s", "coverage", f"SUBMISSION={tmp_path / 'mm.c'}", f"TRACES={trace}")
    assert outcome.exit == 0, outcome.stderr
    assert "return mem_heap_lo(); /* not reached */" in outcome.stdout
    assert "size_t *block = mem_sbrk" not in outcome.stdout
    for said in ("2 times both neighbours were in use", "1 times the left one was free",
                 "1 times the right one was free", "1 times both were free"):
        assert said in outcome.stdout, outcome.stdout
