"""A small sample of what `make mutants` does: right allocators with one token changed."""

import random
import sys

import driver
import pytest

sys.path.insert(0, str(driver.ROOT / "grader/tests/broken"))
import mutate  # noqa: E402

SAMPLE = 6


@pytest.fixture(scope="module")
def soak():
    program = f"{driver.built()['folder'].relative_to(driver.ROOT)}/soak/soak"
    outcome = driver.make("-s", program)
    assert outcome.exit == 0, outcome.stderr
    return driver.ROOT / program


def test_a_mutant_changes_one_place():
    text = (driver.ROOT / mutate.BASES[1]).read_text()
    mutants = list(mutate.all_mutants(mutate.BASES[1:2]))
    assert len(mutants) > 50
    for mutant in mutants:
        assert text[mutant.at:].startswith(mutant.old)
        assert mutant.source() != text


def test_no_wrong_mutant_is_missed(soak, tmp_path):
    base = mutate.BASES[2:3]
    chosen = random.Random(2).sample(list(mutate.all_mutants(base)), SAMPLE)
    judged = list(mutate.run(chosen, soak, folder=tmp_path))
    assert [str(m) for m in judged if m.fate == "missed"] == []
    assert sum(m.fate == "caught" for m in judged) >= 2
