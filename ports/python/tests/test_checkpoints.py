"""The store: what was acknowledged is there, whatever happens."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from disks import FailingDisk, LossyDisk, PowerLoss, Quick

from dashstream import Code
from dashstream.checkpoints import (
    DamagedError,
    EndedError,
    Flaw,
    InUseError,
    NoCheckpointError,
    PendingWrite,
    Reader,
    RefusedError,
    SegmentName,
    Store,
    ThreadKey,
)
from dashstream.checkpoints.disk import Disk

KEY = ThreadKey("conversation-7")
OTHER = ThreadKey("conversation-7", "child:1")


def segments(folder: Path, key: ThreadKey = KEY) -> list[Path]:
    return sorted((folder / key.folder).glob("*.seg"))


def read_all(store: Store, key: ThreadKey) -> dict[int, bytes]:
    places = store.catalog(key).checkpoints()
    return {generation: store.read(key, place).data for generation, place in places.items()}


@pytest.mark.parametrize("codec", [0, 1, 2])
@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 12_345])
def test_states_of_any_size_come_back(tmp_path: Path, codec: int, size: int) -> None:
    data = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
    with Store(tmp_path, chunk_len=1_000, codec=codec) as store:
        put = store.put(KEY, data, id="a", content_type="text/plain", attributes={"who": "me"})
        store.put_writes(KEY, "a", [PendingWrite("task", -3, "channel", data)])
    newest = Reader(tmp_path).newest(KEY)
    assert newest is not None and newest.summary == put and newest.data == data
    with Store(tmp_path) as store:
        (write,) = store.catalog(KEY).writes("a")
        assert store.read(KEY, write).data == data
        assert write.summary.generation == 1


def test_generations_rise(tmp_path: Path) -> None:
    for generation in range(1, 8):
        with Store(tmp_path, segment_len=400) as store:
            put = store.put(KEY, b"state")
            assert (put.generation, put.parent) == (generation, generation - 1)
    assert len(segments(tmp_path)) > 2
    # CKP-003: a quarantined segment tells of a generation too.
    last = SegmentName(90, 70, 28, 100)
    (tmp_path / KEY.folder / f"{last}.quarantined.2").write_bytes(b"")
    with Store(tmp_path, segment_len=1) as store:
        assert store.put(KEY, b"state").generation == 71
    assert segments(tmp_path)[-1].name.startswith("00000091-")


def test_there_is_one_writer(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(InUseError, match="LOCK is locked"):
        Store(tmp_path)
    Store(tmp_path).close()
    code = f"from dashstream.checkpoints import Store; Store({str(tmp_path)!r})"
    with Store(tmp_path):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "InUseError" in done.stderr


def test_what_cannot_be_put_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for wrong in (
            lambda: store.put(ThreadKey(""), b""),
            lambda: store.put(ThreadKey("x" * 1_025), b""),
            lambda: store.put(ThreadKey("\ud800"), b""),
            lambda: store.put(KEY, b"", id=""),
            lambda: store.put(KEY, b"", attributes={"ckp.id": "x"}),
            lambda: store.put_writes(KEY, "a", [PendingWrite("", 0, "c", b"")], early=True),
        ):
            with pytest.raises(RefusedError):
                wrong()
        with pytest.raises(NoCheckpointError):
            store.put(KEY, b"", parent=1)
        with pytest.raises(NoCheckpointError):
            store.put_writes(KEY, "a", [PendingWrite("t", 0, "c", b"")])
        assert store.newest(KEY) is None
    assert not segments(tmp_path)
    with pytest.raises(EndedError):
        store.put(KEY, b"")


def damaged(folder: Path, at: int) -> Path:
    path = segments(folder)[-1]
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    return path


def test_an_older_one_does_not_stand_in(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for state in (b"one", b"two", b"three"):
            store.put(KEY, state)
    path = damaged(tmp_path, -1)
    name = SegmentName.parse(path.name)
    assert name is not None
    reader = Reader(tmp_path)
    with pytest.raises(DamagedError) as caught:
        reader.newest(KEY)
    damage = caught.value.damage
    assert (damage.path, damage.start, damage.end) == (path, name.start, name.end)
    assert (damage.code, damage.generation, damage.acknowledged) == (Code.BODY_CRC, 3, True)
    recovered = reader.newest_whole(KEY)
    assert recovered.checkpoint is not None and recovered.checkpoint.data == b"two"
    assert [one.code for one in recovered.damage] == [Code.BODY_CRC]
    assert reader.get(KEY, 2) is not None
    with pytest.raises(DamagedError):
        reader.get(KEY, 3)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedError) as caught:
        reader.newest(KEY)
    assert caught.value.damage.code == Flaw.CUT


def test_repair_sets_aside_and_loses_nothing(tmp_path: Path) -> None:
    with Store(tmp_path, segment_len=600) as store:
        for number in range(7):
            store.put(KEY, b"state %d" % number, id=f"id-{number}")
            store.put_writes(KEY, f"id-{number}", [PendingWrite("t", 0, "c", b"%d" % number)])
        store.put(OTHER, b"other")
    before = {path.name: path.read_bytes() for path in segments(tmp_path)}
    path = damaged(tmp_path, 300)
    bad = path.read_bytes()
    with Store(tmp_path) as store:
        (repair,) = store.repair()
        assert repair.segment == SegmentName.parse(path.name) and repair.damage
        assert (path.with_name(f"{path.name}.quarantined")).read_bytes() == bad
        assert str(path) in (path.with_name(f"{path.name}.reason")).read_text()
        assert not store.repair()
        left = read_all(store, KEY)
        whole = [place for place in store.catalog(KEY).places if place.segment == repair.segment.segment]
        assert len(whole) == repair.kept
        assert set(range(1, 8)) - set(left) <= {6, 7} and len(left) >= 6
        assert store.put(KEY, b"next").generation == 8
        assert read_all(store, OTHER) == {1: b"other"}
    for name, data in before.items():
        assert name == path.name or (tmp_path / KEY.folder / name).read_bytes() == data


def test_retention_keeps_what_is_needed(tmp_path: Path) -> None:
    with Store(tmp_path, segment_len=1) as store:
        for number in range(1, 9):
            store.put(KEY, b"state", id=str(number), base={7: 2, 2: 1}.get(number))
        store.put_writes(KEY, "8", [PendingWrite("t", 0, "c", b"late")])
        assert store.retain(KEY, 2) == 4
        assert list(store.catalog(KEY).checkpoints()) == [1, 2, 7, 8]
        assert len(store.catalog(KEY).writes("8")) == 1
        assert store.retain(KEY, 0) == 3
        assert [summary.generation for summary in Reader(tmp_path).checkpoints(KEY)] == [8]


def test_retention_leaves_damage(tmp_path: Path) -> None:
    with Store(tmp_path, segment_len=1) as store:
        for _ in range(4):
            store.put(KEY, b"state")
        first = segments(tmp_path)[0]
        first.write_bytes(first.read_bytes()[:-1])
        newest = segments(tmp_path)[-1]
        newest.write_bytes(newest.read_bytes()[:-1])
        # The newest is no whole one any more, so another is kept for it.
        assert store.retain(KEY, 1) == 1
        assert [path.name[:8] for path in segments(tmp_path)] == ["00000000", "00000002", "00000003"]


def test_readers_see_what_is_there_while_one_writes(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from dashstream.checkpoints import Store, ThreadKey\n"
            "store = Store(sys.argv[1], segment_len=2000); key = ThreadKey('conversation-7')\n"
            "for number in range(1, 101): store.put(key, b'%d' % number); print(number, flush=True)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    reader = Reader(tmp_path)
    assert writer.stdout is not None
    seen = 0
    with writer.stdout:
        for line in writer.stdout:
            newest = reader.newest(KEY)
            assert newest is not None and newest.summary.generation >= max(int(line), seen)
            seen = newest.summary.generation
            assert newest.data == b"%d" % seen
    assert writer.wait() == 0 and seen == 100


def test_what_is_deleted_does_not_come_back(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for key in (KEY, OTHER, ThreadKey("another")):
            store.put(key, b"state")
        store.delete_all(KEY.thread)
        assert store.newest(KEY) is None and store.newest(OTHER) is None
        assert store.keys() == [ThreadKey("another")]
        assert store.put(KEY, b"again").generation == 1
    (tmp_path / KEY.folder / "DELETED").write_bytes(b"")
    assert Reader(tmp_path).newest(KEY) is None
    with Store(tmp_path) as store:
        assert store.put(KEY, b"again").generation == 1
        assert read_all(store, KEY) == {1: b"again"}


def test_what_came_early_goes_with_its_checkpoint(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put_writes(KEY, "b", [PendingWrite("t", 0, "c", b"early")], early=True)
        store.put(KEY, b"", id="a")
        store.put(KEY, b"", id="b")
        last = store.catalog(KEY).writes("b")[-1]
        assert last.summary.generation == 3 and store.read(KEY, last).data == b"early"
        # The generation that was reserved is nobody's, or that of who it was reserved for.
        store.put_writes(KEY, "c", [PendingWrite("t", 0, "c", b"early")], early=True)
        store.put_writes(KEY, "c", [PendingWrite("t", 1, "c", b"early")], early=True)
        assert store.put(KEY, b"", id="c").generation == 4
        assert [place.summary.generation for place in store.catalog(KEY).writes("c")] == [4, 4]
        assert list(store.catalog(KEY).checkpoints()) == [2, 3, 4]
    with Store(tmp_path) as store:
        store.put_writes(KEY, "d", [PendingWrite("t", 0, "c", b"early")], early=True)
    with Store(tmp_path) as store:
        assert store.put(KEY, b"", id="e").generation == 6


# Losses of power and errors of the disk.

Acknowledged = dict[ThreadKey, dict[int, bytes]]


def run(store: Store, acknowledged: Acknowledged, writes: list[bytes]) -> None:
    """Puts, deletes, repairs nothing, and notes what was acknowledged."""
    there = acknowledged.setdefault(KEY, {})
    other = acknowledged.setdefault(OTHER, {})
    for number in range(6):
        data = b"state %d " % number * (1 + number % 3 * 40)
        there[store.put(KEY, data, id=f"id-{number}").generation] = data
        if number % 2:
            value = b"write %d" % number
            store.put_writes(KEY, f"id-{number}", [PendingWrite("t", 0, "c", value)])
            writes.append(value)
        if number == 2:
            other[store.put(OTHER, b"gone").generation] = b"gone"
        if number == 3:
            del acknowledged[OTHER]
            store.delete(OTHER)
            other = acknowledged.setdefault(OTHER, {})
        if number == 4:
            other[store.put(OTHER, b"here").generation] = b"here"


def check(folder: Path, acknowledged: Acknowledged, writes: list[bytes]) -> None:
    """All that was acknowledged is there, for a reader and for the next writer."""
    newest = Reader(folder).newest(KEY)
    highest = max(acknowledged[KEY], default=0)
    assert (0 if newest is None else newest.summary.generation) >= highest
    with Store(folder, segment_len=1_500, chunk_len=1_000, disk=Quick()) as store:
        assert not store.repair()
        for key, states in acknowledged.items():
            assert states.items() <= read_all(store, key).items()
        found = [store.read(KEY, place).data for n in range(6) for place in store.catalog(KEY).writes(f"id-{n}")]
        assert set(writes) <= set(found)
        assert store.put(KEY, b"next").generation > highest


def opened(folder: Path, disk: Disk) -> Store:
    return Store(folder, segment_len=1_500, chunk_len=1_000, disk=disk)


def test_what_was_acknowledged_is_there_after_a_loss_of_power(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    disk = LossyDisk()
    with opened(tmp_path / "whole" / "store", disk) as store:
        run(store, {}, [])
    assert disk.operations > 60
    for at in range(disk.operations + 1):
        chance = random.Random(at)
        home = tmp_path / str(at)
        home.mkdir()
        lossy = LossyDisk(at)
        acknowledged: Acknowledged = {}
        writes: list[bytes] = []
        try:
            with opened(home / "store", lossy) as store:
                run(store, acknowledged, writes)
        except PowerLoss:
            pass
        acknowledged.setdefault(KEY, {})
        lose_power(lossy, home, home / "after", chance)
        check(home / "after", acknowledged, writes)
        # A process that was killed has left what is not durable; the next one goes on with it.
        lossy.go_on()
        with opened(home / "store", lossy) as store:
            acknowledged[KEY] |= read_all(store, KEY)
            acknowledged[KEY][store.put(KEY, b"more").generation] = b"more"
            acknowledged[OTHER] = read_all(store, OTHER)
            lose_power(lossy, home, home / "killed", chance)
            check(home / "killed", acknowledged, writes)


def lose_power(disk: LossyDisk, home: Path, target: Path, chance: random.Random) -> None:
    if (home / "store").exists():
        disk.after(home / "store", target, chance)


def test_an_error_of_the_disk_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    disk = FailingDisk()
    with opened(tmp_path / "whole", disk) as store:
        run(store, {}, [])
    kinds = set()
    for at, kind in enumerate(disk.operations):
        failing = FailingDisk(at)
        acknowledged: Acknowledged = {}
        writes: list[bytes] = []
        folder = tmp_path / str(at)
        ended = False
        try:
            with opened(folder, failing) as store:
                try:
                    run(store, acknowledged, writes)
                except OSError:
                    ended = _goes_on(store, acknowledged)
                if kind == "sync":
                    # CKP-009, CKP-016
                    assert ended and {"sync", "write"}.isdisjoint(failing.operations[at + 1 :])
        except OSError:
            assert kind == "sync" and not acknowledged
        kinds.add((kind, ended))
        acknowledged.setdefault(KEY, {})
        check(folder, acknowledged, writes)
    # CKP-010: what was not written is taken back, and the store goes on.
    assert {("write", False), ("sync", True), ("rename", False)} <= kinds


def _goes_on(store: Store, acknowledged: Acknowledged) -> bool:
    """Whether the store has ended; otherwise puts once more."""
    try:
        acknowledged[KEY][store.put(KEY, b"later").generation] = b"later"
    except EndedError:
        return True
    return False


def test_what_cannot_be_taken_back_ends_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise OSError(28, "no space left")

    with Store(tmp_path) as store:
        store.put(KEY, b"one")
        with monkeypatch.context() as patch:
            patch.setattr(Disk, "write", fails)
            with pytest.raises(OSError, match="no space"):
                store.put(KEY, b"two")
        assert store.put(KEY, b"three").generation == 2
        with monkeypatch.context() as patch:
            patch.setattr(Disk, "write", fails)
            patch.setattr(Disk, "cut", fails)
            with pytest.raises(OSError, match="no space"):
                store.put(KEY, b"four")
        with pytest.raises(EndedError):
            store.put(KEY, b"five")
    with Store(tmp_path) as store:
        assert read_all(store, KEY) == {1: b"one", 2: b"three"}


def test_an_interrupt_gives_no_generation_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with Store(tmp_path) as store:
        store.put(KEY, b"one")
        with monkeypatch.context() as patch:
            patch.setattr(Disk, "rename", interrupted)
            with pytest.raises(KeyboardInterrupt):
                store.put(KEY, b"two")
        with pytest.raises(EndedError):
            store.put(KEY, b"another")
    with Store(tmp_path) as store:
        assert read_all(store, KEY) == {1: b"one", 2: b"two"}
        assert store.put(KEY, b"three").generation == 3


def test_what_was_not_acknowledged_is_written_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(KEY, b"one")
        (path,) = segments(tmp_path)
        store.put(KEY, b"two", id="b")
        store.put_writes(KEY, "b", [PendingWrite("t", 0, "c", b"w")])
        (last,) = segments(tmp_path)
    last.rename(path)
    synced: list[Path] = []

    class Watching(Disk):
        def sync(self, file: int) -> None:
            synced.append(path)
            super().sync(file)

    with Store(tmp_path, disk=Watching()) as store:
        newest = store.newest(KEY)
        assert newest is not None and newest.data == b"two" and synced
        assert len(segments(tmp_path)) == 2 and segments(tmp_path)[0] == path
        assert SegmentName.parse(segments(tmp_path)[1].name) == SegmentName(1, 2, 28, last_size(tmp_path))
        assert read_all(store, KEY) == {1: b"one", 2: b"two"}


def last_size(folder: Path) -> int:
    return segments(folder)[-1].stat().st_size


@pytest.mark.parametrize("cut_short", range(4))
def test_what_is_kept_is_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_short: int) -> None:
    def keep(store: Store) -> None:
        store.keep(KEY, lambda summary: summary.id in ("2", "3"))

    with Store(tmp_path, segment_len=1) as store:
        for number in range(5):
            store.put(KEY, b"%d" % number, id=str(number))
            store.put_writes(KEY, str(number), [PendingWrite("t", 0, "c", b"w")])
        if cut_short:
            remove: Callable[[Disk, Path], None] = Disk.remove
            calls = iter(range(cut_short))

            def some(disk: Disk, path: Path) -> None:
                if next(calls, None) is None:
                    raise OSError(5, "stopped")
                remove(disk, path)

            with monkeypatch.context() as patch:
                patch.setattr(Disk, "remove", some)
                with pytest.raises(OSError, match="stopped"):
                    keep(store)
    with Store(tmp_path) as store:
        keep(store)
        assert read_all(store, KEY) == {3: b"2", 4: b"3"}
        assert len(store.catalog(KEY).places) == 4
        assert len(segments(tmp_path)) == 1
        store.keep(KEY, lambda summary: False)
        assert store.newest(KEY) is None


@pytest.mark.parametrize("work", ["repair", "retain", "keep"])
def test_a_loss_of_power_while_it_tidies_up_costs_nothing(tmp_path: Path, work: str) -> None:
    """Neither a repair, nor retention, nor a rewriting loses what it is to keep, wherever it is cut short."""

    def tidy(store: Store) -> None:
        if work == "repair":
            store.repair()
        elif work == "retain":
            store.retain(KEY, 3)
        else:
            store.keep(KEY, lambda summary: summary.generation > 3)

    def prepare(home: Path, disk: LossyDisk) -> None:
        with Store(home / "store", segment_len=600, disk=disk) as store:
            for number in range(1, 7):
                store.put(KEY, b"state %d" % number)
        if work == "repair":
            # Only the first of a segment: what follows it is to be kept.
            path = segments(home / "store")[0]
            disk.damage(path, 100)

    (tmp_path / "whole").mkdir()
    whole = LossyDisk()
    prepare(tmp_path / "whole", whole)
    before = whole.operations
    with Store(tmp_path / "whole" / "store", disk=whole) as store:
        tidy(store)
    assert whole.operations > before + 3
    for at in range(before, whole.operations + 1):
        home = tmp_path / str(at)
        home.mkdir()
        disk = LossyDisk(at)
        prepare(home, disk)
        try:
            with Store(home / "store", disk=disk) as store:
                tidy(store)
        except PowerLoss:
            pass
        lose_power(disk, home, home / "after", random.Random(at))
        with Store(home / "after", disk=Quick()) as store:
            tidy(store)
            left = read_all(store, KEY)
            assert {4: b"state 4", 5: b"state 5", 6: b"state 6"}.items() <= left.items()
            assert work != "repair" or list(left) == [2, 3, 4, 5, 6]
            assert work != "keep" or list(left) == [4, 5, 6]
