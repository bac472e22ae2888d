# plot.awk - draws a history of grades (grader/engine/history.h) as one HTML page.
#
#   awk -f plot.awk -v file=mm.c -v profile=modern .brklab-history > page.html
#
# Above, points over runs; below, a row for each trace: utilization and speed over the
# same runs. A gap in a line: not valid, or not measured.

BEGIN { FS = "\t" }

$1 == "run" && NF == 10 {
    ours = $3 == file && $4 == profile
    if (!ours) next
    run++
    total[run] = number($6); max[run] = number($7)
    part["correctness", run] = number($8); part["utilization", run] = number($9)
    part["throughput", run] = number($10)
}

$1 == "trace" && NF == 6 && ours {
    if (!($2 in known)) { known[$2] = 1; names[++traces] = $2 }
    valid[$2, run] = $3
    used[$2, run] = $3 == 1 ? number($4) : "-"
    ratio[$2, run] = $3 == 1 ? number($5) : "-"
}

# A history lies beside the submission, and may have come with it: a number is nothing else.
function number(text) { return is_number(text) ? text + 0 : "-" }

function escape(text) {
    gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
    return text
}

function x(r, width) { return run > 1 ? 8 + (r - 1) * (width - 16) / (run - 1) : width / 2 }

function is_number(text) { return text != "" && text != "-" }

# The line of v[key r] for all runs, as an SVG path broken at gaps; `most` is the top.
function path(v, key, width, height, most,    r, d, pen) {
    for (r = 1; r <= run; r++) {
        if (!is_number(v[key, r])) { pen = 0; continue }
        d = d sprintf("%s%.1f %.1f ", pen ? "L" : "M", x(r, width),
                      height - 4 - (height - 8) * v[key, r] / most)
        pen = 1
    }
    return d
}

function last_of(v, key,    r) {
    for (r = run; r > 0; r--) if (is_number(v[key, r])) return v[key, r]
    return "-"
}

function first_of(v, key,    r) {
    for (r = 1; r <= run; r++) if (is_number(v[key, r])) return v[key, r]
    return "-"
}

function dots(v, key, width, height, most, what,    r, out) {
    for (r = 1; r <= run; r++)
        if (is_number(v[key, r]))
            out = out sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>run %d: %s %.3g</title></circle>",
                              x(r, width), height - 4 - (height - 8) * v[key, r] / most, r, what, v[key, r])
    return out
}

function curve(class, v, key, width, height, most, what) {
    return sprintf("<g class=\"%s\"><path d=\"%s\"/>%s</g>", class,
                   path(v, key, width, height, most), dots(v, key, width, height, most, what))
}

function largest(v, key, least,    r) {
    for (r = 1; r <= run; r++) if (is_number(v[key, r]) && v[key, r] > least) least = v[key, r]
    return least
}

function percent(p) { return is_number(p) ? sprintf("%.1f&nbsp;%%", 100 * p) : "-" }

function row(name,    ok) {
    ok = valid[name, run]
    printf "<tr><th scope=\"row\">%s</th><td%s>%s</td>", escape(name), ok == 0 && ok != "" ? " class=\"no\"" : "",
        ok == "" ? "not run" : ok == 1 ? "valid" : "not valid"
    printf "<td><svg width=\"220\" height=\"30\" role=\"img\" aria-label=\"utilization over runs\">%s</svg></td>",
        curve("utilization", used, name, 220, 30, 1, "utilization")
    printf "<td>%s to %s</td>", percent(first_of(used, name)), percent(last_of(used, name))
    printf "<td><svg width=\"220\" height=\"30\" role=\"img\" aria-label=\"speed over runs\">%s</svg></td>",
        curve("throughput", ratio, name, 220, 30, largest(ratio, name, 0.01), "ratio")
    printf "<td>%s</td></tr>\n", is_number(last_of(ratio, name)) ? sprintf("%.2f", last_of(ratio, name)) : "-"
}

function score_chart(    r, most, y, k) {
    most = 1
    for (r = 1; r <= run; r++) {
        sum["all", r] = total[r]
        if (is_number(max[r]) && max[r] > most) most = max[r]
    }
    print "<svg width=\"760\" height=\"260\" role=\"img\" aria-label=\"points over " run " runs, the last " total[run] " of " max[run] "\">"
    for (k = 0; k <= 4; k++) {
        y = 256 - 63 * k
        printf "<line class=\"rule\" x1=\"0\" x2=\"760\" y1=\"%d\" y2=\"%d\"/><text x=\"2\" y=\"%d\">%g</text>\n", y, y, k < 4 ? y - 3 : y + 12, most * k / 4
    }
    print curve("correctness", part, "correctness", 760, 260, most, "correctness")
    print curve("utilization", part, "utilization", 760, 260, most, "utilization")
    print curve("throughput", part, "throughput", 760, 260, most, "throughput")
    print curve("total", sum, "all", 760, 260, most, "score") "</svg>"
}

END {
    if (run == 0) exit 3
    title = escape(file) ": " run " graded run" (run == 1 ? "" : "s")
    print "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" title "</title><style>"
    print ":root { color-scheme: light dark; --page: #fff; --text: #1c2430; --rule: #d9dee5; --a: #5b6675; --b: #2f6fb7; --c: #a8570c; --d: #1c2430; --no: #c4161c }"
    print "@media (prefers-color-scheme: dark) { :root { --page: #14181e; --text: #e7ebf0; --rule: #35404d; --a: #9aa7b6; --b: #6ba8ec; --c: #e8a860; --d: #fff; --no: #ff8a80 } }"
    print "body { font: 15px/1.4 system-ui, sans-serif; margin: 24px; background: var(--page); color: var(--text) } h1 { font-size: 20px }"
    print "path { fill: none; stroke-width: 2 } .correctness path { stroke: var(--a) } .utilization path { stroke: var(--b) } .throughput path { stroke: var(--c) } .total path { stroke: var(--d); stroke-width: 3 }"
    print ".correctness circle { fill: var(--a) } .utilization circle { fill: var(--b) } .throughput circle { fill: var(--c) } .total circle { fill: var(--d) }"
    print ".rule { stroke: var(--rule) } text { font-size: 11px; fill: var(--a) } table { border-collapse: collapse } th, td { text-align: left; font-weight: 400; padding: 2px 14px 2px 0; border-top: 1px solid var(--rule) } .no { color: var(--no) } .wide { overflow-x: auto } span { margin-right: 18px } i { display: inline-block; width: 14px; height: 3px; vertical-align: 4px; margin-right: 5px }"
    print "</style></head><body><h1>" title "</h1>"
    print "<p><span><i style=\"background:var(--d)\"></i>score</span><span><i style=\"background:var(--a)\"></i>correctness</span><span><i style=\"background:var(--b)\"></i>utilization</span><span><i style=\"background:var(--c)\"></i>throughput</span></p>"
    print "<div class=\"wide\" tabindex=\"0\">"
    score_chart()
    print "</div><h2>Traces</h2><div class=\"wide\" tabindex=\"0\"><table><tr><th>trace</th><th>now</th><th>utilization, 0 to 100 %</th><th>first to last</th><th>speed, from 0</th><th>ratio</th></tr>"
    for (i = 1; i <= traces; i++) if (last_of(used, names[i]) != "-" || valid[names[i], run] == 0) row(names[i])
    print "</table></div></body></html>"
}
