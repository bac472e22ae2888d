/* Tries to include a file of the system, whose lines the compiler would quote. */
#include "/etc/passwd"

#include "honest.c"
