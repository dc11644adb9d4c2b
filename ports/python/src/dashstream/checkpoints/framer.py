"""From a state to the frames of a segment."""

from __future__ import annotations

import os
from collections.abc import Iterator

from dashstream import codecs
from dashstream.checkpoints import manifest
from dashstream.checkpoints.model import Summary
from dashstream.kinds import Kind
from dashstream.records import Record
from dashstream.writer import Content, encode


class Framer:
    """Makes the frames of one opening of a segment: a producer of its own, with one lane."""

    def __init__(self, tenant: str, codec: int = codecs.NONE, chunk_len: int = 1 << 20) -> None:
        self._producer_id = os.urandom(15) + b"\x01"
        self._metadata = {"tenant": tenant, "boot_nonce": os.urandom(8)}
        self._codec = codec
        self._chunk_len = chunk_len
        self._sequence = 1

    def frames(self, thread: str, namespace: str, summary: Summary, data: bytes) -> Iterator[bytes]:
        """The frames of a checkpoint or of a pending write."""
        # CKP-014
        chunks = [data[at : at + self._chunk_len] for at in range(0, len(data), self._chunk_len)] or [b""]
        payload = {
            "generation": summary.generation,
            "parent_generation": summary.parent,
            "chunk_count": len(chunks),
            "total_len": summary.size,
            "sha256": summary.sha256,
            "content_type": summary.content_type or None,
            "attributes": manifest.attributes(summary, namespace),
        }
        first = [self._record(Kind.CHECKPOINT_MANIFEST, thread, summary, payload)]
        for index, chunk in enumerate(chunks):
            piece = {"generation": summary.generation, "index": index, "data": chunk}
            yield self._frame([*first, self._record(Kind.CHECKPOINT_CHUNK, thread, summary, piece)])
            first = []

    def _record(self, kind: Kind, thread: str, summary: Summary, payload: dict[str, object]) -> Record:
        self._sequence += 1
        return Record(self._sequence - 1, kind, summary.time_us, thread=thread, payload=payload)

    def _frame(self, records: list[Record]) -> bytes:
        content = Content(
            producer_id=self._producer_id,
            epoch=1,
            lane=0,
            base_sequence=records[0].sequence,
            metadata=self._metadata,
            records=records,
        )
        return encode(content, self._codec, max_frame_len=None)
