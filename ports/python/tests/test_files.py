"""Files of frames: damage, and opening again."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_frames import content

from dashstream import Code, DashStreamError, FileReader, FileReport, FileWriter, encode
from dashstream.crc import crc32c


def report(path: Path) -> FileReport:
    with path.open("rb") as stream:
        return FileReport.collect(FileReader(stream))


def test_damage_costs_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    frame = encode(content(), 0)
    with FileWriter(path) as writer:
        for _ in range(3):
            writer.append(frame)
    data = bytearray(path.read_bytes())
    entry = 16 + len(frame)
    data[28 + 2 * entry - 1] ^= 1
    path.write_bytes(data)
    found = report(path)
    assert [item.start for item in found.accepted] == [28, 28 + 2 * entry]
    assert [(item.start, item.end, item.code) for item in found.skipped] == [(28 + entry, 28 + 2 * entry, Code.BODY_CRC)]
    assert found.tail is None


def test_reopening_cuts_the_tail(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    frame = encode(content(), 0)
    with FileWriter(path) as writer:
        writer.append(frame)
    whole = path.stat().st_size
    with path.open("ab") as stream:
        stream.write(b"torn")
    assert report(path).tail == whole
    with FileWriter(path) as writer:
        writer.append(frame)
    assert len(report(path).accepted) == 2
    assert path.stat().st_size == whole + 16 + len(frame)


def refused(path: Path, data: bytes) -> tuple[Code, int | None]:
    """Why a file with these bytes is not gone on with; it is left as it is."""
    path.write_bytes(data)
    with pytest.raises(DashStreamError) as caught:
        FileWriter(path)
    assert path.read_bytes() == data
    return caught.value.code, caught.value.offset


@pytest.mark.parametrize(
    ("at", "to", "code"), [(1, 2, Code.VERSION), (2, 1, Code.CRITICAL_FLAG), (26, 9, Code.CODEC), (27, 2, Code.SCHEMA)]
)
def test_what_is_not_supported_is_not_cut_off(tmp_path: Path, at: int, to: int, code: Code) -> None:
    path = tmp_path / "frames"
    frame = encode(content(), 0)
    newer = bytearray(frame)
    newer[at] = to
    newer[4:8] = crc32c(bytes(newer[:4] + newer[8:64])).to_bytes(4, "little")
    with FileWriter(path) as writer:
        for item in (frame, bytes(newer), frame):
            writer.append(item)
    followed = path.read_bytes()
    last = followed[: -16 - len(frame)]
    for data in (last, last[:-1], followed[:-1]):
        assert refused(path, data) == (code, at)
    # An accepted frame behind it leaves it where it is.
    path.write_bytes(followed)
    FileWriter(path).close()
    assert path.read_bytes() == followed


def test_a_damaged_header_is_not_written_behind(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    with FileWriter(path) as writer:
        writer.append(encode(content(), 0))
    whole = path.read_bytes()
    for at in range(28):
        damaged = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert refused(path, damaged) == ((Code.FILE_SIGNATURE, 0) if at < 8 else (Code.FILE_MARKER, 8))
        # What is shorter than a header is replaced where it can have become one.
        if at < 8:
            assert refused(path, damaged[: at + 1]) == (Code.FILE_SIGNATURE, 0)
        path.write_bytes(whole[:at])
        FileWriter(path).close()
        assert path.stat().st_size == 28
