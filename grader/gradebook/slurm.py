"""Slurm's commands, as this lab calls them: submit an array, see it, hold it off nodes, end it.

A question that Slurm does not answer (its controller is down, or busy) is None, never "no":
the caller asks again later. That is how a killed controller loses nothing.
"""

import shlex
import subprocess
import time

from .problem import Problem

PATIENCE = 600  # seconds without an answer after which a person should know
ANSWER = 60  # seconds for one answer
TRIES = 3  # a refusal counts when it is repeated


def _ask(*words):
    """What a command printed; None when it failed or hung."""
    try:
        return subprocess.run(words, capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=ANSWER, check=True).stdout
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    except OSError as error:
        raise Problem(f"EXECUTOR=slurm: {words[0]} cannot be run: {error.strerror}; is this a "
                      "machine of the cluster? (Debian: slurm-client)") from error


def jobs():
    """{name of a job of ours: its number}, of all that wait or run; None without an answer."""
    said = _ask("squeue", "--me", "--noheader", "--format=%F %j")
    if said is None:
        return None
    return {line.split(maxsplit=1)[1]: line.split()[0] for line in said.splitlines()}


def waiting(ask, patience=PATIENCE, pause=2):
    """The answer to `ask()`, asked again while there is none."""
    begun = time.monotonic()
    while (answer := ask()) is None:
        if time.monotonic() - begun > patience:
            raise Problem(f"Slurm has not answered for {patience / 60:.0f} minutes. Nothing is "
                          "lost: when `squeue` answers, run the same command again; it goes on "
                          "from here.")
        time.sleep(pause)
    return answer


def nodes(partition):
    """The nodes that there are, in a partition or in the default one."""
    chosen = [f"--partition={partition}"] if partition else []
    return set((_ask("sinfo", "--Node", "--noheader", "--format=%N", *chosen) or "").split())


def options(settings, memory_mib):
    """The options of sbatch that a policy asks for."""
    wanted = settings.slurm
    said = [f"--{name}={wanted[name]}" for name in ("partition", "account", "time")
            if wanted[name]]
    return [*said, f"--mem={wanted['memory'] or f'{memory_mib:.0f}M'}",
            *shlex.split(wanted["options"])]


def submit(name, tasks, log, folder, command, wanted, exclude):
    """Submits an array, one core for each task. `tasks` as in 0-9%4; `log`: a path with %a."""
    words = ["sbatch", "--parsable", f"--job-name={name}", f"--array={tasks}",
             "--ntasks=1", "--cpus-per-task=1", "--requeue", "--open-mode=append",
             f"--output={log}", f"--chdir={folder}", *wanted,
             *([f"--exclude={','.join(sorted(exclude))}"] if exclude else []),
             f"--wrap=exec {shlex.join(command)}"]
    for _ in range(TRIES):
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace",
                                  timeout=ANSWER, stdin=subprocess.DEVNULL, check=False)
            if done.returncode == 0:
                return
            why = done.stderr.strip()
        except subprocess.TimeoutExpired:
            why = "sbatch did not answer"
        except OSError as error:
            why = f"sbatch cannot be run: {error.strerror}"
        if name in waiting(jobs):  # accepted, and only the answer was lost
            return
        time.sleep(2)
    raise Problem(f"Slurm refuses the tasks: {why}\nThe keys slurm.* of the policy say what is "
                  "asked for; grader/gradebook/settings.py lists them.")


def keep_off(number, exclude):
    """Tasks that wait shall not start on these nodes. Only saves time: they would end at once."""
    _ask("scontrol", "update", f"JobId={number}", f"ExcNodeList={','.join(sorted(exclude))}")


def cancel(name):
    _ask("scancel", "--me", f"--name={name}")
