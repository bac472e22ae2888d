"""Says what the random mixes of a grade are worth: which faults they catch, and which only they.

    yield.py

Every wrong allocator of this folder is graded on all traces of the kit and on the mixes of the
policy. A fault that both catch would be caught without the mixes; one that only the mixes catch
is what they are there for; one that neither catches needs what its .fault file asks for, a trace
of its own or mm_checkheap.
"""

import collections
import concurrent.futures
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "grader/tests/system"))

import test_broken as broken  # noqa: E402

TRACES = [broken.trace_path(broken.DEBUG), ROOT / "traces/core", broken.KIT / "traces"]
WHERE = {(True, True): "both", (True, False): "only mixes", (False, True): "only traces",
         (False, False): "neither"}


def judge(folder, path):
    """(whether mixes, whether traces caught it); None if it does not come to run."""
    record = broken.grade(folder / path.stem, broken.Fault(path).source(), TRACES, "--fuzz")
    errors = [f for f in record["findings"] if f["severity"] == "error"]
    if any(f["trace"] is None for f in errors):
        return None
    by_mixes = [f["trace"].startswith("fuzz-") for f in errors]
    return any(by_mixes), not all(by_mixes)


def main():
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="yield-") as scratch:
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            judged = pool.map(lambda path: judge(Path(scratch), path), broken.WRONG)
            for path, caught in zip(broken.WRONG, judged):
                found[WHERE[caught] if caught else "not run"].append(path.stem)
    print(f"{len(broken.WRONG)} wrong allocators: are they caught by traces, by mixes?")
    for where in (*WHERE.values(), "not run"):
        print(f"{len(found[where]):5}  {where}")
    for where in ("only mixes", "only traces", "neither", "not run"):
        print("\n".join([f"{where}:", *("    " + name for name in found[where])]))


if __name__ == "__main__":
    main()
