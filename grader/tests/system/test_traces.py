"""The traces of the kit: each is described, and generated the same everywhere."""

import csv
import json

import driver
import pytest

TRACES = driver.ROOT / "traces"
RECIPES = sorted((TRACES / "recipes").glob("*.recipe"))
WRITTEN = sorted((TRACES / "debug").glob("*.rep"))
RECORDED = sorted((TRACES / "core").glob("*.rep"))


def index():
    with open(TRACES / "INDEX.tsv", newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_each_trace_has_one_line_and_each_line_a_trace():
    names = [line["name"] for line in index()]
    assert sorted(names) == sorted(path.stem for path in RECIPES + WRITTEN + RECORDED)


def test_every_column_is_filled():
    for line in index():
        assert list(line) == ["name", "category", "purpose", "origin"]
        assert all(line.values()), line


def test_the_category_is_the_first_part_of_the_name():
    for line in index():
        assert line["category"] == line["name"].partition("-")[0]


def test_the_origin_is_where_the_trace_comes_from():
    written = {path.stem for path in WRITTEN}
    recorded = {path.stem for path in RECORDED}
    for line in index():
        recipe = f"recipe recipes/{line['name']}.recipe"
        if line["name"] in recorded:
            assert line["origin"].startswith("recorded: ")
        else:
            assert line["origin"] == ("hand-written" if line["name"] in written else recipe)


def test_all_recipes_were_made_and_nothing_else():
    made = {path.stem for path in (driver.built()["folder"] / "traces").glob("*.rep")}
    assert made == {path.stem for path in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_generated_again_it_is_the_same_to_the_byte(recipe, tmp_path):
    made = driver.built()["folder"] / "traces" / f"{recipe.stem}.rep"
    again = tmp_path / "again.rep"
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", again])
    assert (outcome.exit, outcome.stderr) == (0, "")
    assert again.read_bytes() == made.read_bytes()


@pytest.mark.parametrize("trace", WRITTEN, ids=lambda path: path.stem)
def test_a_debug_trace_begins_with_its_idea(trace):
    first = trace.read_text().splitlines()[0]
    assert first.startswith(f"# {trace.stem}: ")


def test_a_damaged_recipe_is_refused(write, tmp_path):
    recipe = write("seed = 1\nkind = node uniform\n", "mix-bad.recipe")
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o",
                          tmp_path / "out.rep"])
    assert outcome.exit == 2
    assert f"{recipe}:2:" in outcome.stderr
    assert not (tmp_path / "out.rep").exists()


RECIPE = "about = x\nkind = node uniform 8\nphase = fill\nof = {of}\nblocks = 4\n"


@pytest.mark.parametrize("of, found", [("node 3", "''"), ("3 4 node", "'4'"), ("3", "''"),
                                       ("node\0 3", "'of = node'")])
def test_nothing_in_a_recipe_is_passed_over(of, found, write, tmp_path):
    """Once a weight after its kind, and what stood behind a NUL byte."""
    recipe = write(RECIPE.format(of=of), "mix-x.recipe")
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", tmp_path / "o"])
    assert outcome.exit == 2
    assert outcome.stderr.startswith(f"tracegen: {recipe}:4: expected ")
    assert outcome.stderr.endswith(f", found {found}\n")


def test_single_bytes_cannot_wrap(write, tmp_path):
    """Once it was a calloc of 0 bytes, which nobody refuses."""
    text = RECIPE.format(of="node").replace("uniform 8", "wrap {low}..9")
    made = tmp_path / "o.rep"
    tracegen = driver.built()["folder"] / "tracegen"
    refused = driver.run([tracegen, write(text.format(low=1), "mix-1.recipe"), "-o", made])
    assert refused.exit == 2 and "mix-1.recipe:2: expected elements of 2 bytes" in refused.stderr
    assert driver.run([tracegen, write(text.format(low=2), "mix-2.recipe"), "-o", made]).exit == 0
    assert "refused: 4" in driver.run([driver.built()["folder"] / "tracestat", made]).stdout


def test_a_step_needs_its_word(write, tmp_path):
    """A number behind the sizes was taken for a step."""
    recipe = write("about = x\nkind = node uniform 8..64 8\n", "mix-x.recipe")
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", tmp_path / "o"])
    assert outcome.exit == 2
    assert outcome.stderr.startswith(f"tracegen: {recipe}:2: expected 'by' and a step ")
    assert outcome.stderr.endswith(", found '8'\n")


@pytest.mark.parametrize("script, words", [
    ("matrix", []), ("matrix", ["a=none.json"]), ("matrix", ["a={}", "b={other}"]), ("spread", []),
    ("spread", ["{}", "none.json"]), ("spread", ["{}", "{other}"]), ("spread", ["{empty}"] * 2)])
def test_scripts_called_wrongly_say_so(script, words, write):
    traces = [{"name": name, "scored": True, "category": "mix", "valid": True, "utilization": 0.5,
               "throughput": None} for name in ("mix-a", "mix-b")]
    files = [write(json.dumps({"traces": traces[:count]}), f"{count}.json") for count in (2, 1, 0)]
    words = [word.format(files[0], other=files[1], empty=files[2]) for word in words]
    outcome = driver.run(["/usr/bin/python3", f"grader/tracetools/{script}.py", *words])
    assert outcome.exit == 1 and outcome.stderr and "Traceback" not in outcome.stderr


def test_a_policy_whose_name_has_blanks_is_one_for_private_spread(tmp_path):
    policy = driver.write_policy(tmp_path / "my own.policy")
    outcome = driver.make("-s", f"B={tmp_path}", f"{tmp_path}/spread/untimed.policy", f"POLICY={policy}")
    assert outcome.exit == 0, outcome.stderr
    assert "category.mix = 0\n" in (tmp_path / "spread/untimed.policy").read_text()


def test_a_recipe_of_any_name(write, tmp_path):
    recipe, made = write(RECIPE.format(of="node"), "two\nlines.recipe"), tmp_path / "o.rep"
    assert driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", made]).exit == 0
    assert driver.run([driver.built()["folder"] / "tracestat", made]).exit == 0


@pytest.mark.parametrize("key, line", [("about = y", 2), ("of = node", 6), ("blocks = 5", 6)])
def test_a_key_that_stands_twice_is_refused(key, line, write, tmp_path):
    """The last one won, and nobody was told."""
    lines = RECIPE.format(of="node").splitlines()
    lines.insert(line - 1, key)
    recipe = write("\n".join(lines) + "\n", "mix-x.recipe")
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", tmp_path / "o"])
    assert outcome.exit == 2
    assert outcome.stderr.endswith(f"{recipe}:{line}: expected each key once, found '{key.split()[0]}'\n")


def test_a_device_is_no_recipe(tmp_path):
    outcome = driver.run([driver.built()["folder"] / "tracegen", "/dev/zero", "-o",
                          tmp_path / "o.rep"], timeout=60)
    assert outcome.exit == 2
    assert "/dev/zero: the recipe is not a regular file" in outcome.stderr


def test_a_recipe_as_editors_of_windows_save_it(tmp_path):
    recipe, made = tmp_path / "mix-hills.recipe", tmp_path / "mix-hills.rep"
    text = (driver.ROOT / "traces/recipes/mix-hills.recipe").read_bytes()
    recipe.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    outcome = driver.run([driver.built()["folder"] / "tracegen", recipe, "-o", made])
    assert (outcome.exit, outcome.stderr) == (0, "")
    assert made.read_bytes() == (driver.built()["folder"] / "traces/mix-hills.rep").read_bytes()


def test_a_recipe_that_cannot_be_read_to_its_end_is_refused(tmp_path):
    """Half a recipe would be another trace. (Nothing is mapped where this file begins.)"""
    outcome = driver.run([driver.built()["folder"] / "tracegen", "/proc/self/mem", "-o",
                          tmp_path / "out.rep"])
    assert outcome.exit == 2
    assert "/proc/self/mem: the recipe cannot be read: " in outcome.stderr
