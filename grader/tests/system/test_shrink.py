"""make shrink: the shortest trace that still shows the finding."""

import driver
import pytest
import shrinks
import test_broken as broken

# Wrong only for a block of 700 to 799 bytes that follows a realloc: rare, and late.
RARE = driver.bump(top="static int armed;", malloc="""
    if (armed && size / 100 == 7)
        return (char *)mem_heap_lo() + 8;
    armed = size == 4321;""")


@pytest.fixture(scope="module")
def long_trace(tmp_path_factory):
    """100,000 operations; what the rare allocator stumbles over comes at their end."""
    path = tmp_path_factory.mktemp("long") / "late.rep"
    shrinks.write_long_trace(path, easy=90_000)
    header, *lines = path.read_text().splitlines()
    ids, last = int(header.split()[1]), lines[-1]
    lines += [f"a {ids} 4321", f"a {ids + 1} 750", f"f {ids}", last.replace("f ", "# ")]
    path.write_text("\n".join([f"0 {ids + 2} {len(lines) - last.startswith('f')} 1", *lines, ""]))
    return path


def trace_of(tmp_path, source, trace, **options):
    """What is left of `trace`: its operations, without comments."""
    out = tmp_path / "short.rep"
    (tmp_path / "mm.c").write_text(source)
    outcome = driver.make("-s", "shrink", f"SUBMISSION={tmp_path / 'mm.c'}", f"TRACE={trace}",
                          f"OUT={out}", **options)
    assert outcome.exit == 0, outcome.stderr
    lines = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    return outcome.stdout, lines[1:]


def test_two_operations_of_a_hundred_thousand(tmp_path, long_trace):
    said, left = trace_of(tmp_path, RARE, long_trace)
    assert "MISALIGNED in 2 operations instead of 100" in said
    assert left == ["a 0 4321", "a 1 700"]
    assert f"try: make gdb SUBMISSION={tmp_path}/mm.c TRACE={tmp_path}/short.rep LINE=7" in said


@pytest.mark.parametrize("name", ["search-wraps-for-ever", "walk-passes-the-fence",
                                  "calloc-does-not-clear", "realloc-loses-last-bytes"])
def test_every_kind_of_finding(name, tmp_path):
    fault = broken.Fault(broken.FAULTS / f"{name}.fault")
    trace = broken.trace_path(fault.traces[0])
    said, left = trace_of(tmp_path, fault.source(), trace)
    assert any(f": {code} in " in said for code in fault.codes), said
    assert len(left) <= 8


def test_a_name_of_two_lines_is_one_comment(tmp_path):
    trace = tmp_path / "two\nlines.rep"
    trace.write_text("0 1 1 1\na 0 8\n")
    said, left = trace_of(tmp_path, driver.bump(malloc="return NULL;"), trace)
    assert "two\\x0alines: NO_MEMORY in 1 operation" in said
    assert left == ["a 0 1"]


def test_a_valid_trace_is_refused(tmp_path):
    (tmp_path / "mm.c").write_text(driver.bump())
    outcome = driver.make("-s", "shrink", f"SUBMISSION={tmp_path / 'mm.c'}",
                          "TRACE=debug-first-malloc", f"OUT={tmp_path / 'short.rep'}")
    assert outcome.exit == 2
    assert "nothing to shrink" in outcome.stderr
    assert not (tmp_path / "short.rep").exists()
