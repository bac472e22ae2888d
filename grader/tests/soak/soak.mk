# soak.mk - right allocators under random traces for a long time (soak.c).
#
# The referee is built with address and overflow checks. So are the runners of our own
# allocators, as far as a runner can be: at undefined behaviour they stop with a trap. The
# system's allocators come from grader/bench, in both profiles.

SOAK         := grader/tests/soak
SOAK_OURS    := reference $(STAGES)
SOAK_RUNNERS  = $(foreach p,$(PROFILES),$(foreach a,$(SOAK_OURS),$(B)/soak/$(p)/$(a)))
SOAK_TRAP    := -O2 -g -fsanitize=undefined -fsanitize-undefined-trap-on-error
SOAK_SOURCE   = $(if $(filter reference,$(1)),$(REFERENCE),solution/stages/$(1)/mm.c)

SOAK_LINK     = $(CC) -std=gnu11 $(SOAK_TRAP) $$(cat $(B)/link) $(RUNNER_LINK)

$(B)/soak/modern/%: $(RUNNER_O) $(SOAK)/soak.mk $(wildcard solution/mm.c solution/stages/*/mm.c) | $(B)/link
	@$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(SOAK_LINK) -I $(ENGINE) $(call SOAK_SOURCE,$*) $(B)/modern/runner.o -o $@

$(B)/soak/classic/%: $(RUNNER_O) $(SOAK)/soak.mk $(wildcard solution/mm.c solution/stages/*/mm.c) | $(B)/link
	@$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(SOAK_LINK) $(CLASSIC_C) $(call SOAK_SOURCE,$*) $(B)/classic/runner.o -o $@

$(B)/soak/soak: KIT_CFLAGS = $(SANITIZE) -O2
$(B)/soak/soak: $(wildcard $(SOAK)/*.[ch]) $(B)/unit-asan/engine.a
	@$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -I $(ENGINE) $(filter %.c %.a,$^) -o $@ -lm $$(cat $(B)/seccomp)

# Ours once more, in one process with the replayer and with sanitizers (tools/debug).
SOAK_INSIDE = $(foreach p,$(PROFILES),$(foreach a,$(SOAK_OURS),$(B)/soak/inside/$(p)/$(a)/replay))
$(B)/soak/inside/%/replay: $(wildcard $(TOOLS)/debug/*.[ch] $(TOOLS)/debug/*.sh) $(DEBUG_OBJECTS) \
    $(SOAK)/soak.mk $(REFERENCE) $(wildcard solution/stages/*/mm.c)
	@$(SAY) LINK $@
	$(Q)CC="$(CC)" SUBMISSION=$(call SOAK_SOURCE,$(notdir $*)) PROFILE=$(patsubst %/,%,$(dir $*)) \
	    ENGINE=$(ENGINE) OBJECTS="$(DEBUG_OBJECTS)" FOLDER=$(@D) sh $(TOOLS)/debug/build.sh both >/dev/null

# tcmalloc's tables grow with the address space that is in use.
SOAK_LARGEST = $(if $(filter tcmalloc,$(1)),67108864)
SOAK_NAME    = $(1)$(addprefix $(comma),$(call SOAK_LARGEST,$(1)))
SOAK_SYSTEM  = $(foreach a,$(BENCH_HAVE),modern/$(call SOAK_NAME,$(a))=$(B)/bench/$(a) \
    classic/$(call SOAK_NAME,$(a))=$(B)/bench/classic-$(a))
comma       := ,

## soak: no right allocator is accused: SECONDS=60 of random traces [SEED=…]
.PHONY: soak
soak: bench-allocators $(BENCH_HAVE:%=$(B)/bench/classic-%) $(SOAK_RUNNERS) $(SOAK_INSIDE) $(B)/soak/soak
	$(Q)ASAN_OPTIONS=detect_leaks=0 $(B)/soak/soak --seconds $(or $(SECONDS),60) --checkheap --scratch $(B)/soak \
	    $(if $(SEED),--seed "$$SEED") --traces traces/core --traces $(B)/traces \
	    $(foreach r,$(SOAK_RUNNERS),$(r:$(B)/soak/%=%)=$(r)) \
	    $(foreach r,$(SOAK_INSIDE),$(r:$(B)/soak/%/replay=%)=$(r)) $(SOAK_SYSTEM)

## mutants: change COUNT=300 tokens of right allocators, see which are caught [SEED=1 FROM=0]
.PHONY: mutants
mutants: kit $(B)/soak/soak $(B)/tracefuzz
	@$(call NUMBER,COUNT)
	$(Q)$(PYTHON) grader/tests/broken/mutate.py --count $(or $(COUNT),300) --from $(or $(FROM),0) \
	    --seed $(or $(SEED),1) --soak $(B)/soak/soak

## fuzz-yield: of the wrong allocators, which do random mixes catch, which traces
.PHONY: fuzz-yield
fuzz-yield: kit
	$(Q)B=$(B) $(PYTHON) grader/tests/broken/yield.py
