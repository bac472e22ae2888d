# explore.mk - the small programs of the writeup's first chapters. Included by the Makefile of
# the top directory, in the students' archive too.

EXPLORE       := handout/explore
EXPLORE_PARTS := memory break malloc classes

$(B)/explore/%: $(EXPLORE)/%.c $(EXPLORE)/maps.c $(EXPLORE)/maps.h $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -g $< $(EXPLORE)/maps.c -o $@

## explore: show a process's memory, break, malloc and size classes, live: PART=memory|break|malloc|classes
.PHONY: explore
explore: $(EXPLORE_PARTS:%=$(B)/explore/%)
	@$(if $(filter-out $(EXPLORE_PARTS),$(PART)),echo "PART is one of: $(EXPLORE_PARTS)" >&2; exit 2)
	@for part in $(or $(filter $(PART),$(EXPLORE_PARTS)),$(EXPLORE_PARTS)); do $(B)/explore/$$part && echo; done
