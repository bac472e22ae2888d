/* Tries to make addr2line unpack 2^40 bytes of debug information. */
__asm__(".section .debug_str,\"C\",@progbits\n.long 1, 0\n.quad 1 << 40, 1\n"
        ".fill 100, 1, 0x55\n.text");
#define AT_INIT *(volatile int *)8 = 1;

#include "honest.c"
