"""What confinement costs: the same grade with and without it, in turn, round after round.

    make bench-confinement [ROUNDS=5] [SUBMISSION=solution/mm.c]

A machine's speed drifts, so only ratios within a round count; shown are their medians, with
the lowest and the highest.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time

KINDS = {"none": "none: no filter, no sandbox", "all": "filters, namespaces",
         "user": "filters, another user"}
PHASES = ["compile", "checked", "timed", "whole"]


def grade(command, kind, record):
    begun = time.monotonic()
    done = subprocess.run([command[0], "--confine", kind, "--json", record, *command[1:]],
                          stdout=subprocess.DEVNULL, check=False)
    whole = time.monotonic() - begun
    if done.returncode > 1:
        sys.exit(2)
    with open(record, encoding="utf-8") as text:
        content = json.load(text)
    return content["seconds"] | {"whole": whole}, content["kit"]["compiler_sandbox"]


def measure(command, rounds):
    """Seconds per kind and phase, a list with an entry for each round."""
    seconds = {kind: {phase: [] for phase in PHASES} for kind in KINDS}
    expected = {"none": "none", "all": "namespaces", "user": "another user"}
    with tempfile.NamedTemporaryFile() as record:
        for kind in KINDS:
            grade(command, kind, record.name)  # makes what is made only once
        for number in range(rounds):
            order = list(seconds)
            for kind in order[number % len(order):] + order[:number % len(order)]:
                took, sandbox = grade(command, kind, record.name)
                if sandbox != expected[kind]:
                    seconds.pop(kind)  # this machine cannot do that
                    continue
                for phase in PHASES:
                    seconds[kind][phase].append(took[phase])
    return seconds


def compare(mine, theirs):
    """The median of the ratios, and their spread; none of a phase that takes no time."""
    if min(theirs) < 0.05:
        return ""
    ratios = [a / b for a, b in zip(mine, theirs)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def show(seconds, rounds):
    print(f"\nseconds of a grade, median of {rounds} rounds in turn; ratio to no confinement "
          "(lowest to highest)\n")
    print(f"{'':30}" + "".join(f"{phase:>24}" for phase in PHASES))
    for kind, phases in seconds.items():
        line = f"{KINDS[kind]:30}"
        for phase in PHASES:
            line += f"{statistics.median(phases[phase]):6.2f} "
            line += f"{compare(phases[phase], seconds['none'][phase]):>17}"
        print(line)
    for kind in KINDS.keys() - seconds.keys():
        print(f"{KINDS[kind]:30}  not available here")


if __name__ == "__main__":
    ROUNDS = int(sys.argv[1])
    show(measure(sys.argv[2:], ROUNDS), ROUNDS)
