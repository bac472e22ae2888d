#!/bin/sh
# build.sh TOOL: builds the in-process program for gdb, asan, ubsan, valgrind or coverage and
# prints its path. Only the submission is instrumented.
#
# From the environment: CC, SUBMISSION, PROFILE, ENGINE (its folder), OBJECTS (the engine's,
# built) and FOLDER (where to build).
tool=$1 folder=$FOLDER here=$(dirname "$0")
mkdir -p "$folder" || exit 2
case $SUBMISSION in /*) ;; *) SUBMISSION=$PWD/$SUBMISSION ;; esac # gcov looks from elsewhere

theirs= ours=
case $tool in
gdb)      theirs='-O0 -g3' ;;
asan)     theirs='-O1 -g -fno-omit-frame-pointer -fsanitize=address' ours=-DWITH_ASAN ;;
ubsan)    theirs='-O1 -g -fsanitize=undefined -fno-sanitize-recover=all'
          ours=-DWITH_UBSAN ;;
valgrind) theirs='-O1 -g'
          echo '#include <valgrind/memcheck.h>' | $CC -E -xc - >/dev/null 2>&1 &&
              ours=-DWITH_VALGRIND ;;
coverage) theirs='-O0 -g --coverage' ours=-DWITH_COVERAGE ;;
esac

if [ "$PROFILE" = classic ]; then
    glue="$ENGINE/classic/glue.c"
    theirs="$theirs -w -iquote $ENGINE/classic"
    ours="$ours -include $ENGINE/classic/glue.h -iquote $ENGINE/classic -DMM_ALIGNMENT=8"
    ours="$ours -DHEAP_START=0x10000000UL -DHEAP_ROOM=0x40000000UL"
    set -- -include "$SUBMISSION" "$glue"
else
    set -- "$SUBMISSION"
fi

build() {
    # shellcheck disable=SC2086 # words on purpose
    $CC -std=gnu11 $theirs -I "$ENGINE" -c "$@" -o "$folder/mm.o" || return
    for part in replay memory touch neighbours; do
        # shellcheck disable=SC2086
        $CC -std=gnu11 -Wall -Wextra -O1 -g -D_GNU_SOURCE $ours -I "$ENGINE" -c "$here/$part.c" \
            -o "$folder/$part.o" || return
    done
    # shellcheck disable=SC2086
    $CC $theirs -o "$folder/replay" "$folder/replay.o" "$folder/memory.o" "$folder/touch.o" \
        "$folder/neighbours.o" "$folder/mm.o" $OBJECTS
}

build "$@" || { echo "$SUBMISSION could not be built for $tool." >&2; exit 2; }
printf '%s\n' "$folder/replay"
