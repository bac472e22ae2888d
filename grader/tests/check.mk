# check.mk - all tests, and what they need. Included by the Makefile of the top directory.

# From Debian, for staff only; README says why each was chosen. Other rooms name their own.
PACKAGES += bubblewrap chromium chromium-driver clang gdb libclang-rt-14-dev libcmocka-dev \
    libseccomp-dev python3-jsonschema python3-pytest python3-selenium valgrind

## deps: install what the tests need, from Debian (as root)
.PHONY: deps
deps:
	@missing="$$($(MISSING))"; \
	if [ -z "$$missing" ]; then echo "Everything the tests need is installed."; \
	elif [ "$$(id -u)" -ne 0 ]; then \
	    echo "Run this once, then make check: sudo apt-get install -y --no-install-recommends$$missing" >&2; exit 2; \
	else echo "Installing$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi

MISSING = for p in $(PACKAGES); do \
    dpkg-query -W -f '$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || printf ' %s' "$$p"; done

## check-built: build what the tests need, all at once
# (tests.mk and fuzz/fuzz.mk, which are read later, add their programs.)
.PHONY: check-built
check-built: kit batch-kit recorder $(B)/record/leaks $(B)/tracestat $(B)/tracevary $(B)/tracefuzz

## check: install what is missing, run the tests; of faults and attacks a part
.PHONY: check
check: deps
	@$(MAKE) --no-print-directory -j$$(nproc) check-built
	@$(MAKE) --no-print-directory unit unit-sanitized fuzz-short system

## check-all: the same with every fault, every attack and the long tests
.PHONY: check-all
check-all: export CHECK_ALL = 1
check-all: check

## check-slow: Slurm, the packages for platforms, and the archives word for word
.PHONY: check-slow
check-slow: check-slurm check-platforms rehearse-short

# These take minutes, or test again at length what others test: only check-all runs them.
SYSTEM := grader/tests/system
LONG   := allocators doctor mutants platforms published sandbox
PYTEST := $(PYTHON) -m pytest -q -p no:cacheprovider

## system: run the tests of whole commands (pytest)
.PHONY: system
system: kit batch-kit recorder $(B)/tracestat $(B)/tracevary $(B)/tracefuzz
	$(Q)$(PYTEST) $(SYSTEM) $(if $(CHECK_ALL),,$(LONG:%=--ignore=$(SYSTEM)/test_%.py))

## kit-coverage: say what of the engine no test reaches (gcov)
.PHONY: kit-coverage
kit-coverage:
	@$(MAKE) --no-print-directory B=build/coverage KIT_CFLAGS='-O0 -g --coverage' \
	    NEW='$$@' DONE=: coverage-run # what gcov reads is named after what is made

build/coverage/engine/workers.o: EXTRA = -include grader/tests/coverage.h

# What the engine does for whole commands; the other rooms' tests would only repeat it. Not
# counted: what a child does between fork and exec, where it may write no file any more.
COVERING := bench charges checker classic culprit giants grade history official robust sandbox \
    shrink viz

.PHONY: coverage-run
coverage-run: kit unit recorder $(B)/tracestat $(B)/tracevary $(B)/tracefuzz
	@for s in $(LADDER); do $(MDRIVER_RUN) --profile modern --policy "$$POLICY" --checkheap \
	    --submission "$$s" --json $(B)/record.json -- traces/debug >/dev/null; test $$? -le 1 || exit 1; done
	@B=$(B) $(PYTEST) $(COVERING:%=$(SYSTEM)/test_%.py)
	@for o in $(MDRIVER_O); do gcov -f -o $(B)/engine $$o 2>/dev/null; done | awk -f grader/tests/coverage.awk
	@rm -f *.gcov
