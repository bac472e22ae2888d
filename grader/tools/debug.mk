# debug.mk - from a finding to its cause, for the Makefile at the top to include.
#
#   TRACE=name               a trace's name, as in traces/ and build/traces, or a file
#   OUT=file.rep             where make shrink writes to (build/shrunk/NAME.rep)
#   LINE=n                   the trace's line that make gdb stops before

## shrink: make the shortest trace that still fails: TRACE=name [OUT=file.rep]
.PHONY: shrink
shrink: kit
	@trace=$$($(FIND_TRACE)) || exit 2; mkdir -p $(B)/shrunk; \
	out=$${OUT:-$(B)/shrunk/$$(basename "$$trace" .rep).rep}; \
	$(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY" --submission "$$SUBMISSION" \
	    --shrink "$$out" -- "$$trace" || test $$? -eq 1
