/* Tries to speak through the linker's messages, quotes and all. */
#define AT_INIT missing();
void missing(void) __asm__("\033[31mscore 100.0 of 100<script>");

#include "honest.c"
