# handout.mk - the writeup and the two archives. Included by the Makefile of the top directory.

PACKAGES += pandoc weasyprint fonts-noto-core fonts-noto-cjk fonts-noto-mono poppler-utils \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user patch

# ---- the writeup ---------------------------------------------------------------------

COURSE         ?= handout/course.txt
WRITEUP        := $(B)/writeup
# The value of a key of the course file, as fill.lua reads it: without a comment or a Windows line end.
HASH           := \#
COURSE_VALUE    = sed -n 's/ *[$(HASH)\r].*//; s/^$(1) *= *//p' "$(COURSE)"
LANGUAGES      := $(shell $(call COURSE_VALUE,languages) 2> /dev/null)
FIGURES        := $(B)/figures
WRITEUP_PARTS   = $(wildcard handout/*.css handout/*.lua handout/measured/* handout/first-hour/* \
                  grader/policy/*.policy) $(WRITEUP)/.course
WRITEUP_PAGES   = $(LANGUAGES:%=$(WRITEUP)/%.html) $(LANGUAGES:%=$(WRITEUP)/%.pdf)
STAFF_PAGES     = $(LANGUAGES:%=$(WRITEUP)/staff-%.html)

# What the course file and the policies that it names say. With another course all pages go:
# none of them may get into an archive, whatever the dates of the files.
$(WRITEUP)/.course: FORCE
	@test -f "$(COURSE)" || { echo "COURSE=$(COURSE): there is no such file" >&2; exit 2; }
	@set -- $(LANGUAGES); for l in "$${@:-}"; do test -f "handout/$$l/title.yaml" || { \
	echo "$(COURSE): 'languages = en zh' names folders of handout/, not '$$l'" >&2; exit 2; }; done
	@$(call COURSE_VALUE,policy\.[a-z]*) | while read -r policy; do test -f "$$policy" || { \
	echo "$(COURSE): there is no policy '$$policy'" >&2; exit 2; }; done
	@mkdir -p $(@D)
	@{ cat "$(COURSE)"; $(call COURSE_VALUE,policy\.[a-z]*) | while read -r policy; do cat "$$policy"; done; } > $@.now
	@if cmp -s $@.now $@; then rm $@.now; else rm -f $(@D)/*.html $(@D)/*.pdf; mv $@.now $@; fi

# One page, with everything inside, figures too: it is read from a file, offline. No line of a
# table is too long for a page: its columns are as wide as what is in them.
PANDOC = pandoc --columns=9999 --from markdown+east_asian_line_breaks --to html5 --standalone --self-contained --toc --toc-depth=2 \
    --section-divs --reference-location=section --css handout/style.css --lua-filter handout/fill.lua --resource-path $(FIGURES)/$(*:staff-%=%)/pages \
    --metadata handout=handout --metadata top=. --metadata course="$(COURSE)" --fail-if-warnings

# Figures with one style and, in a translation, with its labels: pages name ../figures/x.svg.
$(FIGURES)/%/.made: handout/figures.py $(wildcard handout/figures/*) $(wildcard handout/*/figures.tsv)
	$(Q)$(PYTHON) handout/figures.py $* $(@D)
	@mkdir -p $(@D)/pages && touch $@

.PRECIOUS: $(FIGURES)/%/.made
.SECONDEXPANSION:
$(WRITEUP)/%.html: handout/%/title.yaml $$(wildcard handout/$$*/*.md) $(FIGURES)/%/.made $(WRITEUP_PARTS)
	@$(SAY) PANDOC $@
	@mkdir -p $(@D)
	$(Q)$(PANDOC) --metadata-file $< $(sort $(wildcard handout/$*/*.md)) -o $@

$(WRITEUP)/staff-%.html: handout/%/title.yaml $$(wildcard handout/$$*/staff/*.md) $(FIGURES)/%/.made $(WRITEUP_PARTS)
	@$(SAY) PANDOC $@
	@mkdir -p $(@D)
	$(Q)$(PANDOC) --metadata-file $< $(sort $(wildcard handout/$*/staff/*.md)) -o $@

# Without a fixed seed for Python's sets, no two builds of a PDF have the same bytes.
$(WRITEUP)/%.pdf: $(WRITEUP)/%.html
	@$(SAY) PDF $@
	$(Q)PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=0 weasyprint --quiet $< $@

## writeup: build what students and staff read: build/writeup
.PHONY: writeup
writeup: $(WRITEUP)/.course $(WRITEUP_PAGES) $(STAFF_PAGES)
	@echo "The writeup is in $(WRITEUP): $(notdir $(WRITEUP_PAGES) $(STAFF_PAGES))"

## translations: list translated pages that lag behind the English ones
.PHONY: translations
translations:
	@for language in $(filter-out en,$(LANGUAGES)); do sh handout/lag.sh $$language; done

# ---- the archives --------------------------------------------------------------------

HANDOUT_OUT = $(or $(OUT),$(B)/handout)

## handout: build the students' archive and the graders': OUT=dir COURSE=file
.PHONY: handout
handout: writeup
	@$(SAY) PACK brklab-handout.tar.gz
	$(Q)$(PYTHON) handout/publish.py students "$(HANDOUT_OUT)/brklab-handout.tar.gz" $(WRITEUP)
	@$(SAY) PACK brklab-grader.tar.gz
	$(Q)$(PYTHON) handout/publish.py grader "$(HANDOUT_OUT)/brklab-grader.tar.gz"
	@ls -l "$(HANDOUT_OUT)"/*.tar.gz

## rehearse: unpack both archives in empty folders and follow them word for word
## rehearse-short: the same with few traces and without what other tests do
.PHONY: rehearse rehearse-short
rehearse rehearse-short: handout
	$(Q)COURSE="$(abspath $(COURSE))" $(PYTHON) handout/rehearse.py "$(HANDOUT_OUT)" $(if $(filter %-short,$@),--short)

## beside: compare the scores of the students' archive with the staff's
.PHONY: beside
beside: handout kit
	$(Q)$(PYTHON) handout/beside.py "$(HANDOUT_OUT)"

# ---- what is measured for the writeup ------------------------------------------------

FRAGMENTS = $(B)/fragmentation

## fragmentation: say where memory goes at the peak: payload, used blocks, free
.PHONY: fragmentation
fragmentation: kit
	@mkdir -p $(FRAGMENTS); set --; \
	for one in starter=starter/mm.c $(foreach s,$(STAGES),stage-$(firstword $(subst -, ,$s))=solution/stages/$s/mm.c) \
	    reference=$(REFERENCE); do \
	    runner="$(FRAGMENTS)/$${one%%=*}"; \
	    $(CC) $(SUBMISSION_FLAGS) -I $(ENGINE) $$(cat $(B)/link) $(RUNNER_LINK) \
	        $(B)/modern/runner.o "$${one#*=}" -o "$$runner" || exit 2; \
	    for trace in $(B)/traces/*.rep; do \
	        events="$$runner-$${trace##*/}"; \
	        $(MDRIVER_RUN) --profile modern --policy "$$POLICY" --runner "$$runner" \
	            --events "$$events" -- "$$trace" >&2 || test $$? -eq 1 || exit 2; \
	        set -- "$$@" "$${one%%=*}=$$events"; \
	    done; \
	done; $(PYTHON) handout/fragmentation.py "$$@"

## measured: measure again what pages and archive state, after a new reference: handout/measured
.PHONY: measured
measured: kit
	$(Q)$(PYTHON) handout/measure.py

## measured-bench: the table of allocators as well, which takes long
.PHONY: measured-bench
measured-bench: bench
	$(Q)$(PYTHON) handout/measure.py $(B)/bench/results.json
