# median.awk - the line of one window length in the table of `make bench-windows`: of its lines,
# sorted by points, the one in the middle.

$1 == window { points[++count] = $2; ratio[count] = $3 }
END {
    middle = int((count + 1) / 2)
    printf "%-10s %10.2f %10.3f %10.2f\n", window, points[middle], ratio[middle],
        points[count] - points[1]
}
