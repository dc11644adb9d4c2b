"""Files of frames: damage, and opening again."""

from __future__ import annotations

from pathlib import Path

from test_frames import content

from dashstream import Code, FileReader, FileReport, FileWriter, encode


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
