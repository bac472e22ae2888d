# tests.mk - the unit tests (cmocka), for the Makefile at the top to include.
#
# Each unit/test_NAME.c is a program of its own. It is linked with an archive of the whole
# engine, of which the linker takes only what that test needs.

UNIT       := grader/tests/unit
UNIT_TESTS := $(patsubst $(UNIT)/%.c,%,$(wildcard $(UNIT)/test_*.c))
# All but the two files that have a main().
UNIT_PARTS := $(filter-out mdriver entry runner empty,$(patsubst $(ENGINE)/%.c,%,$(ENGINE_C)))

# The second build stops at the first access out of bounds and at undefined behaviour.
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
            -fno-sanitize-recover=all

check-built: $(UNIT_TESTS:%=$(B)/unit/%) $(UNIT_TESTS:%=$(B)/unit-asan/%)

## unit: build and run the unit tests of the engine (cmocka)
## unit-sanitized: the unit tests again, with address and overflow checks
.PHONY: unit unit-sanitized
unit: $(UNIT_TESTS:%=$(B)/unit/%)
unit-sanitized: $(UNIT_TESTS:%=$(B)/unit-asan/%)
unit unit-sanitized:
	$(Q)failed=0; for test in $^; do $$test || failed=1; done; exit $$failed

## sandbox-attacks: attack the compiler without namespaces
.PHONY: sandbox-attacks
sandbox-attacks: kit
	$(Q)ALL_ATTACKS=1 $(PYTEST) $(SYSTEM)/test_sandbox.py

## bench-confinement: what confinement costs, with and without in turn
.PHONY: bench-confinement
bench-confinement: ROUNDS ?= 5
bench-confinement: kit
	$(Q)$(PYTHON) grader/tests/hostile/cost.py $(ROUNDS) $(MDRIVER_RUN) --profile "$$PROFILE" \
	    --policy "$$POLICY" --submission "$$SUBMISSION" -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES))

# An archive is made anew each time: a part that is gone must not linger in it.
$(B)/unit/engine.a: $(UNIT_PARTS:%=$(B)/engine/%.o)
$(B)/unit-asan/engine.a: $(UNIT_PARTS:%=$(B)/unit-asan/engine/%.o)
$(B)/unit/engine.a $(B)/unit-asan/engine.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/unit-asan/%: KIT_CFLAGS = $(SANITIZE)

$(B)/unit-asan/engine/%.o: $(ENGINE)/%.c $(B)/flags
	@$(SAY) CC "$< (sanitized)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DKIT_VERSION='"$(VERSION)"' -MMD -MP -c $< -o $@

# statics.o is what test_object measures: compiled like a submission.
$(B)/unit/statics.o: $(UNIT)/statics.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(SUBMISSION_FLAGS) -c $< -o $@

UNIT_BUILD = $(CC) $(ALL_CFLAGS) -DUNIT_STATICS='"$(B)/unit/statics.o"' -I $(ENGINE) -MMD -MP \
    -MF $@.d $< $(@D)/engine.a -o $@ -lcmocka -lm $$(cat $(B)/seccomp)

$(B)/unit/test_%: $(UNIT)/test_%.c $(B)/unit/engine.a $(B)/unit/statics.o
	@$(SAY) TEST $@
	$(Q)$(UNIT_BUILD)

$(B)/unit-asan/test_%: $(UNIT)/test_%.c $(B)/unit-asan/engine.a $(B)/unit/statics.o
	@$(SAY) TEST "$@ (sanitized)"
	$(Q)$(UNIT_BUILD)

-include $(wildcard $(B)/unit/*.d $(B)/unit-asan/*.d $(B)/unit-asan/engine/*.d)

## culprits: say how often the line behind a bad write is found
.PHONY: culprits
culprits: kit
	$(Q)B=$(B) $(PYTHON) grader/tests/system/culprits.py

## shrinks: say how short failing traces get, and how fast
.PHONY: shrinks
shrinks: kit
	$(Q)B=$(B) $(PYTHON) grader/tests/system/shrinks.py
