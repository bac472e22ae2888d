#!/bin/sh
# run.sh LIBRARY COMMAND: runs a shell command on an allocator, then tells of its heap.
#
# Standard output and error are the command's own; the report follows on standard error,
# unless QUIET is set. The exit status is the command's.
report=$(mktemp) || exit 2
trap 'rm -f "$report"' EXIT
MM_REPORT=$report LD_PRELOAD=$1 sh -c "$2"
status=$?
if [ -z "$QUIET" ]; then
    awk -F '\t' -v status="$status" '
        function unit(n) { return n < 100000 ? n " B" : n < 1e8 ? int(n / 1024) " KiB" : int(n / 1048576) " MiB" }
        NR == 1 { printf "\n%-18s %10s %12s %6s %10s %8s %12s\n", "program", "peak heap",
                  "peak payload", "util", "calls", "refused", "live at end" }
        NR <= 12 { printf "%-18.18s %10s %12s %5.1f%% %10d %8d %12s\n", $2, unit($3), unit($4),
                   $3 ? 100 * $4 / $3 : 0, $5, $6, $7 }
        END { if (NR > 12) printf "and %d processes more\n", NR - 12
              if (NR == 0) print "\nno process ended by exit(): nothing to report"
              if (status) printf "exit status %d\n", status }' "$report" >&2
fi
exit "$status"
