#!/bin/sh
# build.sh TOOL: builds the in-process program for gdb, asan, ubsan, both (of these two),
# valgrind or coverage and prints its path. Only the submission is instrumented.
#
# From the environment: CC, SUBMISSION, PROFILE, ENGINE (its folder), OBJECTS (the engine's,
# built) and FOLDER (where to build).
tool=$1 folder=$FOLDER here=$(dirname "$0")
mkdir -p "$folder" || exit 2
case $SUBMISSION in /*) ;; *) SUBMISSION=$PWD/$SUBMISSION ;; esac # gcov looks from elsewhere

theirs= ours= hide=
parts="$here/replay $here/memory $here/touch $here/neighbours"
case $tool in
gdb)      theirs='-O0 -g3' ;;
asan)     theirs='-O1 -g -fno-omit-frame-pointer -fsanitize=address' ours=-DWITH_ASAN ;;
ubsan)    theirs='-O1 -g -fsanitize=undefined -fno-sanitize-recover=all'
          ours=-DWITH_UBSAN ;;
both)     theirs='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined'
          theirs="$theirs -fno-sanitize-recover=all" ours=-DWITH_ASAN ;;
valgrind) theirs='-O1 -gdwarf-4' # what clang writes by itself, valgrind 3.19 cannot read
          hide=--strip-debug
          echo '#include <valgrind/memcheck.h>' | $CC -E -xc - >/dev/null 2>&1 &&
              ours=-DWITH_VALGRIND ;;
coverage) theirs='-O0 -g --coverage' ours=-DWITH_COVERAGE ;;
esac

case $PROFILE in
classic)
    parts="$parts $ENGINE/classic/glue"
    theirs="$theirs -w -fpermissive -Wno-implicit-function-declaration -Wno-implicit-int"
    theirs="$theirs -Wno-int-conversion -Wno-incompatible-pointer-types -Wno-return-type"
    theirs="$theirs -fgnu89-inline -fno-builtin-index -I $ENGINE/classic/src -I $ENGINE/classic"
    ours="$ours -include $ENGINE/classic/glue.h -iquote $ENGINE/classic -DMM_ALIGNMENT=8"
    ours="$ours -DHEAP_START=0x10000000UL -DHEAP_ROOM=0x40000000UL"
    set -- -DDRIVER -include "$SUBMISSION" "$ENGINE/classic/src/init.c" ;;
modern) set -- "$SUBMISSION" ;;
*)
    echo "PROFILE is modern or classic, not '$PROFILE'" >&2
    exit 2 ;;
esac

# -xc: what has another name is no reason to pass it over, and to take an older object.
# shellcheck disable=SC2086 # words on purpose
compile() {
    $CC -std=gnu11 $theirs -I "$ENGINE" -xc -c "$@" -o "$folder/mm.o"
}

# The classic shape has three manners (classic/mm.h); the first try's messages count, unless
# another succeeds.
compile_somehow() {
    compile "$@" 2>"$folder/messages" && { cat "$folder/messages" >&2; return; }
    compile -DCLASSIC_NEWER "$@" 2>/dev/null || compile -DCLASSIC_OLDER "$@" 2>/dev/null ||
        { cat "$folder/messages" >&2; false; }
}

# Ours in one object, in which all names that nobody else needs become local, as in a
# grade: the submission may use them.
# shellcheck disable=SC2086
build() {
    for part in $parts; do
        $CC -std=gnu11 -Wall -Wextra -O1 -g -D_GNU_SOURCE $ours -I "$ENGINE" -c "$part.c" \
            -o "$folder/$(basename "$part").o" || return
        OBJECTS="$OBJECTS $folder/$(basename "$part").o"
    done
    $CC -r -nostdlib $OBJECTS -o "$folder/all.o" &&
        "$($CC -print-prog-name=objcopy)" $hide -w -G main -G 'mem_*' -G '__*' "$folder/all.o" "$folder/ours.o" &&
        $CC $theirs -o "$folder/replay" "$folder/ours.o" "$folder/mm.o" -lm
}

{ compile_somehow "$@" && build; } || { echo "$SUBMISSION could not be built for $tool." >&2; exit 2; }
printf '%s\n' "$folder/replay"
