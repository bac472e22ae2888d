#!/bin/sh
# windows.sh KIT SUBMISSION MDRIVER POLICY TRACES... - does the length of a window move points?
#
# Grades the same submission with windows of three lengths, each twice as long as the one
# before. Throughput points may differ by less than 0.2, or what a window costs at its
# edges is not separated well enough from what the allocator costs.

kit=$1 submission=$2 mdriver=$3 policy=$4
shift 4
record=$kit/windows.json
printf '%-10s %12s %12s\n' window points ratio
for window in 2048 4096 8192; do
    eval "$mdriver" --window $window --policy '"$policy"' --submission '"$submission"' \
        --json '"$record"' -- '"$@"' >/dev/null
    [ $? -le 1 ] || exit 2
    awk -v window=$window '
        /^  "score"/ { inside = 1 }
        /^  "throughput"/ { inside = 2 }
        inside == 1 && /"throughput":/ { points = $2 }
        inside == 2 && /"ratio":/ && !ratio { ratio = $2 }
        END { printf "%-10s %12.2f %12.3f\n", window, points, ratio }' "$record"
done
