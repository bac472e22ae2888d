# tracetools.mk - tools that make traces of traces, and leaks; the Makefile at the top
# includes it.

$(B)/tracevary: grader/tracetools/vary/tracevary.c \
    $(patsubst %,$(B)/engine/%.o,vary draw traceset trace file say utf8)
	$(LINK)

$(B)/tracefuzz: grader/tracetools/fuzz/tracefuzz.c \
    $(patsubst %,$(B)/engine/%.o,fuzz brim creep sweep draw policy trace file say utf8)
	$(LINK)

export SEED MIX
SCORED_TRACES = traces/core $(B)/traces

## private-traces: write variations of TRACES to OUT: SEED=number
.PHONY: private-traces
private-traces: kit $(B)/tracevary
	@test -n "$$SEED" || { \
	echo 'Say which variation: make private-traces SEED=number, one that no student can guess,' >&2; \
	echo 'such as SEED=$$(od -An -N8 -tu8 /dev/urandom | tr -d " ")' >&2; exit 2; }
	$(Q)$(B)/tracevary "$$SEED" "$${OUT:-private-traces}" $(if $(TRACES),"$$TRACES",$(SCORED_TRACES))

## fuzz-mix: write random mix MIX of POLICY as a trace, and grade it alone
.PHONY: fuzz-mix
fuzz-mix: kit $(B)/tracefuzz
	@test -n "$$MIX" || { echo 'Say which mix: make fuzz-mix MIX=number' >&2; exit 2; }
	@mkdir -p $(B)/fuzz
	@mix=$$($(B)/tracefuzz "$$POLICY" "$$MIX" $(B)/fuzz) || exit 2; \
	echo "The mix is $$mix"; \
	$(MAKE) --no-print-directory grade TRACES="$$mix"

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

LEAKS = grader/tracetools/leaks
$(B)/record/leaks: $(wildcard $(LEAKS)/*.[ch]) $(RECORD)/convert.c $(RECORD)/program.c \
    $(wildcard $(RECORD)/*.h) $(READER_O) $(B)/engine/command.o
	$(LINK)

## leaks: list blocks never freed, by who asked for them: CMD="…" or TRACES=x.rep
.PHONY: leaks
leaks: $(B)/record/leaks $(B)/record/preload.so
	@test -n "$$CMD$$TRACES" || { \
	echo 'Say of what: make leaks CMD="program arguments", or TRACES=file.rep' >&2; exit 2; }
	$(Q)if [ -n "$$CMD" ]; then eval '$(B)/record/leaks '"$$CMD"; \
	else $(B)/record/leaks -t "$$TRACES"; fi || test $$? -eq 1
