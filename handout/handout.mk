# handout.mk - the writeup and the two archives. Included by the Makefile of the top directory.

PACKAGES += pandoc weasyprint fonts-noto-core fonts-noto-cjk fonts-noto-mono poppler-utils

# ---- the writeup ---------------------------------------------------------------------

COURSE         ?= handout/course.txt
WRITEUP        := $(B)/writeup
LANGUAGES      := $(shell sed -n 's/^languages *= *//p' $(COURSE))
WRITEUP_PARTS   = $(wildcard handout/*.css handout/*.lua handout/figures/*.svg handout/measured/* \
                  handout/first-hour/* grader/policy/*.policy) $(COURSE)
WRITEUP_PAGES   = $(LANGUAGES:%=$(WRITEUP)/%.html) $(LANGUAGES:%=$(WRITEUP)/%.pdf)
STAFF_PAGES     = $(LANGUAGES:%=$(WRITEUP)/staff-%.html)

# One page, with everything inside, figures too: it is read from a file, offline.
PANDOC = pandoc --from markdown+east_asian_line_breaks --to html5 --standalone --self-contained --toc --toc-depth=2 \
    --section-divs --css handout/style.css --lua-filter handout/fill.lua --resource-path $(<D) \
    --metadata handout=handout --metadata top=. --metadata course="$(COURSE)" --fail-if-warnings

$(WRITEUP)/%.html: handout/%/title.yaml $(WRITEUP_PARTS)
	@$(SAY) PANDOC $@
	@mkdir -p $(@D)
	$(Q)$(PANDOC) --metadata-file $< $(sort $(wildcard handout/$*/*.md)) -o $@

$(WRITEUP)/staff-%.html: handout/%/title.yaml $(WRITEUP_PARTS)
	@$(SAY) PANDOC $@
	@mkdir -p $(@D)
	$(Q)$(PANDOC) --metadata-file $< $(sort $(wildcard handout/$*/staff/*.md)) -o $@

# Without a fixed seed for Python's sets, no two builds of a PDF have the same bytes.
$(WRITEUP)/%.pdf: $(WRITEUP)/%.html
	@$(SAY) PDF $@
	$(Q)PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=0 weasyprint --quiet $< $@

## writeup: build what students and staff read: build/writeup
.PHONY: writeup
writeup: $(WRITEUP_PAGES) $(STAFF_PAGES)
	@echo "The writeup is in $(WRITEUP): $(notdir $(WRITEUP_PAGES) $(STAFF_PAGES))"

## translations: list translated pages that lag behind the English ones
.PHONY: translations
translations:
	@for language in $(filter-out en,$(LANGUAGES)); do handout/lag.sh $$language; done

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
.PHONY: rehearse
rehearse: handout
	$(Q)$(PYTHON) handout/rehearse.py "$(HANDOUT_OUT)"

# ---- what is measured for the writeup ------------------------------------------------

FRAGMENTS = $(B)/fragmentation

## fragmentation: say where memory goes at the peak: payload, used blocks, free
.PHONY: fragmentation
fragmentation: kit
	@mkdir -p $(FRAGMENTS); set --; \
	for one in starter=starter/mm.c $(foreach s,$(STAGES),stage-$(firstword $(subst -, ,$s))=solution/stages/$s/mm.c) \
	    reference=$(REFERENCE); do \
	    for trace in $(B)/traces/*.rep; do \
	        events="$(FRAGMENTS)/$${one%%=*}-$${trace##*/}"; \
	        $(MDRIVER_RUN) --profile modern --policy "$$POLICY" --submission "$${one#*=}" \
	            --events "$$events" -- "$$trace" >&2 || test $$? -eq 1 || exit 2; \
	        set -- "$$@" "$${one%%=*}=$$events"; \
	    done; \
	done; $(PYTHON) handout/fragmentation.py "$$@"

## measured: measure again what writeup and archive state: handout/measured
.PHONY: measured
measured: kit
	@$(MAKE) --no-print-directory bench
	$(Q)$(PYTHON) handout/measure.py $(B)/bench/results.json
