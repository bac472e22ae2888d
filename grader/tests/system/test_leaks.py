"""make leaks: blocks that were never freed, by the place that asked for them."""
import subprocess

import pytest

from driver import HANGS, ROOT


def leaks(**variables):
    words = [f"{name}={value}" for name, value in variables.items()]
    return subprocess.run(["make", "-s", "--no-print-directory", "leaks", *words], cwd=ROOT,
                          capture_output=True, text=True, timeout=HANGS)


@pytest.fixture
def program(tmp_path):
    """Compiles C text without optimization: a call keeps its place."""
    def compile_it(text, *flags):
        source, binary = tmp_path / "leaky.c", tmp_path / "leaky"
        source.write_text(text)
        subprocess.run(["cc", "-g", *flags, source, "-o", binary], check=True)
        return binary
    return compile_it


LOSING = """
#include <stdlib.h>
static void *get(size_t n) { return malloc(n); }
static void lose(void) { get(100); }
static void keep(void) { free(realloc(get(7), 9)); }
int main(void)
{
    for (int i = 0; i < 7; i++)
        lose();
    keep();
    calloc(3, 11);
    return 0;
}
"""


@pytest.mark.parametrize("flags", [[], ["-no-pie"]])
def test_each_place_has_its_blocks_and_its_callers(program, flags):
    outcome = leaks(CMD=program(LOSING, *flags))
    assert outcome.returncode == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    assert "8 of 9 blocks, 733 bytes, were never freed" in lines
    words = [line.split(maxsplit=2) for line in lines if "leaky.c" in line]
    assert words[0][:2] == ["700", "7"]
    assert words[0][2] == ("leaky.c:3 in get(), called from leaky.c:4 in lose(), "
                           "called from leaky.c:9 in main()")
    assert words[1] == ["33", "1", "leaky.c:11 in main()"]


def test_what_was_freed_is_not_listed(program):
    outcome = leaks(CMD=program("""
        #include <stdlib.h>
        int main(void) { free(malloc(10)); free(realloc(calloc(2, 2), 50)); return 0; }"""))
    assert "0 of 2 blocks, 0 bytes, were never freed" in outcome.stdout
    assert "asked for by" not in outcome.stdout


def test_a_program_that_crashes_is_listed_as_well(program):
    outcome = leaks(CMD=program("""
        #include <stdlib.h>
        int main(void) { malloc(64); abort(); }"""))
    assert "ended by signal 6" in outcome.stdout
    assert "leaky.c:3 in main()" in outcome.stdout


def test_without_symbols_the_file_is_named(program):
    outcome = leaks(CMD=program(LOSING, "-s"))
    assert "8 of 9 blocks" in outcome.stdout
    assert "leaky+0x" in outcome.stdout and "get()" not in outcome.stdout


def test_of_a_trace_the_lines(tmp_path):
    trace = tmp_path / "three.rep"
    trace.write_text("0\n3\n5\n1\na 0 10\na 1 20\nf 0\nr 1 30\nc 2 4 5\n")
    outcome = leaks(TRACES=trace)
    assert outcome.stdout.splitlines() == [
        f"{trace}:8: block 1, realloc(30)",
        f"{trace}:9: block 2, calloc(4, 5)",
        "2 of 3 blocks, 50 bytes, were never freed",
    ]


def test_what_cannot_be_run_is_said():
    outcome = leaks(CMD="./there-is-no-such-program")
    assert outcome.returncode == 2
    assert "cannot run" in outcome.stderr


def test_a_trace_that_is_not_there_is_no_line_of_it(tmp_path):
    outcome = leaks(TRACES=tmp_path / "none.rep")
    assert outcome.returncode == 2
    assert "none.rep: the trace cannot be opened" in outcome.stderr
