"""Prints a table of allocators against traces: which trace tells which of them apart.

    matrix.py NAME=RECORD.json...

For each scored trace and allocator: the utilization in percent, and the speed as a ratio to
the reference's. `no` is a trace that is not valid. The last column is by how many points of
utilization the best allocator is above the worst; a trace where it is small, and the speeds
are alike, tells nothing apart.
"""

import json
import sys
from pathlib import Path


def traces(path):
    try:
        return {trace["name"]: trace for trace in json.loads(Path(path).read_text())["traces"]
                if trace["scored"] and trace["category"] != "fuzz"}
    except (OSError, ValueError, LookupError, TypeError) as error:
        sys.exit(f"{path}: this is no record of a grade: {error}")


def cell(trace):
    if not trace["valid"]:
        return f"{'no':>13}"
    speed = trace["throughput"]
    return f"{100 * (trace['utilization'] or 0):6.1f} " + (
        f"{speed['ratio']:6.3f}" if speed else f"{'-':>6}")


def main(*arguments):
    columns = {name: traces(path) for name, _, path in (a.partition("=") for a in arguments)}
    names, *others = map(list, columns.values())
    if any(other != names for other in others):
        sys.exit("matrix: these records are not of the same traces")
    print(f"{'trace':24}" + "".join(f"{name:>15}" for name in columns) + f"{'range':>8}")
    for name in names:
        row = [column[name] for column in columns.values()]
        used = [100 * t["utilization"] for t in row if t["valid"] and t["utilization"]]
        spread = f"{max(used) - min(used):8.1f}" if used else f"{'-':>8}"
        print(f"{name:24}" + "".join(f"{cell(t):>15}" for t in row) + spread)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
