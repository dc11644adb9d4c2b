"""The checkpointer, call by call: the suite of LangGraph's authors, and the one in memory as a second opinion."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from disks import Quick
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, CheckpointTuple, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.capabilities import ALL_CAPABILITIES
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT, RESUME

from dashstream.checkpoints import DamagedError, EndedError, InUseError, Reader, Store, StoreError, ThreadKey
from dashstream.langgraph import DashStreamSaver
from dashstream.langgraph.parts import STATE, join


def test_the_suite_of_langgraph(tmp_path: Path) -> None:
    folders = iter(range(100))

    @checkpointer_test(name="DashStreamSaver")
    async def saver() -> AsyncIterator[DashStreamSaver]:
        async with DashStreamSaver(tmp_path / str(next(folders))) as one:
            yield one

    report = asyncio.run(validate(saver))
    failures = [failure for result in report.results.values() for failure in result.failures or ()]
    assert not failures
    assert report.results.keys() == {capability.value for capability in ALL_CAPABILITIES}
    assert all(result.detected and result.passed for result in report.results.values())
    assert sum(result.tests_passed for result in report.results.values()) == 81


def config(thread: str, namespace: str = "", identifier: str | None = None) -> RunnableConfig:
    configurable = {"thread_id": thread, "checkpoint_ns": namespace}
    return {"configurable": configurable | ({"checkpoint_id": identifier} if identifier else {})}


THREADS = ("a", "b")
NAMESPACES = ("", "child:1", "child:1|grandchild:2")
CHANNELS = ("x", "y", ERROR, INTERRUPT, RESUME)
VALUES = (None, 0, "text", b"bytes", bytearray(b"more"), [1, {"a": (2, 3)}], {"nested": [None]}, 1.5, "x" * 3_000)


class Both:
    """One saver beside the other: what is done to both has to look the same in both."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.memory = InMemorySaver()
        self.ours = self.opened()
        self.ids: list[tuple[str, str, str]] = []
        self.versions: dict[tuple[str, str], dict[str, Any]] = {}

    def opened(self) -> DashStreamSaver:
        return DashStreamSaver(
            self.folder, segment_len=4_000, chunk_len=1_000, codec=self.chance.randrange(3), disk=Quick()
        )

    def somewhere(self) -> tuple[str, str, str]:
        if self.ids and self.chance.random() < 0.95:
            return self.chance.choice(self.ids[-6:])
        return self.chance.choice(THREADS), self.chance.choice(NAMESPACES), str(uuid6())

    def put(self) -> None:
        thread, namespace, parent = self.somewhere()
        checkpoint = empty_checkpoint()
        values = {name: self.chance.choice(VALUES) for name in ("x", "y", "z") if self.chance.random() < 0.7}
        versions: ChannelVersions = dict.fromkeys(values, self.ours.get_next_version(str(len(self.ids)), None))
        checkpoint |= {"channel_values": values, "channel_versions": versions}
        metadata: Any = {"source": self.chance.choice(("input", "loop")), "step": len(self.ids), "who": "me\0"}
        where = config(thread, namespace, parent if self.chance.random() < 0.9 else None)
        where["metadata"] = {"run_id": self.chance.choice(("run-1", "run-2"))}
        early = (thread, namespace, checkpoint["id"])
        if self.chance.random() < 0.2:
            self.put_writes(early)
        assert self.memory.put(where, checkpoint, metadata, versions) == self.ours.put(
            where, checkpoint, metadata, versions
        )
        self.ids.append(early)

    def put_writes(self, place: tuple[str, str, str] | None = None) -> None:
        where = config(*(place or self.somewhere()))
        task = self.chance.choice(("task-1", "task-2", "task-3"))
        writes = [(self.chance.choice(CHANNELS), self.chance.choice(VALUES)) for _ in range(self.chance.randrange(4))]
        path = self.chance.choice(("", "~__pregel_pull, a", "~__pregel_push, 1"))
        for saver in (self.memory, self.ours):
            saver.put_writes(where, writes, task, path)

    def reopen(self) -> None:
        self.ours.close()
        self.ours = self.opened()

    def delete(self) -> None:
        thread = self.chance.choice(THREADS)
        for saver in (self.memory, self.ours):
            saver.delete_thread(thread)
        self.ids = [place for place in self.ids if place[0] != thread]

    def same(self) -> None:
        thread, namespace, identifier = self.somewhere()
        for where in (config(thread, namespace), config(thread, namespace, identifier)):
            assert plain(self.memory.get_tuple(where)) == plain(self.ours.get_tuple(where))
        asked: dict[str, Any] = {
            "filter": self.chance.choice((None, {}, {"source": "input"}, {"run_id": "run-1", "source": "loop"})),
            "before": self.chance.choice((None, config(thread, namespace, identifier))),
            "limit": self.chance.choice((None, None, 0, 1, 3)),
        }
        where = self.chance.choice((config(thread, namespace), config(thread, namespace, identifier)))
        assert [*map(plain, self.memory.list(where, **asked))] == [*map(plain, self.ours.list(where, **asked))]

    def all_the_same(self) -> None:
        threads: list[RunnableConfig] = [{"configurable": {"thread_id": thread}} for thread in THREADS]
        for where in (None, *threads):
            theirs, ours = ([*map(plain, saver.list(where))] for saver in (self.memory, self.ours))
            assert sorted(theirs, key=repr) == sorted(ours, key=repr)


def plain(found: CheckpointTuple | None) -> Any:
    if found is None:
        return None
    assert found.pending_writes is not None
    return {**found._asdict(), "types": [type(value) for value in found.checkpoint["channel_values"].values()]}


@pytest.mark.parametrize("seed", range(4))
def test_it_answers_as_the_one_in_memory(tmp_path: Path, seed: int) -> None:
    both = Both(tmp_path, seed)
    steps = [both.put] * 6 + [both.put_writes] * 6 + [both.same] * 6 + [both.reopen]
    for number in range(160):
        both.chance.choice(steps)()
        if number % 50 == 49:
            both.all_the_same()
            both.delete()
    both.reopen()
    both.all_the_same()
    both.ours.close()


def test_writes_of_a_call_are_there_together_or_not_at_all(tmp_path: Path) -> None:
    where = config("a", "", "1")
    checkpoint = empty_checkpoint() | {"id": "1"}
    with DashStreamSaver(tmp_path) as saver:
        saver.put(config("a"), checkpoint, {}, {})
        (path,) = (tmp_path / ThreadKey("a").folder).glob("*.seg")
        before = path.stat().st_size
        saver.put_writes(where, [("x", 1), ("y", 2), ("z", 3)], "task")
    (path,) = (tmp_path / ThreadKey("a").folder).glob("*.seg")
    data = path.read_bytes()
    for size in (*range(before, len(data), 7), len(data)):
        # As if the process had been killed while it wrote, before it gave the segment its name.
        name = f"00000000-0000000000000001-000000000028-{before:012}.seg"
        target = tmp_path / str(size) / ThreadKey("a").folder / name
        target.parent.mkdir(parents=True)
        target.write_bytes(data[:size])
        with DashStreamSaver(tmp_path / str(size), disk=Quick()) as saver:
            found = saver.get_tuple(where)
            assert found is not None
            together = [("task", "x", 1), ("task", "y", 2), ("task", "z", 3)]
            assert found.pending_writes == (together if size == len(data) else [])


def test_damage_is_said_and_not_passed_over(tmp_path: Path) -> None:
    with DashStreamSaver(tmp_path) as saver:
        first = saver.put(config("a"), empty_checkpoint(), {}, {})
        saver.put(first, empty_checkpoint(), {}, {})
    (path,) = (tmp_path / ThreadKey("a").folder).glob("*.seg")
    path.write_bytes(path.read_bytes()[:-1])
    with DashStreamSaver(tmp_path) as saver:
        for ask in (
            lambda: saver.get_tuple(config("a")),
            lambda: saver.get_tuple(config("a", "", "unknown")),
            lambda: list(saver.list(config("a"))),
        ):
            with pytest.raises(DamagedError, match=r"CUT|TRUNCATED"):
                ask()
        saver.repair()
        found = saver.get_tuple(config("a"))
        assert found is not None and found.config == first


@pytest.mark.parametrize(
    "data", [b"", b"[1]\n", b"[[1]]\n", b'[["a",1,1]]\n1', b'[["a","b","c"]]\n', b"\xff\n", b"[[]]\n", b'[["a","b",-1]]\n']
)
def test_what_another_program_has_put_is_an_error(tmp_path: Path, data: bytes) -> None:
    with Store(tmp_path) as store:
        store.put(ThreadKey("a"), data, id="1", content_type=STATE)
        store.put(ThreadKey("b"), b"{}", id="2", content_type="application/json")
        store.put(ThreadKey("c"), join([]), id="3", content_type=STATE)
    with DashStreamSaver(tmp_path) as saver:
        for thread, why in (("a", r"DashStreamSaver does not write|tells of"), ("b", "media type"), ("c", "no part")):
            with pytest.raises(StoreError, match=why):
                saver.get_tuple(config(thread))


def test_a_slow_disk_holds_up_nobody(tmp_path: Path) -> None:
    class Slow(Quick):
        def sync(self, file: int) -> None:
            time.sleep(0.05)

    async def run() -> None:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        saver = DashStreamSaver(tmp_path / "store", disk=Slow())
        assert not (tmp_path / "store").exists()
        turning = asyncio.create_task(turn())
        puts = [saver.aput(config("a"), empty_checkpoint() | {"id": str(number)}, {}, {}) for number in range(8)]
        await asyncio.gather(*puts)
        assert turns > 8
        # The calls are done in their order.
        assert [one.checkpoint["id"] async for one in saver.alist(config("a"))] == [*"76543210"]
        turning.cancel()
        saver.close()

    asyncio.run(run())


def test_one_saver_has_the_folder(tmp_path: Path) -> None:
    with DashStreamSaver(tmp_path) as saver:
        clone = saver.with_allowlist([("tests", "Thing")])
        clone.put(config("a"), empty_checkpoint(), {}, {})
        assert saver.get_tuple(config("a")) is not None
        other = DashStreamSaver(tmp_path)
        with pytest.raises(InUseError):
            other.get_tuple(config("a"))
    with pytest.raises(EndedError):
        saver.get_tuple(config("a"))


def test_the_store_says_what_it_holds(tmp_path: Path) -> None:
    """What docs/langgraph.md says of the mapping."""
    with DashStreamSaver(tmp_path) as saver:
        first = saver.put(config("a", "child:1"), empty_checkpoint(), {"step": 1}, {})
        second = saver.put(first, empty_checkpoint(), {"step": 2}, {})
        saver.put_writes(second, [("x", 1), (INTERRUPT, 2)], "task-1", "path")
    catalog = Reader(tmp_path).catalog(ThreadKey("a", "child:1").folder)
    one, two = (place.summary for place in catalog.checkpoints().values())
    assert (one.generation, one.parent, one.id) == (1, 0, first["configurable"]["checkpoint_id"])
    assert (two.generation, two.parent, two.attributes) == (2, 1, {"langgraph.parent": one.id})
    (write,) = (place.summary for place in catalog.writes(two.id))
    assert write.write is not None and write.generation == 2
    assert (write.write.task, write.write.index, write.write.channel) == ("task-1", 0, f"x,{INTERRUPT}")
    assert write.attributes == {"langgraph.task_path": "path"}
