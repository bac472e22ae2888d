# gradebook.mk - grading a class, for the Makefile at the top to include.
#
#   SUBMISSIONS=dir-or-archive  what the course's system delivered
#   OUT=dir                     where records, gradebook and reports go
#   ROSTER=roster.csv           who is in the class: a column `id`, others as you like
#   MARKS=marks.csv             points given by hand: `id` and a column for each hand.PART
#   ADJUST=adjust.txt           extensions, overrides and the like, with author and reason
#                               (these three, POLICY, TRACES and PROFILE: as the last time if
#                               not named; `-`: none)
#   AGAIN=INCONCLUSIVE          run files with this finding again, on a quieter machine
#   JOBS=n                      how many at once (as many as there are cores)
#   EXECUTOR=slurm              on the nodes of a cluster (local: on this machine)

BOOK := grader/gradebook
PACKAGES += python3-rich python3-jinja2 python3-yaml
export SUBMISSIONS ROSTER MARKS ADJUST JOBS RECORDS AUTHOR AGAIN FORMAT EXECUTOR COUNT TO FROM COLUMN BY MOST STUDENT CLASSROOM \
    ASSIGNMENT

# The tool that makes points of measurements, from the engine's own parts.
SCORE_O := $(patsubst %,$(B)/engine/%.o,score policy file say utf8)

COMPILE_BOOK = $(CC) $(ALL_CFLAGS) -I $(ENGINE) $(OBJECT)

$(B)/gradebook/%.o: $(BOOK)/%.c $(B)/flags
	@$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(COMPILE_BOOK)

$(B)/unit-asan/gradebook/%.o: $(BOOK)/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(COMPILE_BOOK)

$(B)/score: $(B)/gradebook/score_main.o $(B)/gradebook/ledger.o $(SCORE_O)
	$(LINK)

# Unit tests find it beside the engine's parts.
$(B)/unit/engine.a: $(B)/gradebook/ledger.o
$(B)/unit-asan/engine.a: $(B)/unit-asan/gradebook/ledger.o

-include $(wildcard $(B)/gradebook/*.d)

# ---- grading a class ------------------------------------------------------------------

GRADEBOOK = PYTHONPATH=grader PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m gradebook
BATCH_ASKS = --out "$$OUT" --policy "$(if $(filter file,$(origin POLICY)),,$$POLICY)" --submissions "$$SUBMISSIONS" --roster "$$ROSTER" \
    --marks "$$MARKS" --adjust "$$ADJUST" --jobs "$$JOBS" --executor "$$EXECUTOR" \
    --again "$$AGAIN" \
    --profile "$(if $(filter file,$(origin PROFILE)),,$$PROFILE)" --kit $(B) --compiler "$$CC" \
    --traces "$$TRACES" --all-traces $(ALL_TRACES)
# An official grade, or none: every protection is asked for.
BATCH_RUNS = $(MDRIVER_RUN) $(if $(OFFICIAL),,--official) --fuzz
# The kit measures beside the reference of the policy, which OUT may remember.
BATCH_KIT = $(MAKE) --no-print-directory batch-kit $(if $(filter file,$(origin POLICY)),\
    POLICY="$$($(GRADEBOOK) recall --out "$$OUT")")

.PHONY: batch-kit
batch-kit: kit $(B)/score $(if $(filter slurm,$(EXECUTOR)),$(B)/repeat)

## batch: grade a class: SUBMISSIONS=dir OUT=dir [POLICY ROSTER MARKS ADJUST JOBS]
.PHONY: batch
batch:
	$(Q)$(BATCH_KIT)
	$(Q)$(GRADEBOOK) batch $(BATCH_ASKS) -- $(BATCH_RUNS)

## regrade: grade again, and show whose grade changes and why: OUT=dir POLICY=file
.PHONY: regrade
regrade:
	$(Q)$(BATCH_KIT)
	$(Q)$(GRADEBOOK) regrade $(BATCH_ASKS) -- $(BATCH_RUNS)

## publish: make what was graded last the gradebook that counts: OUT=dir
.PHONY: publish
publish:
	$(Q)$(GRADEBOOK) publish --out "$$OUT"

## export: write what was published for a platform: OUT=dir FORMAT=csv|canvas|… [TO=file]
.PHONY: export
export:
	$(Q)$(GRADEBOOK) export --out "$$OUT" --format "$${FORMAT:-csv}" --to "$$TO" --from "$$FROM" \
	    --column "$$COLUMN" --by "$$BY" --most "$$MOST" --student "$$STUDENT" --roster "$$ROSTER" \
	    --classroom "$$CLASSROOM" --assignment "$$ASSIGNMENT"

## demo-class: make up a class to try all this on: OUT=dir COUNT=300
.PHONY: demo-class
demo-class:
	$(Q)$(GRADEBOOK) demo --out "$$OUT" --count "$$COUNT"

## batch-kills: kill a batch COUNT=50 times at random moments: its gradebook must not change
.PHONY: batch-kills
batch-kills: batch-kit
	@$(call NUMBER,COUNT)
	$(Q)KILLS="$${COUNT:-50}" $(PYTEST) $(SYSTEM)/test_batch.py -k killed_anywhere

## batch-cores: measure what a timed run on the other core does to a grade: COUNT=5
.PHONY: batch-cores
batch-cores: batch-kit
	@$(call NUMBER,COUNT)
	$(Q)sh $(BOOK)/cores.sh $(B) "$$POLICY" "$${COUNT:-5}" -- $(MDRIVER_RUN)

## bench-scale: index, gradebook and report with RECORDS=10000 made-up records
.PHONY: bench-scale
bench-scale: batch-kit
	@$(call NUMBER,RECORDS)
	$(Q)$(GRADEBOOK).scale "$${RECORDS:-10000}" $(B)/scale $(B) "$$POLICY" $(ALL_TRACES) -- $(BATCH_RUNS)
