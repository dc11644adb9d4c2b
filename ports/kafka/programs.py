"""The programs that are put to the test, and how they are started."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
JAVA = ROOT / "ports" / "java"
KAFKA_LIB = ROOT / "target" / "kafka" / "lib"
MODULES = [JAVA / "core" / "target", JAVA / "kafka" / "target"]
#: An application has its own dependencies; Kafka's tools have Kafka's, and get the two jars of the port beside them.
APPLICATION = [*MODULES, JAVA / "examples" / "target", JAVA / "examples" / "target" / "dependency"]
TOOLS = [*MODULES, KAFKA_LIB]
#: For programs that live for two seconds.
JVM = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
PATIENCE_S = 120


class Disagreement(Exception):
    """What does not fit."""


def java(path: list[Path], main: str) -> list[str]:
    """A class, with the jars of these folders."""
    return [*JVM, "-cp", ":".join(f"{folder}/*" for folder in path), main]


def consumers() -> dict[str, list[str]]:
    """The examples, by the name that they give themselves."""
    return {
        "kafka_consume": [sys.executable, str(ROOT / "ports" / "python" / "examples" / "kafka_consume.py")],
        "kafkaconsume": [str(ROOT / "target" / "ports" / "kafka" / "kafkaconsume")],
        "KafkaConsume": java(APPLICATION, "dev.dashstream.examples.KafkaConsume"),
    }


def run(command: list[str], code: int, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; it has to have this exit code."""
    done = subprocess.run(
        command, input=stdin, capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False, cwd=ROOT
    )
    if done.returncode != code:
        raise Disagreement(
            f"{command[-1] if len(command) < 3 else ' '.join(command)[-300:]}: exit code {done.returncode} and not {code}\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
    return done


@dataclass
class Heard:
    """What a consumer printed: by partition, in its order."""

    lines: dict[int, list[dict[str, Any]]]
    total: dict[str, Any]
    #: What it said on stderr, without its name.
    said: list[str]

    def records(self, partition: int) -> list[dict[str, Any]]:
        """The records of a partition."""
        return [line["record"] for line in self.lines[partition] if "record" in line]


def consume(name: str, options: list[str], code: int) -> Heard:
    """Runs one of the examples."""
    dashes = "-" if name == "kafkaconsume" else "--"
    given = [one.replace("--", dashes, 1) if one.startswith("--") else one for one in options]
    done = run([*consumers()[name], *given], code)
    *lines, total = [json.loads(line) for line in done.stdout.splitlines()]
    by_partition = defaultdict(list)
    for line in lines:
        by_partition[line["partition"]].append(line)
    start = f"{name}: "
    strange = [line for line in done.stderr.splitlines() if not line.startswith(start)]
    if strange:
        raise Disagreement(f"{name} says what is not about messages: {strange[:5]}")
    said = sorted(line.removeprefix(start) for line in done.stderr.splitlines())
    return Heard(dict(by_partition), total["total"], said)
