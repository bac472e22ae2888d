#include "object.h"
#include <elf.h>
#include <string.h>

/* Copies a structure out of the file, if it lies within. */
static bool fetch(const void *file, size_t bytes, uint64_t offset, void *into, size_t size)
{
    if (offset > bytes || size > bytes - offset)
        return false;
    memcpy(into, (const char *)file + offset, size);
    return true;
}

static bool is_relocated_constant(const void *file, size_t bytes, uint64_t names,
                                  const Elf64_Shdr *section)
{
    static const char prefix[] = ".data.rel.ro";
    char name[sizeof prefix - 1];
    return fetch(file, bytes, names + section->sh_name, name, sizeof name) &&
           memcmp(name, prefix, sizeof name) == 0;
}

static bool is_static_data(const Elf64_Shdr *section)
{
    bool data = section->sh_type == SHT_PROGBITS || section->sh_type == SHT_NOBITS;
    return data && (section->sh_flags & SHF_ALLOC) && (section->sh_flags & SHF_WRITE);
}

bool object_static_bytes(const void *file, size_t bytes, uint64_t *static_bytes)
{
    Elf64_Ehdr header;
    Elf64_Shdr section, names;
    *static_bytes = 0;
    if (!fetch(file, bytes, 0, &header, sizeof header) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_shentsize != sizeof section ||
        !fetch(file, bytes, header.e_shoff + (uint64_t)header.e_shstrndx * sizeof names, &names,
               sizeof names))
        return false;
    for (unsigned i = 0; i < header.e_shnum; i++) {
        uint64_t offset = header.e_shoff + (uint64_t)i * sizeof section;
        if (!fetch(file, bytes, offset, &section, sizeof section))
            return false;
        if (!is_static_data(&section) ||
            is_relocated_constant(file, bytes, names.sh_offset, &section))
            continue;
        if (__builtin_add_overflow(*static_bytes, section.sh_size, static_bytes))
            *static_bytes = UINT64_MAX;
    }
    return true;
}
