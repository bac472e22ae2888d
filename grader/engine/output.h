/* output.h - what student code prints: kept in memory, the beginning of it in the grade. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "grade.h"

/* An empty file in memory for runners to print to. Ends the program when there is none. */
int output_open(void);

/*
 * What the submission printed in the checked runs of traces that it may know; the timed ones
 * only repeat it.
 */
void output_read(struct grade *grade, int fd);

#endif
