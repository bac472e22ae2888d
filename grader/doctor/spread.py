"""How far apart are official grades of the same code? Half of them are made under load.

Prints a row per submission: points (median), the spread of the total, how many grades lie
within half a point of the median, how many were inconclusive, and the time that one takes.
"""

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import time
from pathlib import Path


def parse():
    own = sys.argv[1:]
    cut = own.index("--")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("submissions", nargs="+")
    return parser.parse_args(own[:cut]), own[cut + 1:]


def spin():
    """A neighbour: half of the time on a processor, through memory."""
    block = bytearray(32 << 20)
    while True:
        end = time.monotonic() + 0.05
        while time.monotonic() < end:
            block = block[1:] + block[:1]
        time.sleep(0.05)


def grade(submission, mdriver, record):
    """Seconds that the grade took, and its record."""
    cut = mdriver.index("--")
    command = [*mdriver[:cut], "--submission", submission, "--json", record, *mdriver[cut:]]
    begun = time.monotonic()
    done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, check=False)
    if done.returncode > 1:
        sys.exit(f"{submission} could not be graded")
    return time.monotonic() - begun, json.loads(record.read_text())


def grade_often(submission, arguments, mdriver):
    """Every second grade has a neighbour."""
    results = []
    for turn in range(arguments.times):
        neighbour = multiprocessing.Process(target=spin, daemon=True)
        if turn % 2:
            neighbour.start()
        results.append(grade(submission, mdriver, arguments.out / "record.json"))
        if turn % 2:
            neighbour.terminate()
            neighbour.join()
    return results


def main():
    arguments, mdriver = parse()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(f"{arguments.times} official grades each, every second one under load")
    print(f"{'submission':<36} {'points':>7} {'spread':>7} {'within 0.5':>10} "
          f"{'inconclusive':>12} {'seconds: median':>15} {'worst':>6}")
    for submission in arguments.submissions:
        results = grade_often(submission, arguments, mdriver)
        totals = [record["score"]["total"] for _, record in results]
        seconds = [spent for spent, _ in results]
        middle = statistics.median(totals)
        near = sum(abs(total - middle) <= 0.5 for total in totals)
        open_ends = sum(record["throughput"]["conclusive"] is False for _, record in results)
        print(f"{submission:<36} {middle:7.2f} {max(totals) - min(totals):7.2f} "
              f"{near:>6}/{len(totals):<3} {open_ends:>12} {statistics.median(seconds):15.1f} "
              f"{max(seconds):6.1f}", flush=True)


if __name__ == "__main__":
    main()
