"""Private variations: made the same from the same seed, and no help to whoever has tuned an
allocator to the public traces."""

import re

import driver
import pytest

STAGE = driver.ROOT / "solution/stages/3-segregated/mm.c"

# Pairs of a small block that stays and one of 448 bytes that goes; then blocks of 512.
PAIRS = 300
PUBLIC = (f"0\n{3 * PAIRS}\n{4 * PAIRS}\n1\n"
          + "".join(f"a {2 * i} 64\na {2 * i + 1} 448\n" for i in range(PAIRS))
          + "".join(f"f {2 * i + 1}\n" for i in range(PAIRS))
          + "".join(f"a {2 * PAIRS + i} 512\n" for i in range(PAIRS)))


def private(seed, folder, *traces):
    outcome = driver.run([driver.built()["folder"] / "tracevary", seed, folder, *traces])
    assert outcome.exit == 0, outcome.stderr
    return sorted(folder.glob("*.rep"))


@pytest.fixture
def public(write):
    return write(PUBLIC, "debug-pairs.rep")


def utilization(tmp_path, source, trace):
    """Of the one trace; None when it is not valid."""
    trace, = driver.mdriver(tmp_path, source, [trace]).record["traces"]
    return trace["utilization"] if trace["valid"] else None


def test_make_writes_one_for_each_trace_and_does_not_tell_the_seed(tmp_path, public):
    outcome = driver.make("private-traces", "SEED=987654321", f"OUT={tmp_path / 'out'}",
                          f"TRACES={public}")
    assert (outcome.exit, outcome.stderr) == (0, "")
    written = tmp_path / "out/debug-pairs-private.rep"
    assert "987654321" not in written.read_text()
    assert list((tmp_path / "out").iterdir()) == [written]


@pytest.mark.parametrize("seed", ["", "-1", "x", "1x", "18446744073709551616"])
def test_a_seed_that_is_none_is_refused(tmp_path, public, seed):
    outcome = driver.make("private-traces", f"SEED={seed}", f"OUT={tmp_path / 'out'}",
                          f"TRACES={public}")
    assert outcome.exit == 2 and "SEED" in outcome.stderr
    assert not (tmp_path / "out").exists()


def test_two_of_one_name_are_refused(tmp_path):
    """Else the variation of the one would be written over that of the other."""
    for part in "ab":
        (tmp_path / "in" / part).mkdir(parents=True)
        (tmp_path / "in" / part / "mix-x.rep").write_text(PUBLIC)
    outcome = driver.make("-s", "private-traces", "SEED=5", f"OUT={tmp_path / 'out'}",
                          f"TRACES={tmp_path / 'in'}")
    assert outcome.exit == 2
    assert f"{tmp_path}/in/b/mix-x.rep: {tmp_path}/in/a/mix-x.rep has the same name" \
        in outcome.stderr
    assert not (tmp_path / "out").exists()


def test_a_name_of_two_lines_is_one_comment(tmp_path, write):
    made, = private(5, tmp_path / "out", write(PUBLIC, "two\nlines.rep"))
    assert driver.run([driver.built()["folder"] / "tracestat", made]).exit == 0


def test_the_seed_decides(tmp_path, public):
    texts = [private(seed, tmp_path / f"out{i}", public)[0].read_bytes()
             for i, seed in enumerate((5, 5, 6))]
    assert texts[0] == texts[1] != texts[2]


def test_all_traces_of_the_kit_have_well_formed_variations(tmp_path):
    """mdriver reads each before it looks at the submission, which does not compile here."""
    folder = driver.built()["folder"]
    made = private(1, tmp_path / "out", driver.ROOT / "traces/core", folder / "traces")
    broken = tmp_path / "mm.c"
    broken.write_text("this is not C\n")
    outcome = driver.mdriver(tmp_path, broken, [tmp_path / "out"])
    assert outcome.exit == 1 and len(outcome.record["traces"]) == len(made)


def test_who_knows_the_sizes_gains_nothing(tmp_path, write, public):
    """A block of 448 bytes is made large enough for the 512 that come later."""
    text = STAGE.read_text()
    tuned, count = re.subn(r"(?m)^void \*mm_malloc\(size_t size\)\n\{",
                           r"\g<0>\n    if (size == 448)\n        size = 512;", text)
    assert count == 1
    source, variation = write(tuned), private(3, tmp_path / "out", public)[0]
    assert utilization(tmp_path, source, public) > 1.5 * utilization(tmp_path, STAGE, public)
    assert utilization(tmp_path, source, variation) < 1.1 * utilization(tmp_path, STAGE,
                                                                        variation)


TABLE = """
#include "mm.h"
#include "memlib.h"
static const unsigned places[] = {%s};
bool mm_init(void) { return mem_sbrk(16) != (void *)-1; }
void *mm_malloc(size_t size)
{
    unsigned *calls = mem_heap_lo();
    char *payload = (char *)calls + places[(*calls)++];
    if (payload + size > (char *)mem_sbrk(0))
        mem_brk(payload + size);
    return payload;
}
void mm_free(void *ptr) { (void)ptr; }
void *mm_realloc(void *ptr, size_t size) { (void)ptr, (void)size; return NULL; }
void *mm_calloc(size_t count, size_t size) { (void)count, (void)size; return NULL; }
bool mm_checkheap(int line) { (void)line; return true; }
"""


def test_who_knows_every_place_in_advance_is_no_longer_valid(tmp_path, write, public):
    """A table of places that fits the public trace without any waste: 64s, then 448 or 512."""
    small, large = [16 + 64 * i for i in range(PAIRS)], 16 + 64 * PAIRS
    pairs = [place for i in range(PAIRS) for place in (small[i], large + 448 * i)]
    later = [large + 512 * i for i in range(PAIRS)]
    source = write(TABLE % ", ".join(map(str, pairs + later)))
    assert utilization(tmp_path, source, public) > 0.99
    for variation in private(4, tmp_path / "out", public):
        assert utilization(tmp_path, source, variation) is None
