"""The tables of this package against the schemas and registries, where the repository is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dashstream import Code, Kind, limits, messages
from dashstream.kinds import CONTROL, PAYLOADS
from dashstream.schema import Message

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = ROOT / "spec" / "registry"
pytestmark = pytest.mark.skipif(not REGISTRY.exists(), reason="outside of the repository")


def test_messages_are_those_of_the_schemas() -> None:
    ours = {item.name: item for item in vars(messages).values() if isinstance(item, Message)}
    seen = set()
    for path in (ROOT / "proto/proto/dashstream/v1").glob("*.proto"):
        text = re.sub(r"//.*", "", path.read_text())
        for name, inside in re.findall(r"message (\w+) \{(.*?)\}", text, re.S):
            seen.add(name)
            fields = re.findall(r"(repeated )?(\w+) (\w+) = (\d+);", inside)
            expected = [(int(number), field, type_, bool(repeated)) for repeated, type_, field, number in fields]
            found = [
                (f.number, f.name, f.message.name if f.message else f.type.name.lower(), f.repeated)
                for f in ours[name].fields
            ]
            assert found == expected
    assert seen == ours.keys()


def test_registries() -> None:
    errors = tomllib.loads((REGISTRY / "errors.toml").read_text())["error"]
    assert [(e["code"], e["number"], e["class"]) for e in errors] == [(c.name, c.value, c.error_class) for c in Code]
    kinds = tomllib.loads((REGISTRY / "kinds.toml").read_text())["kind"]
    assert [(k["name"], k["number"], k["message"]) for k in kinds] == [(k.name, k, PAYLOADS[k].name) for k in Kind]
    assert {k["number"] for k in kinds if k["class"] == "control"} == CONTROL
    for name, value in re.findall(r"^\| `(MAX_\w+)` \| ([\d,]+)", (ROOT / "spec/overview.md").read_text(), re.M):
        assert getattr(limits, name, int(value.replace(",", ""))) == int(value.replace(",", ""))
