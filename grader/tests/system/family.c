/*
 * family.c - a program that asks all that a malloc family promises, with threads and forks.
 * It prints "good" and nothing else when all is kept.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEEDS(what)                                                                            \
    do {                                                                                       \
        if (!(what)) {                                                                         \
            printf("line %d: not kept: %s\n", __LINE__, #what);                                \
            exit(1);                                                                           \
        }                                                                                      \
    } while (0)

enum { THREADS = 8, ROUNDS = 3000 };

static volatile size_t absurd = SIZE_MAX;

static int is_multiple(const void *ptr, size_t of)
{
    return (uintptr_t)ptr % of == 0;
}

static void ask_for_alignment(void)
{
    for (size_t alignment = 8; alignment <= 1 << 16; alignment *= 2) {
        void *ptr = NULL;
        NEEDS(posix_memalign(&ptr, alignment, 100) == 0 && is_multiple(ptr, alignment));
        memset(ptr, 7, 100);
        char *moved = realloc(ptr, 5000);
        NEEDS(moved && moved[0] == 7 && moved[99] == 7);
        free(moved);
        ptr = aligned_alloc(alignment, alignment);
        NEEDS(ptr && is_multiple(ptr, alignment));
        free(ptr);
        ptr = memalign(alignment, 1);
        NEEDS(ptr && is_multiple(ptr, alignment) && malloc_usable_size(ptr) >= 1);
        free(ptr);
    }
    void *pages[2] = {valloc(1), pvalloc(1)};
    NEEDS(is_multiple(pages[0], 4096) && is_multiple(pages[1], 4096));
    NEEDS(malloc_usable_size(pages[1]) >= 4096);
    free(pages[0]);
    free(pages[1]);
}

/* Of C23: an older C library has none, but the one that is tested has. */
static void ask_for_sized_frees(void)
{
    void (*sized)(void *, size_t) = dlsym(RTLD_DEFAULT, "free_sized");
    void (*aligned)(void *, size_t, size_t) = dlsym(RTLD_DEFAULT, "free_aligned_sized");
    NEEDS(sized && aligned);
    sized(malloc(100), 100);
    sized(NULL, 0);
    aligned(aligned_alloc(64, 128), 64, 128);
}

static void ask_for_edges(void)
{
    void *ptr = (void *)&absurd;
    void *one = malloc(0), *two = malloc(0);
    NEEDS(one && two && one != two);
    free(one);
    free(two);
    free(NULL);
    NEEDS(posix_memalign(&ptr, 3, 8) == EINVAL && ptr == (void *)&absurd);
    errno = 0;
    NEEDS(!malloc(absurd - 8) && errno == ENOMEM);
    errno = 0;
    NEEDS(!calloc(absurd / 2, 3) && errno == ENOMEM);
    errno = 0;
    NEEDS(!reallocarray(NULL, absurd / 2, 3) && errno == ENOMEM);
    NEEDS(!realloc(malloc(10), 0));
    char *zero = calloc(1000, 10);
    for (int i = 0; i < 10000; i++)
        NEEDS(zero[i] == 0);
    errno = 77;
    free(zero);
    NEEDS(errno == 77);
}

static void *work(void *context)
{
    unsigned seed = (unsigned)(uintptr_t)context;
    unsigned char *blocks[50] = {0};
    size_t sizes[50] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        int k = rand_r(&seed) % 50;
        for (size_t at = 0; at < sizes[k]; at++)
            NEEDS(blocks[k][at] == (unsigned char)k);
        free(blocks[k]);
        sizes[k] = (size_t)(rand_r(&seed) % 700);
        blocks[k] = malloc(sizes[k]);
        memset(blocks[k], (unsigned char)k, sizes[k]);
    }
    for (int k = 0; k < 50; k++)
        free(blocks[k]);
    return NULL;
}

/* Forks while other threads allocate: a child must not wait for a lock for ever. */
static void fork_among_threads(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        NEEDS(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    for (int i = 0; i < 30; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(100);
            char *text = malloc(100);
            strcpy(text, "child");
            _exit(strcmp(realloc(text, 50000), "child") == 0 ? 0 : 1);
        }
        int status;
        NEEDS(waitpid(child, &status, 0) == child && status == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    ask_for_alignment();
    ask_for_edges();
    ask_for_sized_frees();
    fork_among_threads();
    puts("good");
    return 0;
}
