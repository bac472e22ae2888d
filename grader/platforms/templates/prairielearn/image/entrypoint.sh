#!/bin/sh
# PrairieLearn runs this for each submission, as root.
exec sh /brklab/grader/platforms/grade.sh /grade/student @seconds@ \
    prairielearn=/grade/results/results.json
