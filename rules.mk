# rules.mk - how anything is compiled. Included by the Makefiles of every room.

CC             = cc
CLANG_FORMAT   = clang-format

# Our own code. KIT_CFLAGS=... replaces the optimization, for sanitizers and coverage.
KIT_CFLAGS     = -O2 -g
WARNINGS       = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
                 -Wmissing-prototypes -Wvla
ALL_CFLAGS     = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(KIT_CFLAGS)

# Submissions, stages and the reference: the same flags for all of them.
SUBMISSION_FLAGS = -std=gnu11 -O2 -g

# The kit does not know the folder it was built in: elsewhere it is the same, to the byte, and so are
# the names of records.
ANYWHERE = -fdebug-prefix-map="$$PWD"=.

# A runner starts at our own first instructions (entry.c).
RUNNER_LINK = -Wl,-e,runner_entry
