"""Copying threads, and removing what is not wanted any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from dashstream.checkpoints import Checkpoint, PendingWrite, Place, Store, Summary, ThreadKey
from dashstream.langgraph.parts import Part, state

#: The attribute with the id of the checkpoint that one follows, also where that is not in the store.
PARENT = "langgraph.parent"
#: Names, in the metadata of a checkpoint, the channels whose values are made of the writes since an older one.
_DELTAS = "counters_since_delta_snapshot"

Load = Callable[[tuple[str, bytes]], object]


def copy(store: Store, source: ThreadKey, target: ThreadKey) -> None:
    """Puts all checkpoints of a thread, and their pending writes, into another one."""
    catalog = store.catalog(source)
    catalog.check()
    generations: dict[int, int] = {}
    for generation, place in catalog.checkpoints().items():
        summary = place.summary
        put = store.put(
            target,
            store.read(source, place).data,
            id=summary.id,
            parent=generations.get(summary.parent, 0),
            content_type=summary.content_type,
            attributes=summary.attributes,
        )
        generations[generation] = put.generation
        if catalog.find(summary.id) is place:
            writes = [_pending(store.read(source, write)) for write in catalog.writes(summary.id)]
            store.put_writes(target, summary.id, writes)


def _pending(stored: Checkpoint) -> PendingWrite:
    summary, of = stored.summary, stored.summary.write
    assert of is not None
    return PendingWrite(of.task, of.index, of.channel, stored.data, summary.content_type, summary.attributes)


def without_runs(store: Store, key: ThreadKey, runs: Collection[str], load: Load) -> None:
    """Removes the checkpoints of runs, and their pending writes."""
    gone = set()
    for place in store.catalog(key).checkpoints().values():
        metadata = load(state(store.read(key, place))["metadata",].typed)
        if isinstance(metadata, dict) and metadata.get("run_id") in runs:
            gone.add(place.summary.id)
    store.keep(key, lambda summary: summary.id not in gone)


def latest_alone(store: Store, key: ThreadKey, load: Load) -> None:
    """Removes all checkpoints but the newest, and what its channels are made of."""
    newest = store.newest(key)
    if newest is not None:
        kept = _needed(store, key, newest, load)
        store.keep(key, lambda summary: summary.id in kept)


def _needed(store: Store, key: ThreadKey, newest: Checkpoint, load: Load) -> set[str]:
    """The ids of a checkpoint, and of those before it back to the values of all its delta channels."""
    kept: set[str] = set()
    stored: Checkpoint | None = newest
    missing: set[str] | None = None
    while stored is not None:
        kept.add(stored.summary.id)
        parts = state(stored)
        if missing is None:
            missing = _delta_channels(parts, load)
        missing -= {str(part.key[1]) for part in parts.values() if part.key[0] == "channel"}
        stored = _parent(store, key, stored.summary) if missing else None
    return kept


def _delta_channels(parts: dict[tuple[Any, ...], Part], load: Load) -> set[str]:
    metadata = load(parts["metadata",].typed)
    return set(metadata.get(_DELTAS) or ()) if isinstance(metadata, dict) else set()


def _parent(store: Store, key: ThreadKey, summary: Summary) -> Checkpoint | None:
    identifier = summary.attributes.get(PARENT)
    place: Place | None = store.catalog(key).find(identifier) if identifier else None
    return None if place is None else store.read(key, place)
