#include "file.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file may shrink while we read it: what counts is what was read. */
static char *read_all(int fd, size_t limit, size_t *bytes)
{
    size_t room = 65536, have = 0;
    char *text = must_alloc(room + 1);
    for (;;) {
        ssize_t got = read(fd, text + have, room - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
        if (have > limit)
            break;
        if (have == room)
            text = must_resize(text, (room *= 2) + 1);
    }
    text[have] = '\0';
    *bytes = have;
    return text;
}

static char *read_file(const char *path, int flags, size_t limit, size_t *bytes, char *why,
                       size_t why_bytes)
{
    /* O_NONBLOCK: a named pipe in place of a file must not make us wait for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
    if (fd < 0) {
        snprintf(why, why_bytes, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    struct stat status;
    char *text = NULL;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        snprintf(why, why_bytes, "is not a regular file");
    } else {
        text = read_all(fd, limit, bytes);
        if (*bytes > limit) {
            snprintf(why, why_bytes, "is larger than %zu bytes", limit);
            free(text);
            text = NULL;
        }
    }
    close(fd);
    return text;
}

char *file_read(const char *path, size_t limit, size_t *bytes, char *why, size_t why_bytes)
{
    return read_file(path, 0, limit, bytes, why, why_bytes);
}

char *file_read_itself(const char *path, size_t limit, size_t *bytes, char *why,
                       size_t why_bytes)
{
    return read_file(path, O_NOFOLLOW, limit, bytes, why, why_bytes);
}

bool file_write(int fd, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(fd, text, bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text += done;
        bytes -= (size_t)done;
    }
    return true;
}
