/* advisor.h - the classic profile: what that lab never asks for, tried all the same. */
#ifndef ADVISOR_H
#define ADVISOR_H

#include "finding.h"
#include "process.h"

/* Tries free(NULL), calloc, absurd requests and 16-byte alignment; adds advice, no errors. */
void advisor_ask(const struct process_rules *rules, const char *program,
                 struct findings *findings);

#endif
