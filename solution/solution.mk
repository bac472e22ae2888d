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

# Nothing is timed: every category's weight is 0.
$(B)/spread/untimed.policy: FORCE
	@mkdir -p $(@D)
	@{ sed '/^category\./d; s/^timing.seconds.*/timing.seconds = 0/' "$$POLICY" && \
	cut -f2 traces/INDEX.tsv | sed '1d' | sort -u | sed 's/.*/category.& = 0/'; } > $@

UNTIMED_RUN = $(MDRIVER_RUN) --profile "$$PROFILE" --policy $(B)/spread/untimed.policy
SPREAD_SEEDS = 1 2 3 4 5

## private-spread: SUBMISSION's utilization on traces and their variations
.PHONY: private-spread
private-spread: kit $(B)/tracevary $(B)/spread/untimed.policy
	@rm -rf $(B)/spread/[0-9]*
	@for s in $(SPREAD_SEEDS); do \
	$(B)/tracevary $$s $(B)/spread/$$s $(SCORED_TRACES) >/dev/null || exit 2; done
	@for s in 0 $(SPREAD_SEEDS); do \
	$(UNTIMED_RUN) --submission "$$SUBMISSION" --json $(B)/spread/$$s.json \
	    -- $$(test $$s = 0 && echo $(SCORED_TRACES) || echo $(B)/spread/$$s) >/dev/null; \
	test $$? -le 1 || exit 2; done
	@$(PYTHON) grader/tracetools/spread.py $(B)/spread/[0-9].json

MATRIX = starter:starter/mm.c stage1:solution/stages/1-implicit/mm.c \
    stage2:solution/stages/2-explicit/mm.c stage3:solution/stages/3-segregated/mm.c \
    reference:$(REFERENCE)

## matrix: utilization and speed of starter, stages and reference on each trace
.PHONY: matrix
matrix: kit
	@mkdir -p $(B)/matrix
	@for pair in $(MATRIX); do \
	$(MDRIVER_RUN) --profile "$$PROFILE" --policy "$$POLICY" --submission "$${pair#*:}" \
	    --json $(B)/matrix/$${pair%%:*}.json -- $(if $(TRACES),"$$TRACES",$(SCORED_TRACES)) >/dev/null; \
	test $$? -le 1 || exit 2; done
	@$(PYTHON) grader/tracetools/matrix.py \
	    $(foreach pair,$(MATRIX),$(firstword $(subst :, ,$(pair)))=$(B)/matrix/$(firstword $(subst :, ,$(pair))).json)
