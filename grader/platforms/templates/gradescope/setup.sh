#!/bin/sh
# Gradescope runs this once, as root, when it makes the image.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends @packages@
cd /autograder/source/kit
make -s batch-kit POLICY=grader/policy/course.policy
# Tries everything once, which also makes the folder that the compiler is confined to.
make -s grade OFFICIAL=1 SUBMISSION=starter/mm.c POLICY=grader/policy/course.policy \
    TRACES=traces/debug/debug-first-malloc.rep ||
    echo "CAUTION: this image cannot grade; the line above says what it lacks." >&2
