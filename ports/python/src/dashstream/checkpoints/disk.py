"""The few things that a store does to a disk. Tests put another disk in its place, that fails and loses power."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


class Disk:
    """The disk of this machine. Every method raises OSError."""

    def names(self, folder: Path) -> list[str]:
        """What a folder holds; nothing where there is none."""
        try:
            return os.listdir(folder)
        except FileNotFoundError:
            return []

    def read(self, path: Path, start: int = 0, end: int | None = None) -> bytes:
        """The bytes [start, end) of a file, as far as they are there."""
        with path.open("rb", buffering=0) as file:
            file.seek(start)
            # Raw files may give less than was asked for.
            data = bytearray()
            while end is None or start + len(data) < end:
                piece = file.read(-1 if end is None else end - start - len(data))
                if not piece:
                    break
                data += piece
            return bytes(data)

    def size(self, path: Path) -> int:
        """How many bytes a file has."""
        return path.stat().st_size

    def make_folder(self, folder: Path) -> None:
        """Makes a folder, whose name is durable once the one above it is synced."""
        with suppress(FileExistsError):
            folder.mkdir()

    def open(self, path: Path) -> int:
        """Opens a file for writing, and makes it where it is not there."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def write(self, file: int, at: int, data: bytes) -> None:
        """Writes all of the data at a place of a file."""
        view = memoryview(data)
        while view:
            written = os.pwrite(file, view, at)
            view, at = view[written:], at + written

    def cut(self, file: int, size: int) -> None:
        """Cuts a file to a length."""
        os.ftruncate(file, size)

    def sync(self, file: int) -> None:
        """Makes the bytes of a file durable."""
        os.fsync(file)

    def close(self, file: int) -> None:
        """Closes a file."""
        os.close(file)

    def rename(self, old: Path, new: Path) -> None:
        """Gives a file another name, which is durable once its folder is synced."""
        os.rename(old, new)

    def remove(self, path: Path) -> None:
        """Removes a file."""
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Makes the names in a folder durable."""
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def lock(self, path: Path) -> int | None:
        """Holds a lock on a file until it is closed; None where another holds it."""
        # Readers need no lock, and so no system that has this.
        import fcntl

        file = self.open(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return None
            raise
        return file
