"""Plots as inline SVG: no file beside the page, colours from the page's own style sheet.

Every plot is a figure for the eye; the same numbers stand in a table beside it, and the
`title` and `desc` of the picture say in words what it shows.
"""

import math
import statistics

from markupsafe import Markup


def _svg(width, height, title, desc, parts):
    return Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" width="{}" height="{}">'
                  '<title>{}</title><desc>{}</desc>{}</svg>').format(
                      width, height, width, height, title, desc, Markup("").join(parts))


def _text(x, y, text, kind="", anchor="start"):
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>').format(
        x, y, kind, anchor, text)


def _line(x1, y1, x2, y2, kind):
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>').format(
        x1, y1, x2, y2, kind)


def _rect(x, y, width, height, kind, title=None):
    inside = Markup("<title>{}</title>").format(title) if title else ""
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}">{}</rect>'
                  ).format(x, y, max(width, 0), max(height, 0), kind, inside)


def _circle(x, y, radius, kind, title=None):
    inside = Markup("<title>{}</title>").format(title) if title else ""
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" class="{}">{}</circle>').format(
        x, y, radius, kind, inside)


# ---- distributions -----------------------------------------------------------------------

def histogram(values, low, high, title, show):
    """How many values lie in each of 20 steps from `low` to `high`; outliers in the last ones."""
    values = [value for value in values if value is not None]
    width, height, left, base, bins = 340, 170, 30, 136, 20
    counts = [0] * bins
    for value in values:
        counts[max(0, min(bins - 1, int((value - low) / (high - low) * bins)))] += 1
    most, step = max([1, *counts]), (width - left - 10) / bins
    parts = [_line(left, base, width - 10, base, "axis")]
    for number, count in enumerate(counts):
        tall = (base - 26) * count / most
        edges = [show(low + (high - low) * (number + side) / bins) for side in (0, 1)]
        if count:
            parts.append(_rect(left + number * step + 1, base - tall, step - 2, tall, "bar",
                               f"{edges[0]} to {edges[1]}: {count}"))
    parts += [_text(left - 6, 30, most, "tick", "end"), _text(left - 6, base, 0, "tick", "end")]
    for share in (0, 0.5, 1):
        anchor = {0: "start", 0.5: "middle", 1: "end"}[share]
        parts.append(_text(left + share * (width - left - 10), base + 16,
                           show(low + share * (high - low)), "tick", anchor))
    desc = "no submission"
    if values:
        middle = statistics.median(values)
        desc = f"{len(values)} submissions, median {show(middle)}"
        x = left + (width - left - 10) * max(0, min(1, (middle - low) / (high - low)))
        parts += [_line(x, 18, x, base, "mark"),
                  _text(x + (5 if x < width / 2 else -5), 14, f"median {show(middle)}", "note",
                        "start" if x < width / 2 else "end")]
    return _svg(width, height, f"Distribution of {title}", desc, parts)


# ---- the class and its landmarks ------------------------------------------------------------

class Scale:
    """From a measure to a place; `log` for ratios."""

    def __init__(self, low, high, begin, end, log=False):
        self.log, self.begin, self.end = log, begin, end
        self.low, self.high = (math.log(low), math.log(high)) if log else (low, high)

    def __call__(self, value):
        value = math.log(max(value, 1e-9)) if self.log else value
        share = (value - self.low) / (self.high - self.low)
        return self.begin + (self.end - self.begin) * max(0, min(1, share))


RATIOS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


def ratio_range(ratios):
    ratios = [ratio for ratio in ratios if ratio and ratio > 0] or [1]
    low = max([r for r in RATIOS if r <= min(ratios) * 0.95] or [RATIOS[0]])
    high = min([r for r in RATIOS if r >= max(ratios) * 1.05] or [RATIOS[-1]])
    return (low, high) if low < high else (0.3, 3)


def _place_labels(landmarks):
    """Lines of text beside the landmarks, moved down where they would cover each other."""
    taken = []
    for x, y, name in sorted(landmarks, key=lambda mark: mark[1]):
        while any(abs(x - other_x) < 90 and abs(y - other_y) < 14 for other_x, other_y in taken):
            y += 14
        taken.append((x, y))
        yield x, y, name


def scatter(students, landmarks):
    """Utilization against speed: `students` as (utilization, ratio, name, href, class)."""
    width, height, left, base = 720, 420, 58, 366
    everything = [(u, r) for u, r, *_ in students] + [(u, r) for u, r, _ in landmarks]
    low, high = ratio_range([r for _, r in everything])
    least = min([0.9, *(u for u, _ in everything)])
    across = Scale(math.floor(least * 10) / 10, 1, left, width - 24)
    up = Scale(low, high, base, 18, log=True)
    parts = []
    for tenth in range(math.floor(least * 10), 11):
        x = across(tenth / 10)
        parts += [_line(x, 18, x, base, "grid"), _text(x, base + 17, f"{tenth * 10} %", "tick", "middle")]
    for ratio in (r for r in RATIOS if low <= r <= high):
        y = up(ratio)
        parts += [_line(left, y, width - 24, y, "grid"), _text(left - 8, y + 4, f"{ratio:g}", "tick", "end")]
    parts += [_text((left + width) / 2, base + 40, "utilization: peak payload / peak heap", "note", "middle"),
              Markup('<text transform="translate(14 {}) rotate(-90)" class="note" '
                     'text-anchor="middle">speed beside the reference</text>').format((base + 18) / 2)]
    for utilization, ratio, name, href, kind in students:
        dot = _circle(across(utilization), up(ratio), 5, f"dot {kind}",
                      f"{name}: utilization {utilization:.1%}, speed {ratio:.2f}")
        parts.append(Markup('<a href="{}" aria-label="{}">{}</a>').format(href, name, dot))
    for utilization, ratio, name in landmarks:
        x, y = across(utilization), up(ratio)
        parts.append(Markup('<path d="M{:.1f} {:.1f}l7 7 -7 7 -7 -7z" class="landmark"/>').format(x, y - 7))
    for x, y, name in _place_labels([(across(u), up(r), n) for u, r, n in landmarks]):
        side = ("end", -11) if x > width - 110 else ("start", 11)
        parts.append(_text(x + side[1], y + 4, name, "label", side[0]))
    desc = (f"{len(students)} submissions; landmarks: " +
            ", ".join(f"{name} at {u:.0%} and {r:.2f}" for u, r, name in landmarks))
    return _svg(width, height, "Utilization against speed", desc, parts)


# ---- one submission ---------------------------------------------------------------------------

def _short(name, most=24):
    return name if len(name) <= most else name[:most - 1] + "…"


def _speed_row(speed, place, y):
    low, high = speed["low"], speed["high"]
    parts = [_line(place(low), y, place(high), y, "whisker")] if low and high else []
    return [*parts, _circle(place(speed["ratio"]), y, 4, "own",
                            f"speed {speed['ratio']:.2f} of the reference's")]


def traces(rows):
    """Two panels, a line per trace: utilization beside the reference's; speed, with its interval.

    `rows`: dicts with name, valid, utilization, reference_utilization and throughput, as a
    record has them.
    """
    step, top, width = 18, 34, 760
    height = top + step * len(rows) + 30
    ratios = [row["throughput"]["ratio"] for row in rows if row["throughput"]]
    low, high = ratio_range([*ratios, 1])
    used, speed = Scale(0, 1, 190, 450), Scale(low, high, 490, 740, log=True)
    parts = [_text(190, 14, "utilization", "head"), _text(490, 14, "speed beside the reference", "head")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts += [_line(used(share), top - 10, used(share), height - 24, "grid"),
                  _text(used(share), height - 8, f"{share:.0%}", "tick", "middle")]
    for ratio in (r for r in RATIOS if low <= r <= high):
        parts += [_line(speed(ratio), top - 10, speed(ratio), height - 24, "grid one" if ratio == 1 else "grid"),
                  _text(speed(ratio), height - 8, f"{ratio:g}", "tick", "middle")]
    for number, row in enumerate(rows):
        y = top + step * number
        parts.append(_text(180, y + 4, _short(row["name"]), "name" if row["valid"] else "name bad", "end"))
        own, theirs = row["utilization"], row["reference_utilization"]
        if own is not None and theirs is not None:
            parts.append(_line(used(own), y, used(theirs), y, "gap"))
        if theirs is not None:
            parts.append(_line(used(theirs), y - 6, used(theirs), y + 6, "theirs"))
        if own is not None:
            parts.append(_circle(used(own), y, 4, "own", f"{row['name']}: utilization {own:.1%}"))
        if not row["valid"]:
            parts.append(_text(194, y + 4, "not valid", "note bad"))
        if row["throughput"]:
            parts += _speed_row(row["throughput"], speed, y)
    desc = ("A dot is this submission, a stroke the reference. "
            f"{sum(row['valid'] for row in rows)} of {len(rows)} traces are valid.")
    return _svg(width, height, "Utilization and speed on each trace", desc, parts)


def bar(points, most):
    """A share as a bar, for a line of the computation."""
    share = max(0, min(1, points / most)) if most else 0
    return Markup('<svg class="share" viewBox="0 0 100 8" width="100" height="8" '
                  'preserveAspectRatio="none" aria-hidden="true">{}{}</svg>').format(
                      _rect(0, 0, 100, 8, "rest"), _rect(0, 0, 100 * share, 8, "bar"))
