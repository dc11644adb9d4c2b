"""The bytes of a state or of pending writes: a line of JSON that says which parts there are, and the parts.

Each part has a key, a type and bytes, the latter two as LangGraph's serializer gives and takes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dashstream.checkpoints import Checkpoint, RefusedError, StoreError

#: Media types of what is put into the store.
STATE = "application/vnd.dashstream.langgraph.checkpoint"
WRITES = "application/vnd.dashstream.langgraph.writes"


@dataclass(frozen=True, slots=True)
class Part:
    """One value as the serializer has it."""

    #: A list of texts and numbers.
    key: tuple[str | int, ...]
    type: str
    data: bytes

    @property
    def typed(self) -> tuple[str, bytes]:
        """What the serializer reads."""
        return self.type, self.data


def join(parts: list[Part]) -> bytes:
    """The bytes of some parts."""
    try:
        line = json.dumps([[*part.key, part.type, len(part.data)] for part in parts], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RefusedError("the name of a channel is no UTF-8") from None
    return b"\n".join([line, b"".join(part.data for part in parts)])


def split(stored: Checkpoint, media: str) -> list[Part]:
    """The parts of what was read. Raises StoreError where it is none of ours."""
    summary = stored.summary
    what = f"what is stored as {summary.id!r}, generation {summary.generation},"
    if summary.content_type != media:
        raise StoreError(f"{what} has the media type {summary.content_type!r}, and {media!r} is expected")
    line, _, rest = stored.data.partition(b"\n")
    parts: list[Part] = []
    at = 0
    try:
        for *key, type_, size in json.loads(line):
            if not isinstance(type_, str) or not isinstance(size, int) or size < 0 or not key:
                raise ValueError(f"{type_!r} and {size!r} are no type and size")
            parts.append(Part(tuple(key), type_, rest[at : at + size]))
            at += size
    except (ValueError, TypeError) as error:
        raise StoreError(f"{what} has a form that DashStreamSaver does not write: {error}") from None
    if at != len(rest):
        raise StoreError(f"{what} has {len(rest)} bytes of parts, and tells of {at}")
    return parts


def state(stored: Checkpoint) -> dict[tuple[Any, ...], Part]:
    """The parts of a checkpoint by their keys: (checkpoint), (metadata), and (channel, NAME) for each value."""
    parts = {part.key: part for part in split(stored, STATE)}
    for name in ("checkpoint", "metadata"):
        if (name,) not in parts:
            raise StoreError(f"the checkpoint {stored.summary.id!r} has no part {name!r}")
    return parts
