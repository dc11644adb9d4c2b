"""Frames: the round trip, refusals and limits."""

from __future__ import annotations

import pytest

from dashstream import (
    Code,
    Content,
    DashStreamError,
    IncrementalReader,
    Kind,
    Limits,
    Record,
    decode,
    encode,
    lints,
)


def content(records: int = 3) -> Content:
    """A frame of tokens."""
    return Content(
        producer_id=bytes(range(16)),
        epoch=1,
        lane=0,
        base_sequence=1,
        metadata={"tenant": "acme", "boot_nonce": bytes(range(8))},
        records=[
            Record(1 + i, Kind.TOKEN_CHUNK, 1_000 + i, thread="t", payload={"text": b"word ", "request": "q", "index": i})
            for i in range(records)
        ],
    )


@pytest.mark.parametrize("codec", [0, 1, 2])
@pytest.mark.parametrize("records", [1, 3, 1_000, 26_214])
def test_what_is_written_is_read(codec: int, records: int) -> None:
    frame = decode(encode(content(records), codec, max_frame_len=None))
    assert [record.sequence for record in frame.records] == list(range(1, records + 1))
    assert frame.records[-1].thread == "t"
    assert frame.records[0].payload == {"text": b"word ", "request": "q"}
    assert not lints(frame)


def test_every_cut_is_noticed() -> None:
    frame = encode(content(), 0)
    for size in range(len(frame)):
        with pytest.raises(DashStreamError) as caught:
            decode(frame[:size])
        assert caught.value.code in (Code.EMPTY, Code.SHORT_PRELUDE, Code.TRUNCATED)
        assert caught.value.offset == size


@pytest.mark.parametrize("codec", [0, 1, 2])
def test_every_damaged_bit_is_noticed(codec: int) -> None:
    frame = encode(content(40), codec)
    for bit in range(len(frame) * 8):
        damaged = bytearray(frame)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DashStreamError):
            decode(bytes(damaged))


def test_pieces_give_the_same_frame() -> None:
    frame = encode(content(), 1)
    reader = IncrementalReader()
    for byte in frame:
        reader.feed(bytes([byte]))
    assert reader.finish().records == decode(frame).records
    with pytest.raises(DashStreamError) as caught:
        reader.feed(b"x")
    assert caught.value.code == Code.TRAILING
    assert caught.value.offset == len(frame)


def test_limits_and_tenant_are_kept() -> None:
    frame = encode(content(), 0)
    with pytest.raises(DashStreamError, match="LOCAL_LIMIT at byte 28"):
        decode(frame, Limits(max_records=2))
    with pytest.raises(DashStreamError, match="TENANT_MISMATCH at byte 64"):
        decode(frame, tenant="other")


def test_a_writer_refuses() -> None:
    wrong = content()
    wrong.records[2].sequence = 1
    with pytest.raises(DashStreamError, match="INPUT"):
        encode(wrong)
    with pytest.raises(DashStreamError, match="LEVEL"):
        encode(content(), 1, level=23)
    with pytest.raises(DashStreamError, match="LOCAL_LIMIT"):
        encode(content(), max_frame_len=100)
