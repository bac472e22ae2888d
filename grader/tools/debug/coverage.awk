# coverage.awk - reads gcov's mm.c.gcov, then lines "neighbours N L R B", and says what the
# traces did not reach. Set `source` to the submission's name.
#
#         -:   12:text      no code
#        31:   13:text      reached 31 times
#     #####:   14:text      never

$1 == "neighbours" {
    neither += $2; left += $3; right += $4; both += $5
    next
}
{
    split($0, part, ":")
    count = part[1]; number = part[2] + 0
    text = substr($0, length(part[1]) + length(part[2]) + 3)
    gsub(/ /, "", count)
    if (count == "-" || number == 0)
        next
    total++
    if (count ~ /^[#=]/) {
        if (number != previous + 1 || !missed)
            printf "%s", missed ? "\n" : ""
        printf "%5d  %s\n", number, text
        missed++
        previous = number
    }
}
END {
    if (missed)
        printf "\n%d of %d lines with code in %s were never reached: those above.\n", missed, total, source
    else
        printf "All %d lines with code in %s were reached.\n", total, source
    print "\nWhat was next to a block when it was freed:"
    printf "%12d times both neighbours were in use\n", neither
    printf "%12d times the left one was free\n", left
    printf "%12d times the right one was free\n", right
    printf "%12d times both were free\n", both
    if (!neither || !left || !right || !both)
        print "A situation that never came has never been tested: write a trace for it."
}
