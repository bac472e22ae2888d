#include "object.h"
#include <elf.h>
#include <stdio.h>
#include <string.h>

/* Copies a structure out of the file, if it lies within. */
static bool fetch(const void *file, size_t bytes, uint64_t offset, void *into, size_t size)
{
    if (offset > bytes || size > bytes - offset)
        return false;
    memcpy(into, (const char *)file + offset, size);
    return true;
}

/* The file's section headers; checked once, so that a section is found by its number. */
struct object {
    const void *file;
    size_t bytes;
    Elf64_Ehdr header;
    Elf64_Shdr names; /* the string table of section names */
};

static bool section_at(const struct object *o, unsigned number, Elf64_Shdr *section)
{
    uint64_t offset = o->header.e_shoff + (uint64_t)number * sizeof *section;
    return number < o->header.e_shnum &&
           fetch(o->file, o->bytes, offset, section, sizeof *section);
}

static bool object_open(struct object *o, const void *file, size_t bytes)
{
    *o = (struct object){.file = file, .bytes = bytes};
    return fetch(file, bytes, 0, &o->header, sizeof o->header) &&
           memcmp(o->header.e_ident, ELFMAG, SELFMAG) == 0 &&
           o->header.e_ident[EI_CLASS] == ELFCLASS64 &&
           o->header.e_shentsize == sizeof(Elf64_Shdr) && o->header.e_shnum > 0 &&
           section_at(o, o->header.e_shstrndx, &o->names);
}

/* Copies a string of a string table, cut to fit; "" where the table does not have it. */
static void copy_name(const struct object *o, const Elf64_Shdr *table, uint64_t at, char *name,
                      size_t room)
{
    size_t length = 0;
    uint64_t from = table->sh_offset + at;
    while (length + 1 < room && at < table->sh_size && from + length < o->bytes &&
           from + length >= from && ((const char *)o->file)[from + length]) {
        name[length] = ((const char *)o->file)[from + length];
        length++;
    }
    name[length] = '\0';
}

/* `name` and `name.*`: what the linker takes for a section of this name. */
static bool is_named(const struct object *o, const Elf64_Shdr *section, const char *name)
{
    char found[34];
    size_t length = strlen(name);
    copy_name(o, &o->names, section->sh_name, found, sizeof found);
    return strncmp(found, name, length) == 0 && (found[length] == '\0' || found[length] == '.');
}

/*
 * Relocated constants and tables of functions: nobody can write them when the program has
 * started. It is their names that say so to the linker, and not their types.
 */
static bool is_constant_at_last(const struct object *o, const Elf64_Shdr *section)
{
    static const char *const names[] = {".data.rel.ro", ".init_array", ".fini_array",
                                        ".preinit_array"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_named(o, section, names[i]))
            return true;
    return false;
}

/* Whatever its type, a section that the program may write. */
static bool is_static_data(const struct object *o, const Elf64_Shdr *section)
{
    return (section->sh_flags & SHF_ALLOC) && (section->sh_flags & SHF_WRITE) &&
           !is_constant_at_last(o, section);
}

/* No heap of ours is larger; a sum that stays so far from 2^64 can be added to others. */
#define MOST_BYTES ((uint64_t)1 << 48)

static void add_bytes(uint64_t *sum, uint64_t bytes)
{
    *sum = bytes < MOST_BYTES - *sum ? *sum + bytes : MOST_BYTES;
}

/* Common symbols get their room only when the program is linked; x86-64 has large ones, too. */
static bool is_common(const Elf64_Sym *symbol)
{
    return symbol->st_shndx == SHN_COMMON ||
           (symbol->st_shndx >= SHN_LOPROC && symbol->st_shndx <= SHN_HIPROC);
}

static void add_common_symbols(const struct object *o, const Elf64_Shdr *table, uint64_t *sum)
{
    Elf64_Sym symbol;
    for (uint64_t at = 0; at < table->sh_size; at += sizeof symbol) {
        if (!fetch(o->file, o->bytes, table->sh_offset + at, &symbol, sizeof symbol))
            return; /* a size that the file does not have must not keep us here for ever */
        if (is_common(&symbol))
            add_bytes(sum, symbol.st_size);
    }
}

bool object_static_bytes(const void *file, size_t bytes, uint64_t *static_bytes)
{
    struct object o;
    Elf64_Shdr section;
    *static_bytes = 0;
    if (!object_open(&o, file, bytes))
        return false;
    for (unsigned i = 0; i < o.header.e_shnum; i++) {
        if (!section_at(&o, i, &section))
            return false;
        if (section.sh_type == SHT_SYMTAB)
            add_common_symbols(&o, &section, static_bytes);
        else if (is_static_data(&o, &section))
            add_bytes(static_bytes, section.sh_size);
    }
    return true;
}

static bool is_read_only(const Elf64_Shdr *section)
{
    return (section->sh_flags & SHF_ALLOC) && !(section->sh_flags & SHF_WRITE);
}

/* The read-only sections of a linked program. An honest one has some thirty sections in all. */
enum { MOST_OUTPUTS = 128 };
struct outputs {
    char names[MOST_OUTPUTS][64];
    size_t count;
};

static void find_read_only(const struct object *program, struct outputs *outputs)
{
    Elf64_Shdr section;
    for (unsigned i = 0; i < MOST_OUTPUTS && section_at(program, i, &section); i++)
        if (is_read_only(&section))
            copy_name(program, &program->names, section.sh_name,
                      outputs->names[outputs->count++], sizeof outputs->names[0]);
}

/*
 * The linker joins `.rodata.*` and the like; of all other read-only sections those stay what
 * they are that the program has by their own name.
 */
static bool stays_read_only(const struct object *o, const Elf64_Shdr *section,
                            const struct outputs *outputs)
{
    static const char *const joined[] = {".text",    ".rodata", ".eh_frame",
                                         ".lrodata", ".ltext",  ".gcc_except_table"};
    char name[64];
    copy_name(o, &o->names, section->sh_name, name, sizeof name);
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        if (is_named(o, section, joined[i]))
            snprintf(name, sizeof name, "%s", joined[i]);
    for (size_t i = 0; i < outputs->count; i++)
        if (strcmp(name, outputs->names[i]) == 0)
            return true;
    return false;
}

uint64_t object_joined_bytes(const void *file, size_t bytes, const void *program,
                             size_t program_bytes)
{
    struct object o, linked;
    struct outputs outputs = {.count = 0};
    Elf64_Shdr section;
    uint64_t sum = 0;
    if (!object_open(&o, file, bytes))
        return 0;
    if (object_open(&linked, program, program_bytes))
        find_read_only(&linked, &outputs);
    for (unsigned i = 0; section_at(&o, i, &section); i++)
        if (is_read_only(&section) && !is_constant_at_last(&o, &section) &&
            !stays_read_only(&o, &section, &outputs))
            add_bytes(&sum, section.sh_size);
    return sum;
}

/* The symbol of a relocation, if the object does not define it. */
static bool undefined_symbol(const struct object *o, const Elf64_Shdr *symbols,
                             const Elf64_Rela *relocation, char *name, size_t room)
{
    Elf64_Sym symbol;
    Elf64_Shdr strings;
    uint64_t number = ELF64_R_SYM(relocation->r_info);
    if (number >= symbols->sh_size / sizeof symbol ||
        !fetch(o->file, o->bytes, symbols->sh_offset + number * sizeof symbol, &symbol,
               sizeof symbol) ||
        symbol.st_shndx != SHN_UNDEF || !section_at(o, symbols->sh_link, &strings))
        return false;
    copy_name(o, &strings, symbol.st_name, name, room);
    return name[0] != '\0';
}

static bool is_among(const char *name, const char *const names[])
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* Looks through one table of relocations of a section that is part of the program. */
static bool find_in_table(const struct object *o, const Elf64_Shdr *table,
                          const char *const names[], struct object_use *use)
{
    Elf64_Shdr target, symbols;
    Elf64_Rela relocation;
    if (table->sh_type != SHT_RELA || !section_at(o, table->sh_info, &target) ||
        !(target.sh_flags & SHF_ALLOC) || !section_at(o, table->sh_link, &symbols))
        return false;
    for (uint64_t at = 0; at < table->sh_size; at += sizeof relocation) {
        if (!fetch(o->file, o->bytes, table->sh_offset + at, &relocation, sizeof relocation))
            return false;
        if (!undefined_symbol(o, &symbols, &relocation, use->symbol, sizeof use->symbol) ||
            !is_among(use->symbol, names))
            continue;
        copy_name(o, &o->names, target.sh_name, use->section, sizeof use->section);
        use->offset = relocation.r_offset;
        return true;
    }
    return false;
}

bool object_find_use(const void *file, size_t bytes, const char *const names[],
                     struct object_use *use)
{
    struct object o;
    Elf64_Shdr section;
    if (!object_open(&o, file, bytes))
        return false;
    for (unsigned i = 0; section_at(&o, i, &section); i++)
        if (find_in_table(&o, &section, names, use))
            return true;
    return false;
}

bool object_has_interpreter(const void *file, size_t bytes)
{
    struct object o;
    Elf64_Shdr section;
    Elf64_Phdr segment;
    char name[sizeof ".interp"];
    if (!object_open(&o, file, bytes))
        return false;
    for (unsigned i = 0; section_at(&o, i, &section); i++) {
        copy_name(&o, &o.names, section.sh_name, name, sizeof name);
        if (strcmp(name, ".interp") == 0)
            return true;
    }
    for (unsigned i = 0; i < o.header.e_phnum; i++)
        if (fetch(file, bytes, o.header.e_phoff + (uint64_t)i * sizeof segment, &segment,
                  sizeof segment) &&
            segment.p_type == PT_INTERP)
            return true;
    return false;
}

uint64_t object_image_pages(const void *file, size_t bytes, uint64_t page)
{
    Elf64_Ehdr header;
    Elf64_Phdr part;
    uint64_t pages = 0, end;
    if (!fetch(file, bytes, 0, &header, sizeof header))
        return 0;
    for (unsigned i = 0; i < header.e_phnum; i++)
        if (fetch(file, bytes, header.e_phoff + (uint64_t)i * sizeof part, &part,
                  sizeof part) &&
            part.p_type == PT_LOAD && (part.p_flags & PF_W) &&
            !__builtin_add_overflow(part.p_vaddr, part.p_memsz, &end) && part.p_memsz > 0)
            add_bytes(&pages, (end - 1) / page - part.p_vaddr / page + 1);
    return pages;
}

bool object_entry(const void *file, size_t bytes, uint64_t *entry)
{
    struct object o;
    if (!object_open(&o, file, bytes))
        return false;
    *entry = o.header.e_entry;
    return true;
}

static bool find_in_symbols(const struct object *o, const Elf64_Shdr *table, const char *name,
                            struct object_span *span)
{
    Elf64_Sym symbol;
    Elf64_Shdr strings;
    char found[64];
    if (table->sh_type != SHT_SYMTAB || !section_at(o, table->sh_link, &strings))
        return false;
    for (uint64_t at = 0; at < table->sh_size; at += sizeof symbol) {
        if (!fetch(o->file, o->bytes, table->sh_offset + at, &symbol, sizeof symbol))
            return false;
        if (ELF64_ST_BIND(symbol.st_info) != STB_GLOBAL || symbol.st_shndx == SHN_UNDEF)
            continue;
        copy_name(o, &strings, symbol.st_name, found, sizeof found);
        if (strcmp(found, name) != 0)
            continue;
        *span = (struct object_span){symbol.st_value, symbol.st_value + symbol.st_size};
        return true;
    }
    return false;
}

bool object_find_function(const void *file, size_t bytes, const char *name,
                          struct object_span *span)
{
    struct object o;
    Elf64_Shdr section;
    if (!object_open(&o, file, bytes))
        return false;
    for (unsigned i = 0; section_at(&o, i, &section); i++)
        if (find_in_symbols(&o, &section, name, span))
            return true;
    return false;
}
