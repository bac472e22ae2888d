# debug.mk - from a finding to its cause, for the Makefile at the top to include.
#
#   TRACE=name               a trace's name, as in traces/ and build/traces, or a file
#   OUT=file.rep             where make shrink writes to (build/shrunk/NAME.rep)
#   LINE=n                   the trace's line that make gdb stops before

## shrink: the shortest trace that still fails: TRACE= [OUT=]
.PHONY: shrink
shrink: kit
	@trace=$$($(FIND_TRACE)) || exit 2; mkdir -p $(B)/shrunk; \
	out=$${OUT:-$(B)/shrunk/$$(basename "$$trace" .rep).rep}; \
	$(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY" --submission "$$SUBMISSION" \
	    --shrink "$$out" -- "$$trace" || test $$? -eq 1

# ---- one process: for debuggers and sanitizers. Not confined, and never a grade. -----------

DEBUG          = $(TOOLS)/debug
DEBUG_OBJECTS := $(patsubst %,$(B)/engine/%.o,trace file say utf8 shadow fill place)
# What its scripts read. The traces: TRACE=name, else TRACES, else those for debugging.
DEBUG_ENV      = ENGINE=$(ENGINE) OBJECTS="$(DEBUG_OBJECTS)" FOLDER=$(B)/debug/$@
DEBUG_LIST     = if [ -n "$$TRACE" ]; then $(FIND_TRACE); \
    else sh $(DEBUG)/list.sh $(if $(TRACES),"$$TRACES",$(1)); fi
GDB           ?= gdb -q
NEEDS          = command -v $(1) >/dev/null || { \
    echo "$(1) is missing; on Debian: sudo apt-get install $(2)" >&2; exit 2; }
export LINE

## gdb: stop in gdb before a line of a trace: TRACE= [LINE=n]
.PHONY: gdb
gdb: kit $(DEBUG_OBJECTS)
	@$(call NEEDS,$(firstword $(GDB)),gdb); trace=$$($(FIND_TRACE)) || exit 2; \
	program=$$($(DEBUG_ENV) sh $(DEBUG)/build.sh gdb) || exit 2; \
	$(GDB) -x $(DEBUG)/mm.gdb $(DO) --args "$$program" -g "$${LINE:-1}" "$$trace"

## asan: run traces under AddressSanitizer: [TRACE=name]
## ubsan: run traces under the UB sanitizer: [TRACE=name]
## valgrind: run traces under valgrind: [TRACE=name]
.PHONY: asan ubsan valgrind
asan ubsan valgrind: kit $(DEBUG_OBJECTS)
	@$(if $(filter valgrind,$@),$(call NEEDS,valgrind,valgrind);) \
	list=$$($(call DEBUG_LIST,traces/debug)) || exit 2; \
	printf '%s\n' "$$list" | $(DEBUG_ENV) sh $(DEBUG)/each.sh $@ $(if $(CHECKHEAP),1)

## coverage: say which lines of SUBMISSION no trace reaches
.PHONY: coverage
coverage: kit $(DEBUG_OBJECTS)
	@list=$$($(call DEBUG_LIST,$(ALL_TRACES))) || exit 2; \
	printf '%s\n' "$$list" | $(DEBUG_ENV) sh $(DEBUG)/coverage.sh
