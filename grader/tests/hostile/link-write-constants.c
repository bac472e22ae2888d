/* Tries to hide writable data among constants: a byte of another section makes all of them so.
 */
__asm__(".pushsection .rodata.byte, \"aw\"\n.byte 1\n.popsection\n"
        ".pushsection .rodata.mine, \"a\"\n.balign 64\nhidden: .zero 8320\n.popsection");
extern char hidden[] __attribute__((visibility("hidden")));
#define TABLE(bytes) (void *)hidden

#include "honest.c"
