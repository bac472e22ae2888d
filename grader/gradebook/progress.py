"""Says how far a batch is: a live line on a terminal, now and then a plain one in a log."""

import sys
import time


def duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


class Meter:
    """How many of `total` steps are done, and how long the others will take."""

    EVERY = 15  # seconds between two lines of a log

    def __init__(self, total, stream=None):
        self.total, self.done, self.begun = total, 0, time.monotonic()
        self.stream = stream or sys.stderr
        self.last, self.said = self.begun, 0
        self.live = self.stream.isatty() and total > 0
        if self.live:
            from rich import progress  # half a second that a log need not wait for
            self.bar = progress.Progress(
                progress.TextColumn("grading"), progress.BarColumn(),
                progress.MofNCompleteColumn(), progress.TimeElapsedColumn(),
                progress.TextColumn("{task.fields[left]}"), auto_refresh=False, transient=True)
            self.task = self.bar.add_task("", total=total, left="")
            self.bar.start()

    def left(self):
        if not self.done:
            return ""
        passed = time.monotonic() - self.begun
        return f"about {duration(passed / self.done * (self.total - self.done))} left"

    def step(self):
        self.done += 1
        self.tick()

    def tick(self):
        if self.live:
            self.bar.update(self.task, completed=self.done, left=self.left())
            self.bar.refresh()
        elif self.said < self.done and (time.monotonic() - self.last > self.EVERY
                                        or self.done == self.total):
            self.last, self.said = time.monotonic(), self.done
            left = f"; {self.left()}" if self.done < self.total else ""
            print(f"graded {self.done} of {self.total}{left}", file=self.stream, flush=True)

    def close(self):
        if self.live:
            self.bar.stop()
