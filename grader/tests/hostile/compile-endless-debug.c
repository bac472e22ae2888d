/* Tries to make addr2line walk for ever: 100,000 units of debug information, all broken. */
__asm__(".section .debug_info,\"\",@progbits\n.rept 100000\n.long 8\n.short 4\n.long 0\n"
        ".short 0x0801\n.endr\n.section .debug_aranges,\"\",@progbits\n.fill 400000, 1, 1\n"
        ".text");
#define AT_INIT *(volatile int *)8 = 1;

#include "honest.c"
