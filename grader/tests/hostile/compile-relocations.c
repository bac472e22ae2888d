/* Tries to tire linker and inspection with 200,000 relocations. */
__asm__(".section .data.rel.ro.mine,\"aw\",@progbits\n.rept 200000\n.quad mem_sbrk\n.endr\n"
        ".text");

#include "honest.c"
