# windows.awk - from a record: throughput points and ratio, in a line for `make bench-windows`.
#
# The lengths are tried in turn, several times: a shared machine's state moves ratios, too.
# Points may differ by less than 0.2 from one length of windows to the next, or what a window
# costs at its edges is not separated well enough from what the allocator costs.

/^  "score"/ { part = "score" }
/^  "throughput"/ { part = "throughput" }
part == "score" && /"throughput":/ { points = $2 }
part == "throughput" && /"ratio":/ && ratio == "" { ratio = $2 }
END { printf "%-10s %10.2f %10.3f\n", window, points, ratio }
