# viewer.mk - looking at a heap, for the Makefile at the top to include.
#
#   TRACE=name               a trace's name, as in traces/ and build/traces, or a file
#   WITH=other.c             a second allocator beside SUBMISSION
#   SEED=number              which damages `make checker` does (1)
#   DAMAGES=number           how many at most (1500)
#   OUT=file.html            where the page goes (build/viz/NAME.html)

TOOLS      := grader/tools
FIND_TRACE  = sh $(TOOLS)/find-trace.sh "$$TRACE" traces/debug traces/core $(B)/traces
export TRACE WITH SEED DAMAGES

# mdriver without a grade at the end. Findings (exit 1) are no reason to show nothing.
LOOK_RUN  = $(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY"

## viz: draw the heap over time: TRACE=name [WITH=other.c] [OUT=page.html]
.PHONY: viz
viz: kit
	@trace=$$($(FIND_TRACE)) || exit 2; name=$$(basename "$$trace" .rep); logs=; \
	mkdir -p $(B)/viz; out=$${OUT:-$(B)/viz/$$name.html}; \
	draft=$$(mktemp -d $(B)/viz/draft-XXXXXX) || exit 2; trap 'rm -rf "$$draft"' EXIT; trap 'exit 2' INT; \
	for one in "$$SUBMISSION" "$$WITH"; do \
	    test -n "$$one" || continue; \
	    $(LOOK_RUN) --submission "$$one" --events "$$draft/log$$logs" -- "$$trace"; \
	    status=$$?; test $$status -le 1 || exit 2; \
	    test -f "$$draft/log$$logs" || { echo "$$one could not be run: no page." >&2; exit 1; }; \
	    set -- "$$@" "$$draft/log$$logs"; logs=$${logs}x; \
	done; \
	sh $(TOOLS)/viz/viz.sh "$$out" "$$@" && echo "Open $$out in a browser."

## checker: grade the heap checker: damage heaps, see what it notices [SEED=n]
.PHONY: checker
checker: kit
	$(Q)$(LOOK_RUN) --submission "$$SUBMISSION" --checker --seed "$${SEED:-1}" --damages "$${DAMAGES:-0}" \
	    -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES)) || test $$? -eq 1

# Real programs on an allocator: hidden symbols, so that a submission's helpers cannot be
# taken for a program's own functions of the same name.
PRELOAD_C := $(wildcard $(TOOLS)/preload/*.c)

## preload: build build/libmm.so, SUBMISSION as the malloc of real programs
.PHONY: preload
preload: platform $(B)/flags
	@test "$$PROFILE" = modern || { \
	echo "make preload needs PROFILE=modern: real programs expect payloads at multiples of 16." >&2; exit 2; }
	@$(SAY) LINK $(B)/libmm.so
	$(Q)$(CC) $(SUBMISSION_FLAGS) -fPIC -fvisibility=hidden -I $(ENGINE) \
	    -xc -c "$$SUBMISSION" -o $(B)/libmm.o
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -fvisibility=hidden -fno-builtin -I $(ENGINE) -shared \
	    $(PRELOAD_C) $(B)/libmm.o -o $(B)/libmm.so -pthread -lm

## run: run a real program on SUBMISSION: CMD="python3 -c 'print(1)'"
.PHONY: run
run: preload
	@test -n "$$CMD" || { echo 'Say what: make run CMD="program arguments"' >&2; exit 2; }
	@sh $(TOOLS)/preload/run.sh "$(abspath $(B))/libmm.so" "$$CMD"

# What `make grade` remembers lies beside the submission.
HISTORY = $$(dirname -- "$$SUBMISSION")/.brklab-history

## plot: draw the grades of SUBMISSION so far: [OUT=page.html]
.PHONY: plot
plot:
	@mkdir -p $(B); out=$${OUT:-$(B)/history.html}; \
	test -f "$(HISTORY)" || { echo "No grade is remembered beside $$SUBMISSION: make grade first." >&2; exit 2; }; \
	draft=$(B)/plot.$$$$; trap 'rm -f "$$draft"' EXIT; \
	awk -f $(TOOLS)/plot.awk -v file="$$(basename -- "$$SUBMISSION")" -v profile="$$PROFILE" \
	    "$(HISTORY)" > "$$draft" || { \
	echo "No grade of $$SUBMISSION with PROFILE=$$PROFILE is remembered: make grade first." >&2; exit 2; }; \
	cat "$$draft" > "$$out" && echo "Open $$out in a browser."
