# platforms.mk - packages with which other people's platforms grade, and their rehearsal.
#
#   ONLY=name     one package: gradescope, autolab, prairielearn, ci
#   OUT=dir       where packages go (build/platforms)
#   TRACES, POLICY, PROFILE   what they grade by; traces of the kit where none are named

PLATFORMS := grader/platforms
PACKAGES  += unzip python3-yaml
export ONLY WRITE LIMIT

## platforms: pack the grader for Gradescope, Autolab, PrairieLearn and CI: ONLY=name OUT=dir
.PHONY: platforms
platforms: $(B)/score
	$(Q)$(PYTHON) $(PLATFORMS)/pack.py --score $(B)/score --out "$(or $(OUT),$(B)/platforms)" --only "$$ONLY" \
	    --policy "$$POLICY" --profile "$$PROFILE" $(if $(TRACES),--traces "$$TRACES")

## rehearse-platforms: do with each package what its platform does, offline: ONLY=name
.PHONY: rehearse-platforms
rehearse-platforms: batch-kit
	$(Q)$(PYTHON) $(PLATFORMS)/rehearse.py --only "$$ONLY" --profile "$$PROFILE"

## check-platforms: rehearse each package with a few submissions, in a minute
.PHONY: check-platforms
check-platforms: batch-kit
	$(Q)$(PYTEST) $(SYSTEM)/test_platforms.py

# What a package calls where the platform runs it (grade.sh).
.PHONY: platform-grade
platform-grade: batch-kit
	$(Q)$(PYTHON) $(PLATFORMS)/grade.py --write "$$WRITE" --submissions "$$SUBMISSIONS" \
	    --seconds "$$LIMIT" --policy "$$POLICY" --profile "$$PROFILE" --kit $(B) --compiler "$$CC" \
	    --traces $(if $(TRACES),"$$TRACES",$(ALL_TRACES)) -- \
	    $(MDRIVER_RUN) $(if $(OFFICIAL),,--official) $(if $(TRACES),,--fuzz)
