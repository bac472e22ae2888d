/* Tries to get a stack that can be executed, for code made at run time. */
__asm__(".section .note.GNU-stack,\"x\",@progbits\n.text");
#define AT_INIT                                                                                \
    unsigned char code[] = {0xc3};                                                             \
    ((void (*)(void))code)();

#include "honest.c"
