"""The soak: what an allocator is not to be asked, it is not asked."""

import subprocess

import driver

LARGEST = 1 << 26
SEED = 2  # with it, one of the first traces is a variation that asks for more


def test_no_variation_asks_for_more_than_the_largest(tmp_path):
    """An allocator that ends the process at a request between 64 MiB and the whole heap."""
    folder = driver.built()["folder"]
    program = folder / "soak/soak"
    made = driver.make("-s", str(program.relative_to(driver.ROOT)))
    assert made.exit == 0, made.stderr
    source, runner = tmp_path / "mm.c", tmp_path / "runner"
    source.write_text("#include <stdlib.h>\n" + driver.bump(
        malloc=f"if (size > {LARGEST} && size <= 1UL << 44) exit(9);"))
    words = driver.built()["command"]
    link = words[words.index("--link") + 1].split()
    subprocess.run(["cc", "-O2", "-w", "-I", driver.ENGINE, source, folder / "modern/runner.o",
                    *link, "-o", runner], check=True)
    giants = tmp_path / "giants"
    giants.mkdir()
    (giants / "giant-holes.rep").symlink_to(folder / "traces/giant-holes.rep")

    def soak(name):
        return subprocess.run([program, "--operations", "12000", "--seed", str(SEED), "--scratch",
                               tmp_path, "--traces", giants, f"{name}={runner}"],
                              capture_output=True, text=True, timeout=driver.HANGS)
    unlimited, limited = soak("modern/bump"), soak(f"modern/bump,{LARGEST}")
    assert unlimited.returncode == 1 and "exit status 9" in unlimited.stdout
    assert limited.returncode == 0, limited.stdout
    assert f"no request of more than {LARGEST} bytes" in limited.stdout
