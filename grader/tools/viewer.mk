# viewer.mk - looking at a heap, for the Makefile at the top to include.
#
#   TRACE=name               a trace's name, as in traces/ and build/traces, or a file
#   WITH=other.c             a second allocator beside SUBMISSION
#   OUT=file.html            where the page goes (build/viz/NAME.html)

TOOLS      := grader/tools
FIND_TRACE  = $(TOOLS)/find-trace.sh "$$TRACE" traces/debug traces/core $(B)/traces
export TRACE WITH

# One checked run, its history written to a file. Findings are no reason to draw nothing.
EVENTS_RUN  = $(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY"

## viz: draw the heap over time: TRACE=name [WITH=other.c] [OUT=page.html]
.PHONY: viz
viz: kit
	@trace=$$($(FIND_TRACE)) || exit 2; name=$$(basename "$$trace" .rep); logs=; \
	mkdir -p $(B)/viz; out=$${OUT:-$(B)/viz/$$name.html}; \
	draft=$$(mktemp -d $(B)/viz/draft-XXXXXX); trap 'rm -rf "$$draft"' EXIT; \
	for one in "$$SUBMISSION" "$$WITH"; do \
	    test -n "$$one" || continue; \
	    $(EVENTS_RUN) --submission "$$one" --events "$$draft/log$$logs" -- "$$trace"; \
	    status=$$?; test $$status -le 1 || exit 2; \
	    test -f "$$draft/log$$logs" || { echo "$$one could not be run: no page." >&2; exit 1; }; \
	    set -- "$$@" "$$draft/log$$logs"; logs=$${logs}x; \
	done; \
	$(TOOLS)/viz/viz.sh "$$out" "$$@" && echo "Open $$out in a browser."
