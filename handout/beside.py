#!/usr/bin/python3
"""What a student's archive says beside what the staff's tree says, for the same mm.c.

    beside.py FOLDER      the folder that holds brklab-handout.tar.gz

Grades starter, stages and reference in both, in turn, GRADES times, with the policy and the
traces that both have, and prints the medians. One grade alone may be further off: it says how
far. Status 1 where the medians of the scores are more than a point apart.
"""
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LADDER = ["starter/mm.c", *sorted(str(p.relative_to(TOP)) for p in
                                  TOP.glob("solution/stages/*/mm.c")), "solution/mm.c"]
APART = 1.0  # points
GRADES = 3
PARTS = ("correctness", "utilization", "throughput", "total")


def graded(root, submission):
    """The four numbers of its score, how far off they may be, and what was printed."""
    record = root / "build/beside.json"
    done = subprocess.run(["make", "-s", "--no-print-directory", "grade",
                           f"SUBMISSION={submission}", f"JSON={record}"],
                          cwd=root, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"beside: {root}: {done.stderr}")
    grade = json.loads(record.read_text())
    return [grade["score"][p] for p in PARTS], grade["score"]["plus_minus"], done.stdout


def line(name, values, note=""):
    print(f"  {name:<26}" + "".join(f"{value:>13.1f}" for value in values) + note, flush=True)


def compare(name, student):
    both = {"staff": [], "student's archive": []}
    for _ in range(GRADES):
        for root, found in zip((TOP, student), both.values()):
            found.append(graded(root, TOP / name))
    print(name)
    totals = []
    for who, found in both.items():
        values = [statistics.median(column) for column in zip(*(one[0] for one in found))]
        line(who, values, f"  each +- {statistics.median(one[1] for one in found):.1f}")
        totals.append(values[-1])
    return abs(totals[0] - totals[1]), found[-1][2]


def main(folder):
    with tempfile.TemporaryDirectory(prefix="brklab-beside-") as empty:
        with tarfile.open(Path(folder) / "brklab-handout.tar.gz") as tar:
            tar.extractall(empty)
        (student,) = Path(empty).iterdir()
        print(" " * 28 + "".join(f"{part:>13}" for part in PARTS))
        apart = {}
        for name in LADDER:
            apart[name], printed = compare(name, student)
        print("\n" + printed[printed.index("What this score cannot see"):].split("\n\n")[0])
    worst = max(apart, key=apart.get)
    print(f"Most apart: {apart[worst]:.2f} points, {worst}")
    sys.exit(1 if apart[worst] > APART else 0)


if __name__ == "__main__":
    main(sys.argv[1])
