"""The vectors, as plain data (vectors/README.md)."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Wrong(Exception):
    """Something is not as the vectors, the text or the registries say."""


@dataclass(frozen=True)
class Vector:
    id: str
    class_: str
    requirements: list[str]
    runs: list[dict]
    expect: dict

    @cached_property
    def data(self) -> bytes:
        return b"".join(bytes.fromhex(run["hex"]) * run["times"] for run in self.runs)

    @property
    def content(self) -> dict:
        """What an accepted frame holds: all of it, or a summary."""
        return self.expect.get("frame") or self.expect["summary"]

    @property
    def code(self) -> str | None:
        return self.expect["error"]["code"] if "error" in self.expect else None


def load(operation: str) -> list[Vector]:
    """All vectors of an operation whose input is bytes: a null value has none."""
    vectors = []
    for path in sorted((ROOT / "vectors" / "json").glob("*/*.json")):
        vector = json.loads(path.read_text())
        if vector["operation"] == operation and vector["input"]["bytes"] is not None:
            vectors.append(Vector(vector["id"], vector["class"], vector["requirements"], vector["input"]["bytes"], vector["expect"]))
    if not vectors:
        raise Wrong(f"there are no vectors of operation {operation}")
    return vectors


def expect_equal(where: str, what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Wrong(f"{where}: {what} is {str(found)[:300]}, and not {str(wanted)[:300]}")
