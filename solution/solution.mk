# solution.mk - the way from the starter to the reference. Included by the Makefile of the top
# directory; the students' archive has neither.

## ladder: grade starter, stages and reference, a line each
.PHONY: ladder
ladder: kit
	@for s in $(LADDER); do \
	said="$$($(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY" --submission "$$s" \
	    $(if $(TRACES),,--fuzz) -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES)) 2>&1)" || test $$? -eq 1 || \
	    { echo "$$said" >&2; exit 2; }; \
	printf '%-34s%s\n' "$$s" "$$(echo "$$said" | grep '^score' || echo 'no score: see make grade')"; done

STAGES := 1-implicit 2-explicit 3-segregated
LADDER := starter/mm.c $(STAGES:%=solution/stages/%/mm.c) solution/mm.c

## diff-1: show the step from starter to stage 1
## diff-2: show the step from stage 1 to stage 2
## diff-3: show the step from stage 2 to stage 3
## diff-4: show the step from stage 3 to the reference
.PHONY: diff-1 diff-2 diff-3 diff-4
diff-1 diff-2 diff-3 diff-4: diff-%:
	@diff -u $(word $*,$(LADDER)) $(word $*,$(wordlist 2,9,$(LADDER))) || test $$? -eq 1
