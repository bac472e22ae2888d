#!/bin/sh
# each.sh TOOL [PERIOD]: runs the in-process program for asan, ubsan or valgrind on each trace
# that standard input names, and calls the student's checker after each PERIOD operations.
# Exit status 1 when a trace fails, 2 when it is none.
tool=$1 period=${2:-0} here=$(dirname "$0")
program=$(sh "$here/build.sh" "$tool") || exit 2

run=
case $tool in
asan)  # A leak is no fault of an allocator; a failed assertion has a line in the trace.
    export ASAN_OPTIONS="detect_leaks=0:handle_abort=1:$ASAN_OPTIONS" ;;
ubsan)
    export UBSAN_OPTIONS="print_stacktrace=1:$UBSAN_OPTIONS" ;;
valgrind)
    run='valgrind -q --error-exitcode=1 --leak-check=no --track-origins=yes'
    echo '#include <valgrind/memcheck.h>' | $CC -E -xc - >/dev/null 2>&1 ||
        echo "valgrind's header files are missing, so it cannot know payloads;" \
             "on Debian: sudo apt-get install valgrind" >&2 ;;
esac

# A submission may print without end: in blocks of 512 bytes. What the tool says comes last.
show() {
    if [ "$(wc -c <"$FOLDER/output")" -gt 65536 ]; then
        echo "... (all of it: $FOLDER/output)"
        tail -c 32768 "$FOLDER/output"
    else
        cat "$FOLDER/output"
    fi
}

total=0 failed=0
while IFS= read -r trace; do
    total=$((total + 1))
    # shellcheck disable=SC2086,SC3045 # words on purpose; each shell of Linux knows -S
    (ulimit -S -f 65536; exec $run "$program" -c "$period" "$trace") \
        </dev/null >"$FOLDER/output" 2>&1
    status=$? last=$(tail -n 1 "$FOLDER/output" | tail -c 256)
    case $status:$last in
    0:*": all "*" operations done, nothing wrong was seen") continue ;;
    2:"replay: "*) echo "$last" >&2 && exit 2 ;; # it is no trace
    0:*) echo "$trace: the submission ended the program" >>"$FOLDER/output" ;;
    esac
    failed=$((failed + 1))
    [ "$failed" -le 3 ] && show
done
[ "$failed" -gt 3 ] && echo && echo "... and $((failed - 3)) traces more; TRACE=name shows one."
echo "$tool: $failed of $total traces with an error"
[ "$failed" -eq 0 ] || {
    echo "Next: make gdb TRACE=name LINE=n, with what stands before the first error; or make grade."
    exit 1
}
