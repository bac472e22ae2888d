#!/usr/bin/python3
"""Measures what the writeup and the students' archive state, and writes handout/measured.

    measure.py [BENCH.json]      (make measured; with the table of allocators: make measured-bench)

Every number is from the kit's own commands, run here. The files are kept in the repository,
so that the archives can be built anywhere and always with the same bytes; measure again when
the reference, the traces or the policy have changed. A page of the writeup takes them in by
{{measured:name}}.
"""
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HANDOUT = Path(__file__).resolve().parent
TOP = HANDOUT.parent
sys.path.insert(0, str(TOP / "grader"))
from gradebook.kit import LANDMARKS  # noqa: E402

MEASURED = HANDOUT / "measured"
BENCH_NOTE = "Measured on a machine of two cores. glibc beside itself shows the error."
GRADES = 7  # of one grade a trace's ratio may be a tenth off, and more where blocks are giant
FINDING_TRACE = "traces/debug/debug-coalesce-ends.rep"


def make(*words, allow=(0,)):
    done = subprocess.run(["make", "-s", "--no-print-directory", *words], cwd=TOP,
                          capture_output=True, text=True)
    if done.returncode not in allow:
        sys.exit(f"measure: make {' '.join(words)}: {done.stderr or done.stdout}")
    return done.stdout


def record_of(submission, *words):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.json"
        make("grade", f"SUBMISSION={submission}", f"JSON={path}", *words)
        return json.loads(path.read_text())


def save(name, text):
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / name).write_text(text.rstrip("\n") + "\n")
    print(f"  {name}", flush=True)


# ---- scores ----------------------------------------------------------------------

def measure_scores():
    for name, path in LANDMARKS.items():
        save(f"score.{name.replace(' ', '-')}.md", f"{record_of(path)['score']['total']:.0f}")


# ---- the first hour --------------------------------------------------------------

def steps(folder):
    """mm.c after each diff of chapter 8."""
    current = Path(folder) / "mm.c"
    current.write_bytes((TOP / "starter/mm.c").read_bytes())
    yield "the starter", current
    for diff in sorted((HANDOUT / "first-hour").glob("*.diff")):
        subprocess.run(["patch", "-s", current, diff], check=True)
        yield diff.stem.split("-", 1)[1], current


def finding_text(path):
    printed = make("grade", f"SUBMISSION={path}", f"TRACES={FINDING_TRACE}")
    block = re.search(r"^debug-[\w-]+\.rep:.*?(?=\n\n|\Z)", printed, re.S | re.M)[0]
    return block.replace(str(path), "starter/mm.c")


def measure_first_hour():
    titles = {"reuse": "used again, without looking", "fix": "looked before used",
              "split": "split"}
    rows = ["| after | correctness | utilization | throughput | score |",
            "| --- | ---: | ---: | ---: | ---: |"]
    with tempfile.TemporaryDirectory() as folder:
        for name, path in steps(folder):
            score = record_of(path)["score"]
            parts = [score[p] for p in ("correctness", "utilization", "throughput")]
            rows.append(f"| {titles.get(name, name)} | " + " | ".join(
                f"{value:.1f}" for value in [*parts, score["total"]]) + " |")
            if name == "reuse":
                save("first-hour-finding.md", f"```text\n{finding_text(path)}\n```")
    save("first-hour.md", "\n".join(rows))


# ---- fragmentation, bench --------------------------------------------------------

def measure_fragmentation():
    save("fragmentation.md", make("fragmentation"))


def measure_bench(path):
    """The stages, then the allocators of the system; the reference is for staff."""
    stages = {Path(file).parent.name: name for name, file in LANDMARKS.items()}
    rows = ["| allocator | utilization | speed beside glibc |", "| --- | ---: | ---: |"]
    for one in sorted(json.loads(Path(path).read_text())["allocators"], key=lambda a: a["name"]):
        if one["name"] != "reference":
            rows.append(f"| {stages.get(one['name'], one['name'])} | "
                        f"{100 * one['utilization']:.1f} % | {one['ratio']:.2f} |")
    save("bench.md", "\n".join([*rows, "", BENCH_NOTE]))


# ---- what the students' archive knows of the reference ---------------------------

def frozen_reference():
    """What the policy compares with: not always today's solution."""
    text = (TOP / "grader/policy/final.policy").read_text()
    return "grader/policy/" + re.search(r"^reference = (\S+)", text, re.M)[1]


def beside_yardstick(*words):
    return record_of(frozen_reference(), "POLICY=handout/measure.policy", *words)["traces"]


def published_rows(profile):
    """The speed is the median of several grades: each has new processes, other pages."""
    grades = [beside_yardstick(f"PROFILE={profile}") for _ in range(GRADES)]
    counted = {t["name"]: f"{1 / t['counted']['ratio']:.5f}"
               for t in beside_yardstick(f"PROFILE={profile}", "METRIC=instructions")
               if t["throughput"] and t["counted"]["ratio"]}
    for one, *others in zip(*grades, strict=True):
        if one["throughput"]:
            ratio = statistics.median(t["throughput"]["ratio"] for t in (one, *others))
            yield [profile, one["name"], str(one["peak_payload"]), str(one["peak_heap"]),
                   f"{1 / ratio:.5f}", counted.get(one["name"], "0")]


def measure_published():
    """How the reference does on each scored trace, and the yardstick's speed beside it."""
    rows = [["# profile", "trace", "reference's peak payload", "and peak heap, bytes",
             "yardstick's speed to the reference's", "by instructions"]]
    for profile in ("modern", "classic"):
        rows += published_rows(profile)
    path = HANDOUT / "yardstick/published.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows))


def main(bench=None):
    measure_published()
    measure_scores()
    measure_first_hour()
    measure_fragmentation()
    if bench:
        measure_bench(bench)


if __name__ == "__main__":
    main(*sys.argv[1:])
