/* tidy.h - folders that must not outlive this program, however it ends (but for kill -9). */
#ifndef TIDY_H
#define TIDY_H

/*
 * Removes `folder` and all that is in it at the end: exit, and Ctrl-C, SIGTERM or SIGHUP where
 * these are not ignored.
 */
void tidy_later(const char *folder);

#endif
