# brklab - the door. `make help` lists every target in a sentence.
#
# What you may set, for `make grade` and the rest:
#   SUBMISSION=file.c        what to grade (starter/mm.c)
#   PROFILE=modern|classic   alignment, heap and shape of mm.c (modern)
#   POLICY=file              weights, curves, limits (grader/policy/final.policy)
#   TRACES=file-or-folder    what to replay (all of the kit, and random mixes)
#   JSON=file                write the record there as well
#   OFFICIAL=1               grade with every protection, or refuse
#   METRIC=instructions      score speed by instructions, not by time
#   CHECKHEAP=1              call mm_checkheap after every operation
#   CC=cc                    the compiler, for the kit and for submissions; that
#                            of another processor needs qemu-user
#   V=1                      show the commands as they run

# To GNU make, a rule for what nobody builds; to a BSD make, its last line.
.error brklab needs GNU make, which is often called: gmake

.DEFAULT_GOAL := build
include rules.mk

VERSION    := 0.1.0
B          := build
ENGINE     := grader/engine
PROFILES   := modern classic
REFERENCE  := solution/mm.c

SUBMISSION ?= starter/mm.c
PROFILE    ?= modern
POLICY     ?= grader/policy/final.policy
# Recipes read these from the environment: a file's name may hold blanks and quotes.
export SUBMISSION PROFILE POLICY TRACES JSON CC METRIC

Q := $(if $(V),,@)
SAY = $(if $(V),:,printf '  %-8s %s\n')

# The engine's files: mdriver is all of them but the runner's parts.
RUNNER_PARTS  := entry runner memlib channel
RUNNER_C      := $(patsubst %,$(ENGINE)/%.c,entry runner memlib empty)
ENGINE_C      := $(wildcard $(ENGINE)/*.c)
MDRIVER_O     := $(patsubst $(ENGINE)/%.c,$(B)/engine/%.o,\
                 $(filter-out $(RUNNER_C),$(ENGINE_C)))
RUNNER_O      := $(PROFILES:%=$(B)/%/runner.o)
REFERENCES    := $(PROFILES:%=$(B)/%/reference) $(PROFILES:%=$(B)/%/empty)
RECIPES       := $(wildcard traces/recipes/*.recipe)
TRACES_MADE   := $(RECIPES:traces/recipes/%.recipe=$(B)/traces/%.rep)
RECORD        := grader/tracetools/record
# The engine's trace reader, for the tools that read or write traces.
READER_O      := $(patsubst %,$(B)/engine/%.o,trace file say utf8)

# ---- building ------------------------------------------------------------------------

# What is built is there as a whole or not at all, whoever is killed at whatever moment, and
# however many build at once: it is made under another name, and then renamed.
NEW    = $@.$$$$
DONE   = mv -f $(NEW) $@
OBJECT = -MMD -MP -MT $@ -MF $(NEW).d -c $< -o $(NEW) && mv -f $(NEW).d $(@:.o=.d) && $(DONE)

## build: build all that grading needs (a bare `make`)
.PHONY: build
build: kit
	@echo "brklab is built. Next: make grade, or make help."

.PHONY: kit
kit: platform $(B)/emulator $(B)/mdriver $(RUNNER_O) $(REFERENCES) $(B)/traces/.made

.PHONY: platform
platform:
	@case "$$(uname -s) $$(uname -m)" in \
	"Linux x86_64"|"Linux aarch64") ;; \
	*) echo "brklab needs Linux on x86-64 or arm64 (WSL2 is fine); this is $$(uname -s) on $$(uname -m)." >&2; exit 2;; \
	esac
	@command -v "$(firstword $(CC))" >/dev/null || { \
	echo "no C compiler: '$(firstword $(CC))' is missing; on Debian: sudo apt-get install gcc" >&2; exit 2; }

# Everything is made again when compiler or flags change, when a library arrives, or when a newer
# archive was unpacked over this one: the files of an archive have no dates, but a RELEASE.
FLAGS_NOW := $(CC) $(ALL_CFLAGS) | $(SUBMISSION_FLAGS) | $(ANYWHERE) | $(VERSION) \
             $(wildcard /usr/include/seccomp.h /usr/lib*/libc.a /usr/lib*/*/libc.a)
$(B)/flags: FORCE
	@mkdir -p $(B)
	@now=$$(echo '$(FLAGS_NOW)'; $(CC) --version 2>&1; cat RELEASE 2>/dev/null); \
	echo "$$now" | cmp -s - $@ || { echo "$$now" > $(NEW) && $(DONE); }
.PHONY: FORCE

# A static program starts faster and needs no loader; where the C library has no static
# form (Fedora's, by itself), an ordinary position-independent program does. Its loader does
# all it has to do before the start: pages that it used later would be taken for state.
$(B)/link: $(B)/flags
	@echo 'int main(void) { return 0; }' | $(CC) -static-pie -xc - -o $(NEW) 2>/dev/null \
	    && echo -static-pie > $(NEW) || echo -pie -Wl,-z,now > $(NEW); $(DONE)

# A compiler for another processor makes programs that do not run here: then qemu-user runs
# them, if it is there. Empty: they run. The emulator finds their libraries where Debian's
# cross compilers have them.
$(B)/emulator: $(B)/flags
	@printf '%s\n' '#include <linux/filter.h>' 'int main(void) { return 0; }' | \
	    $(CC) -std=c11 -MMD -MF /dev/null -xc - -o $(NEW) || { \
	echo "'$(CC)' cannot make C11 programs for Linux; use gcc or clang; on Debian: sudo apt-get install gcc libc6-dev" >&2; exit 2; }; \
	target=$$($(CC) -dumpmachine); \
	qemu=qemu-$${target%%-*}; echo "-L /usr/$$target" > $@.root; \
	if $(NEW) 2>/dev/null; then qemu=; \
	elif ! $$qemu $$(cat $@.root) $(NEW) 2>/dev/null; then \
	    echo "programs of '$(CC)' do not run here, nor under $$qemu; on Debian: sudo apt-get install qemu-user" >&2; \
	    rm -f $(NEW); exit 2; fi; printf %s "$${qemu:+$$qemu }" > $(NEW); $(DONE)
EMULATED = $$(test ! -s $(B)/emulator || cat $(B)/emulator $(B)/emulator.root)

# The referee filters system calls with libseccomp where it is installed.
$(B)/seccomp: $(B)/flags
	@printf '#include <seccomp.h>\nint main(void) { return !seccomp_init(0); }\n' | \
	    $(CC) -xc - -lseccomp -o $(NEW) 2>/dev/null && echo -lseccomp > $(NEW) || : > $(NEW); $(DONE)

$(B)/engine/filter.o: $(B)/seccomp
$(B)/engine/filter.o: EXTRA = $$(test -s $(B)/seccomp && echo -DHAVE_SECCOMP)

$(B)/engine/%.o: $(ENGINE)/%.c $(B)/flags
	@$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(ANYWHERE) $(EXTRA) -DKIT_VERSION='"$(VERSION)"' $(OBJECT)

# Patterns are filled and verified at the speed of memory, or checking is slow.
$(B)/engine/fill.o: EXTRA = -O3

$(B)/mdriver: $(MDRIVER_O)
	@$(SAY) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(filter %.o,$^) -o $(NEW) -lm $$(cat $(B)/seccomp) && $(DONE)

# The first instructions of a runner come before everything that a stack protector needs.
$(B)/modern/parts/entry.o $(B)/classic/parts/entry.o: SUBMISSION_FLAGS += -fno-stack-protector

# The runner's parts are linked with a submission's object: compiled with its flags.
define PART
	@$(SAY) CC "$< ($(word 1,$(subst /, ,$(@:$(B)/%=%))))"
	@mkdir -p $(@D)
	$(Q)$(CC) $(SUBMISSION_FLAGS) $(ANYWHERE) -D_GNU_SOURCE $(WARNINGS) $(GLUE) $(OBJECT)
endef

$(B)/modern/parts/%.o: $(ENGINE)/%.c $(B)/flags
	$(PART)

$(B)/classic/parts/%.o: GLUE = -include $(ENGINE)/classic/glue.h
$(B)/classic/parts/%.o: $(ENGINE)/%.c $(B)/flags
	$(PART)

$(B)/classic/parts/%.o: $(ENGINE)/classic/%.c $(B)/flags
	$(PART)

# One object of them all. A submission may use any name but these: the others become local.
# (Our own code, which steps.c does not count, reaches from runner_entry to runner_last.)
RUNNER_NAMES = main runner_entry runner_last mem_sbrk mem_heap_lo mem_heap_hi mem_heapsize mem_pagesize
$(B)/modern/runner.o: RUNNER_NAMES += mem_brk
$(B)/modern/runner.o: $(RUNNER_PARTS:%=$(B)/modern/parts/%.o)
$(B)/classic/runner.o: $(patsubst %,$(B)/classic/parts/%.o,$(RUNNER_PARTS) glue)
$(RUNNER_O):
	@$(SAY) LINK $@
	$(Q)$(CC) -r -nostdlib $^ -o $(NEW).all && "$$($(CC) -print-prog-name=objcopy)" --redefine-sym channel_sleep=runner_last \
	    $(RUNNER_NAMES:%=-G %) $(NEW).all $(NEW) && rm $(NEW).all && $(DONE)

$(B)/modern/empty: $(ENGINE)/empty.c $(B)/modern/runner.o | $(B)/link
	@$(SAY) LINK $@
	$(Q)$(CC) $(SUBMISSION_FLAGS) $(ANYWHERE) $(WARNINGS) $$(cat $(B)/link) $(RUNNER_LINK) $^ -o $(NEW) && $(DONE)

$(B)/classic/empty: $(B)/modern/empty
	$(Q)cp $< $(NEW) && $(DONE)

# What the policy measures speed and utilization beside: a file of its own that later changes
# of the solution do not touch; the solution itself where it names none. A copied policy may
# leave the reference behind, here.
$(B)/modern/reference.c: FORCE
	@mkdir -p $(@D)
	@name="$$(sed -n 's/^[[:space:]]*reference[[:space:]]*=[[:space:]]*\([^[:space:]#]*\).*/\1/p' "$$POLICY" 2>/dev/null)"; \
	file="$(REFERENCE)"; test -z "$$name" || file="$$(dirname -- "$$POLICY")/$$name"; \
	test -f "$$file" || file="grader/policy/$$name"; \
	test -f "$$file" || { echo "$$POLICY: there is no reference '$$name', beside it or in grader/policy" >&2; exit 2; }; \
	cmp -s "$$file" $@ || { cp "$$file" $(NEW) && $(DONE); }

$(B)/modern/reference: $(B)/modern/reference.c $(B)/modern/runner.o | $(B)/link
	@$(SAY) LINK $@
	$(Q)$(CC) $(SUBMISSION_FLAGS) $(ANYWHERE) -I $(ENGINE) $$(cat $(B)/link) $(RUNNER_LINK) $^ -o $(NEW) && $(DONE)

# What compiles an allocator of ours in the classic shape. A submission's headers may be named in
# more ways (compile.c; tools/debug/build.sh).
CLASSIC_C = -iquote $(ENGINE)/classic -I $(ENGINE) $(ENGINE)/classic/src/init.c -include

$(B)/classic/reference: $(B)/modern/reference.c $(B)/classic/runner.o | $(B)/link
	@$(SAY) LINK $@
	$(Q)$(CC) $(SUBMISSION_FLAGS) $(ANYWHERE) $$(cat $(B)/link) $(RUNNER_LINK) $(CLASSIC_C) $< $(filter %.o,$^) -o $(NEW) && $(DONE)

# A tool, of what it names.
define LINK
	@$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(filter %.c %.o,$^) -o $(NEW) -lm && $(DONE)
endef

$(B)/tracegen: $(wildcard grader/tracetools/*.[ch]) $(B)/engine/draw.o $(READER_O)
	$(LINK)

$(B)/tracestat: $(wildcard grader/tracetools/stat/*.[ch]) $(B)/engine/traceset.o $(READER_O)
	$(LINK)

$(B)/record/record: $(RECORD)/record.c $(RECORD)/convert.c $(RECORD)/program.c $(wildcard $(RECORD)/*.h) $(READER_O)
	$(LINK)

# It lives inside other programs: no sanitizer, no coverage.
$(B)/record/preload.so: override KIT_CFLAGS = -O2 -g
$(B)/record/preload.so: $(RECORD)/preload.c $(RECORD)/log.h $(ENGINE)/early.h $(B)/flags
	@$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -shared -static-libgcc $< -o $(NEW) -ldl && $(DONE)

$(B)/traces/%.rep: traces/recipes/%.recipe $(B)/tracegen | $(B)/emulator
	@$(SAY) TRACE $@
	@mkdir -p $(@D)
	$(Q)$(EMULATED) $(B)/tracegen $< -o $(NEW) && $(DONE)

# A trace whose recipe is gone must not be graded. (The folder's time does not tell: it may have
# gone in the same tick of the clock in which the traces were made.)
TRACES_LEFT   := $(filter-out $(TRACES_MADE),$(wildcard $(B)/traces/*.rep))
$(B)/traces/.made: $(TRACES_MADE) $(if $(TRACES_LEFT),FORCE)
	@rm -f $(TRACES_LEFT)
	@touch $@

# ---- grading -------------------------------------------------------------------------

MDRIVER_RUN = $(EMULATED) $(B)/mdriver $$(sed 's/^/--emulator /' $(B)/emulator) --kit $(B) --engine $(ENGINE) --cc "$$CC" \
    --flags '$(SUBMISSION_FLAGS)' --link "$$(cat $(B)/link) $(RUNNER_LINK)" \
    $(if $(CHECKHEAP),--checkheap) $(if $(OFFICIAL),--official) $(if $(METRIC),--metric "$$METRIC") $(if $(V),--verbose)
ALL_TRACES  = traces/debug traces/core $(B)/traces

## grade: grade SUBMISSION: table, findings, score
.PHONY: grade
grade: kit
	@find $(B) $(B)/toolroot-*/desks -maxdepth 1 -name 'grade-*' -mmin +60 \
	    -exec rm -rf {} + 2>/dev/null || : # left by a kill -9
	$(Q)$(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY" --submission "$$SUBMISSION" \
	    --history "$(HISTORY)" \
	    $(if $(JSON),--json "$$JSON") $(if $(TRACES),,--fuzz) -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES)) \
	    || test $$? -eq 1

# ---- traces --------------------------------------------------------------------------

export CMD OUT MAX FROM PROGRAM ABOUT
RECORD_OPTIONS = $(if $(MAX),-m "$$MAX") $(if $(FROM),-f "$$FROM") $(if $(BALANCE),-b) \
    $(if $(PROGRAM),-p "$$PROGRAM") $(if $(ABOUT),-a "$$ABOUT")

## record: record a program's malloc calls: CMD="…" OUT=x.rep
.PHONY: record
record: recorder
	@test -n "$$CMD" && test -n "$$OUT" || { \
	echo 'Say what to record, and where: make record CMD="program arguments" OUT=file.rep' >&2; exit 2; }
	$(Q)eval '$(B)/record/record -o "$$OUT" $(RECORD_OPTIONS) '"$$CMD"

## recorder: build what make record needs
.PHONY: recorder
recorder: $(B)/record/record $(B)/record/preload.so

## tracestat: describe TRACES: sizes, lifetimes, live payload
.PHONY: tracestat
tracestat: $(B)/tracestat $(B)/traces/.made
	@test -n "$$TRACES" || { echo 'Say which: make tracestat TRACES=file.rep' >&2; exit 2; }
	$(Q)$(B)/tracestat "$$TRACES"

# ---- the rooms -----------------------------------------------------------------------

# What staff runs in Python runs in Debian's, which has Debian's packages. Files and names are
# UTF-8, whatever the locale says.
PYTHON := /usr/bin/python3 -X utf8

# $(call NUMBER,NAME) refuses what the programs behind would read in ways of their own.
NUMBER = case "$($(1))" in 0* | *[!0-9]*) \
    echo "$(1) is a number of 1 or more, not '$($(1))'" >&2; exit 2;; esac

# Each room has its own targets. In the students' archive some rooms are not there.
# The names of the stages first: other rooms use them.
include $(wildcard solution/*.mk grader/*/*.mk grader/tests/*/*.mk handout/*.mk)

## format: lay out all C files by .clang-format
## lint: say which C files are not laid out by .clang-format
# Those that git knows; in an archive all of them.
C_FILES = $(or $(shell git ls-files '*.c' '*.h' 2>/dev/null),\
          $(shell find . -path ./$(B) -prune -o -name '*.[ch]' -print))
.PHONY: format lint
format:
	$(Q)$(CLANG_FORMAT) -i $(C_FILES)
lint:
	$(Q)$(CLANG_FORMAT) --dry-run --Werror $(C_FILES)

## clean: remove everything that was built
.PHONY: clean
clean:
	rm -rf $(B)

## help: list the targets
.PHONY: help
help:
	@sed -n 's/^## \([a-z0-9-]*\): /\1\t/p' $(MAKEFILE_LIST) | sort -u | \
	    awk -F '\t' '{ line = sprintf("  make %-17s", $$1); n = split($$2, word, " "); \
	        for (i = 1; i <= n; i++) { \
	            if (length(line " " word[i]) > 79) { print line; line = sprintf("%24s", "") } \
	            line = line " " word[i] } print line }'
	@echo
	@sed -n '/^# What you may set/,/^$$/s/^# \{0,1\}//p' Makefile

-include $(wildcard $(B)/engine/*.d $(B)/modern/parts/*.d $(B)/classic/parts/*.d)
