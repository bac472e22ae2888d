/* report.h - a grade for people: table, findings, score, in 80 columns. */
#ifndef REPORT_H
#define REPORT_H

#include "grade.h"
#include <stdbool.h>
#include <stdio.h>

/* Prints it; with colour only if `colour`. */
void report_print(const struct grade *grade, FILE *out, bool colour);

/* The findings, and what the submission printed: without table and score. */
void report_findings(const struct grade *grade, FILE *out, bool colour);

/* How good the heap checker is, with examples of what it missed. */
void report_checker(const struct grade *grade, FILE *out);

#endif
