#include "callsite.h"
#include "../../engine/command.h"

#include <elf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct module {
    uint64_t offset; /* of the address, in the file */
    char path[4096];
};

static bool find_module(const char *maps, uint64_t address, struct module *module)
{
    for (const char *line = maps; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        uint64_t start, end, offset;
        module->path[0] = '\0';
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %4095[^\n]", &start,
                   &end, &offset, module->path) < 4)
            continue;
        if (start <= address && address < end && module->path[0] == '/') {
            module->offset = address - start + offset;
            return true;
        }
    }
    return false;
}

/* What an ELF file says of itself. */
struct traits {
    bool fixed; /* it runs at the addresses that it was linked for: not position-independent */
    bool named; /* it has all its symbols: else the nearest one is far away, and wrong */
};

static bool find_symbols(FILE *file, const Elf64_Ehdr *header)
{
    for (unsigned i = 0; i < header->e_shnum; i++) {
        Elf64_Shdr section;
        if (fseek(file, (long)(header->e_shoff + i * sizeof section), SEEK_SET) != 0 ||
            fread(&section, sizeof section, 1, file) != 1)
            return false;
        if (section.sh_type == SHT_SYMTAB)
            return true;
    }
    return false;
}

static struct traits traits_of(const char *path)
{
    struct traits traits = {false, false};
    Elf64_Ehdr header;
    FILE *file = fopen(path, "rb");
    if (!file)
        return traits;
    if (fread(&header, sizeof header, 1, file) == 1) {
        traits.fixed = header.e_type == ET_EXEC;
        traits.named = find_symbols(file, &header);
    }
    fclose(file);
    return traits;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* addr2line answers in two lines: the function, then folder/file.c:12 (discriminator 3). */
static bool compose(char *answer, bool named, char *text, size_t bytes)
{
    char *function = strtok(answer, "\n"), *where = strtok(NULL, "\n");
    if (!function || !where || function[0] == '?')
        return false;
    where[strcspn(where, " ")] = '\0';
    bool placed = strchr(where, '?') == NULL;
    if (!placed && !named)
        return false;
    if (!placed)
        snprintf(text, bytes, "%s()", function);
    else
        snprintf(text, bytes, "%s in %s()", base_name(where), function);
    return true;
}

static bool ask(const struct module *module, uint64_t call, char *text, size_t bytes)
{
    struct traits traits = traits_of(module->path);
    uint64_t address = traits.fixed ? call : module->offset;
    char tool[] = "addr2line", options[] = "-fCe", path[4096], number[32];
    snprintf(path, sizeof path, "%s", module->path);
    snprintf(number, sizeof number, "0x%" PRIx64, address);
    char *arguments[] = {tool, options, path, number, NULL};
    const struct command command = {.argv = arguments, .keep = 4096, .seconds = 20};
    struct command_result result = command_run(&command);
    bool known = result.status == 0 && compose(result.output, traits.named, text, bytes);
    free(result.output);
    return known;
}

const char *callsite_describe(const char *maps, uint64_t address, char *text, size_t bytes)
{
    struct module module;
    uint64_t call = address - 1; /* within the call, not after it: that may be another line */
    if (!find_module(maps, call, &module))
        snprintf(text, bytes, "address 0x%" PRIx64, address);
    else if (!ask(&module, call, text, bytes))
        snprintf(text, bytes, "%s+0x%" PRIx64, base_name(module.path), module.offset);
    return text;
}
