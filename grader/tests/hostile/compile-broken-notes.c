/* Tries to confuse whoever reads notes: sizes that reach beyond their section. */
__asm__(
    ".section .note.gnu.property,\"a\",@note\n.long 4, 0x7fffffff, 5\n.asciz \"GNU\"\n"
    ".long 0xc0000002, 0xffffffff\n.section .note.mine,\"a\",@note\n.long -1, -1, -1\n.text");

#include "honest.c"
