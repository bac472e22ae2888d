/* Tries to hide writable data in a section that is read-only until the linker reads its name.
 */
__asm__(".pushsection .gnu.linkonce.d.mine, \"a\"\n.balign 64\nhidden: .zero 8320\n"
        ".popsection");
extern char hidden[] __attribute__((visibility("hidden")));
#define TABLE(bytes) (void *)hidden

#include "honest.c"
