"""Stores that one implementation writes and the other one reads, whole and damaged.

DASHSTREAM is the program of this repository. `ports/setup python --conform PROGRAM` runs this.
DASHSTREAM_CASES says how many damaged stores there are, DASHSTREAM_SEED with which seed they begin.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashstream.checkpoints import Damage, PendingWrite, Reader, Store, ThreadKey
from dashstream.checkpoints.disk import Disk

PROGRAM = os.environ["DASHSTREAM"]
CASES = int(os.environ.get("DASHSTREAM_CASES", "30"))
SEED = int(os.environ.get("DASHSTREAM_SEED", "1"))
KEYS = (ThreadKey("conversation-7"), ThreadKey("conversation-7", "child:1"))


class Quick(Disk):
    """No power is lost here."""

    def sync(self, file: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


def rust(command: str, folder: Path, *more: str) -> list[dict[str, Any]]:
    """What `dashstream checkpoints` says of a store."""
    done = subprocess.run([PROGRAM, "checkpoints", command, str(folder), "--json", *more], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(folder: Path, chance: random.Random) -> None:
    """A store with several segments, chunks, pending writes and whatever codec."""
    settings: dict[str, Any] = {
        "codec": chance.randrange(3),
        "segment_len": chance.choice((1, 900, 2_500, 100_000)),
        "chunk_len": 200,
    }
    for _ in range(2):
        with Store(folder, disk=Quick(), **settings) as store:
            for key in KEYS:
                for _ in range(chance.randrange(1, 6)):
                    state = chance.randbytes(chance.choice((0, 5, 150, 450))).hex().encode()
                    put = store.put(key, state, content_type="a/b", attributes={"n": str(chance.random())})
                    writes = [
                        PendingWrite(f"task-{n}", chance.randrange(-4, 3), "channel", b"value")
                        for n in range(chance.randrange(3))
                    ]
                    store.put_writes(key, put.id, writes)


def damage(folder: Path, chance: random.Random) -> None:
    """Does something to a segment that a disk, or a hand, might do."""
    path = chance.choice(sorted(folder.glob("*-*/*.seg")))
    data = bytearray(path.read_bytes())
    # The places that matter most are few: the header, and the marker and the prelude of an entry.
    at = chance.choice((chance.randrange(len(data)), chance.randrange(80), max(data.rfind(data[8:24]), 0)))
    size = min(chance.choice((1, 16, 40)), len(data) - at)

    def rename(change: Callable[[list[str]], None]) -> None:
        parts = path.stem.split("-")
        change(parts)
        path.rename(path.with_name("-".join(parts) + ".seg"))

    def part(number: int, digits: int, value: int) -> None:
        rename(lambda parts: parts.__setitem__(number, f"{value:0{digits}}"))

    choices: list[Callable[[], object]] = [
        lambda: path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]),
        lambda: path.write_bytes(data[:at] + bytes(size) + data[at + size :]),
        lambda: path.write_bytes(data[:at]),
        lambda: path.write_bytes(data[:at] + data[at + size :]),
        lambda: path.write_bytes(data[:at] + chance.randbytes(size) + data[at:]),
        lambda: path.write_bytes(data + chance.randbytes(size)),
        lambda: path.write_bytes(data + data[28:]),
        lambda: path.write_bytes(data + data[max(data.rfind(data[8:24]), 28) :]),
        lambda: part(1, 16, chance.randrange(1, 20)),
        lambda: part(2, 12, chance.choice((28, at + 28))),
        lambda: part(3, 12, chance.choice((28, at + 28, len(data) + 9))),
        lambda: part(0, 8, chance.randrange(20)),
        path.unlink,
        lambda: path.with_name(f"0000009{path.name[7:]}").write_bytes(data),
        lambda: (chance.choice(sorted(folder.glob("*-*"))) / path.name).write_bytes(data),
        lambda: (path.parent / "DELETED").write_bytes(b""),
    ]
    chance.choice(choices)()


def told(one: Damage) -> dict[str, Any]:
    return {
        "path": str(one.path),
        "start": one.start,
        "end": one.end,
        "flaw": one.code.name,
        "generation": one.generation,
        "acknowledged": one.acknowledged,
    }


def ordered(damage: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(damage, key=lambda one: (one["path"], one["start"], one["end"], one["flaw"]))


def agree(folder: Path) -> None:
    """Both say the same of a store: what is whole, what is damaged, and what a repair would do."""
    reader = Reader(folder)
    reports = rust("verify", folder)
    assert [report["folder"] for report in reports] == reader.folders()
    for report in reports:
        catalog = reader.catalog(report["folder"])
        checkpoints = catalog.checkpoints()
        assert report["checkpoints"] == len(checkpoints)
        assert report["writes"] == sum(place.summary.write is not None for place in catalog.places)
        assert report["newest"] == max(checkpoints, default=None)
        assert ordered(report["damage"]) == ordered([told(one) for one in catalog.damage])
        assert report["thread"] == catalog.thread
        if catalog.thread is not None:
            _agree_on(reader, folder, ThreadKey(catalog.thread, catalog.namespace), report["newest_is_damaged"])
    theirs = [(one["segment"], one["kept"], ordered(one["damage"])) for one in rust("repair", folder)]
    ours = [
        (str(one.segment), one.kept, ordered([told(damage) for damage in one.damage]))
        for name in reader.folders()
        for one in reader.plan(name)
    ]
    assert theirs == ours


def _agree_on(reader: Reader, folder: Path, key: ThreadKey, damaged: bool) -> None:
    listed = rust("ls", folder, "--thread", key.thread, "--namespace", key.namespace)
    assert [(one["generation"], one["id"], one["sha256"], one["attributes"], one["parent"] or 0) for one in listed] == [
        (one.generation, one.id, one.sha256.hex(), one.attributes, one.parent) for one in reader.checkpoints(key)
    ]
    command = [PROGRAM, "checkpoints", "show", str(folder), "--thread", key.thread, "--namespace", key.namespace, "--raw"]
    shown = subprocess.run(command, capture_output=True)
    try:
        newest = reader.newest(key)
    except Exception as error:
        assert shown.returncode == 1 and damaged
        # The same bytes for the same reason.
        assert str(getattr(error, "damage").code.name) in shown.stderr.decode()  # noqa: B009
        return
    assert not damaged
    assert newest is None or (shown.returncode, shown.stdout) == (0, newest.data)


def whole(folder: Path) -> dict[str, dict[int, str]]:
    reader = Reader(folder)
    return {
        name: {generation: place.summary.id for generation, place in reader.catalog(name).checkpoints().items()}
        for name in reader.folders()
    }


@pytest.mark.parametrize("number", range(CASES))
def test_both_say_the_same_and_repair_the_same(tmp_path: Path, number: int) -> None:
    chance = random.Random(SEED * 1_000_000 + number)
    folder = tmp_path / "store"
    write(folder, chance)
    if number % 6 == 0:
        agree(folder)
        assert not rust("repair", folder)
    for _ in range(chance.choice((1, 1, 2, 4))):
        if any(folder.glob("*-*/*.seg")):
            damage(folder, chance)
    agree(folder)
    before = whole(folder)
    by_rust, by_python = tmp_path / "rust", tmp_path / "python"
    shutil.copytree(folder, by_rust)
    shutil.copytree(folder, by_python)
    rust("repair", by_rust, "--yes")
    with Store(by_python, disk=Quick()) as store:
        store.repair()
    for repaired in (by_rust, by_python):
        # What the one has written, the other one reads; both keep what was whole.
        agree(repaired)
        assert not rust("repair", repaired)
        assert whole(repaired) == before
    names = [sorted(str(path.relative_to(root)) for path in root.rglob("*")) for root in (by_rust, by_python)]
    assert names[0] == names[1]
