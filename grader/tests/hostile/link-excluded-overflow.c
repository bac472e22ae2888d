/* Tries the same with sections that the linker leaves out. */
__asm__(".section .spare,\"awe\",@nobits\n.skip 0x7fffffffffffffff\n"
        ".section .more,\"awe\",@nobits\n.skip 0x7fffffffffffe000\n.text\n");

#include "honest.c"
