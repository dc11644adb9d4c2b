"""A process is killed, with SIGKILL, wherever it touches the disk or at any time, and another one goes on.

DASHSTREAM_KILLS says how many runs there are, DASHSTREAM_SEED with which seed they begin.
"""

from __future__ import annotations

import functools
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from disks import Quick
from graphs import Journal, build, drive
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import WRITES_IDX_MAP, ChannelVersions, Checkpoint, CheckpointMetadata
from test_langgraph_graphs import steps, undisturbed

from dashstream.checkpoints.disk import Disk
from dashstream.langgraph import DashStreamSaver

RUNS = int(os.environ.get("DASHSTREAM_KILLS", "25"))
SEED = int(os.environ.get("DASHSTREAM_SEED", "1"))


class Killing(Disk):
    """Kills this process at the operation number `at`: before it, or in the midst of it."""

    def __init__(self, at: int | None) -> None:
        self._left = at

    def _operation(self) -> bool:
        if self._left is not None:
            self._left -= 1
        return self._left == -1

    def write(self, file: int, at: int, data: bytes) -> None:
        if self._operation():
            super().write(file, at, data[: random.randrange(len(data) + 1)])
            kill(os.getpid())
        super().write(file, at, data)

    def sync(self, file: int) -> None:
        self._do(lambda: None)

    def sync_folder(self, folder: Path) -> None:
        self._do(lambda: None)

    def rename(self, old: Path, new: Path) -> None:
        self._do(lambda: Disk.rename(self, old, new))

    def remove(self, path: Path) -> None:
        self._do(lambda: Disk.remove(self, path))

    def _do(self, work: Callable[[], None]) -> None:
        # No power is lost here, so nothing needs to be synced.
        if self._operation():
            kill(os.getpid())
        work()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


class Telling(DashStreamSaver):
    """Writes down what was acknowledged."""

    def __init__(self, folder: Path, journal: Journal, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.journal = journal

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        put = super().put(config, checkpoint, metadata, new_versions)
        self.journal(f"put\t{put['configurable']['checkpoint_ns']}\t{checkpoint['id']}")
        return put

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        super().put_writes(config, writes, task_id, task_path)
        where = config["configurable"]
        for channel, _ in writes:
            self.journal(f"writes\t{where['checkpoint_ns']}\t{where['checkpoint_id']}\t{task_id}\t{channel}")


def live(folder: Path, journal_at: Path, kill_at: int | None, durability: str) -> None:
    """What a process does: it goes on with the graph wherever that is, to its end."""
    journal = Journal(journal_at)
    with Telling(folder, journal, disk=Killing(kill_at), segment_len=20_000) as saver:
        drive(build(saver, lambda what: journal(f"ran\t{what.rsplit(' ', 1)[1]}\t{what}")), "a", durability)
    journal("end")


def process(work: Callable[[], None], delay: float | None) -> int:
    """Does work in a process, which is killed after some seconds; returns how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if delay is not None:
        time.sleep(delay)
        kill(child)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def told(journal_at: Path) -> list[list[str]]:
    lines = journal_at.read_bytes().split(b"\n") if journal_at.exists() else [b""]
    return [line.decode().split("\t") for line in lines[:-1]]


def nothing_acknowledged_is_lost(saver: DashStreamSaver, lines: list[list[str]]) -> None:
    for kind, namespace, identifier, *rest in (line for line in lines if line[0] in ("put", "writes")):
        config: RunnableConfig = {
            "configurable": {"thread_id": "a", "checkpoint_ns": namespace, "checkpoint_id": identifier}
        }
        found = saver.get_tuple(config)
        if kind == "put":
            assert found is not None, identifier
        elif found is not None:
            assert [*rest] in [[task, channel] for task, channel, _ in found.pending_writes or ()]


def nothing_that_is_done_is_done_again(lines: list[list[str]]) -> None:
    done = set()
    for line in lines:
        if line[0] == "writes" and line[4] not in WRITES_IDX_MAP:
            done.add(line[3])
        assert line[0] != "ran" or line[1] not in done, f"{line[2]} was done, and is run again"


@pytest.mark.parametrize("number", range(RUNS))
def test_a_graph_that_is_killed_goes_on(tmp_path: Path, number: int) -> None:
    chance = random.Random(SEED * 1_000_000 + number)
    durability = chance.choice(("sync", "async"))
    folder, journal_at = tmp_path / "store", tmp_path / "journal"
    kills = 0
    while True:
        # Most are killed at an operation of the disk, some whenever it happens to be; the fourth lives.
        by_time = chance.random() < 0.25
        kill_at = None if by_time or kills == 3 else chance.randrange(110)
        delay = chance.random() * 0.4 if by_time and kills < 3 else None
        random.seed(chance.random())
        code = process(functools.partial(live, folder, journal_at, kill_at, durability), delay)
        lines = told(journal_at)
        assert code == -signal.SIGKILL or (code == 0 and lines[-1] == ["end"])
        nothing_that_is_done_is_done_again(lines)
        with DashStreamSaver(folder, disk=Quick()) as saver:
            nothing_acknowledged_is_lost(saver, lines)
            if code == 0:
                values = dict(build(saver, lambda what: None).get_state({"configurable": {"thread_id": "a"}}).values)
                assert values == undisturbed()[0]
                (graph, *inside), expected = steps(saver, "a"), undisturbed()[1]
                assert graph == expected[0]
                # One that was killed after its first checkpoint is begun again by the graph around it; and where that had
                # not written its own checkpoint yet, which it need not wait for if it is asynchronous, under another name.
                assert expected[1] in [list(dict.fromkeys(one)) for one in inside]
                return
        kills += 1
