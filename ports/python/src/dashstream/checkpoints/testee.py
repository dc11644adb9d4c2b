"""The operation `store` of the conformance runner."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

from dashstream.checkpoints.errors import Damage, DamagedError
from dashstream.checkpoints.names import ThreadKey
from dashstream.checkpoints.reader import Reader


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What a reader finds in the files of a question."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        for file in question["files"]:
            path = (root / file["path"]).resolve()
            if not path.is_relative_to(root):
                raise ValueError(f"{file['path']} lies outside of the store")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(file["bytes"]))
        reader = Reader(root)
        return {"threads": [_thread(reader, folder) for folder in reader.folders()]}


def _thread(reader: Reader, folder: str) -> dict[str, Any]:
    catalog = reader.catalog(folder)
    out: dict[str, Any] = {"folder": folder}
    if catalog.thread is not None:
        out |= {"thread": catalog.thread, "namespace": catalog.namespace}
        out |= _newest(reader, folder)
        out |= _whole(reader, ThreadKey(catalog.thread, catalog.namespace))
        out["checkpoints"] = list(reversed(catalog.checkpoints()))
    found = [_damage(damage) for damage in catalog.damage]
    out["damage"] = sorted(found, key=lambda one: (one["file"], one["start"], one["end"], one["code"]))
    out["repair"] = [{"file": str(one.segment), "kept": one.kept} for one in reader.plan(folder)]
    return {key: value for key, value in out.items() if value or value == 0}


def _newest(reader: Reader, folder: str) -> dict[str, Any]:
    try:
        newest = reader.newest_in(folder)
    except DamagedError as error:
        return {"error": _damage(error.damage)}
    if newest is None:
        return {}
    summary = newest.summary
    return {"newest": {"generation": summary.generation, "id": summary.id, "sha256": summary.sha256.hex()}}


def _whole(reader: Reader, key: ThreadKey) -> dict[str, Any]:
    checkpoint = reader.newest_whole(key).checkpoint
    return {} if checkpoint is None else {"whole": checkpoint.summary.generation}


def _damage(damage: Damage) -> dict[str, Any]:
    out = {"file": damage.path.name, "start": damage.start, "end": damage.end, "code": damage.code.name}
    if damage.generation is not None:
        out["generation"] = damage.generation
    return out
