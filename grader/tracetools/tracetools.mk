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
