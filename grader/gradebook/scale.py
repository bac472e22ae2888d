"""How index, gradebook and report do with many records: time, memory, size.

    python3 -m gradebook.scale RECORDS OUT KIT POLICY -- mdriver …

One submission is truly graded. Its record, with other speeds and utilizations, stands for the
whole class: VARIANTS different files, each under many names, so that a million fits on a disk.
What each step takes at most of memory is the step's own: the kernel's mark is set back before.
Processor time is printed beside the time that passed: it is what a busy machine does not change
much.
"""

import gc
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import batch, settings
from .files import make_folder, save, save_json, sha256
from .kit import Kit, ended, version_of
from .problem import Problem
from .report import write_overview, write_students
from .store import Records, Store, key_of

VARIANTS = 500
PAGES = 1000  # of students that are written; more take more in proportion
MODEL = "solution/stages/3-segregated/mm.c"


def true_record(kit, policy, out):
    """A record as mdriver writes it."""
    slot = kit.open_slot(out / "slot")
    shutil.copyfile(MODEL, slot / "mm.c")
    shutil.copyfile(policy, slot / "class.policy")
    begun, busy = time.monotonic(), processor()
    done = subprocess.run(kit.words(slot, "class.policy", slot / "record.json"), cwd=slot,
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise Problem(ended(done.returncode, done.stderr))
    size = (slot / "record.json").stat().st_size
    print(f"{'':34}{'passed':>11}{'processor':>11}{'memory':>11}")
    say("one submission graded", time.monotonic() - begun, processor() - busy)
    print(f"its record has {size / 1024:.0f} KiB", flush=True)
    return json.loads((slot / "record.json").read_text())


def processor():
    """Seconds of processor time, of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def say(name, passed, busy, mib=None):
    print(f"{name:34}{passed:9.1f} s{busy:9.1f} s" + (f"{mib:7.0f} MiB" if mib else ""),
          flush=True)


def vary(record, dice):
    for trace in record["traces"]:
        factor = dice.uniform(0.5, 1.2)
        for part in (trace, trace["counted"]):
            if part.get("utilization"):
                part["utilization"] = min(1, part["utilization"] * factor)
    if record["throughput"]["ratio"]:
        record["throughput"]["ratio"] *= dice.uniform(0.1, 2)
    record["utilization"] = record["utilization"] and record["utilization"] * dice.uniform(0.5, 1)
    return record


def make_class(count, kit, chosen, out):
    """Records and the intake of a class that nobody delivered."""
    text, dice = json.dumps(true_record(kit, chosen.path, out)), random.Random(count)
    records, models, attempts = Records(out), [], []
    for number in range(count):
        submission = sha256(str(number).encode())
        path = records.path(key_of(submission, kit, chosen))
        if number < VARIANTS:
            save_json(path, {
                "schema": "brklab-graded/1", "submission": submission, "kit": kit.sha256,
                "traces": kit.traces_sha256, "measures": chosen.measures, "node": "one",
                "record": vary(json.loads(text), dice)})
            models.append(path)
        else:
            os.link(models[number % VARIANTS], path)
        attempts.append({"owner": f"s{number:07}", "name": f"Student {number}", "number": 0,
                         "order": number, "time": None, "late": False, "source": f"s{number}/mm.c",
                         "scheme": "folder", "sha256": submission, "problem": "", "detail": ""})
    save_json(out / "intake.json", attempts)


def peak():
    """MiB that this process had at most since the last forget_peak()."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


def forget_peak():
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def measured(name, step):
    """Does a step and says what it took; what it returned."""
    forget_peak()
    begun, busy = time.monotonic(), processor()
    result = step()
    say(name, time.monotonic() - begun, processor() - busy, peak())
    return result


def measure_batch(kit, policy, out):
    """What it has in memory is not what an export takes: here it ends."""
    done = batch.Batch(batch.Asked(out, policy=policy), lambda *_: kit)
    measured("gradebook", done.grade)
    measured("overview", lambda: write_overview(done, None))
    done.conclude()
    done.book.rows = done.book.rows[:PAGES]
    measured(f"{len(done.book.rows)} pages of students", lambda: write_students(done))
    done.held.close()


def main(words):
    at = words.index("--")
    count, out, folder, policy = int(words[0]), *map(Path, words[1:4])
    shutil.rmtree(out, ignore_errors=True)
    out = make_folder(out).resolve()
    command = [str(Path(words[at + 1]).resolve()), *words[at + 2:]]
    save(out / "scale.policy", policy.read_bytes() + b"batch.landmarks = 0\n")
    policy = out / "scale.policy"
    kit = Kit(folder.resolve(), command, version_of("cc"), "modern", True, words[4:at])
    make_class(count, kit, settings.read(policy), out)
    print(f"{count} records", flush=True)
    measured("index made from the records", lambda: Store(out))
    measured("index read again", lambda: Store(out))
    measure_batch(kit, policy, out)
    for name in ("gradescope", "junit"):
        measured(f"export for {name}", lambda: batch.export(out, name, out / name))
    for file in ("index.sqlite", "gradebook.jsonl", "gradebook.csv", "site/index.html",
                 "gradescope", "junit"):
        print(f"{file:34}{(out / file).stat().st_size / 2**20:9.1f} MiB")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
