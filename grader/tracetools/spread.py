"""Prints how far utilization moves when traces are replaced by private variations of them.

    spread.py PUBLIC.json PRIVATE.json...

The records are of one submission: on the public traces, and on variations of these
(NAME-private). Printed is, for each trace, the utilization on the public one, and by how many
points (of a hundred) the variations are above or below it; last a summary of these.
"""

import json
import statistics
import sys
from pathlib import Path


def utilizations(path):
    """Trace name -> utilization in percent; a trace that is not valid ends the program."""
    found = {}
    try:
        for trace in json.loads(Path(path).read_text())["traces"]:
            if not trace["valid"]:
                sys.exit(f"{path}: {trace['name']} is not valid: {trace['findings'][0]['message']}")
            if trace["utilization"] is not None:
                found[trace["name"].removesuffix("-private")] = 100 * trace["utilization"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        sys.exit(f"{path}: this is no record of a grade: {error}")
    return found


def main(public, *private):
    base, others = utilizations(public), [utilizations(path) for path in private]
    if not base or any(base.keys() - other.keys() for other in others):
        sys.exit("spread: these records are not of the same traces")
    moves = []
    for name, value in base.items():
        apart = [other[name] - value for other in others]
        moves += apart
        print(f"{name:26} {value:6.1f}%  {min(apart):+5.1f} to {max(apart):+5.1f}")
    print(f"{len(moves)} variations: mean {statistics.mean(moves):+.2f}, "
          f"median distance {statistics.median(map(abs, moves)):.2f}, "
          f"farthest {max(map(abs, moves)):.2f} points")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
