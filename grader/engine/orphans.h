/*
 * orphans.h - processes that a runner left behind.
 *
 * Under its filter a runner starts none. Where filters are missing it can, in a group and
 * session of their own, where no signal to its group finds them; when it ends they become
 * children of the process above that adopts orphans.
 */
#ifndef ORPHANS_H
#define ORPHANS_H

/* From now on that is us. */
void orphans_adopt(void);

/* Ends all our children and theirs. To be called when none of them is meant to live. */
void orphans_end(void);

#endif
