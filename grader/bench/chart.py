"""The scatter of a bench as SVG: utilization against speed, and the frontier.

Colours follow the reader's light or dark setting. A label is put at the first place around
its point where it covers no point, no line and no other label.
"""

import math
from html import escape

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 44, 56
OURS = ("reference", "1-implicit", "2-explicit", "3-segregated", "starter")

STYLE = """
svg { --ink: #1f2328; --soft: #6b7280; --line: #d8dee4; --ours: #0b6bcb; --theirs: #b4540a;
      --back: #ffffff; font: 13px sans-serif; }
@media (prefers-color-scheme: dark) {
svg { --ink: #e6edf3; --soft: #9aa4af; --line: #353c44; --ours: #58a6ff; --theirs: #f0a35e;
      --back: #0d1117; } }
.back { fill: var(--back); } text { fill: var(--ink); } .soft { fill: var(--soft); }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); }
.frontier { stroke: var(--soft); stroke-dasharray: 5 4; fill: none; stroke-width: 1.5; }
.ours { fill: var(--ours); stroke: var(--ours); }
.theirs { fill: var(--theirs); stroke: var(--theirs); }
text.ours, text.theirs { stroke: none; } .title { font-size: 15px; font-weight: 600; }
"""


def frontier(points):
    """Those that no other one beats in both, from the fastest to the fullest."""
    return sorted((p for p in points
                   if not any(q.ratio >= p.ratio and q.utilization >= p.utilization and q is not p
                              for q in points)), key=lambda p: -p.ratio)


class Scale:
    """From values to places: speed from left to right (logarithmic), utilization upwards."""

    def __init__(self, points):
        least, most = min(p.low for p in points) / 1.15, max(p.high for p in points) * 1.15
        self.left, self.right = math.log(least), math.log(most)
        self.floor = max(0, math.floor(min(p.utilization for p in points) * 10 - 0.2) / 10)
        self.ceiling = min(1, math.ceil(max(p.utilization for p in points) * 10 + 0.2) / 10)

    def x(self, ratio):
        part = (math.log(ratio) - self.left) / (self.right - self.left)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, utilization):
        part = (utilization - self.floor) / (self.ceiling - self.floor)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    def speeds(self):
        steps = [m * 10.0 ** e for e in range(-5, 4) for m in (1, 2, 5)]
        return [s for s in steps if self.left < math.log(s) < self.right]

    def utilizations(self):
        return [t / 10 for t in range(round(self.floor * 10), round(self.ceiling * 10) + 1)]


def axes(scale):
    bottom = HEIGHT - BOTTOM
    for speed in scale.speeds():
        x = scale.x(speed)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
        yield f'<text class="soft" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{speed:g}</text>'
    for part in scale.utilizations():
        y = scale.y(part)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="soft" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{part:.0%}</text>'
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    yield (f'<text class="soft" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" '
           'text-anchor="middle">speed beside glibc (geometric mean, logarithmic)</text>')
    yield (f'<text class="title" x="{LEFT}" y="24">Utilization against speed; up and to the '
           'right is better</text>')


def frontier_corners(points, scale):
    """Steps: at least so fast, at least so full."""
    corners = [(None, HEIGHT - BOTTOM)]
    for p in frontier(points):
        x, y = scale.x(p.ratio), scale.y(p.utilization)
        corners += [(x, corners[-1][1]), (x, y)]
    return [*corners[1:], (LEFT, corners[-1][1])]


def frontier_line(points, scale):
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in frontier_corners(points, scale))
    return f'<path class="frontier" d="M{path}"/>'


def meets(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def label_boxes(x, y, width):
    """Places for a label of `width`, the best first: (left, top, right, bottom)."""
    for gap in (9, 16, 26, 38):
        yield (x + gap, y - 8, x + gap + width, y + 7)
        yield (x - gap - width, y - 8, x - gap, y + 7)
        yield (x - width / 2, y - gap - 14, x + width / 2, y - gap + 1)
        yield (x - width / 2, y + gap - 1, x + width / 2, y + gap + 14)
        for left in (x - width - 4, x + 4):
            yield (left, y + gap - 1, left + width, y + gap + 14)
            yield (left, y - gap - 14, left + width, y - gap + 1)


def place_labels(points, scale):
    """[(point, box)], over no label, point or line, if there is any such place."""
    taken = [(scale.x(p.low) - 2, scale.y(p.utilization) - 6, scale.x(p.high) + 2,
              scale.y(p.utilization) + 6) for p in points]
    corners = frontier_corners(points, scale)
    taken += [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
              for a, b in zip(corners, corners[1:])]
    placed = []
    for p in points:
        x, y, width = scale.x(p.ratio), scale.y(p.utilization), 7.2 * len(p.name)
        boxes = [b for b in label_boxes(x, y, width)
                 if b[0] > LEFT and b[2] < WIDTH - 4 and b[1] > TOP - 14 and b[3] < HEIGHT - BOTTOM]
        free = [b for b in boxes if not any(meets(b, t) for t in taken)]
        box = (free or boxes or [(x + 9, y - 8, x + 9 + width, y + 7)])[0]
        taken.append(box)
        placed.append((p, box))
    return placed


def marks(points, scale):
    for p, box in place_labels(points, scale):
        kind = "ours" if p.name in OURS else "theirs"
        x, y = scale.x(p.ratio), scale.y(p.utilization)
        yield (f'<line class="{kind}" x1="{scale.x(p.low):.1f}" x2="{scale.x(p.high):.1f}" '
               f'y1="{y:.1f}" y2="{y:.1f}"/>')
        yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        yield f'<text class="{kind}" x="{box[0]:.1f}" y="{box[3] - 3:.1f}">{escape(p.name)}</text>'


def svg(summaries):
    points = [s for s in summaries if s.valid]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}" role="img">',
             "<title>Utilization against speed of allocators</title>", f"<style>{STYLE}</style>",
             f'<rect class="back" width="{WIDTH}" height="{HEIGHT}" rx="6"/>']
    if points:
        scale = Scale(points)
        parts += [*axes(scale), frontier_line(points, scale), *marks(points, scale)]
    return "\n".join([*parts, "</svg>"]) + "\n"
