"""Measures allocators beside each other with mdriver, and writes what it found.

    bench.py --build FOLDER --kit FOLDER --cc COMMAND --flags FLAGS --link FLAGS
             --rounds N --out PREFIX --traces PATH... NAME=FILE...

FILE is a finished runner, or an mm.c.

Every measurement is a pair: mdriver plays a pass of the allocator and a pass of glibc's in
turn, on one core. All allocators have their turn in each round, in random order, so that
what changes on the machine meanwhile changes for all.
"""

import argparse
import json
import math
import random
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import chart
import table

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent / "engine"
PAGE = 4096
# Not in the mean of speeds: the system's allocators map each giant block by itself, and are 50 to
# 150 times as slow there as who keeps it on the break. That says more of breakmap.c than of them.
GIANT = "giant-"


@dataclass
class Cell:
    """One allocator on one trace; lists have an entry for each round."""

    valid: bool = False
    why: str = ""  # it is not valid
    payload: int = 0  # bytes, highest sum of live payloads
    heap: int = 0  # bytes, highest break
    memory: int = 0  # bytes of it that were ever used
    ns: list = field(default_factory=list)
    ratios: list = field(default_factory=list)
    errors: list = field(default_factory=list)  # of ln(ratio)

    def utilization(self):
        return self.payload / self.memory

    def log_ratio(self):
        return statistics.median(math.log(r) for r in self.ratios)

    def log_error(self):
        """Standard error: the larger of what mdriver says and what the rounds show. A single
        pair of passes has none, and counts as exact."""
        told = math.hypot(*self.errors) / max(1, len(self.errors))
        logs = [math.log(r) for r in self.ratios]
        seen = statistics.stdev(logs) / math.sqrt(len(logs)) if len(logs) > 1 else 0
        return max(told, seen)


@dataclass
class Summary:
    """One allocator on all traces where it is valid."""

    name: str
    valid: int
    traces: int
    utilization: float
    of_break: float
    ratio: float
    low: float  # 95 % interval
    high: float
    ns: float  # geometric mean


def command(options, file, record):
    words = ["setarch", "-R", f"{options.build}/mdriver", "--kit", options.kit, "--engine", ENGINE,
             "--policy", HERE / "bench.policy", "--cc", options.cc, "--flags", options.flags,
             "--link", options.link, "--json", record]
    words += ["--submission" if file.endswith(".c") else "--runner", file]
    return [str(word) for word in [*words, "--", *options.traces]]


def run(options, name, file):
    """One grade; the record of it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        record = Path(folder) / "record.json"
        done = subprocess.run(command(options, file, record), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode > 1:
            sys.exit(f"bench: {name} could not be measured: {done.stderr.strip()}")
        return json.loads(record.read_text(encoding="utf-8"))


def first_error(record, trace):
    found = [f["code"] for f in [*record["findings"], *trace["findings"]]
             if f["severity"] == "error"]
    return found[0] if found else "no grade"


def take(cell, record, trace):
    """The speed is that of an allocator that has started. A grade charges for work outside of
    what it times; here that is the start of a library."""
    speed = trace["throughput"]
    cell.valid = trace["valid"]
    cell.why = "" if cell.valid else first_error(record, trace)
    if cell.valid and not speed:
        sys.exit(f"bench: {trace['name']} is over too soon to be timed; name longer TRACES")
    if not cell.valid or not speed["ratio"]:
        return
    cell.payload, cell.heap = trace["peak_payload"], trace["peak_heap"]
    cell.memory = min(cell.heap, trace["pages_touched"] * PAGE)
    ns = speed["ns_per_operation"] - (speed["charged_ns_per_operation"] or 0)
    cell.ns.append(ns)
    cell.ratios.append(speed["ratio"] * speed["ns_per_operation"] / ns)
    if speed["high"]:
        cell.errors.append(math.log(speed["high"] / speed["ratio"]) / 1.96)


def trace_files(options):
    return [file for place in map(Path, options.traces)
            for file in (sorted(place.glob("*.rep")) if place.is_dir() else [place])]


def bounds(options):
    """{trace: [bound, bound]}, from tracestat: the utilization of an ideal allocator that rounds
    sizes up to 16 bytes, and of one that has headers as well."""
    done = subprocess.run([f"{options.build}/tracestat", "--bounds", *trace_files(options)],
                          text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"bench: tracestat: {done.stderr.strip()}")
    rows = (line.rsplit("\t", 2) for line in done.stdout.splitlines())
    return {Path(path).stem: [float(rounded), float(headed)] for path, rounded, headed in rows}


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure(options, allocators):
    """{allocator: {trace: Cell}}, and a record to take the circumstances from."""
    cells = {name: {} for name, _ in allocators}
    record = None
    for number in range(options.rounds):
        order = random.sample(allocators, len(allocators))
        for name, file in order:
            progress(f"round {number + 1} of {options.rounds}: {name}")
            record = run(options, name, file)
            for trace in record["traces"]:
                if trace["scored"]:
                    take(cells[name].setdefault(trace["name"], Cell()), record, trace)
    progress("")
    if not any(cells.values()):
        sys.exit("bench: no trace among these is scored; name other TRACES")
    return cells, record


def mean_of_categories(values):
    """As in a grade: the mean within each category of traces, then over categories."""
    categories = {}
    for trace, value in values.items():
        categories.setdefault(trace.partition("-")[0], []).append(value)
    return statistics.fmean(statistics.fmean(c) for c in categories.values())


def summarize(name, cells):
    good = {trace: c for trace, c in cells.items() if c.valid and c.ratios}
    if not good:
        return Summary(name, 0, len(cells), *[math.nan] * 6)
    timed = {t: c for t, c in good.items() if not t.startswith(GIANT)} or good
    log = mean_of_categories({t: c.log_ratio() for t, c in timed.items()})
    width = 1.96 * math.sqrt(sum(c.log_error() ** 2 for c in timed.values())) / len(timed)
    ns = mean_of_categories({t: math.log(statistics.median(c.ns)) for t, c in timed.items()})
    return Summary(name, len(good), len(cells),
                   mean_of_categories({t: c.utilization() for t, c in good.items()}),
                   mean_of_categories({t: c.payload / c.heap for t, c in good.items()}),
                   math.exp(log), math.exp(log - width), math.exp(log + width), math.exp(ns))


def read_options(parser, words):
    """What is asked of a comparison, and of `words` beside it."""
    for name in words:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--traces", action="append", required=True)
    parser.add_argument("allocators", nargs="+", metavar="NAME=FILE")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("ROUNDS is at least 1")
    for trace in options.traces:
        if not Path(trace).exists():
            parser.error(f"{trace}: no such trace or folder of traces")
    for allocator in options.allocators:
        name, equals, file = allocator.partition("=")
        if not (name and equals and Path(file).is_file()):
            parser.error(f"{allocator}: expected NAME=FILE, and a file that is there")
    options.allocators = [tuple(a.partition("=")[::2]) for a in options.allocators]
    return options


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make bench | head` ends quietly
    parser = argparse.ArgumentParser(description="Measures allocators beside each other.")
    options = read_options(parser, ("build", "kit", "cc", "flags", "link", "out"))
    allocators = options.allocators
    limits = bounds(options)
    cells, record = measure(options, allocators)
    summaries = sorted((summarize(name, cells[name]) for name, _ in allocators),
                       key=lambda s: -s.utilization if s.valid else 1)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    text = table.text(cells, summaries, record["kit"], limits)
    out.with_suffix(".txt").write_text(text, encoding="utf-8")
    out.with_suffix(".tsv").write_text(table.tsv(cells, limits), encoding="utf-8")
    out.with_suffix(".json").write_text(table.json_text(cells, summaries, record["kit"], limits),
                                        encoding="utf-8")
    out.with_suffix(".svg").write_text(chart.svg(summaries), encoding="utf-8")
    print(text, end="")
    print(f"\nWritten: {out}.txt, .tsv, .json and .svg")


if __name__ == "__main__":
    main()
