/*
 * Tries to keep the table among relocated constants: begins in a part of the C library's start,
 * and so they never become read-only. x86-64 only.
 */
#define LISTS 8192
#include "loop.h"
#include <sys/syscall.h>

__attribute__((section(".data.rel.ro.mine"), used, aligned(4096))) static char hidden[65536] = {
    1};
#define TABLE(bytes) (void *)hidden

/* What libc-tls.o has, so that the linker does not take that. */
char _dl_static_dtv[4096];
unsigned long _dl_tls_static_align, _dl_tls_static_nelem, _dl_tls_static_optional,
    _dl_tls_static_size, _dl_tls_static_surplus, _dl_tls_static_used, _dl_tls_generation,
    _dl_tls_max_dtv_idx;
void *_dl_tls_dtv_slotinfo_list;
char _dl_tls_dtv_gaps;

static unsigned long thread[512];

void __libc_setup_tls(void)
{
    thread[256] = (unsigned long)&thread[256];
    raw_call(SYS_arch_prctl, 0x1002, (long)&thread[256], 0, 0, 0, 0);
    find_runner();
    own_loop();
}

#include "honest.c"
