/* Tries to have the runner's own code dropped, as a copy of a group that the object has. */
__asm__(".section .text.mem_sbrk,\"axG\",@progbits,mem_sbrk,comdat\n"
        ".weak mem_sbrk\nmem_sbrk: mov $4096, %eax\n ret\n.text");

#include "honest.c"
