"""A class on a cluster: the gradebook of one machine, whatever is killed on the way."""

import collections
import json
import os
import shlex
import signal
import time

import driver
import pytest
from classroom import FAKE, Classroom, fake_record, trace, unmeasured
from cluster import kill

from gradebook.files import save

CLASS = int(os.environ.get("CLASS", "6"))  # submissions that are truly graded
STAGES = driver.ROOT / "solution/stages"

# A stand-in for mdriver that says when it begins and ends, and waits until it may.
SLOW = FAKE.replace("sed ", """echo "begun $sha" >> "$LOG"
until [ $(grep -c ended "$LOG") -lt $(cat "$LOG-may-hold") ]; do sleep 0.1; done
sed """) + 'echo "ended $sha" >> "$LOG"\n'


class ClusterRoom(Classroom):
    def __init__(self, slurm, folder, **policy):
        super().__init__(folder, **{"slurm__chunk": 3} | policy)
        self.slurm = slurm

    def environment(self):
        return {**super().environment(), **self.slurm.environment, "LOG": str(self.folder / "log"),
                "PATH": os.defpath}

    def class_of(self, count, graded=None):
        """`count` students, graded by the slow stand-in: at first about so many of them, one
        more for each task at most."""
        self.let_grade(count if graded is None else graded)
        self.pretend(fake_record([trace("mix-short")]))
        self.fake.write_text(SLOW)
        for number in range(count):
            self.put(f"s{number:02}_mm.c", f"/* {number} */ int x;")

    def let_grade(self, count=1000):
        save(self.folder / "log-may-hold", f"{count}\n")

    def said(self, word):
        """{submission: how often the stand-in said `word` of it}"""
        log = self.folder / "log"
        lines = log.read_text().split("\n") if log.exists() else []
        return collections.Counter(line.split()[1] for line in lines if line.startswith(word))

    def wait_records(self, count, seconds=200):
        end = time.monotonic() + seconds
        while len(self.records()) < count:
            assert time.monotonic() < end, self.slurm.ask("squeue") + self.slurm.ask("sinfo")
            time.sleep(0.05)

    def stamps(self):
        return {path.name: path.stat().st_mtime_ns for path in (self.out / "records").iterdir()
                if path.suffix == ".json"}

    def end(self, process, seconds=300):
        said, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, said + errors
        return said


@pytest.fixture
def room(slurm, tmp_path):
    slurm.wait_ready()
    return ClusterRoom(slurm, tmp_path)


def check_whole(room, count, again=1):
    """All are graded; none was made again but at most `again`, those that were killed."""
    rows = room.rows()
    assert len(rows) == count and {row["status"] for row in rows.values()} == {"graded"}
    ended = room.said("ended")
    assert len(ended) == count and set(ended.values()) == {1}, "nothing is graded twice"
    assert sum(room.said("begun").values()) <= count + again
    assert not (room.out / "cluster").exists()


OF_THE_CLOCK = {"INCONCLUSIVE", "METRICS_DISAGREE"}


def untimed(row):
    """What of a row does not depend on the clock."""
    codes = [code for code in row["findings"].split() if code not in OF_THE_CLOCK]
    return {name: value for name, value in row.items() if name != "speed_ratio"} | {
        "findings": codes}


def test_the_gradebook_is_that_of_one_machine(slurm, tmp_path):
    """Right, slow, wrong, not compiling and hostile ones, by the true mdriver; their speed is
    counted, or a neighbour would have a hand in it."""
    policy = {"throughput": 40, "throughput__needs": 0, "metric": "instructions",
              "timing__official_seconds": 1,
              "slurm__unfit": "allow", "batch__human": "FORBIDDEN"}
    room = ClusterRoom(slurm, tmp_path, **policy)
    room.out = tmp_path / "100%a it's"  # a name that Slurm would fill in
    sorts = [(STAGES / "1-implicit/mm.c").read_text(), (STAGES / "3-segregated/mm.c").read_text(),
             (driver.ROOT / "starter/mm.c").read_text(), "int broken",
             driver.bump(malloc="for (;;);"), driver.bump(malloc="*(int *)8 = 1;")]
    for number in range(CLASS):
        room.put(f"s{number:03}_mm.c", f"{sorts[number % len(sorts)]}\n/* {number} */\n")
    begun = time.monotonic()
    room.call(out=room.folder / "local")
    turned = time.monotonic()
    said = room.call(executor="slurm")
    local, cluster = turned - begun, time.monotonic() - turned
    print(f"\n{CLASS} submissions: {local:.1f} s here, {cluster:.1f} s by Slurm, "
          f"{(cluster - local) / CLASS:+.2f} s for each")
    assert f"on 1 nodes ({os.uname().nodename})" in said
    here = room.rows(room.folder / "local")
    assert float(here["s001"]["throughput"]) > 0
    for student, row in room.rows().items():
        assert untimed(row) == untimed(here[student])
    for path in (room.out / "records").glob("*.json"):
        assert json.loads(path.read_text())["node"] == os.uname().nodename


def test_a_killed_task_loses_nothing(room):
    room.class_of(9, graded=2)
    process = room.start(executor="slurm")
    room.wait_records(2)
    before = room.stamps()
    kill(room.slurm.tasks()[0])
    room.let_grade()
    room.end(process)
    check_whole(room, 9)
    assert before.items() <= room.stamps().items(), "a record is never written again"


def test_a_killed_controller_loses_nothing(slurm, tmp_path):
    """Slurm writes down within seconds which jobs there are; one that forgets them is not tried."""
    room = ClusterRoom(slurm, tmp_path, slurm__chunk=12)
    slurm.wait_ready()
    room.class_of(24, graded=2)
    process = room.start(executor="slurm")
    room.wait_records(2)
    slurm.wait_saved()
    slurm.kill_daemon("slurmctld")
    room.let_grade(6)
    room.wait_records(6)  # tasks go on
    time.sleep(2)  # the batch asks and gets no answer
    slurm.start_daemon("slurmctld")
    room.let_grade()
    room.end(process)
    check_whole(room, 24, again=2)


def test_a_killed_node_loses_nothing(room):
    """slurmd, what it has started and their tasks die at once, as in a power cut."""
    room.class_of(9, graded=2)
    process = room.start(executor="slurm")
    room.wait_records(2)
    room.slurm.kill_daemon("slurmd")
    for pid in (*room.slurm.steps(), *room.slurm.tasks()):
        kill(pid)
    time.sleep(1)
    room.slurm.start_daemon("slurmd")
    room.let_grade()
    room.end(process)
    check_whole(room, 9, again=2)


def test_a_killed_slurmd_alone_disturbs_nobody(room):
    room.class_of(6, graded=1)
    process = room.start(executor="slurm")
    room.wait_records(1)
    room.slurm.kill_daemon("slurmd")
    time.sleep(1)
    room.slurm.start_daemon("slurmd")
    room.let_grade()
    room.end(process)
    check_whole(room, 6, again=2)


def test_a_killed_batch_finds_its_tasks_again(room):
    room.class_of(9, graded=1)
    process = room.start(executor="slurm")
    room.wait_records(1)
    process.kill()
    process.communicate()
    room.let_grade()
    room.end(room.start(executor="slurm"))
    check_whole(room, 9, again=0)


def test_ctrl_c_ends_the_tasks_too(room):
    room.class_of(9, graded=1)
    process = room.start(executor="slurm")
    room.wait_records(1)
    process.send_signal(signal.SIGINT)
    assert "goes on from here" in process.communicate()[1]
    end = time.monotonic() + 100
    while room.slurm.ask("squeue", "--noheader") and time.monotonic() < end:
        time.sleep(0.1)
    assert not room.slurm.ask("squeue", "--noheader") and not room.slurm.tasks()


def test_a_submission_that_takes_its_task_along_is_an_error_of_ours(slurm, tmp_path):
    """As when Slurm's own limit on memory ends a whole task: the others are graded all the same."""
    room = ClusterRoom(slurm, tmp_path, batch__tries=2)
    room.class_of(4)
    parents = "kill -9 $(awk '{ print $4 }' /proc/$$/stat)"
    room.fake.write_text(SLOW.replace("if grep -q SIGNAL", f"if grep -q POISON \"$file\"; then {parents}; "
                                      "exit 2; fi\nif grep -q SIGNAL"))
    room.put("s00_mm.c", "/* POISON */")
    room.call(executor="slurm")
    rows = room.rows()
    assert rows["s00"]["status"] == "infrastructure" and rows["s00"]["total"] == ""
    assert [rows[f"s0{n}"]["status"] for n in (1, 2, 3)] == ["graded"] * 3
    assert "times without a record" in room.call(executor="slurm")


def test_an_unfit_node_times_nothing(slurm, tmp_path):
    doctor = tmp_path / "doctor.sh"
    doctor.write_text("echo 'OK      swap   off'; echo 'FAIL    load   9 on 2 cores'; exit 1\n")
    policy = {"throughput": 40, "slurm__doctor": shlex.join(["sh", str(doctor)])}
    room = ClusterRoom(slurm, tmp_path, **policy)
    room.class_of(2)
    said = room.call(executor="slurm", expect=2)
    assert "no node may grade" in said and "load   9 on 2 cores" in said
    assert not room.records()
    room.policy = room.write_policy("allowed.policy", **policy | {"slurm__unfit": "allow"})
    room.call(executor="slurm")
    assert len(room.records()) == 2


def test_what_slurm_refuses_is_said(slurm, tmp_path):
    room = ClusterRoom(slurm, tmp_path, slurm__partition="nowhere")
    room.class_of(1)
    said = room.call(executor="slurm", expect=2)
    assert "Slurm refuses the tasks" in said and "nowhere" in said
