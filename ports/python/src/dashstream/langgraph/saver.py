"""The checkpointer."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from types import TracebackType
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from dashstream.checkpoints import Checkpoint as Stored
from dashstream.checkpoints import PendingWrite, Place, Repair, Store, Summary, ThreadKey
from dashstream.langgraph import upkeep
from dashstream.langgraph.opened import Opened
from dashstream.langgraph.parts import STATE, WRITES, Part, join, state
from dashstream.langgraph.upkeep import PARENT
from dashstream.langgraph.writes import TASK_PATH, batch, merged

_MAX_CHANNEL = 1_024
_END = object()


def _key(config: RunnableConfig) -> ThreadKey:
    configurable = config["configurable"]
    return ThreadKey(str(configurable["thread_id"]), configurable.get("checkpoint_ns") or "")


def _config(key: ThreadKey, identifier: str) -> RunnableConfig:
    return {
        "configurable": {
            "thread_id": key.thread,
            "checkpoint_ns": key.namespace,
            "checkpoint_id": identifier,
        }
    }


class DashStreamSaver(BaseCheckpointSaver[str]):
    """Keeps checkpoints in the folder of a store, which is made where it is not there.

    One saver at a time has the folder, and it may be used by many threads of one process; `settings` are those of
    `dashstream.checkpoints.Store`. The store is opened by the first call, or by `with`; `close` lets go of it.
    What is damaged raises DamagedError, with the file and the reason; nothing older stands in for it.
    """

    def __init__(self, folder: str | os.PathLike[str], *, serde: SerializerProtocol | None = None, **settings: Any) -> None:
        super().__init__(serde=serde)
        self._opened = Opened(folder, settings)

    def __enter__(self) -> DashStreamSaver:
        with self._opened.use():
            return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> DashStreamSaver:
        return await self._opened.run(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Waits for calls that have begun, and lets go of the store."""
        self._opened.close()

    # What is put.

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Puts a checkpoint, which is durable when this returns."""
        key = _key(config)
        parent = get_checkpoint_id(config)
        data = self._state(checkpoint, get_checkpoint_metadata(config, metadata))
        with self._opened.use() as store:
            found = store.catalog(key).find(parent) if parent else None
            store.put(
                key,
                data,
                id=checkpoint["id"],
                parent=0 if found is None else found.summary.generation,
                content_type=STATE,
                attributes={PARENT: parent} if parent else {},
            )
        return _config(key, checkpoint["id"])

    def _state(self, checkpoint: Checkpoint, metadata: CheckpointMetadata) -> bytes:
        """The whole state: whoever reads it needs no other checkpoint."""
        rest: dict[str, Any] = dict(checkpoint)
        values = rest.pop("channel_values")
        parts = [
            Part(("checkpoint",), *self.serde.dumps_typed(rest)),
            Part(("metadata",), *self.serde.dumps_typed(metadata)),
        ]
        parts += [Part(("channel", name), *self.serde.dumps_typed(value)) for name, value in values.items()]
        return join(parts)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Puts what a task has written: all of it is durable when this returns, and none of it where it does not."""
        key, identifier = _key(config), config["configurable"]["checkpoint_id"]
        parts = [
            Part((channel, WRITES_IDX_MAP.get(channel, index)), *self.serde.dumps_typed(value))
            for index, (channel, value) in enumerate(writes)
        ]
        with self._opened.use() as store:
            before = self._batches(store, key, identifier, task_id)
            there = {write.index for stored in before for write in batch(stored)}
            parts = [part for part in parts if part.key[1] not in there or int(part.key[1]) < 0]
            if not parts:
                return
            pending = PendingWrite(
                task=task_id,
                # Which call of the task it is: the store takes one index for one write.
                index=1 + max((_index(stored.summary) for stored in before), default=-1),
                channel=_channels(parts),
                data=join(parts),
                content_type=WRITES,
                attributes={TASK_PATH: task_path} if task_path else {},
            )
            # LangGraph may put them while their checkpoint is still on its way.
            store.put_writes(key, identifier, [pending], early=True)

    def delete_thread(self, thread_id: str) -> None:
        """Deletes a thread, with all its namespaces; the one of the graph itself goes last."""
        with self._opened.use() as store:
            store.delete_all(str(thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Deletes the checkpoints of runs, with their pending writes, in all threads."""
        with self._opened.use() as store:
            for key in store.keys() if run_ids else ():
                upkeep.without_runs(store, key, set(run_ids), self.serde.loads_typed)

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copies a thread, with all its namespaces and pending writes, behind what the other one has."""
        with self._opened.use() as store:
            for key in store.namespaces(str(source_thread_id)):
                upkeep.copy(store, key, ThreadKey(str(target_thread_id), key.namespace))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Leaves the newest checkpoint of each namespace, with what its delta channels need, or with `delete` nothing."""
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"the strategy is keep_latest or delete, and not {strategy!r}")
        with self._opened.use() as store:
            for thread in map(str, thread_ids):
                if strategy == "delete":
                    store.delete_all(thread)
                    continue
                for key in store.namespaces(thread):
                    upkeep.latest_alone(store, key, self.serde.loads_typed)

    def repair(self) -> Sequence[Repair]:
        """Sets aside segments that are damaged, keeps what is whole in them, and says which they were."""
        with self._opened.use() as store:
            return store.repair()

    # What is read.

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint of the config's id, or the newest."""
        key, identifier = _key(config), get_checkpoint_id(config)
        with self._opened.use() as store:
            catalog = store.catalog(key)
            if identifier:
                place = catalog.find(identifier)
                stored = None if place is None else store.read(key, place)
            else:
                stored = store.newest(key)
            # What is damaged may be what is asked for, or a write that belongs to it.
            catalog.check()
            return None if stored is None else self._tuple(store, key, stored)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """The checkpoints of a thread, or of all, the newest first in each namespace."""
        left = limit
        for key, place in self._places(config, before):
            if left is not None and left <= 0:
                return
            found = self._read(key, place, filter or {})
            if found is not None:
                left = None if left is None else left - 1
                yield found

    def _places(self, config: RunnableConfig | None, before: RunnableConfig | None) -> Sequence[tuple[ThreadKey, Place]]:
        """Where those lie that a listing may have, apart from what their metadata say."""
        identifier = get_checkpoint_id(config) if config else None
        bound = get_checkpoint_id(before) if before else None
        places = []
        with self._opened.use() as store:
            for key in _keys(store, config):
                catalog = store.catalog(key)
                catalog.check()
                last = catalog.find(bound) if bound else None
                for place in reversed(catalog.checkpoints().values()):
                    summary = place.summary
                    # Of several with one id the newest counts.
                    if catalog.find(summary.id) is not place or (identifier and summary.id != identifier):
                        continue
                    if last is not None and summary.generation >= last.summary.generation:
                        continue
                    if bound and last is None and summary.id >= bound:
                        continue
                    places.append((key, place))
        return places

    def _read(self, key: ThreadKey, place: Place, filter: dict[str, Any]) -> CheckpointTuple | None:
        with self._opened.use() as store:
            if store.catalog(key).find(place.summary.id) is None:
                return None  # It was deleted meanwhile.
            stored = store.read(key, place)
            if filter:
                metadata = self.serde.loads_typed(state(stored)["metadata",].typed)
                if any(metadata.get(name) != value for name, value in filter.items()):
                    return None
            return self._tuple(store, key, stored)

    def _tuple(self, store: Store, key: ThreadKey, stored: Stored) -> CheckpointTuple:
        loads = self.serde.loads_typed
        parts = state(stored)
        checkpoint: Checkpoint = loads(parts["checkpoint",].typed)
        values = {str(part.key[1]): loads(part.typed) for part in parts.values() if part.key[0] == "channel"}
        parent = stored.summary.attributes.get(PARENT)
        writes = merged(self._batches(store, key, stored.summary.id))
        return CheckpointTuple(
            config=_config(key, stored.summary.id),
            checkpoint={**checkpoint, "channel_values": values},
            metadata=loads(parts["metadata",].typed),
            parent_config=_config(key, parent) if parent else None,
            pending_writes=[(write.task, write.channel, loads(write.part.typed)) for write in writes],
        )

    def _batches(self, store: Store, key: ThreadKey, identifier: str, task: str | None = None) -> Sequence[Stored]:
        """The calls of put_writes for a checkpoint, or those of a task, in their order, each once."""
        last: dict[tuple[str, int], Place] = {}
        for place in store.catalog(key).writes(identifier):
            of = place.summary.write
            if of is not None and task in (None, of.task):
                # A checkpoint that is put after them, or again, takes them with it.
                last[of.task, of.index] = place
        return [store.read(key, place) for place in last.values()]

    def get_next_version(self, current: str | None, channel: None) -> str:
        """The next version of a channel: a text that rises, and that two branches do not share."""
        before = 0 if current is None else int(str(current).split(".")[0])
        return f"{before + 1:032}.{random.random():016}"

    # The same for asynchronous code.

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """As `get_tuple`, and blocks nobody."""
        return await self._opened.run(lambda: self.get_tuple(config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """As `list`, and blocks nobody."""
        found = self.list(config, filter=filter, before=before, limit=limit)
        while True:
            one: Any = await self._opened.run(lambda: next(found, _END))
            if one is _END:
                return
            yield one

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As `put`, and blocks nobody."""
        return await self._opened.run(lambda: self.put(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """As `put_writes`, and blocks nobody."""
        await self._opened.run(lambda: self.put_writes(config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """As `delete_thread`, and blocks nobody."""
        await self._opened.run(lambda: self.delete_thread(thread_id))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """As `delete_for_runs`, and blocks nobody."""
        await self._opened.run(lambda: self.delete_for_runs(run_ids))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """As `copy_thread`, and blocks nobody."""
        await self._opened.run(lambda: self.copy_thread(source_thread_id, target_thread_id))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """As `prune`, and blocks nobody."""
        await self._opened.run(lambda: self.prune(thread_ids, strategy=strategy))


def _index(summary: Summary) -> int:
    return -1 if summary.write is None else summary.write.index


def _channels(parts: Sequence[Part]) -> str:
    """The channels of a call, for those who look at the store; the parts say it in full."""
    names = ",".join(dict.fromkeys(str(part.key[0]) for part in parts)).encode()
    return names[:_MAX_CHANNEL].decode(errors="ignore") or "-"


def _keys(store: Store, config: RunnableConfig | None) -> Sequence[ThreadKey]:
    """The threads, in the sense of the store, that a config names."""
    if config is None:
        return store.keys()
    thread, namespace = str(config["configurable"]["thread_id"]), config["configurable"].get("checkpoint_ns")
    return store.namespaces(thread) if namespace is None else [ThreadKey(thread, namespace)]
