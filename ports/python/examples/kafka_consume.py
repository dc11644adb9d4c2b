"""Prints the records of a Kafka topic as JSON Lines, then the account of each lane and the sum.

What cannot be read goes to stderr, with partition, offset and code. It joins no group and commits nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from dashstream import DashStreamError, ErrorClass, Frame, Ledger, Record, Verdict, VerdictName, decode
from dashstream.jsonform import ledger_to_json, record_to_json, verdict_to_json

EPILOG = """exit codes: 0 all is there and can be read; 1 something was refused, lost or out of order; 2 wrong usage;
3 the topic could not be read

examples:
  python kafka_consume.py --brokers localhost:9092 --topic agents
  python kafka_consume.py --brokers localhost:9092 --topic agents --tenant acme | jq .record
  python kafka_consume.py --brokers broker:9093 --topic agents --property security.protocol=SSL
"""
# CON-004
UNKNOWN = {VerdictName.OVERLAP, VerdictName.STALE_EPOCH, VerdictName.FORK, VerdictName.AFTER_END}
FAULTS = UNKNOWN | {VerdictName.LANE_MOVED, VerdictName.EPOCH_MISSING}


@dataclass
class Total:
    """What was found in all partitions."""

    messages: int = 0
    frames: int = 0
    records: int = 0
    duplicates: int = 0
    rejected: int = 0
    rejected_records: int = 0
    left: int = 0
    unreadable: int = 0
    lost: int = 0
    faults: set[VerdictName] = field(default_factory=set)

    def is_good(self) -> bool:
        """Whether everything was there, once, and could be read."""
        bad = self.rejected + self.rejected_records + self.left + self.unreadable + self.lost
        return bad == 0 and not self.faults

    def to_json(self) -> dict[str, Any]:
        """The last line."""
        return {"total": {key: value for key, value in asdict(self).items() if key != "faults"}}


class Part:
    """What is done with the messages of one partition, in the order of their offsets (CON-002)."""

    def __init__(self, topic: str, number: int, tenant: str | None, total: Total) -> None:
        self._name = f"{topic}[{number}]"
        self._number = number
        self._tenant = tenant
        self._total = total
        # A ledger is one of a partition.
        self._ledger = Ledger()

    def take(self, offset: int, value: bytes | None) -> bool:
        """Takes a message; says whether to go on with the partition."""
        self._total.messages += 1
        found: Frame | DashStreamError
        try:
            found = decode(value, tenant=self._tenant)
        except DashStreamError as error:
            if error.code.error_class == ErrorClass.UNSUPPORTED:
                # CON-005, KAF-007: a newer reader may manage.
                self._total.left += 1
                self._say(offset, f"{_told(error)}; the partition is left here (CON-005)")
                return False
            found = error
        verdicts = self._ledger.tell(value or b"", found)
        for verdict in verdicts:
            self._print({"offset": offset, **verdict_to_json(verdict)})
        self._total.faults |= {verdict.name for verdict in verdicts} & FAULTS
        if isinstance(found, Frame):
            self._accepted(offset, found, verdicts)
        else:
            # Whoever commits offsets saves the bytes and the headers first (KAF-008).
            self._total.rejected += 1
            self._say(offset, _told(found))
        return True

    def _accepted(self, offset: int, frame: Frame, verdicts: list[Verdict]) -> None:
        self._total.frames += 1
        names = {verdict.name for verdict in verdicts}
        # CON-003
        if VerdictName.DUPLICATE in names:
            self._total.duplicates += 1
            return
        for record in frame.records:
            self._total.records += 1
            self._record(offset, frame, record, bool(names & UNKNOWN))

    def _record(self, offset: int, frame: Frame, record: Record, unknown: bool) -> None:
        if record.error is not None:
            self._total.rejected_records += 1
            self._say(offset, f"record {record.sequence}: {_told(record.error)}")
        line = {
            "offset": offset,
            "tenant": frame.metadata["tenant"],
            "producer_id": frame.prelude.producer_id.hex(),
            "epoch": frame.prelude.epoch,
            "lane": frame.prelude.lane,
        }
        if unknown:
            line["unknown"] = True
        self._print({**line, "record": record_to_json(record)})

    def end(self) -> None:
        """Says what is known at the end."""
        report = ledger_to_json(self._ledger)
        for account in report["accounts"]:
            self._total.unreadable += int(account["unreadable"])
            self._total.lost += int(account["lost"])
            lane = {"producer_id": account.pop("producer_id"), "lane": account.pop("lane")}
            self._print({**lane, "account": account})
        for verdict in report["end"]:
            self._print(verdict)

    def _print(self, line: dict[str, Any]) -> None:
        print(json.dumps({"partition": self._number, **line}, ensure_ascii=False))

    def _say(self, offset: int, what: str) -> None:
        print(f"kafka_consume: {self._name}@{offset}: {what}", file=sys.stderr)


def _told(error: DashStreamError) -> str:
    return f"{error.code.name} at {error.offset} ({error.requirement})"


def read(consumer: Consumer, topic: str, tenant: str | None, timeout: float) -> Total:
    """Reads a topic from its beginning to where it ends now."""
    known = consumer.list_topics(topic, timeout).topics[topic]
    if known.error is not None:
        raise KafkaException(known.error)
    total = Total()
    parts = {number: Part(topic, number, tenant, total) for number in sorted(known.partitions)}
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in parts])
    open_parts = set(parts)
    heard = time.monotonic()
    while open_parts:
        message = consumer.poll(0.2)
        if message is None:
            if time.monotonic() - heard > timeout:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"nothing came for {timeout:g} s"))
            continue
        heard = time.monotonic()
        number = message.partition()
        assert number is not None
        # Messages of a partition that was left may be on their way.
        if number in open_parts and not _go_on(message, parts[number]):
            open_parts.discard(number)
            consumer.pause([TopicPartition(topic, number)])
    for part in parts.values():
        part.end()
    return total


def _go_on(message: Message, part: Part) -> bool:
    error, offset = message.error(), message.offset()
    if error is None and offset is not None:
        return part.take(offset, message.value())
    if error is not None and error.code() == KafkaError._PARTITION_EOF:
        return False
    raise KafkaException(error)


def arguments() -> argparse.Namespace:
    """What the user wants."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT[,HOST:PORT]", help="where to ask for the brokers")
    parser.add_argument("--topic", required=True, help="what to read")
    parser.add_argument("--tenant", help="refuse frames of any other")
    parser.add_argument("--timeout", type=float, default=10, metavar="SECONDS", help="how long to wait for brokers (10)")
    parser.add_argument("--property", action="append", default=[], metavar="KEY=VALUE", help="a setting of librdkafka")
    chosen = parser.parse_args()
    if not all("=" in one for one in chosen.property):
        parser.error("--property takes KEY=VALUE")
    return chosen


def main() -> int:
    """Reads a topic."""
    chosen = arguments()
    settings = dict(one.split("=", 1) for one in chosen.property) | {
        "bootstrap.servers": chosen.brokers,
        # librdkafka wants a name, even where no group is joined.
        "group.id": "kafka_consume",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "allow.auto.create.topics": False,
    }
    consumer = Consumer(settings, logger=None)
    try:
        total = read(consumer, chosen.topic, chosen.tenant, chosen.timeout)
    except KafkaException as error:
        print(f"kafka_consume: {chosen.topic}: {error.args[0].str()}", file=sys.stderr)
        return 3
    finally:
        consumer.close()
    print(json.dumps(total.to_json()))
    return 0 if total.is_good() else 1


if __name__ == "__main__":
    sys.exit(main())
