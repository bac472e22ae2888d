#!/bin/sh
# doctor.sh KIT TRACE - what makes timing unstable or protection weak on this machine?
#
# One line per question: OK, CAUTION or FAIL, what was found, and the fix. FAIL means that an
# official grade here is refused or not worth its name. Then the machine's own repeatability
# is measured. The same goes as JSON into the file $JSON. Exit status 1 after a FAIL.

kit=$1 trace=$2
status=0 items=

escape() {
    printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}

# answer VERDICT QUESTION FOUND [FIX]
answer() {
    printf '%-8s%-14s%s\n' "$1" "$2" "$3"
    [ "$1" = OK ] || [ -z "$4" ] || printf '%22s%s\n' 'fix: ' "$4"
    [ "$1" != FAIL ] || status=1
    items="$items${items:+,}
  {\"check\": \"$2\", \"verdict\": \"$1\", \"found\": \"$(escape "$3")\", \"fix\": \"$(escape "$4")\"}"
}

first_line() {
    head -n 1 "$1" 2>/dev/null
}

is() { # is NUMBER OPERATOR NUMBER, fractions too
    awk "BEGIN { exit !($1 $2 $3) }"
}

cpu=/sys/devices/system/cpu
cores=$(nproc 2>/dev/null || echo 1)

check_governor() {
    governor=$(first_line $cpu/cpu0/cpufreq/scaling_governor)
    case "$governor" in
    performance) answer OK governor "performance" ;;
    '') answer OK governor "none that this system can see" ;;
    *) answer CAUTION governor "$governor: the clock follows the load" \
        "sudo cpupower frequency-set -g performance" ;;
    esac
}

check_turbo() {
    if [ "$(first_line $cpu/intel_pstate/no_turbo)" = 0 ]; then
        answer CAUTION turbo "on: speed depends on heat and neighbours" \
            "echo 1 | sudo tee $cpu/intel_pstate/no_turbo"
    elif [ "$(first_line $cpu/cpufreq/boost)" = 1 ]; then
        answer CAUTION turbo "on: speed depends on heat and neighbours" \
            "echo 0 | sudo tee $cpu/cpufreq/boost"
    else
        answer OK turbo "off, or not to be seen"
    fi
}

check_siblings() {
    if [ "$(first_line $cpu/smt/active)" = 1 ]; then
        answer CAUTION siblings "two threads share each core" \
            "echo off | sudo tee $cpu/smt/control, or leave every second one idle"
    else
        answer OK siblings "one thread per core"
    fi
}

check_load() {
    load=$(cut -d ' ' -f 1 /proc/loadavg)
    if is "$load" '>' "$cores"; then
        answer FAIL load "$load on $cores cores" "end other work, or wait; top shows what runs"
    elif is "$load" '>' "$cores / 2"; then
        answer CAUTION load "$load on $cores cores" "end other work; top shows what runs"
    else
        answer OK load "$load on $cores cores"
    fi
}

check_cores() {
    if [ "$cores" -ge 2 ]; then
        answer OK cores "$cores"
    else
        answer CAUTION cores "one: checked runs take several times as long" \
            "give this machine or container a second core"
    fi
}

check_pages() {
    case "$(first_line /sys/kernel/mm/transparent_hugepage/enabled)" in
    *'[always]'*) answer CAUTION pages "huge pages come and go by themselves" \
        "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled" ;;
    *) answer OK pages "huge pages only where asked for" ;;
    esac
}

check_swap() {
    if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
        answer CAUTION swap "on: a page may be on disk when the clock runs" "sudo swapoff -a"
    else
        answer OK swap "off"
    fi
}

check_machine() {
    if grep -qw hypervisor /proc/cpuinfo; then
        answer CAUTION machine "virtual: neighbours that nobody here sees share it" \
            "grade on real hardware, or with dedicated cores"
    else
        answer OK machine "no virtual one"
    fi
}

check_clock() {
    source=$(first_line /sys/devices/system/clocksource/clocksource0/current_clocksource)
    case "$source" in
    tsc | kvm-clock | arch_sys_counter | hyperv*) answer OK clock "$source" ;;
    *) answer CAUTION clock "${source:-unknown}: slow to read" \
        "boot with clocksource=tsc, if the processor has a steady one" ;;
    esac
}

check_filter() {
    if [ ! -s "$kit/seccomp" ]; then
        answer FAIL filter "built without libseccomp: system calls are not filtered" \
            "make deps, then make clean"
    elif ! grep -q '^Seccomp' /proc/self/status; then
        answer FAIL filter "this kernel has no seccomp filters" \
            "a kernel with CONFIG_SECCOMP_FILTER"
    else
        answer OK filter "system calls are filtered (seccomp)"
    fi
}

# As sandbox.c decides; who has neither gets no official grade (protection.c).
check_sandbox() {
    if bwrap --ro-bind / / --dev /dev --unshare-all true 2>/dev/null; then
        answer OK sandbox "the compiler is confined (bubblewrap, namespaces)"
    elif [ "$(id -u)" = 0 ] && [ -s "$kit/seccomp" ]; then
        answer OK sandbox "the compiler is confined (another user, a root folder of its own)"
    elif ! command -v bwrap >/dev/null; then
        answer FAIL sandbox "bubblewrap is missing: the compiler sees all that you see" "make deps"
    else
        answer FAIL sandbox "bubblewrap cannot make namespaces here" \
            "sudo sysctl kernel.unprivileged_userns_clone=1, or run as root"
    fi
}

check_counter() {
    case "$(first_line /proc/sys/kernel/yama/ptrace_scope)" in
    3) answer CAUTION counter "no process may be traced: no instruction counts" \
        "sudo sysctl kernel.yama.ptrace_scope=1, after a reboot" ;;
    *) answer OK counter "processes may be traced: instructions can be counted" ;;
    esac
}

# The spread of heats, in percent: a robust standard deviation (1.4826 times the median of
# what they are away from their median).
measure() {
    [ -x "$kit/repeat" ] && [ -f "$trace" ] || return
    timeout 25 "$kit/repeat" "$kit" "$trace" 30 2>/dev/null | cut -f 1 | sort -n | awk '
        { ratio[NR] = $1 }
        END {
            if (NR < 5) exit
            middle = ratio[int((NR + 1) / 2)]
            for (i = 1; i <= NR; i++) {
                away = ratio[i] - middle; if (away < 0) away = -away
                for (k = i - 1; k > 0 && far[k] > away; k--) far[k + 1] = far[k]
                far[k + 1] = away
            }
            printf "%.2f %d", 148.26 * far[int((NR + 1) / 2)] / middle, NR
        }'
}

check_repeatability() {
    # shellcheck disable=SC2046 # two words
    set -- $(measure)
    if [ -z "$1" ]; then
        answer FAIL repeat "not measured: too slow, or no kit" "make kit; end other work"
    elif is "$1" '<' 3; then
        answer OK repeat "a trace's ratio varies by $1 % ($2 heats of the reference beside itself)"
    elif is "$1" '<' 10; then
        answer CAUTION repeat "a trace's ratio varies by $1 % ($2 heats)" \
            "end other work; official grades take longer here"
    else
        answer FAIL repeat "a trace's ratio varies by $1 % ($2 heats)" \
            "this machine is too busy to time anything on"
    fi
}

for check in governor turbo siblings load cores pages swap machine clock filter sandbox counter \
    repeatability; do
    check_$check
done
if [ -n "$JSON" ]; then
    printf '{"fit": %s, "checks": [%s\n]}\n' "$([ $status = 0 ] && echo true || echo false)" \
        "$items" >"$JSON" || exit 2
fi
exit $status
