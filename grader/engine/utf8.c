#include "utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * What turns text round, ends a line or cannot be seen: Unicode's "default ignorable"
 * characters, further controls of format, and the upper controls. Words can be hidden in them.
 */
static const struct {
    uint32_t from, to;
} deceiving[] = {{0x80, 0x9f},       {0xad, 0xad},      {0x34f, 0x34f},   {0x61c, 0x61c},
                 {0x115f, 0x1160},   {0x17b4, 0x17b5},  {0x180b, 0x180f}, {0x200b, 0x200f},
                 {0x2028, 0x202e},   {0x2060, 0x206f},  {0x3164, 0x3164}, {0xfe00, 0xfe0f},
                 {0xfeff, 0xfeff},   {0xffa0, 0xffa0},  {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3},
                 {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

static bool deceives(uint32_t point)
{
    for (size_t i = 0; i < sizeof deceiving / sizeof *deceiving; i++)
        if (point >= deceiving[i].from && point <= deceiving[i].to)
            return true;
    return false;
}

size_t utf8_length(const char *text, size_t bytes)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (bytes == 0)
        return 0;
    unsigned char lead = (unsigned char)text[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
    if (length == 0 || length > bytes || lead >= 0xf8)
        return 0;
    uint32_t point = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (next & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point < 0xe000;
    if (point < least[length] || point > 0x10ffff || surrogate || deceives(point))
        return 0;
    return length;
}

size_t utf8_whole(const char *text, size_t most)
{
    size_t bytes = strnlen(text, most);
    while (bytes > 0 && (text[bytes] & 0xc0) == 0x80)
        bytes--;
    return bytes;
}

size_t utf8_mark(const char *text, size_t bytes)
{
    return bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}
