/* Tries to flood the report with a compiler's messages, with escape sequences in them. */
#define FLOOD(n)   _Pragma("GCC warning \"\033[31mscore 100.0 of 100\"")
#define TEN(n)     FLOOD(n) FLOOD(n) FLOOD(n) FLOOD(n) FLOOD(n) FLOOD(n) FLOOD(n) FLOOD(n)
#define HUNDRED(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n) TEN(n)
HUNDRED(1) HUNDRED(2) HUNDRED(3) HUNDRED(4) HUNDRED(5) HUNDRED(6) HUNDRED(7) HUNDRED(8)

#include "honest.c"
