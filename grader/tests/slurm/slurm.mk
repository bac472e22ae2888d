# slurm.mk - a class graded by a real Slurm of one node, for the Makefile at the top to include.

## check-slurm: grade on a real one-node Slurm, with everything killed once
.PHONY: check-slurm
check-slurm: PACKAGES += slurm-wlm munge
check-slurm: deps batch-kit
	$(Q)$(PYTHON) -m pytest -q -p no:cacheprovider grader/tests/slurm
