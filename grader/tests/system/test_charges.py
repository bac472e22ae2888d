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
