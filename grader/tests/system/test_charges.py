"""Memory outside the heap is charged by the page: the same code the same pages, wherever the
kernel puts a stack, whether a runner spins or sleeps while it waits, whatever filter is in
force.
"""

import os
import sys

import driver
import pytest

# Goes down the stack, two pages at a time. Each time the break is moved from another place in a
# page: what lies below that call is on the page beneath, or just not yet.
STAIRS = driver.bump("""
static __attribute__((noinline)) void go_down(size_t offset)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    volatile char *below = __builtin_alloca(here - ((here - 8192) & ~(uintptr_t)4095) - offset);
    below[0] = 0;
    mem_sbrk(16);
    if (offset < 1024)
        go_down(offset + 16);
    below[0] = 1;
}
""", init="go_down(0);")

PLACES = {"spinning": (), "one core": ("taskset", "-c", str(min(os.sched_getaffinity(0)))),
          "random addresses": (sys.executable,
                               driver.ROOT / "grader/tests/system/no_namespaces.py")}


@pytest.fixture(scope="module")
def heaps(tmp_path_factory):
    """What the heap of the same code is said to need, in each place, three times."""
    folder = tmp_path_factory.mktemp("charges")
    (folder / "mm.c").write_text(STAIRS)
    return {name: [driver.mdriver(folder, folder / "mm.c", within=within).record
                   ["traces"][0]["peak_heap"] for _ in range(3)]
            for name, within in PLACES.items()}


def test_pages_are_charged(heaps):
    assert heaps["spinning"][0] > 100 * 4096


@pytest.mark.parametrize("place", PLACES)
def test_the_same_pages_are_charged_everywhere(heaps, place):
    assert heaps[place] == [heaps["spinning"][0]] * 3


# Constants that are addresses: the loader writes them, and then nobody can. Twelve pages of them.
TABLE = driver.bump("""
struct size_class { const char *name; bool (*fits)(size_t); };
static bool fits(size_t size) { return size > 0; }
#define FOUR(i)    {#i, fits}, {#i "a", fits}, {#i "b", fits}, {#i "c", fits},
#define SIXTEEN(i) FOUR(i##0) FOUR(i##1) FOUR(i##2) FOUR(i##3)
#define SOME(i)    SIXTEEN(i##0) SIXTEEN(i##1) SIXTEEN(i##2) SIXTEEN(i##3)
#define MANY(i)    SOME(i##0) SOME(i##1) SOME(i##2) SOME(i##3)
static const struct size_class classes[] = {MANY(1) MANY(2) MANY(3) MANY(4) MANY(5)
                                            MANY(6) MANY(7) MANY(8) MANY(9) MANY(10)
                                            MANY(11) MANY(12)};
""", malloc="if (!classes[size % (sizeof classes / sizeof *classes)].fits(size)) return NULL;")


def test_constants_that_are_addresses_cost_nothing(tmp_path):
    """Neither memory nor, in a timed run, speed."""
    traces = [driver.built()["folder"] / "traces/struct-small.rep"]
    policy = driver.write_policy(tmp_path / "low.policy", timing__seconds=0.1,
                                 throughput__needs=0)
    outcomes = []
    for name, source in ("plain", driver.bump()), ("table", TABLE):
        (tmp_path / f"{name}.c").write_text(source)
        outcomes.append(driver.mdriver(tmp_path, tmp_path / f"{name}.c", traces, policy=policy))
    plain, table = (outcome.record["traces"][0] for outcome in outcomes)
    assert outcomes[1].codes() == set()
    assert table["peak_heap"] == plain["peak_heap"]
    assert outcomes[1].record["score"]["throughput"] > 0


def test_static_data_may_have_a_hole(tmp_path):
    """What is aligned to more than a page tears .bss away from .data; that harms no timed run."""
    traces = [driver.built()["folder"] / "traces/struct-small.rep"]
    policy = driver.write_policy(tmp_path / "low.policy", timing__seconds=0.1,
                                 throughput__needs=0)
    top = "static __attribute__((aligned(65536))) volatile char far;"
    (tmp_path / "mm.c").write_text(driver.bump(top, malloc="far = 1;"))
    outcome = driver.mdriver(tmp_path, tmp_path / "mm.c", traces, policy=policy)
    assert outcome.errors() == []
    assert outcome.record["traces"][0]["throughput"]["ratio"] > 0
