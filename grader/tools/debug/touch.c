/*
 * touch.c - compiled once for each tool: WITH_ASAN, WITH_UBSAN, WITH_VALGRIND or nothing.
 * This file is not instrumented itself, so the sanitizers' functions are declared here.
 */
#include "touch.h"

#if defined(WITH_ASAN)

void __asan_poison_memory_region(const volatile void *bytes, size_t count);
void __asan_unpoison_memory_region(const volatile void *bytes, size_t count);
void *__asan_get_report_address(void);
void __asan_on_error(void);

static void (*told)(uint64_t address);

void touch_shut(const void *bytes, size_t count)
{
    __asan_poison_memory_region(bytes, count);
}

void touch_open(const void *bytes, size_t count)
{
    __asan_unpoison_memory_region(bytes, count);
}

/* The library calls this before it reports. */
void __asan_on_error(void)
{
    if (told)
        told((uint64_t)(uintptr_t)__asan_get_report_address());
}

void touch_on_error(void (*tell)(uint64_t address))
{
    told = tell;
}

#elif defined(WITH_VALGRIND)

#include <valgrind/memcheck.h>

void touch_shut(const void *bytes, size_t count)
{
    (void)VALGRIND_MAKE_MEM_NOACCESS(bytes, count);
}

void touch_open(const void *bytes, size_t count)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(bytes, count);
}

#else

void touch_shut(const void *bytes, size_t count)
{
    (void)bytes;
    (void)count;
}

void touch_open(const void *bytes, size_t count)
{
    (void)bytes;
    (void)count;
}

#endif

#if defined(WITH_VALGRIND)

void touch_give_back(const void *bytes, size_t count)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, count);
}

void touch_name(const void *bytes, size_t count, const char *name)
{
    (void)VALGRIND_CREATE_BLOCK(bytes, count, name);
}

unsigned touch_errors(void)
{
    return (unsigned)VALGRIND_COUNT_ERRORS;
}

bool touch_is_valgrind(void)
{
    return RUNNING_ON_VALGRIND;
}

#else

void touch_give_back(const void *bytes, size_t count)
{
    touch_open(bytes, count);
}

void touch_name(const void *bytes, size_t count, const char *name)
{
    (void)bytes;
    (void)count;
    (void)name;
}

unsigned touch_errors(void)
{
    return 0;
}

bool touch_is_valgrind(void)
{
    return false;
}

#endif

#if defined(WITH_UBSAN)

void __sanitizer_set_death_callback(void (*callback)(void));

static void (*told)(uint64_t address);

static void at_death(void)
{
    told(0);
}

void touch_on_error(void (*tell)(uint64_t address))
{
    told = tell;
    __sanitizer_set_death_callback(at_death);
}

#elif !defined(WITH_ASAN)

void touch_on_error(void (*tell)(uint64_t address))
{
    (void)tell;
}

#endif
