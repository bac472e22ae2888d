# fuzz.mk - the fuzz targets (libFuzzer), for the Makefile at the top to include.
#
# Each fuzz_NAME.c is a program of its own: libFuzzer's main, that file, and the parts of the
# engine that it names below, with address and undefined-behaviour checks. What is found
# lies in $(B)/fuzz/NAME-*; a corpus grows in $(B)/fuzz/corpus/NAME.

FUZZ       := grader/tests/fuzz
FUZZ_NAMES := trace policy recipe macros object referee
FUZZ_CC    := clang
FUZZ_FLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fno-omit-frame-pointer \
              -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_LIMITS := -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256

# What the engine's readers are tried on first, besides their corpus.
FUZZ_SEEDS_trace   := traces/debug
FUZZ_SEEDS_policy  := grader/policy
FUZZ_SEEDS_recipe  := traces/recipes
FUZZ_SEEDS_macros  := solution
FUZZ_SEEDS_object  := $(B)/fuzz/seeds/object

FUZZ_PARTS_trace   := trace file say utf8
FUZZ_PARTS_policy  := policy file say utf8
FUZZ_PARTS_recipe  := file say utf8
FUZZ_PARTS_macros  := macros
FUZZ_PARTS_object  := object
FUZZ_PARTS_referee := $(filter-out memlib,$(UNIT_PARTS))

# The referee's system calls that a puppet answers (puppet.c).
FUZZ_MORE_referee  := $(FUZZ)/puppet.c
FUZZ_LINK_referee  := $(foreach f,memfd_create process_spawn vfork waitpid kill clock_getcpuclockid \
    process_private_pages process_note_constants residue_remember command_run culprit_wants \
    orphans_end,-Wl,--wrap=$(f)) -lpthread -lm

# How many inputs a short run takes: some seconds in all.
FUZZ_RUNS         := 20000
FUZZ_RUNS_referee := 200

check-built: $(FUZZ_NAMES:%=$(B)/fuzz/fuzz_%)

## fuzz: feed random bytes to readers and referee: SECONDS=60
.PHONY: fuzz
fuzz: SECONDS ?= 60
fuzz: FUZZ_HOW = -max_total_time=$$(( ($(SECONDS) + $(words $(FUZZ_NAMES)) - 1) / $(words $(FUZZ_NAMES)) ))
fuzz: fuzz-clang $(FUZZ_NAMES:%=$(B)/fuzz/fuzz_%) $(B)/fuzz/seeds/.made
	@$(call NUMBER,SECONDS)
	$(FUZZ_ALL)

## fuzz-short: the same with a fixed number of inputs, as a test
.PHONY: fuzz-short
fuzz-short: FUZZ_HOW = -seed=1 -runs=$(or $(FUZZ_RUNS_$1),$(FUZZ_RUNS))
fuzz-short: fuzz-clang $(FUZZ_NAMES:%=$(B)/fuzz/fuzz_%) $(B)/fuzz/seeds/.made
	@rm -rf $(B)/fuzz/corpus
	$(FUZZ_ALL)

# One target after the other; a line for each. What libFuzzer says in full is in NAME.log.
FUZZ_ALL = $(Q)failed=0; $(foreach n,$(FUZZ_NAMES),$(call FUZZ_ONE,$n) || failed=1;) exit $$failed
FUZZ_ONE = { mkdir -p $(B)/fuzz/corpus/$1; log=$(B)/fuzz/$1.log; \
    if $(B)/fuzz/fuzz_$1 $(FUZZ_LIMITS) -artifact_prefix=$(B)/fuzz/$1- -print_final_stats=1 \
        $(call FUZZ_HOW,$1) $(B)/fuzz/corpus/$1 $(wildcard $(FUZZ)/found/$1) $(FUZZ_SEEDS_$1) >$$log 2>&1; \
    then printf '  FUZZ     %-8s %s inputs\n' $1 "$$(sed -n 's/^stat::number_of_executed_units: *//p' $$log)"; \
    else printf '  FUZZ     %-8s FAILED, see %s\n' $1 $$log; \
        grep -m3 -E 'SUMMARY|runtime error|Test unit written' $$log; false; fi; }

.PHONY: fuzz-clang
fuzz-clang:
	@mkdir -p $(B)/fuzz
	@echo 'int LLVMFuzzerTestOneInput(const void *d, unsigned long n) { return 0; }' | \
	    $(FUZZ_CC) -fsanitize=fuzzer -xc - -o $(B)/fuzz/try 2>/dev/null || { \
	echo "fuzzing needs clang with libFuzzer: sudo apt-get install clang libclang-rt-14-dev" >&2; exit 2; }
	@rm -f $(B)/fuzz/try

$(B)/fuzz/engine/%.o: $(ENGINE)/%.c $(B)/flags
	@$(SAY) CC "$< (fuzzed)"
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

define FUZZ_PROGRAM
$(B)/fuzz/fuzz_$1: $(FUZZ)/fuzz_$1.c $(FUZZ_PARTS_$1:%=$(B)/fuzz/engine/%.o) $(FUZZ_MORE_$1)
	@$(SAY) LINK $$@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -I $(ENGINE) -I grader/tracetools -MMD -MP \
	    -MF $$@.d $(FUZZ)/fuzz_$1.c $(FUZZ_MORE_$1) $(FUZZ_PARTS_$1:%=$(B)/fuzz/engine/%.o) $(FUZZ_LINK_$1) -o $$@
endef
$(foreach n,$(FUZZ_NAMES),$(eval $(call FUZZ_PROGRAM,$n)))

# An object file of every kind of section; the reader of objects starts from it.
$(B)/fuzz/seeds/.made: $(UNIT)/statics.c starter/mm.c
	@mkdir -p $(B)/fuzz/seeds/object
	$(Q)$(CC) $(SUBMISSION_FLAGS) -c $(UNIT)/statics.c -o $(B)/fuzz/seeds/object/statics.o
	$(Q)$(CC) $(SUBMISSION_FLAGS) -I $(ENGINE) -c starter/mm.c -o $(B)/fuzz/seeds/object/starter.o
	@touch $@

-include $(wildcard $(B)/fuzz/*.d $(B)/fuzz/engine/*.d)
