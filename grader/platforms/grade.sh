#!/bin/sh
# grade.sh - grades the submission in a FOLDER within a platform's container.
#
#     grade.sh FOLDER SECONDS FORMAT=FILE...
#
# Each FILE is there from the first moment on and says that nothing was graded; only a grade
# replaces it. So it is right when we are killed, when make fails, when Python is not there.
# Grading has SECONDS; the platform, which would say nothing, must wait 30 longer.
# Exit status: 0 graded, 2 not graded, and FILE says why.
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
SUBMISSIONS=$(realpath -ms "$1") LIMIT=$2 WRITE=
shift 2
for pair; do
    file=$(realpath -ms "${pair#*=}")
    mkdir -p "$(dirname "$file")"
    rm -f "$file"
    [ ! -f "$top/faults/${pair%%=*}" ] || cp "$top/faults/${pair%%=*}" "$file" || exit 2
    WRITE="$WRITE${pair%%=*}=$file
"
done
POLICY=grader/policy/course.policy
export SUBMISSIONS LIMIT WRITE POLICY
if [ -d "$top/traces/course" ]; then export TRACES=traces/course; fi
umask 022
timeout -k 10 "$((LIMIT + 15))" make -s -C "$top" platform-grade || exit 2
