"""make checker: what a heap checker notices of damage, and how often it cries wolf."""

import re

import driver
import pytest

STAGE = driver.ROOT / "solution/stages/3-segregated/mm.c"
TRACES = driver.ROOT / "traces/debug/debug-equal-queue.rep"


def ask(submission, seed=7, traces=TRACES, damages=40):
    words = [f"SUBMISSION={submission}", f"TRACES={traces}", f"SEED={seed}",
             f"DAMAGES={damages}"]
    outcome = driver.make("-s", "checker", *words)
    assert outcome.exit == 0, outcome.stderr
    return outcome.stdout


def noticed(text):
    return [int(n) for n in re.search(r"noticed +(\d+) of (\d+)", text).groups()]


def with_checker(write, body, name):
    """Stage 3 with another heap checker."""
    source = STAGE.read_text()
    source = source.replace("bool mm_checkheap(int line)", "bool old_checkheap(int line)")
    source = source.replace('#include "mm.h"', '#include "mm.h"\n#include <unistd.h>\n'
                                               'bool old_checkheap(int line);')
    return write(f"{source}\nbool mm_checkheap(int line)\n{{\n    {body}\n}}\n", name)


def test_a_good_checker_notices_and_a_blind_one_does_not(write):
    good, blind = ask(STAGE), ask(with_checker(write, "return line >= 0;", "blind.c"))
    hits, of = noticed(good)
    assert "0 false alarms" in good and of >= 2 and hits > of / 2
    assert noticed(blind) == [0, of]
    assert "missed, for example:" in blind and "called it sound" in blind


def test_crying_wolf_is_not_noticing(write):
    text = ask(with_checker(write, "return line < 0;", "wolf.c"))
    assert noticed(text)[0] == 0
    asked, alarms = re.search(r"(\d+) asked about, (\d+) false alarms", text).groups()
    assert asked == alarms
    assert "had called the sound heap damaged" in text


def test_who_is_asked_again_at_one_line_learns_nothing(write):
    text = ask(with_checker(write, "static int last; bool again = line == last; last = line;"
                                   " return !again;", "again.c"))
    assert noticed(text)[0] == 0


def test_guessing_is_not_noticing(write):
    """By a hash of the process's number: each question has its own. The numbers themselves
    follow each other, and two odd ones in a row are no accident."""
    body = ("uint64_t coin = (uint64_t)getpid() * 0x9e3779b97f4a7c15; coin ^= coin >> 32;"
            "return (coin * 0x9e3779b97f4a7c15) >> 63;")
    text = ask(with_checker(write, body, "guess.c"), traces=TRACES.parent, damages=900)
    hits, of = noticed(text)
    assert of > 100 and hits < of / 3


def test_a_checker_that_does_not_come_back_has_not_noticed(write):
    body = "if (!old_checkheap(line)) for (;;) ; return true;"
    text = ask(with_checker(write, body, "loop.c"))
    assert noticed(text)[0] == 0
    assert re.search(r"did not answer +[1-9]", text)


def test_the_same_seed_gives_the_same_answer():
    assert ask(STAGE, seed=11) == ask(STAGE, seed=11)


def test_points_and_record(tmp_path):
    policy = driver.write_policy(tmp_path / "with.policy", timing__seconds=0, checker=10)
    trace = tmp_path / "mix-short.rep"
    trace.write_text("0 40 160 1\n" + "".join(
        f"a {i} {16 + 24 * i}\n" for i in range(40)) + "".join(
        f"f {i}\na {i} {8 + 30 * i}\n" for i in range(0, 40)) + "".join(
        f"f {i}\n" for i in range(40)))
    outcome = driver.mdriver(tmp_path, STAGE, [trace], policy=policy, more=("--damages", "60"))
    record = outcome.record
    assert record["checker"]["noticed"] <= record["checker"]["consequential"] <= 60
    assert record["checker"]["rate"] > 0.5
    assert 0 < record["score"]["checker"] <= 10
    assert record["score"]["max"] == 110
    assert re.search(r"checker +\d+\.\d of 10", outcome.stdout)


def test_a_broken_allocator_is_corrected_first(write):
    text = ask(write(driver.bump(malloc="return (char *)mem_heap_lo() + 16;")))
    assert "correct the allocator first" in text
    one = ask(STAGE, traces=write("0 1 1 1\na 0 8\n", "mix-one.rep"))
    assert "no valid trace has two operations" in one  # but it is valid


ALONE = """#include "{stage}"
#include "alone.h"
int main(void)
{{
    alone_open(1 << 20);
    mm_init();
    {damage}
    return mm_checkheap(7);
}}
"""


@pytest.mark.parametrize("stage, damage, sentence", [
    ("2-explicit", "list_end = first_block();", "the list ends with another block"),
    ("3-segregated", "heap->nonempty = 1;", "the bit of some bin is wrong")])
def test_a_checker_names_a_place_in_the_heap(stage, damage, sentence, write, tmp_path):
    """Once none, of a list without blocks: NULL has no distance from the heap."""
    source = write(ALONE.format(stage=driver.ROOT / f"solution/stages/{stage}/mm.c",
                                damage=damage), "alone.c")
    engine, bench = driver.ROOT / "grader/engine", driver.ROOT / "grader/bench"
    made = driver.run(["cc", "-std=gnu11", "-I", engine, "-I", bench, source, bench / "alone.c",
                       "-o", tmp_path / "alone"])
    assert (made.exit, made.stderr) == (0, "")
    outcome = driver.run([tmp_path / "alone"])
    assert outcome.exit == 0
    assert re.fullmatch(rf"mm_checkheap, line 7: block at heap \+ \d+: {sentence}\n",
                        outcome.stderr)
