"""How short the shortest failing traces get, and how fast: `make shrinks` prints a table.

Every one-fault allocator is run on a trace of 100,000 operations whose first half is as easy
as a trace can be, and, where it is valid there, on the trace that its .fault file names.
"""

import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time

import test_broken as broken

SAID = re.compile(r": ([A-Z_]+) in (\d+) operations? instead of (\d+) \((\d+) runs, ([\d.]+) s\)")


def write_long_trace(path, count=100_000, easy=50_000):
    """Equal blocks come and go, then blocks of all kinds of sizes."""
    dice, lines, live, sizes = random.Random(8), [], [], [24, 100, 500, 4000, 9]
    for i in range(easy // 2):
        lines += [f"a {i} 48", f"f {i}"]
    following = easy // 2
    while len(lines) < count:
        kind = dice.random()
        if live and kind < 0.45:
            lines.append(f"f {live.pop(dice.randrange(len(live)))}")
        elif live and kind < 0.55:
            lines.append(f"r {dice.choice(live)} {1 + dice.randrange(dice.choice(sizes))}")
        else:
            size = 1 + dice.randrange(dice.choice(sizes))
            lines.append(f"c {following} {1 + size // 8} 8" if kind > 0.9
                         else f"a {following} {size}")
            live.append(following)
            following += 1
    path.write_text("\n".join([f"0 {following} {len(lines)} 1", *lines, ""]))


def shrink(folder, source, trace, checkheap=False):
    """(code, operations, of how many, runs, seconds) or None when there is no finding."""
    folder.mkdir(exist_ok=True)
    (folder / "mm.c").write_text(source)
    words = [f"SUBMISSION={folder}/mm.c", f"TRACE={trace}", f"OUT={folder}/short.rep"]
    begun = time.monotonic()
    done = subprocess.run(["make", "-s", "shrink", f"B={broken.KIT}", *words,
                           *["CHECKHEAP=1"] * checkheap], cwd=broken.ROOT, text=True,
                          errors="replace", capture_output=True, timeout=600)
    found = SAID.search(done.stdout)
    if not found:
        return None
    return (found[1], int(found[2]), int(found[3]), int(found[4]), time.monotonic() - begun)


def table():
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        long_trace = folder / "long-trace.rep"
        write_long_trace(long_trace)
        for path in broken.FAULT_PATHS:
            fault = broken.Fault(path)
            traces = [broken.trace_path(t) for t in fault.traces if t != broken.DEBUG]
            # A checker that walks the heap after each operation makes a long trace endless.
            for trace in [long_trace] * (not fault.checkheap) + traces:
                result = shrink(folder / path.stem, fault.source(), trace, fault.checkheap)
                if result:
                    results.append(result)
                    print(f"{path.stem:40} {trace.stem:24} {result[0]:13} {result[1]:6} of"
                          f" {result[2]:6}  {result[4]:5.1f} s", flush=True)
                    break
    lengths, seconds = [r[1] for r in results], [r[4] for r in results]
    print(f"{len(results)} shrunk: {statistics.median(lengths):g} operations in the median,"
          f" {max(lengths)} at worst; {statistics.median(seconds):.1f} s in the median,"
          f" {max(seconds):.1f} s at worst, compiling included")


if __name__ == "__main__":
    table()
