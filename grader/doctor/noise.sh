#!/bin/sh
# noise.sh KIT TRACE HEATS - how much does a figure vary, on an idle and on a busy machine?
#
# The reference is timed beside itself, so the true ratio is 1: first with nothing else, then
# beside a neighbour on the other core that goes through memory, then with one that spins on
# the same core. For each of three estimators: coefficient of variation, range, and bias
# (against 1 for ours, against the idle machine's mean for the two others).

kit=$1 trace=$2 heats=$3 folder=$1/noise
mkdir -p "$folder"

# What runs in the background is deaf to Ctrl-C, and would go on for ever.
run_beside() ( # NAME COMMAND...
    name=$1
    shift
    trap 'exit 2' INT TERM
    if [ $# -gt 0 ]; then
        "$@" &
        trap "kill $!" EXIT
    fi
    taskset -c 0 "$kit/repeat" "$kit" "$trace" "$heats" >"$folder/$name"
)

row() { # NAME COLUMN LABEL TRUTH
    awk -v column="$2" -v name="$1" -v label="$3" -v truth="$4" '
        { value = $column; sum += value; squares += value * value
          if (NR == 1 || value < least) least = value
          if (value > most) most = value }
        END { mean = sum / NR; variance = squares / NR - mean * mean
              printf "%-34s %-20s %6.1f %% %7.1f %% %+7.1f %%\n", name, label,
                  100 * sqrt(variance > 0 ? variance : 0) / mean, 100 * (most - least) / mean,
                  100 * (mean / truth - 1) }' "$folder/$1"
}

run_beside idle || exit 2
run_beside memory-neighbour taskset -c 1 sh -c 'exec dd if=/dev/zero of=/dev/null bs=64M 2>/dev/null' || exit 2
run_beside same-core-spinner taskset -c 0 sh -c 'while :; do :; done' || exit 2

printf '%-34s %-20s %8s %9s %9s\n' "$heats heats, each of 4 rounds" estimator CV range bias
raw=$(awk '{ sum += $2 } END { print sum / NR }' "$folder/idle")
best=$(awk '{ sum += $3 } END { print sum / NR }' "$folder/idle")
for name in idle memory-neighbour same-core-spinner; do
    row $name 1 'ratio of fastest' 1
    row $name 2 'raw mean' "$raw"
    row $name 3 'best of 4' "$best"
done
