# bench.mk - allocators of the system beside ours, for the Makefile at the top to include.
#
# Each system allocator becomes a runner whose memory comes from the simulated break (wrap.c,
# breakmap.c). glibc's is the reference of every pair: mdriver's timed runs compare with it.

BENCH      := grader/bench
BENCH_KIT  := $(B)/bench/kit

# Where the C compiler finds a library's archive; empty when it is not installed. The compiler
# is asked for the goals that use one, and not each time that make starts.
FIND_GOALS   = $(foreach g,bench soak warm,$(findstring $(g),$(MAKECMDGOALS)))
find_archive = $(if $(FIND_GOALS),$(filter /%,$(shell $(CC) -print-file-name=$(1) 2>/dev/null)))
GLIBC_A    := $(call find_archive,libc.a)
JEMALLOC_A := $(firstword $(call find_archive,libjemalloc_pic.a) $(call find_archive,libjemalloc.a))
TCMALLOC_A := $(call find_archive,libtcmalloc_minimal.a)
MIMALLOC_SO := $(call find_archive,libmimalloc.so)

BENCH_HAVE := $(if $(GLIBC_A),glibc) $(if $(JEMALLOC_A),jemalloc) $(if $(TCMALLOC_A),tcmalloc) \
              $(if $(MIMALLOC_SO),mimalloc)

# Runners: NAME for the modern profile, classic-NAME for the classic one; warm/NAME is below.
BENCH_STATIC = $(foreach a,glibc jemalloc tcmalloc,$(B)/bench/$(a) $(B)/bench/classic-$(a))
BENCH_SHARED = $(B)/bench/mimalloc $(B)/bench/classic-mimalloc
WARM_STATIC  = $(foreach a,glibc jemalloc tcmalloc,$(B)/bench/warm/$(a))

# The allocator's archive with other names; what each one asks of its mappings.
FLAGS_jemalloc = -DSMALLEST=16 -DMAP_UNIT=0x200000
FLAGS_tcmalloc = -DSMALLEST=16
LIBS_tcmalloc  = -lstdc++
FLAGS_mimalloc = -DSMALLEST=16 -DMAP_UNIT=0x2000000 \
    -DWRAP_SHARED='"$(MIMALLOC_SO)"' -DWRAP_PREFIX='"mi_"'
BENCH_FLAGS = $(FLAGS_$(@F:classic-%=%))
BENCH_LIBS  = $(LIBS_$(@F:classic-%=%))

# What a library defines of the C library's and of breakmap.c's own functions is not used.
RENAME = objcopy --redefine-syms=$(BENCH)/renames --rename-section .init_array=late_init \
    -w -W '__libc_*' -W __posix_memalign -W 'break_*' -W mmap -W munmap -W mremap -W sbrk

$(B)/bench/jemalloc.a: $(JEMALLOC_A)
$(B)/bench/tcmalloc.a: $(TCMALLOC_A)
$(B)/bench/jemalloc.a $(B)/bench/tcmalloc.a: $(BENCH)/renames $(BENCH)/bench.mk
	@mkdir -p $(@D)
	$(Q)$(RENAME) $(filter %.a,$^) $@

# Of the C library only one object: all that it defines gets another name, and it calls the
# kernel by names with two underscores.
$(B)/bench/glibc.a: $(GLIBC_A) $(BENCH)/renames $(BENCH)/bench.mk
	@mkdir -p $(@D)
	$(Q)cd $(@D) && $(AR) x $< malloc.o && \
	    { nm -g --defined-only malloc.o | awk '{ print $$3, "wrapped_" $$3 }'; \
	    sed -n 's/^[a-z].* break_/__&/p' $(CURDIR)/$(BENCH)/renames; } > glibc.names
	$(Q)objcopy --redefine-syms=$(@D)/glibc.names $(@D)/malloc.o $@
	@rm -f $(@D)/malloc.o

# A wrapped allocator may keep more private memory than a submission.
$(B)/bench/entry.o: $(ENGINE)/entry.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(SUBMISSION_FLAGS) -fno-stack-protector -D_GNU_SOURCE $(WARNINGS) \
	    -DLIBRARY_BYTES=0x4000000 -c $< -o $@

BENCH_CC      = $(CC) $(SUBMISSION_FLAGS) -D_GNU_SOURCE $(WARNINGS) -I $(ENGINE)
BENCH_COMPILE = $(BENCH_CC) $(BENCH_FLAGS) \
    $(RUNNER_LINK) $(if $(findstring classic-,$@),-include $(ENGINE)/classic/glue.h) \
    $(BENCH)/wrap.c $(BENCH)/breakmap.c $(B)/bench/entry.o \
    $(patsubst %,$(B)/$(if $(findstring classic-,$@),classic,modern)/parts/%.o,runner memlib channel)

$(BENCH_STATIC) $(BENCH_SHARED): $(wildcard $(BENCH)/*.[ch]) $(BENCH)/bench.mk \
    $(B)/bench/entry.o $(RUNNER_O) | $(B)/link
$(foreach a,glibc jemalloc tcmalloc,$(eval \
    $(B)/bench/$(a) $(B)/bench/classic-$(a) $(B)/bench/warm/$(a): $(B)/bench/$(a).a))

$(BENCH_STATIC):
	@$(SAY) LINK $@
	$(Q)$(BENCH_COMPILE) $$(cat $(B)/link) $(filter %.a,$^) $(BENCH_LIBS) -lm -o $@

$(BENCH_SHARED): $(MIMALLOC_SO)
	@$(SAY) LINK $@
	$(Q)$(BENCH_COMPILE) -pie -rdynamic -ldl -o $@

# The kit as mdriver wants it, with glibc in the place of the reference solution.
$(BENCH_KIT)/modern/reference: $(B)/bench/glibc $(RUNNER_O) $(B)/modern/empty
	@mkdir -p $(@D)
	$(Q)cp $(B)/modern/runner.o $(B)/modern/empty $(@D) && cp $< $@

.PHONY: bench-allocators
bench-allocators: kit $(BENCH_HAVE:%=$(B)/bench/%) $(BENCH_KIT)/modern/reference

# The allocators of the kit, as they are graded. Without TRACES: every scored trace.
BENCH_OURS = reference=$(REFERENCE) $(foreach s,$(STAGES),$(s)=solution/stages/$(s)/mm.c)
BENCH_NAMES = $(BENCH_OURS) $(foreach a,$(BENCH_HAVE),$(a)=$(B)/bench/$(a))
BENCH_TRACES = $(if $(TRACES),--traces "$$TRACES",--traces traces/core --traces $(B)/traces)
BENCH_WITH = $(if $(WITH),"$$(basename "$$WITH" .c)=$$WITH")
BENCH_MISSING = $(filter-out $(BENCH_HAVE),jemalloc tcmalloc mimalloc)

## bench: measure reference, stages and the system's allocators: [WITH=mm.c] [TRACES=…] [ROUNDS=3]
.PHONY: bench
bench: bench-allocators $(B)/tracestat
	@for a in $(BENCH_MISSING); do echo "$$a is not installed and not measured; Debian has it:" \
	    "sudo apt-get install libjemalloc-dev libmimalloc-dev libgoogle-perftools-dev"; done
	$(Q)$(PYTHON) $(BENCH)/bench.py --build $(B) --kit $(BENCH_KIT) --cc "$$CC" \
	    --flags '$(SUBMISSION_FLAGS)' --link "$$(cat $(B)/link) $(RUNNER_LINK)" \
	    --rounds $(or $(ROUNDS),3) --out $(B)/bench/results \
	    $(BENCH_TRACES) $(BENCH_NAMES) $(BENCH_WITH)

export WITH

# ---- without a referee: a trace again and again, and the longest operation ------------------

WARM_O = $(B)/bench/warm.o $(B)/bench/alone.o $(patsubst %,$(B)/engine/%.o,trace file say utf8)

$(B)/bench/alone.o $(B)/bench/warm.o: $(B)/bench/%.o: $(BENCH)/%.c $(BENCH)/alone.h \
    $(ENGINE)/hosted.h $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(BENCH_CC) -c $< -o $@

# The allocators of `make bench`, each with this main().
WARM_COMPILE = $(BENCH_CC) $(BENCH_FLAGS) $(BENCH)/wrap.c $(BENCH)/breakmap.c $(WARM_O)

$(WARM_STATIC) $(B)/bench/warm/mimalloc: $(wildcard $(BENCH)/*.[ch]) $(BENCH)/bench.mk $(WARM_O)
	@mkdir -p $(@D)
	@$(SAY) LINK $@
	$(Q)$(WARM_COMPILE) \
	    $(if $(filter %.a,$^),$$(cat $(B)/link) $(filter %.a,$^) $(BENCH_LIBS),-rdynamic -ldl) -lm -o $@

## warm: compare allocators that play the same traces again and again: [WITH] [TRACES] [ROUNDS]
.PHONY: warm
warm: $(BENCH_HAVE:%=$(B)/bench/warm/%) $(WARM_O) $(B)/traces/.made
	$(Q)$(PYTHON) $(BENCH)/warm.py --compile '$(BENCH_CC) $(WARM_O)' \
	    --rounds $(or $(ROUNDS),3) $(BENCH_TRACES) $(BENCH_OURS) \
	    $(foreach a,$(BENCH_HAVE),$(a)=$(B)/bench/warm/$(a)) $(BENCH_WITH)

$(B)/bench/worst: $(BENCH)/worst/worst.c $(B)/bench/alone.o $(BENCH)/bench.mk FORCE
	$(Q)$(BENCH_CC) "$${WITH:-$(REFERENCE)}" $< $(B)/bench/alone.o -o $@

## worst: show the longest single operation of the reference, or WITH=mm.c: [BLOCKS=1000000]
.PHONY: worst
worst: $(B)/bench/worst
	$(Q)$(B)/bench/worst $(BLOCKS)
