#include "channel.h"
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void channel_pass(_Atomic uint32_t *mine, uint32_t turn, _Atomic uint32_t *theirs_asleep)
{
    atomic_store_explicit(mine, turn, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(theirs_asleep, memory_order_relaxed))
        syscall(SYS_futex, mine, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool channel_spin(_Atomic uint32_t *theirs, uint32_t turn, uint32_t spins)
{
    for (uint32_t i = 0; i <= spins; i++) {
        if (atomic_load_explicit(theirs, memory_order_acquire) == turn)
            return true;
        relax();
    }
    return false;
}

bool channel_sleep(_Atomic uint32_t *theirs, uint32_t turn, _Atomic uint32_t *my_asleep,
                   uint64_t nanoseconds)
{
    struct timespec limit = {.tv_sec = (time_t)(nanoseconds / 1000000000),
                             .tv_nsec = (long)(nanoseconds % 1000000000)};
    atomic_store_explicit(my_asleep, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    bool in_time = atomic_load_explicit(theirs, memory_order_acquire) == turn ||
                   syscall(SYS_futex, theirs, FUTEX_WAIT, turn - 1, nanoseconds ? &limit : NULL,
                           NULL, 0) == 0 ||
                   errno != ETIMEDOUT;
    atomic_store_explicit(my_asleep, 0, memory_order_relaxed);
    return in_time && atomic_load_explicit(theirs, memory_order_acquire) == turn;
}
