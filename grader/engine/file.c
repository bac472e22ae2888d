#include "file.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file may shrink while we read it: what counts is what was read. False: errno says why. */
static bool read_all(int fd, size_t limit, char **text, size_t *bytes)
{
    size_t room = 65536;
    *text = must_alloc(room + 1);
    *bytes = 0;
    while (*bytes <= limit) {
        ssize_t got = read(fd, *text + *bytes, room - *bytes);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return false;
        *bytes += got > 0 ? (size_t)got : 0;
        if (*bytes == room)
            *text = must_resize(*text, (room *= 2) + 1);
    }
    (*text)[*bytes] = '\0';
    return true;
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
    } else if (!read_all(fd, limit, &text, bytes)) {
        snprintf(why, why_bytes, "cannot be read: %s", strerror(errno));
    } else if (*bytes > limit) {
        snprintf(why, why_bytes, "is larger than %zu bytes", limit);
    } else {
        close(fd);
        return text;
    }
    free(text);
    close(fd);
    return NULL;
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

FILE *file_create(const char *path)
{
    FILE *out = fopen(path, "we");
    if (!out)
        die("%s: cannot be written: %s", path, strerror(errno));
    return out;
}

void file_finish(FILE *out, const char *path)
{
    bool bad = ferror(out);
    if (fclose(out) != 0 || bad)
        die("%s: could not be written in full: %s", path, strerror(errno));
}

FILE *file_draft(const char *path, char **name)
{
    size_t bytes = strlen(path) + 16;
    *name = must_alloc(bytes);
    snprintf(*name, bytes, "%s.%d", path, (int)getpid());
    unlink(*name); /* left by one who had our number, and was killed */
    return fopen(*name, "wxe");
}

bool file_replace(FILE *draft, char *name, const char *path)
{
    bool good = draft && !ferror(draft) && fflush(draft) == 0 && fsync(fileno(draft)) == 0;
    good = draft && fclose(draft) == 0 && good && rename(name, path) == 0;
    int error = errno;
    if (!good)
        unlink(name);
    free(name);
    errno = error;
    return good;
}
