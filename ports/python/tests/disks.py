"""Disks that lose power, and disks that fail, for the tests of the store."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashstream.checkpoints.disk import Disk

Names = dict[str, int]


class Quick(Disk):
    """A disk for tests in which no power is lost."""

    def sync(self, file: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


class PowerLoss(BaseException):
    """The power went. Nothing catches it, and nothing reaches the disk any more."""


class LossyDisk(Disk):
    """A disk that knows what of it is durable, and loses power before its operation number `at`."""

    def __init__(self, at: int | None = None) -> None:
        self.operations = 0
        self._at = at
        self._bytes: dict[int, bytes] = {}
        self._paths: dict[int, Path] = {}
        # What each folder has held since it was last synced; names become durable in the order in which they were made.
        self._names: dict[Path, list[Names]] = {}

    def go_on(self) -> None:
        """A process was killed, and the power stays: what was written can be read, be it durable or not."""
        self._at = None

    def _operation(self) -> None:
        if self._at is not None and self.operations >= self._at:
            raise PowerLoss
        self.operations += 1

    @contextmanager
    def _changing(self, folder: Path) -> Iterator[None]:
        self._operation()
        self._names.setdefault(folder, [_now(folder)])
        yield
        self._names[folder].append(_now(folder))

    def make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            with self._changing(folder.parent):
                folder.mkdir()
            self._names[folder] = [{}]

    def open(self, path: Path) -> int:
        with self._changing(path.parent):
            file = super().open(path)
        self._bytes.setdefault(os.fstat(file).st_ino, b"")
        return file

    def write(self, file: int, at: int, data: bytes) -> None:
        self._operation()
        super().write(file, at, data)

    def cut(self, file: int, size: int) -> None:
        self._operation()
        super().cut(file, size)

    def sync(self, file: int) -> None:
        self._operation()
        self._bytes[os.fstat(file).st_ino] = os.pread(file, 1 << 30, 0)

    def rename(self, old: Path, new: Path) -> None:
        with self._changing(old.parent):
            super().rename(old, new)

    def remove(self, path: Path) -> None:
        # The inode must not be given to another file: its bytes are kept under it.
        keep = path.parents[2] / "removed"
        keep.mkdir(exist_ok=True)
        with self._changing(path.parent):
            path.rename(keep / f"{path.parent.name}-{self.operations}")

    def sync_folder(self, folder: Path) -> None:
        self._operation()
        self._names[folder] = [_now(folder)]

    def lock(self, path: Path) -> int | None:
        return os.open(os.devnull, os.O_RDONLY)

    def damage(self, path: Path, at: int) -> None:
        """Changes a byte of a file, for good."""
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(data)
        self._bytes[path.stat().st_ino] = bytes(data)

    def after(self, root: Path, target: Path, chance: random.Random) -> None:
        """Writes what is found after the power came back: all that is durable, and of the rest what happens to be."""
        files = {path.stat().st_ino: path for path in root.parent.rglob("*") if path.is_file()}
        target.mkdir()
        folders = chance.choice(self._names.get(root, [_now(root)]))
        for folder in (root / name for name in folders if (root / name).is_dir()):
            (target / folder.name).mkdir()
            for name, inode in chance.choice(self._names[folder]).items():
                (target / folder.name / name).write_bytes(self._found(inode, files[inode], chance))

    def _found(self, inode: int, path: Path, chance: random.Random) -> bytes:
        durable, now = self._bytes.get(inode, b""), path.read_bytes()
        if not now.startswith(durable):
            return durable
        more = now[len(durable) : chance.randint(len(durable), len(now))]
        # The length may be durable before the bytes are.
        return durable + (bytes(len(more)) if chance.random() < 0.3 else more)


def _now(folder: Path) -> Names:
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


class FailingDisk(Disk):
    """A disk on which the operation number `at` fails, and those behind it do not."""

    def __init__(self, at: int | None = None) -> None:
        self.operations: list[str] = []
        self._at = at

    def _operation(self, name: str) -> None:
        self.operations.append(name)
        if self._at is not None and len(self.operations) == self._at + 1:
            raise OSError(5, f"{name} fails")

    def write(self, file: int, at: int, data: bytes) -> None:
        try:
            self._operation("write")
        except OSError:
            # Some of it is there, as on a disk that is full.
            super().write(file, at, data[: len(data) // 2])
            raise
        super().write(file, at, data)

    def cut(self, file: int, size: int) -> None:
        self._operation("cut")
        super().cut(file, size)

    def sync(self, file: int) -> None:
        self._operation("sync")

    def rename(self, old: Path, new: Path) -> None:
        self._operation("rename")
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._operation("remove")
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._operation("sync")
