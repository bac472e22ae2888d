# slurm.mk - a class graded by a real Slurm of one node, for the Makefile at the top to include.

## check-slurm: grade on a real one-node Slurm, with everything killed once
.PHONY: check-slurm
check-slurm: PACKAGES += slurm-wlm munge
check-slurm: deps batch-kit
	$(Q)$(PYTEST) grader/tests/slurm

## bench-slurm: grade the same CLASS=24 here and by Slurm: time, and that grades are equal
.PHONY: bench-slurm
bench-slurm: PACKAGES += slurm-wlm munge
bench-slurm: deps batch-kit
	$(Q)CLASS=$(or $(CLASS),24) $(PYTEST) -s grader/tests/slurm -k machine
