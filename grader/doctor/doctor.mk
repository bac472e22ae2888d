# doctor.mk - is this machine fit for grading? Included by the Makefile at the top.

DOCTOR       := grader/doctor
DOCTOR_TRACE := $(B)/traces/struct-types.rep

$(B)/repeat: $(DOCTOR)/repeat.c $(filter-out $(B)/engine/mdriver.o,$(MDRIVER_O))
	@$(SAY) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) -I $(ENGINE) $(filter %.c %.o,$^) -o $(NEW) -lm $$(cat $(B)/seccomp) && $(DONE)

## doctor: is this machine fit for grading? fails if not
.PHONY: doctor
doctor: kit $(B)/repeat
	@sh $(DOCTOR)/doctor.sh $(B) $(DOCTOR_TRACE)

## bench-noise: how much figures vary, idle and beside busy neighbours
.PHONY: bench-noise
bench-noise: kit $(B)/repeat
	@$(call NUMBER,HEATS)
	@sh $(DOCTOR)/noise.sh $(B) $(DOCTOR_TRACE) $(or $(HEATS),20)

## bench-windows: what doubling the windows of a timed run does to points
.PHONY: bench-windows
bench-windows: kit
	@$(call NUMBER,N)
	@: >$(B)/windows.tsv; for turn in $$(seq $(or $(N),5)); do for window in 2048 4096 8192; do \
	$(MDRIVER_RUN) --window $$window --policy "$$POLICY" --submission "$$SUBMISSION" \
	    --json $(B)/windows.json -- $(if $(TRACES),"$$TRACES",$(B)/traces) >/dev/null; \
	test $$? -le 1 || exit 2; \
	awk -v window=$$window -f $(DOCTOR)/windows.awk $(B)/windows.json >>$(B)/windows.tsv; done; done
	@printf '%-10s %10s %10s %10s   medians, and the range of points\n' window points ratio range; \
	for window in 2048 4096 8192; do \
	sort -k 2n $(B)/windows.tsv | awk -v window=$$window -f $(DOCTOR)/median.awk; done

## grade-spread: grade N times officially, half of them under load
.PHONY: grade-spread
grade-spread: kit
	@$(call NUMBER,N)
	@$(PYTHON) $(DOCTOR)/spread.py --times $(or $(N),20) --out $(B)/spread \
	    $(or $(SUBMISSIONS),$(wordlist 2,9,$(LADDER))) -- \
	    $(B)/mdriver --kit $(B) --engine $(ENGINE) --cc "$$CC" --flags '$(SUBMISSION_FLAGS)' \
	    --link "$$(cat $(B)/link) $(RUNNER_LINK)" --official --policy "$$POLICY" \
	    -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES))
