"""What a bench found, as text for people and as TSV and JSON for programs."""

import json
import math
import statistics

HEAD = """\
util    peak live payload / memory: the peak of the heap, or the pages of it that were ever
        touched, whichever is less. Mean per category of traces, then over categories.
break   the same with the peak of the heap alone, as a grade counts it
ratio   speed beside glibc, in turn with it: geometric mean, and its 95 % interval
ns      per operation, the loop that makes the calls included: geometric mean
        Both without the traces giant-*, where mapping by mapping is what takes the time.
"""

NOTE = """\
bound 16, beside the utilization of a trace, is what no allocator can pass that aligns to 16
bytes; header 8 what none can pass that has a header of 8 bytes and blocks of 32 or more.

Allocators of the system have their static and thread-local data free of charge here, and
reserve address space ahead: `break` counts that, `util` does not.
"""


def percent(value):
    return "-" if math.isnan(value) else f"{100 * value:.1f} %"


def number(value, digits=2):
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def summary_lines(summaries):
    yield f"{'allocator':16}{'valid':>9}{'util':>10}{'break':>10}{'ratio':>8}   {'95 %':14}{'ns':>6}"
    for s in summaries:
        interval = f"{number(s.low)} to {number(s.high)}"
        yield (f"{s.name:16}{s.valid:>4} of {s.traces:<2}{percent(s.utilization):>9}"
               f"{percent(s.of_break):>10}{number(s.ratio):>8}   {interval:14}{number(s.ns, 1):>6}")


def cell_text(cell, kind):
    if not cell.valid or not cell.ratios:
        return "-"
    if kind == "utilization":
        return f"{100 * cell.utilization():.1f}"
    if kind == "ns":
        return f"{statistics.median(cell.ns):.1f}"
    return f"{math.exp(cell.log_ratio()):.2f}"


def grid(cells, names, kind, bounds):
    """`bounds` of each trace stand behind what the allocators reach; empty: none do."""
    width = max(10, *(len(n) + 2 for n in names))
    traces = sorted({t for row in cells.values() for t in row})
    yield f"{'trace':24}" + "".join(f"{n:>{width}}" for n in names) + (
        f"{'bound 16':>10}{'header 8':>10}" if bounds else "")
    for trace in traces:
        beside = bounds[trace] if bounds else ()
        yield f"{trace:24}" + "".join(
            f"{cell_text(cells[n][trace], kind) if trace in cells[n] else '-':>{width}}"
            for n in names) + "".join(f"{100 * b:>10.1f}" for b in beside)


def failures(cells):
    for name, row in cells.items():
        for trace, cell in row.items():
            if not cell.valid:
                yield f"{name} is not valid on {trace}: {cell.why}"


def text(cells, summaries, kit, bounds):
    names = [s.name for s in summaries]
    parts = [f"{kit['machine']}, {kit['system']}, {kit['compiler']}\n", HEAD,
             "\n".join(summary_lines(summaries)) + "\n", NOTE]
    for title, kind, beside in (("Utilization, in percent", "utilization", bounds),
                                ("Speed beside glibc", "ratio", {}),
                                ("Nanoseconds per operation", "ns", {})):
        parts.append(f"{title}\n\n" + "\n".join(grid(cells, names, kind, beside)) + "\n")
    missing = "\n".join(failures(cells))
    return "\n".join(parts + ([missing + "\n"] if missing else []))


def rows(cells, bounds):
    """A dictionary for each allocator and trace."""
    for name, row in cells.items():
        for trace, cell in row.items():
            measured = cell.valid and bool(cell.ratios)
            error = 1.96 * cell.log_error() if measured else math.nan
            log = cell.log_ratio() if measured else math.nan
            yield {"allocator": name, "trace": trace, "valid": cell.valid, "why": cell.why,
                   "peak_payload": cell.payload, "peak_heap": cell.heap, "memory": cell.memory,
                   "utilization": cell.utilization() if measured else None,
                   "bound_rounded": bounds[trace][0], "bound_header": bounds[trace][1],
                   "ns": statistics.median(cell.ns) if measured else None,
                   "ns_least": min(cell.ns) if measured else None,
                   "ns_most": max(cell.ns) if measured else None,
                   "ratio": math.exp(log) if measured else None,
                   "low": math.exp(log - error) if measured else None,
                   "high": math.exp(log + error) if measured else None,
                   "rounds": len(cell.ratios)}


def tsv(cells, bounds):
    lines = []
    for row in rows(cells, bounds):
        if not lines:
            lines.append("\t".join(row))
        lines.append("\t".join("" if v is None else f"{v:.5g}" if isinstance(v, float) else str(v)
                               for v in row.values()))
    return "\n".join(lines) + "\n"


def json_text(cells, summaries, kit, bounds):
    plain = [{k: None if isinstance(v, float) and math.isnan(v) else v
              for k, v in vars(s).items()} for s in summaries]
    return json.dumps({"kit": kit, "allocators": plain, "traces": list(rows(cells, bounds))},
                      indent=1) + "\n"
