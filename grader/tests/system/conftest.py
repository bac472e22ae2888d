"""What the tests of commands share: a policy that costs no time, a place to write, a browser."""

import os
import shutil
import subprocess

import driver
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service


@pytest.fixture(scope="session")
def confinement():
    """For official grades: root has another user for the compiler, others need namespaces."""
    if os.geteuid() != 0 and \
            subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode != 0:
        pytest.skip("the compiler cannot be confined: not root, and no user namespaces")


@pytest.fixture(scope="session")
def browser():
    """A Chromium without a window, which keeps what pages say on its console. A container may
    have hardly any /dev/shm."""
    options = Options()
    options.binary_location = shutil.which("chromium")
    for word in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--window-size=1300,1400"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield chromium
    chromium.quit()


@pytest.fixture
def quick(tmp_path):
    """The final policy with short limits, hardly any time for timing, and memory that every
    machine has."""
    return driver.write_policy(tmp_path / "quick.policy", timing__seconds=0.1,
                               limit__operation_seconds=0.2, limit__trace_seconds=5,
                               limit__resident_mib=256)


@pytest.fixture
def short(tmp_path):
    """A short trace that is scored."""
    path = tmp_path / "mix-short.rep"
    path.write_text(driver.SHORT_TRACE)
    return path


@pytest.fixture
def write(tmp_path):
    """write(text, name="mm.c"): a new file in the test's own folder."""

    def write_file(text, name="mm.c"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_file
