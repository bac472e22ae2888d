"""Payloads above 1 MiB in timed runs: verified in secret places, and nobody right accused."""
import driver
import pytest

HONEST = driver.ROOT / "solution/stages/3-segregated/mm.c"


@pytest.fixture
def trace(tmp_path):
    """A trace of some windows; between them the giant block gets each of `sizes`."""
    def write(*sizes):
        lines = [f"a 0 {sizes[0]}"]
        for size in sizes[1:]:
            for block in range(1, 3001):
                lines += [f"a {block} 100", f"f {block}"]
            lines.append(f"r 0 {size}")
        lines.append("f 0")
        path = tmp_path / "mix-giant.rep"
        path.write_text(f"0\n3001\n{len(lines)}\n1\n" + "\n".join(lines) + "\n")
        return path
    return write


@pytest.fixture
def policy(tmp_path):
    return driver.write_policy(tmp_path / "p.policy", timing__seconds=0.5)


@pytest.mark.parametrize("sizes", [
    (1500000, 900000, 1500000, 2000), (2000, 3000000, 1048577, 1048576), (5000000, 4097, 9)])
def test_giants_may_shrink_and_grow(tmp_path, trace, policy, sizes):
    """Once a block of which only a part was written was verified as a whole."""
    outcome = driver.mdriver(tmp_path, HONEST, [trace(*sizes)], policy=policy)
    assert outcome.codes() == set(), outcome.stdout
    assert outcome.record["traces"][0]["throughput"]["ratio"] > 0


def test_a_copy_that_is_left_out_is_seen(tmp_path, trace, policy):
    """About one grade of twelve does not see it; why is not known yet, so there are six."""
    lazy = tmp_path / "lazy.c"
    lazy.write_text(driver.whole((driver.HOSTILE / "timing-lazy-giant.c").read_text()))
    path = trace(1500000, 3000000, 6000000)
    grades = (driver.mdriver(tmp_path, lazy, [path], policy=policy) for _ in range(6))
    assert any("NONDETERMINISTIC" in grade.codes() for grade in grades)
