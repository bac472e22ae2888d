#!/bin/sh
# coverage.sh: runs the in-process program on each trace that standard input names, and says
# which lines of the submission were never reached. Environment as for build.sh.
here=$(dirname "$0")

# Counters are read by what belongs to the compiler.
case $($CC --version) in
*clang*) gcov="$($CC -print-prog-name=llvm-cov) gcov" package=llvm ;;
*)       gcov=gcov package=gcc ;;
esac
command -v "${gcov% gcov}" >/dev/null || {
    echo "${gcov% gcov} is missing; on Debian: sudo apt-get install $package" >&2
    exit 2
}

rm -rf "$FOLDER"
program=$(sh "$here/build.sh" coverage) || exit 2

total=0 failed=0
while IFS= read -r trace; do
    total=$((total + 1))
    # shellcheck disable=SC3045 # each shell of Linux knows -S
    (ulimit -S -f 65536; exec "$program" -n -c 16 "$trace") \
        </dev/null >"$FOLDER/output" 2>"$FOLDER/errors"
    grep -a '^neighbours' "$FOLDER/output" >>"$FOLDER/said"
    grep -aq ' operations done, nothing wrong was seen$' "$FOLDER/output" && continue
    failed=$((failed + 1)) last=$(tail -n 1 "$FOLDER/errors")
    case $last in "replay: $trace:"*) echo "$last" >&2 && exit 2 ;; esac # it is no trace
done

# shellcheck disable=SC2086 # words on purpose
(cd "$FOLDER" && $gcov -l mm.o >/dev/null 2>&1)
found=
for file in "$FOLDER"/*.gcov; do
    case $file in *"$(basename "$SUBMISSION").gcov") found=$file ;; esac
done
[ -n "$found" ] || {
    echo "gcov found no counters: it must be of the same compiler as $CC." >&2
    exit 2
}
cat "$found" "$FOLDER/said" |
    awk -v source="$SUBMISSION" -f "$here/coverage.awk"
echo
echo "$total traces, $failed of them ended by a fault (make grade says which)."
echo "All lines with their counts: $found"
