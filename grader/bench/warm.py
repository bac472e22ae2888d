"""Compares allocators that play the same traces again and again, each in its own process.

    warm.py --compile WORDS --rounds N --traces PATH... NAME=FILE...

FILE is an mm.c, which WORDS link with warm.c, or a program that is so linked. One of them is
glibc. In each round all have their turn, in random order, and a speed is that
beside glibc's in the same round.
"""

import argparse
import math
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import table
from bench import mean_of_categories, progress, read_options, trace_files

HEAD = """\
ratio   speed beside glibc: geometric mean, median of the rounds; least and most of them
ns      per operation, the loop that makes the calls included: geometric mean

An allocator plays a trace for a tenth of a second; the pass that took least counts. Traces
with giant blocks, or with requests that must fail, are left out.
"""


def link(words, file, program):
    """The program of an allocator."""
    if not file.endswith(".c"):
        return file
    if subprocess.run([*shlex.split(words), file, "-o", program]).returncode != 0:
        sys.exit(f"warm: {file} does not compile")
    return program


def play(program, files):
    """{trace: ns per operation}"""
    done = subprocess.run([program, *files], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"warm: {done.stderr.strip()}")
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {Path(path).stem: float(ns) for path, ns in rows}


def measure(programs, files, rounds):
    """{allocator: [{trace: ns}]}, a dictionary for each round"""
    found = {name: [] for name in programs}
    for number in range(rounds):
        for name in random.sample(list(programs), len(programs)):
            progress(f"round {number + 1} of {rounds}: {name}")
            found[name].append(play(programs[name], files))
    progress("")
    return found


def ratios(rounds, glibc):
    """[{trace: speed beside glibc's}], a dictionary for each round"""
    return [{trace: theirs[trace] / ns for trace, ns in ours.items()}
            for ours, theirs in zip(rounds, glibc)]


def mean(values):
    return math.exp(mean_of_categories({t: math.log(v) for t, v in values.items()}))


def median(rounds):
    return {trace: statistics.median(r[trace] for r in rounds) for trace in rounds[0]}


def lines(found):
    speed = {name: ratios(rounds, found["glibc"]) for name, rounds in found.items()}
    names = sorted(speed, key=lambda name: -statistics.median(map(mean, speed[name])))
    yield from (HEAD, f"{'allocator':16}{'ratio':>8}   {'rounds':14}{'ns':>8}")
    for name in names:
        means = [mean(r) for r in speed[name]]
        spread = f"{table.number(min(means))} to {table.number(max(means))}"
        yield (f"{name:16}{table.number(statistics.median(means)):>8}   {spread:14}"
               f"{table.number(mean(median(found[name])), 1):>8}")
    width = max(10, *(len(n) + 2 for n in names))
    yield f"\n{'trace':24}" + "".join(f"{n:>{width}}" for n in names)
    for trace in sorted(found["glibc"][0]):
        yield f"{trace:24}" + "".join(
            f"{table.number(median(speed[n])[trace]):>{width}}" for n in names)


def main():
    parser = argparse.ArgumentParser(description="Compares allocators that are warm.")
    options = read_options(parser, ("compile",))
    with tempfile.TemporaryDirectory(prefix="warm-") as folder:
        programs = {name: link(options.compile, file, f"{folder}/{name}")
                    for name, file in options.allocators}
        found = measure(programs, trace_files(options), options.rounds)
    if not found["glibc"][0]:
        sys.exit("warm: no trace is left; giant blocks are not for this")
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main()
