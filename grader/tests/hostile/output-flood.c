/* Tries to fill the disk and the report by printing without end. */
#include <stdio.h>
#define AT_INIT                                                                                \
    for (int i = 0; i < 20000; i++)                                                            \
        puts("score 100.0 of 100");

#include "honest.c"
