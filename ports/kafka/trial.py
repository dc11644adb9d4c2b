"""usage: trial.py ENV DASHSTREAM: the trial that `test` prepares."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import broker
import messages
from messages import DAMAGE, DUPLICATE_AT, EMPTY, MANY, MOVED, NEWER, REFUSED
from programs import APPLICATION, ROOT, TOOLS, Disagreement, Heard, consume, consumers, java, run

from dashstream import DashStreamError, FileWriter, Frame, decode
from dashstream.jsonform import frame_to_json

EVENTS = ROOT / "cli" / "tests" / "data" / "events.jsonl"


def same(what: str, got: Any, want: Any) -> None:
    """Both are the same, or the first place where they are not is shown."""
    if got == want:
        return
    if isinstance(got, list) and isinstance(want, list):
        for index, pair in enumerate(zip(got, want, strict=False)):
            same(f"{what}, {index}", *pair)
        raise Disagreement(f"{what}: {len(got)} and not {len(want)}: {str(got[-3:])[:600]}")
    raise Disagreement(f"{what}:\n  {str(got)[:600]}\nand not\n  {str(want)[:600]}")


def judged(value: bytes | None, tenant: str | None = None) -> Frame | DashStreamError:
    """What the reader of Python says of a value."""
    try:
        return decode(value, tenant=tenant)
    except DashStreamError as error:
        return error


class Trial:
    """One run, with topics of its own."""

    def __init__(self, env: Path, dashstream: str) -> None:
        lines = env.read_text().splitlines()
        self.brokers = dict(line.split("=", 1) for line in lines)["PLAINTEXT"]
        self.dashstream = dashstream
        self.folder = ROOT / "target" / "ports" / "kafka" / "trial"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        # Brokers may have been here before.
        self.rough, self.clean = (f"{name}-{time.time_ns()}" for name in ("rough", "clean"))
        self.values: dict[int, list[bytes | None]] = {}

    def where(self, topic: str) -> list[str]:
        """Options of the examples, with the patience that a busy machine needs."""
        return ["--brokers", self.brokers, "--topic", topic, "--timeout", "60"]

    def java_sends(self, topic: str, contents: list[dict[str, Any]], *options: str) -> None:
        """Sends contents with the serializer."""
        command = [*java(APPLICATION, "dev.dashstream.examples.KafkaProduce"), "--brokers", self.brokers, "--topic", topic]
        lines = "".join(json.dumps(content) + "\n" for content in contents)
        done = run([*command, *options], 0, lines)
        same("frames that Java has sent", len(done.stdout.splitlines()), len(contents))

    def fill(self) -> None:
        """Puts everything into the topics."""
        broker.make_topics(self.brokers, {self.rough: 5, self.clean: 3})
        self.java_sends(self.rough, messages.SENT_BY_JAVA, "--partition", str(DAMAGE))
        sent = broker.values(self.brokers, self.rough, 5)[DAMAGE]
        broker.send(self.brokers, self.rough, DAMAGE, [*messages.ROUGH, sent[0]])
        lz4 = ("--property", "dashstream.codec=lz4", "--property", "dashstream.headers=true")
        self.java_sends(self.rough, messages.vectors(), "--partition", str(MANY), *lz4)
        zebra = messages.frame(1, 2, "b2" * 16, "zebra")
        broker.send(self.brokers, self.rough, MANY, [zebra, *messages.rejected_records()])
        run([self.dashstream, "produce", "--to", f"kafka://{self.brokers}/{self.rough}", "--partition", str(MANY),
             "--state", str(self.folder / "state"), str(EVENTS)], 0)
        whole = messages.frame(1, 2, "c3" * 16)
        broker.send(self.brokers, self.rough, NEWER, [messages.newer(whole), whole])
        broker.send(self.brokers, self.rough, MOVED, [messages.frame(12, 2)])
        self.values = broker.values(self.brokers, self.rough, 5)

    def codecs(self) -> None:
        """The serializer stores bodies as it was told."""
        found = [frame.prelude.codec for frame in map(judged, self.values[DAMAGE][:2]) if isinstance(frame, Frame)]
        same("codec of frames by default", found, [1, 1])
        by_java = self.values[MANY][: len(messages.vectors())]
        # A body that lz4 makes no smaller is stored as it is.
        same("codecs of frames with lz4", {f.prelude.codec for f in map(judged, by_java) if isinstance(f, Frame)}, {0, 2})

    def examples_agree(self) -> None:
        """Three languages, the same lines."""
        options = self.where(self.rough)
        with ThreadPoolExecutor() as pool:
            for wish in ([], ["--tenant", "acme"]):
                heard = list(pool.map(lambda name, wish=wish: consume(name, [*options, *wish], 1), consumers()))
                self.same_lines(dict(zip(consumers(), heard, strict=True)))
                if not wish:
                    self.as_expected(heard[0])
                    self.as_rust_has_it(heard[0])
                else:
                    refused = [line for line in heard[0].said if "TENANT_MISMATCH" in line]
                    others = sum(not isinstance(judged(v, "acme"), Frame) and isinstance(judged(v), Frame)
                                 for v in self.values[MANY])
                    same("frames of other tenants", len(refused), others)

    def same_lines(self, heard: dict[str, Heard]) -> None:
        """Every line of every partition, the totals, and what was refused."""
        first, *others = heard
        for other in others:
            for part in range(5):
                pair = (heard[name].lines.get(part, []) for name in (other, first))
                same(f"partition {part}, {other} beside {first}: line", *pair)
            same(f"total of {other} beside {first}", heard[other].total, heard[first].total)
            said = ([without_requirement(line) for line in heard[name].said] for name in (other, first))
            same(f"what {other} refused beside {first}", *said)

    def as_expected(self, heard: Heard) -> None:
        """What is known beforehand of the partitions with damage."""
        name = f"{self.rough}[{DAMAGE}]"
        refused = [line for line in heard.said if line.startswith(name)]
        same("refused", refused, [f"{name}@{offset}: {what}" for offset, what in sorted(REFUSED.items())])
        left = [line for line in heard.said if line.startswith(f"{self.rough}[{NEWER}]")]
        same("left", left, [f"{self.rough}[{NEWER}]@0: VERSION at 1 (PRE-005); the partition is left here (CON-005)"])
        same("records behind what nobody can read yet", heard.lines.get(NEWER, []), [])
        same("lines of a partition that is empty", heard.lines.get(EMPTY, []), [])
        for part, want in messages.ACCOUNTS.items():
            accounts = [line["account"] for line in heard.lines[part] if "account" in line]
            same(f"accounts of partition {part}", [{key: account[key] for key in want} for account in accounts], [want])
            verdicts = [(line["offset"], line["verdict"], line.get("arg"))
                        for line in heard.lines[part] if "verdict" in line and "offset" in line]
            same(f"verdicts of partition {part}", verdicts, messages.VERDICTS[part])
        total = {"duplicates": 1, "rejected": len(REFUSED), "rejected_records": 2, "left": 1, "lost": 3, "unreadable": 3}
        same("total", {key: heard.total[key] for key in total}, total)

    def as_rust_has_it(self, heard: Heard) -> None:
        """The records are those that the reference codec reads."""
        for part in (DAMAGE, MANY, MOVED):
            file = self.folder / f"{part}.dsf"
            with FileWriter(file) as out:
                for offset, value in enumerate(self.values[part]):
                    if isinstance(judged(value), Frame) and (part, offset) != (DAMAGE, DUPLICATE_AT):
                        out.append(value)
            # Two records of MANY are rejected.
            decoded = run([self.dashstream, "decode", str(file)], int(part == MANY)).stdout.splitlines()
            records = [line["record"] for line in map(json.loads, decoded) if "record" in line]
            for record in records:
                record.pop("name", None)
            same(f"records of partition {part} beside those of Rust", heard.records(part), records)

    def console(self) -> None:
        """Kafka's console consumer, with the deserializer and with the formatter."""
        base = [*java(TOOLS, "org.apache.kafka.tools.consumer.ConsoleConsumer"), "--bootstrap-server", self.brokers]
        base += ["--topic", self.rough, "--timeout-ms", "30000", "--formatter-property"]
        count = len(self.values[DAMAGE])
        one = [*base, "value.deserializer=dev.dashstream.kafka.JsonDeserializer", "--partition", str(DAMAGE),
               "--offset", "earliest", "--max-messages", str(count)]
        shown = [json.loads(line) for line in run(one, 0).stdout.splitlines()]
        # For a value that is null the tool gives a deserializer the text "null"; the formatter is told the truth.
        want = [in_json(b"null" if value is None else value) for value in self.values[DAMAGE]]
        same("kafka-console-consumer with the deserializer: line", shown, want)

        everything = [*base, "dashstream.tenant=acme", "--formatter", "dev.dashstream.kafka.FrameFormatter",
                      "--from-beginning", "--max-messages", str(sum(map(len, self.values.values())))]
        shown = [json.loads(line) for line in run(everything, 0).stdout.splitlines()]
        want = [{"partition": part, "offset": offset, **in_json(value, "acme")}
                for part, values in self.values.items() for offset, value in enumerate(values)]
        same("kafka-console-consumer with the formatter: line",
             sorted(shown, key=lambda line: (line["partition"], line["offset"])), want)

    def strict(self) -> None:
        """The deserializer that throws: a consumer stays where it is, until it is told to go on."""
        done = run([*java(APPLICATION, "dev.dashstream.examples.Strict"), "--brokers", self.brokers, "--topic", self.rough,
                    "--partition", str(DAMAGE)], 1)
        refused = [f"{offset}: refused twice: topic {self.rough}: {what}" for offset, what in REFUSED.items() if offset > 2]
        want = ["0: 3 records", "1: 2 records", "2: null, which is NULL_VALUE (KAF-001)", *refused, "6: 3 records"]
        same("Strict", done.stdout.splitlines(), want)

    def rust_reads_java(self) -> None:
        """What Rust has imported and Java has sent is what `dashstream tail` shows."""
        file = self.folder / "events.dsf"
        run([self.dashstream, "import", str(EVENTS), "-o", str(file)], 0)
        contents: list[dict[str, Any]] = []
        for line in map(json.loads, run([self.dashstream, "decode", str(file)], 0).stdout.splitlines()):
            if "frame" in line:
                contents.append({"header": line["frame"]["header"], "metadata": line["frame"]["metadata"], "records": []})
            else:
                del line["record"]["name"]
                contents[-1]["records"].append(line["record"])
        self.java_sends(self.clean, contents)
        tail = [self.dashstream, "tail", "--from", f"kafka://{self.brokers}/{self.clean}", "--from-start", "--json",
                "--until-idle", "2"]
        shown = run(tail, 0).stdout.splitlines()
        exported = run([self.dashstream, "export", str(file)], 0).stdout.splitlines()
        same("events that Java has sent and Rust shows", sorted(shown), sorted(exported))
        for name in consumers():
            heard = consume(name, self.where(self.clean), 0)
            same(f"total of {name}, where all is good", heard.total["frames"], len(contents))

    def nothing_there(self) -> None:
        """No topic is exit code 3, no arguments are 2."""
        for name, command in consumers().items():
            dashes = "-" if name == "kafkaconsume" else "--"
            run([*command, f"{dashes}brokers", self.brokers, f"{dashes}topic", "not-there", f"{dashes}timeout", "5"], 3)
            run(command, 2)
            run([*command, f"{dashes}help"], 0)


def without_requirement(line: str) -> str:
    """Of a record: a port may name the rule of payloads, or that of the wire which the payload breaks."""
    return line.rpartition(" (")[0] if ": record " in line else line


def in_json(value: bytes | None, tenant: str | None = None) -> dict[str, Any]:
    """What Java's tools should make of a value."""
    found = judged(value, tenant)
    if isinstance(found, Frame):
        return {"frame": frame_to_json(found)}
    return {"error": {"code": found.code.name, "offset": found.offset, "requirement": found.requirement}}


def main() -> int:
    """Runs every part; the first disagreement ends it."""
    trial = Trial(Path(sys.argv[1]), sys.argv[2])
    parts: list[Callable[[], None]] = [trial.fill, trial.codecs, trial.examples_agree, trial.console, trial.strict,
                                       trial.rust_reads_java, trial.nothing_there]
    for part in parts:
        begin = time.monotonic()
        try:
            part()
        except Disagreement as why:
            print(f"ports/kafka: {part.__name__}: FAILED: {why}", flush=True)
            return 1
        print(f"ports/kafka: {part.__name__}: passed in {time.monotonic() - begin:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
