"""Payloads in timed runs: who leaves out work is seen, and nobody right accused."""
import re

import driver
import pytest

HONEST = driver.ROOT / "solution/stages/3-segregated/mm.c"


def small_blocks(first, end):
    """Lines for blocks that come and go, one for each id."""
    return [line for i in range(first, end) for line in (f"a {i} 100", f"f {i}")]


@pytest.fixture
def trace(tmp_path):
    """A block gets each of `sizes`, windows apart; None: it is freed and made by calloc."""
    def write(*sizes):
        small = small_blocks(1, 3001)
        lines = [f"a 0 {sizes[0]}", *small]
        for size in sizes[1:]:
            lines += [f"r 0 {size}"] if size else ["f 0", f"c 0 {sizes[0]} 1"]
            lines += small
        lines.append("f 0")
        path = tmp_path / "mix-giant.rep"
        path.write_text(driver.trace_text(3001, lines))
        return path
    return write


@pytest.fixture
def policy(tmp_path):
    """Time for a whole heat on any machine: it ends when that is played."""
    return driver.write_policy(tmp_path / "p.policy", timing__seconds=60)


@pytest.mark.parametrize("sizes", [
    (1500000, 900000, 1500000, 2000), (2000, 3000000, 1048577, 1048576), (5000000, 4097, 9)])
def test_giants_may_shrink_and_grow(tmp_path, trace, policy, sizes):
    """Once a block of which only a part was written was verified as a whole."""
    outcome = driver.mdriver(tmp_path, HONEST, [trace(*sizes)], policy=policy)
    assert outcome.codes() == set(), outcome.stdout
    assert outcome.record["traces"][0]["throughput"]["ratio"] > 0


# Attacks, and what they leave work out of.
LAZY = {"giant": ((1500000, 3000000, 6000000), (3000000, None, None)),
        "large": ((100000, 200000, 400000), (200000, None)),
        "half": ((70000, 140000), (1500000, 3000000), (70000, None), (3000000, None)),
        "end": ((70000, 140000), (1500000, 3000000), (70000, None), (3000000, None)),
        "copy": ((20000, 40000), (200, 3000), (70000, 140000)),
        "clear": ((20000, None), (200, None), (70000, None))}


@pytest.mark.parametrize("attack, sizes", [(a, sizes) for a in LAZY for sizes in LAZY[a]])
def test_what_is_left_out_is_seen(tmp_path, trace, policy, attack, sizes):
    """In every grade: once a tenth of them looked at none of the bytes that were left out."""
    lazy = tmp_path / "lazy.c"
    lazy.write_text(driver.whole((driver.HOSTILE / f"timing-lazy-{attack}.c").read_text()))
    outcome = driver.mdriver(tmp_path, lazy, [trace(*sizes)], policy=policy)
    assert "NONDETERMINISTIC" in outcome.codes(), outcome.stdout


@pytest.fixture
def warm_trace(tmp_path):
    """Giants are cleared where windows warm up."""
    lines = [f"c {i} 12000000 1" for i in range(8)]
    lines += small_blocks(8, 1508) + [f"f {i}" for i in range(8)]
    path = tmp_path / "mix-warm.rep"
    path.write_text(driver.trace_text(1508, 2 * lines))
    return path


def test_windows_are_the_same_however_slow_the_allocator(tmp_path, warm_trace, policy):
    """They were cut by the pace of the checked run, and what was timed changed with it."""
    slow = tmp_path / "slow.c"
    slow.write_text(HONEST.read_text().replace(
        "\nvoid *mm_malloc(size_t size)\n{\n",
        "\nvoid *mm_malloc(size_t size)\n{\n    for (volatile int i = 100000; i; i--);\n"))
    outcomes = [driver.mdriver(tmp_path, source, [warm_trace], policy=policy, more=["--verbose"])
                for source in (HONEST, slow)]
    windows = [re.search(r"rounds of (\d+) windows", outcome.stderr)[1] for outcome in outcomes]
    assert windows[0] == windows[1]


def test_work_where_windows_warm_up_is_not_hopeless(confinement, tmp_path, warm_trace):
    """What is not timed, and pages that are new, once counted for the student alone."""
    policy = driver.write_policy(tmp_path / "p.policy", timing__official_seconds=1,
                                 score__on="traces")
    outcome = driver.mdriver(tmp_path, HONEST, [warm_trace], policy=policy,
                             more=["--official"])
    assert not outcome.record["traces"][0]["throughput"]["stopped_early"], outcome.stdout
