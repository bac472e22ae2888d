/*
 * memory.c - where a process keeps what: `make explore PART=memory`.
 *
 * The addresses are those of this very process. Run it twice: the kernel places most parts
 * at a random distance, so that an attacker cannot know them; their order stays.
 */
#include "maps.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int initialized[16384] = {1}; /* data: 64 KiB that must come from the file */
int zero[262144];             /* bss: 1 MiB that only has to be zero */
static const char text_constant[] = "never written";

int main(void);

/* ---- 1. the parts ---- */

struct part {
    const char *name;
    const void *address;
};

static int by_falling_address(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)((const struct part *)left)->address;
    uintptr_t b = (uintptr_t)((const struct part *)right)->address;
    return (a < b) - (a > b);
}

static void show_parts(void)
{
    int local = 0;
    void *small = malloc(24), *large = malloc((size_t)8 << 20);
    struct part parts[] = {
        {"stack: a local variable", &local},
        {"a C library function (puts)", (const void *)(uintptr_t)puts},
        {"malloc(8 MiB)", large},
        {"the program break: sbrk(0)", sbrk(0)},
        {"malloc(24)", small},
        {"bss: a global that is zero", zero},
        {"data: a global with a value", initialized},
        {"read-only data: a constant", text_constant},
        {"text: main()", (const void *)(uintptr_t)main},
    };
    size_t count = sizeof parts / sizeof *parts;
    qsort(parts, count, sizeof *parts, by_falling_address);
    puts("1. The parts of this process, from high addresses to low ones\n");
    for (size_t i = 0; i < count; i++) {
        struct map map;
        bool mapped = map_find(parts[i].address, &map);
        printf("   %16p  %-4s  %-30s %s\n", (void *)(uintptr_t)parts[i].address,
               mapped ? map.rights : "none", parts[i].name, mapped ? map.origin : "");
    }
    puts("\n   r, w, x: the process may read, write, execute it. At the break nothing is\n"
         "   mapped yet: it is the first address that does not belong to the heap.\n");
    free(small);
    free(large);
}

/* ---- 2. the directions ---- */

/* Not inlined, and the result is used: each call really has a frame of its own. */
__attribute__((noinline)) static uintptr_t deeper(int depth)
{
    volatile char frame[64];
    frame[0] = (char)depth;
    printf("   call %d: local variable at %p\n", depth, (void *)(uintptr_t)frame);
    uintptr_t below = depth < 3 ? deeper(depth + 1) : 0;
    return below + (uintptr_t)frame[0];
}

static void show_directions(void)
{
    puts("2. Which way they grow\n");
    deeper(1);
    for (int i = 0; i < 3; i++)
        printf("   sbrk(4096) returned %p\n", sbrk(4096));
    puts("\n   The stack grows towards low addresses, the heap towards high ones. Between\n"
         "   them lies much more room than either will ever use.\n");
}

/* ---- 3. the executable file ---- */

/* A section of an ELF file is a part with a name; SHT_NOBITS says "has no bytes here". */
static void show_sections(const char *file, const char *wanted[])
{
    const Elf64_Ehdr *header = (const void *)file;
    const Elf64_Shdr *sections = (const void *)(file + header->e_shoff);
    const char *names = file + sections[header->e_shstrndx].sh_offset;
    printf("   %-10s %12s %12s\n", "section", "in memory", "in the file");
    for (size_t i = 0; i < header->e_shnum; i++)
        for (const char **name = wanted; *name; name++)
            if (strcmp(names + sections[i].sh_name, *name) == 0)
                printf("   %-10s %12zu %12zu\n", *name, (size_t)sections[i].sh_size,
                       sections[i].sh_type == SHT_NOBITS ? 0 : (size_t)sections[i].sh_size);
}

static void show_file(void)
{
    const char *wanted[] = {".text", ".rodata", ".data", ".bss", NULL};
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return;
    const char *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (file == MAP_FAILED)
        return;
    puts("3. What takes room in the executable file\n");
    show_sections(file, wanted);
    printf("\n   The whole file has %zu bytes. Stack and heap are not in it, and of bss only\n"
           "   the length: a page of zeros need not be stored.\n\n",
           (size_t)status.st_size);
    munmap((void *)(uintptr_t)file, (size_t)status.st_size);
}

/* ---- 4. read-only and shared ---- */

static void write_text(void *address)
{
    *(volatile char *)address = 0;
}

static void show_sharing(const char *when)
{
    struct map text, data;
    if (map_find((const void *)(uintptr_t)main, &text) && map_find(initialized, &data))
        printf("   %-34s %8ld + %-6ld %8ld + %ld\n", when, text.shared_kib, text.private_kib,
               data.shared_kib, data.private_kib);
}

/* Reads one byte of each page of text: only pages that a process uses are counted for it. */
static void use_text(void)
{
    struct map text;
    if (map_find((const void *)(uintptr_t)main, &text))
        for (uintptr_t at = text.start; at < text.end; at += 4096)
            (void)*(volatile const char *)at;
}

/* The second process: uses its text, says so, and waits until the first one hangs up. */
_Noreturn static void live_beside(int ready, int hold)
{
    char byte = 0;
    use_text();
    if (write(ready, &byte, 1) == 1 && read(hold, &byte, 1) < 0)
        _exit(1);
    _exit(0);
}

/* A second process runs the same program; its memory is the parent's until it is written. */
static void share_with_child(void)
{
    int ready[2], hold[2];
    char byte;
    if (pipe(ready) != 0 || pipe(hold) != 0)
        return;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(hold[1]);
        live_beside(ready[1], hold[0]);
    }
    close(hold[0]);
    if (child > 0 && read(ready[0], &byte, 1) == 1) {
        show_sharing("a second process runs it too");
        memset(initialized, 2, sizeof initialized);
        show_sharing("this process has written its data");
    }
    close(hold[1]);
    waitpid(child, NULL, 0);
}

static void show_text(void)
{
    puts("4. Why text is read-only, and shared\n");
    printf("   writing to main(): %s\n\n", try_in_child(write_text, (void *)(uintptr_t)main));
    initialized[1] = 1; /* the data is there before it is counted */
    use_text();
    printf("   %-34s %10s %17s\n", "KiB: shared with others + own", "text", "data");
    show_sharing("this process runs alone");
    share_with_child();
    puts("\n   All processes of one program use the same pages of text: that is possible only\n"
         "   because none may write there. Data is shared until somebody writes to it; then\n"
         "   the writer gets a copy of the page (copy on write).");
}

int main(void)
{
    show_parts();
    show_directions();
    show_file();
    show_text();
    return 0;
}
