"""Manifests: what the store notes in them, and how that is read."""

from __future__ import annotations

import re
from typing import Any

from dashstream.checkpoints.errors import Flaw
from dashstream.checkpoints.model import Summary, WriteOf
from dashstream.checkpoints.names import MAX_ID_LEN
from dashstream.records import Record

OWN = "ckp."
_KNOWN = frozenset({"id", "namespace", "base", "task", "index", "channel"})
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)


def attributes(summary: Summary, namespace: str) -> list[dict[str, str]]:
    """The attributes of a manifest: the store's own, then the caller's."""
    own = {"id": summary.id, "namespace": namespace}
    if summary.base is not None:
        own["base"] = str(summary.base)
    if summary.write is not None:
        own |= {"task": summary.write.task, "index": str(summary.write.index), "channel": summary.write.channel}
    noted = {OWN + name: text for name, text in own.items() if text} | dict(summary.attributes)
    return [{"key": key, "value": text} for key, text in noted.items()]


def read(record: Record) -> tuple[Summary, str, Flaw | None]:
    """What a manifest says, its namespace, and what is wrong with what the store has noted."""
    payload: dict[str, Any] = record.payload or {}
    noted: dict[str, str] = {}
    others: dict[str, str] = {}
    twice = False
    for attribute in payload.get("attributes", ()):
        name, text = attribute["key"], attribute.get("value", "")
        if name.startswith(OWN):
            twice |= name.removeprefix(OWN) in noted.keys() & _KNOWN
            noted[name.removeprefix(OWN)] = text
        else:
            others[name] = text
    summary = Summary(
        generation=payload["generation"],
        id=noted.get("id", ""),
        parent=payload.get("parent_generation", 0),
        base=_number(noted.get("base"), 1, payload["generation"] - 1),
        time_us=record.time_us,
        content_type=payload.get("content_type", ""),
        size=payload.get("total_len", 0),
        sha256=payload["sha256"],
        attributes=others,
        write=_write(noted),
    )
    return summary, noted.get("namespace", ""), Flaw.MANIFEST if twice else _flaw(noted, summary)


def _flaw(noted: dict[str, str], summary: Summary) -> Flaw | None:
    half = summary.write is None and not noted.keys().isdisjoint({"task", "index", "channel"})
    unreadable = "base" in noted and summary.base is None
    unnamed = not 1 <= len(summary.id.encode()) <= MAX_ID_LEN
    return Flaw.MANIFEST if half or unreadable or unnamed else None


def _write(noted: dict[str, str]) -> WriteOf | None:
    index = _number(noted.get("index"), -(1 << 63), (1 << 63) - 1)
    if index is None or "task" not in noted or "channel" not in noted:
        return None
    return WriteOf(noted["task"], index, noted["channel"])


def _number(text: str | None, least: int, most: int) -> int | None:
    if text is None or not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if least <= number <= most else None
