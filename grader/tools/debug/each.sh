#!/bin/sh
# each.sh TOOL [PERIOD]: runs the in-process program for asan, ubsan or valgrind on each trace
# that standard input names, a file or a folder, and calls the student's checker after each
# PERIOD operations. Exit status 1 when a trace fails.
tool=$1 period=${2:-0} here=$(dirname "$0")
program=$("$here/build.sh" "$tool") || exit 2

run=
case $tool in
asan)  # A leak is no fault of an allocator; a null page needs no story.
    export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS" ;;
ubsan)
    export UBSAN_OPTIONS="print_stacktrace=1:$UBSAN_OPTIONS" ;;
valgrind)
    run='valgrind -q --error-exitcode=1 --leak-check=no --track-origins=yes'
    echo '#include <valgrind/memcheck.h>' | $CC -E -xc - >/dev/null 2>&1 ||
        echo "valgrind's header files are missing, so it cannot know payloads;" \
             "on Debian: sudo apt-get install valgrind" >&2 ;;
esac

total=0 failed=0
while IFS= read -r place; do
    [ -d "$place" ] && set -- "$place"/*.rep || set -- "$place"
    for trace; do
        total=$((total + 1))
        # shellcheck disable=SC2086 # words on purpose
        $run "$program" -c "$period" "$trace" </dev/null >"$FOLDER/output" 2>&1 && continue
        failed=$((failed + 1))
        [ "$failed" -le 3 ] && cat "$FOLDER/output"
    done
done
[ "$failed" -gt 3 ] && echo && echo "... and $((failed - 3)) traces more; TRACE=name shows one."
echo "$tool: $failed of $total traces with an error"
[ "$failed" -eq 0 ]
