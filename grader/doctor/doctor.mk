# doctor.mk - is this machine fit for grading? Included by the Makefile at the top.

DOCTOR       := grader/doctor
DOCTOR_TRACE := $(B)/traces/struct-types.rep

$(B)/repeat: $(DOCTOR)/repeat.c $(filter-out $(B)/engine/mdriver.o,$(MDRIVER_O))
	@$(SAY) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) -I $(ENGINE) $(filter %.c %.o,$^) -o $@ -lm $$(cat $(B)/seccomp)

## doctor: is this machine fit for grading? exit status 1 if not
.PHONY: doctor
doctor: kit $(B)/repeat
	@sh $(DOCTOR)/doctor.sh $(B) $(DOCTOR_TRACE)

## bench-noise: how much figures vary, idle and beside busy neighbours
.PHONY: bench-noise
bench-noise: kit $(B)/repeat
	@sh $(DOCTOR)/noise.sh $(B) $(DOCTOR_TRACE) $(or $(HEATS),20)

## bench-windows: what the length of a window does to ratio and points
.PHONY: bench-windows
bench-windows: kit
	@sh $(DOCTOR)/windows.sh $(B) "$${SUBMISSION:-starter/mm.c}" '$(MDRIVER_RUN)' "$$POLICY" $(B)/traces

## grade-spread: grade N times officially, half of them under load
.PHONY: grade-spread
grade-spread: kit
	@$(PYTHON) $(DOCTOR)/spread.py --times $(or $(N),20) --out $(B)/spread \
	    $(or $(SUBMISSIONS),$(wordlist 2,9,$(LADDER))) -- \
	    $(B)/mdriver --kit $(B) --engine $(ENGINE) --cc "$$CC" --flags '$(SUBMISSION_FLAGS)' \
	    --link "$$(cat $(B)/link) $(RUNNER_LINK)" --official --policy "$$POLICY" \
	    -- $(if $(TRACES),"$$TRACES",$(ALL_TRACES))
