#!/bin/sh
# coverage.sh: runs the in-process program on each trace that standard input names, and says
# which lines of the submission were never reached. Environment as for build.sh.
here=$(dirname "$0")
rm -rf "$FOLDER"
program=$("$here/build.sh" coverage) || exit 2

total=0 failed=0
while IFS= read -r place; do
    [ -d "$place" ] && set -- "$place"/*.rep || set -- "$place"
    for trace; do
        total=$((total + 1))
        "$program" -n -c 16 "$trace" </dev/null >>"$FOLDER/said" 2>>"$FOLDER/errors" && continue
        failed=$((failed + 1)) last=$(tail -n 1 "$FOLDER/errors")
        case $last in "replay: $trace:"*) echo "$last" >&2 && exit 2 ;; esac # it is no trace
    done
done

(cd "$FOLDER" && gcov -l mm.o >/dev/null 2>&1)
found=
for file in "$FOLDER"/*.gcov; do
    case $file in *"$(basename "$SUBMISSION").gcov") found=$file ;; esac
done
[ -n "$found" ] || {
    echo "gcov found no counters: it must be of the same compiler as $CC." >&2
    exit 2
}
grep '^neighbours' "$FOLDER/said" | cat "$found" - |
    awk -v source="$SUBMISSION" -f "$here/coverage.awk"
echo
echo "$total traces, $failed of them ended by a fault (make grade says which)."
echo "All lines with their counts: $found"
