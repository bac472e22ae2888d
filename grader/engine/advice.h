/* advice.h - for each finding the command to type next. */
#ifndef ADVICE_H
#define ADVICE_H

#include "job.h"

/* Adds it to all findings of the grade. Returns how many findings there are. */
size_t advice_add(struct job *job);

#endif
