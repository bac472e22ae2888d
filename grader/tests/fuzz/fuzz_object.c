/* fuzz_object.c - any bytes as a submission's object file, which the referee itself reads. */
#include "fuzz.h"
#include "object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const char *const names[] = {"malloc", "open", NULL};
    struct object_use use;
    uint64_t sum;
    object_has_interpreter(data, bytes);
    object_image_pages(data, bytes, 4096);
    object_static_bytes(data, bytes, &sum);
    object_joined_bytes(data, bytes, data, bytes);
    if (object_find_use(data, bytes, names, &use)) {
        MUST(memchr(use.symbol, '\0', sizeof use.symbol));
        MUST(memchr(use.section, '\0', sizeof use.section));
    }
    return 0;
}
