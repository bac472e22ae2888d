"""The category `fuzz`: random mixes that a grade of everything holds, and a grade of one
trace does not; a mix that fails names itself, and the command to see it alone."""

import shlex

import driver
import pytest

STAGE = driver.ROOT / "solution/stages/2-explicit/mm.c"


@pytest.fixture
def few(tmp_path):
    return driver.write_policy(tmp_path / "few.policy", timing__seconds=0.1, fuzz__traces=12)


@pytest.fixture
def faulty(write):
    """A realloc that spoils the last byte when it moves a block. (One that forgets it is right
    by chance, once in 256.)"""
    text = STAGE.read_text()
    assert text.count("memcpy(") == 1
    return write(text.replace("memcpy(", "mm_copy("
                              ).replace("\nvoid *mm_realloc(", """
static void mm_copy(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    ((char *)to)[size - 1] ^= 1;
}

void *mm_realloc(""", 1))


def grade(tmp_path, source, policy, *more):
    return driver.mdriver(tmp_path, source, policy=policy, more=["--fuzz", *more]).record


def test_a_sound_allocator_is_valid_on_all(tmp_path, few):
    record = grade(tmp_path, STAGE, few)
    row = record["traces"][-1]
    assert record["fuzz"] == {"seed": 2026, "traces": 12, "run": 12, "valid": 12}
    assert row["name"] == row["category"] == "fuzz" and row["valid"] and row["scored"]
    assert row["throughput"] is None and row["utilization"] is None and row["ops"] > 12 * 20


def test_the_same_code_meets_the_same_mixes(tmp_path, few):
    records = [grade(tmp_path, STAGE, few)["traces"][-1] for _ in range(2)]
    assert records[0] == records[1]


def test_without_being_asked_there_are_none(tmp_path, few):
    record = driver.mdriver(tmp_path, STAGE, policy=few).record
    assert record["fuzz"] is None and [t["name"] for t in record["traces"]] == [
        "debug-first-malloc"]


def test_a_policy_may_want_none(tmp_path):
    policy = driver.write_policy(tmp_path / "none.policy", fuzz__traces=0)
    assert grade(tmp_path, STAGE, policy)["fuzz"] is None


@pytest.mark.parametrize("value", ["1.5", "-1", "99999", "many"])
def test_a_number_of_mixes_that_is_none_is_refused(tmp_path, value):
    policy = driver.write_policy(tmp_path / "bad.policy", fuzz__traces=value)
    outcome = driver.mdriver(tmp_path, STAGE, policy=policy)
    assert outcome.exit == 2 and f"{policy}:" in outcome.stderr


def test_a_failing_mix_can_be_written_and_graded_alone(tmp_path, faulty):
    policy = driver.write_policy(tmp_path / "all.policy", timing__seconds=0)
    record = grade(tmp_path, faulty, policy)
    row = record["traces"][-1]
    assert not row["valid"] and record["fuzz"]["valid"] < record["fuzz"]["run"]
    finding = row["findings"][0]
    assert finding["code"] == "REALLOC_LOST" and finding["trace"].startswith("fuzz-")
    command, _, *words = shlex.split(finding["try"])
    assert command == "make"
    alone = tmp_path / "alone.json"
    outcome = driver.make("fuzz-mix", *words, f"JSON={alone}")
    assert outcome.exit == 0, outcome.stderr
    again, = driver.read_record(alone)["traces"]
    # Alone it is also said which line did it; a mix among many is not replayed for that.
    assert again["findings"][0]["message"].startswith(finding["message"])
    assert again["findings"][0]["line"] == finding["line"]
    assert "no score" in outcome.stdout


def test_after_some_failures_the_rest_is_not_run(tmp_path, write):
    policy = driver.write_policy(tmp_path / "all.policy", limit__operation_seconds=0.1)
    record = grade(tmp_path, write(driver.bump(malloc="if (size == 24) for (;;);")), policy)
    fuzz = record["fuzz"]
    assert fuzz["run"] - fuzz["valid"] == 8 and fuzz["run"] < fuzz["traces"]
