#!/bin/sh
# Does a timed run on the other core change a grade? `make batch-cores` calls this.
#
#     cores.sh KIT POLICY COUNT -- mdriver and its options
#
# Grades stage 2 COUNT times on one core, alone and with the same at work on another core, in
# turn, and prints the points for speed of both.
set -eu
kit=$1 policy=$2 count=$3
shift 4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' INT TERM
ours=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//') other=$((ours + 1))
for core in "$ours" $other; do
    mkdir "$folder/$core"
    for part in "$kit"/modern "$kit"/classic "$kit"/toolroot-*; do
        [ ! -e "$part" ] || ln -s "$(realpath "$part")" "$folder/$core/"
    done
done

# grade CORE NAME: the record goes to NAME; findings are no matter here, faults of ours are.
grade() {
    core=$1 name=$2
    shift 2
    taskset -c "$core" "$@" --kit "$folder/$core" --official --policy "$policy" \
        --submission solution/stages/2-explicit/mm.c --json "$folder/$name" -- \
        "$kit/traces/mix-phases.rep" "$kit/traces/struct-small.rep" \
        "$kit/traces/realloc-two.rep" >/dev/null 2>"$folder/said" || [ $? -eq 1 ] || {
        cat "$folder/said" >&2
        exit 2
    }
}

points() { sed -n '/^  "score": {/,/}/s/.*"throughput": \([0-9.]*\).*/\1/p' "$folder/$1"; }

printf '%8s %8s   points for speed\n' alone beside
for _ in $(seq "$count"); do
    grade "$ours" alone "$@"
    grade $other neighbour "$@" &
    grade "$ours" beside "$@"
    wait
    printf '%8.2f %8.2f\n' "$(points alone)" "$(points beside)"
done
