"""Runs tshark with the dissector, and reads what it prints."""

import os
import subprocess
from pathlib import Path

from .vectors import ROOT, Wrong

LUA = ROOT / "dissectors" / "wireshark" / "dashstream.lua"
MADE = ROOT / "target" / "dissectors" / "wireshark"
# (A machine that does much else takes its time.)
TIMEOUT_S = 600
# Between the values of a field that a packet has several times. None of the texts of the vectors has it.
BETWEEN = "\x1f"
# Where what Lua throws ends up.
ERROR = "_ws.lua.error"


def run(*arguments: object, script: Path = LUA, **env: object) -> str:
    """What tshark prints. No settings of whoever runs this have a say. What Lua throws is a failure, on stderr too."""
    config = MADE / "config"
    config.mkdir(parents=True, exist_ok=True)
    command = ["tshark", "-n", "-X", f"lua_script:{script}", *map(str, arguments)]
    environment = {**os.environ, "WIRESHARK_CONFIG_DIR": str(config), "TZ": "UTC", **{key: str(value) for key, value in env.items()}}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=TIMEOUT_S)
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0 or "Lua" in said:
        raise Wrong(f"{' '.join(command)} ended with {done.returncode}: {said[-2000:]}")
    return done.stdout.decode(errors="replace")


def packets(file: Path, names: list[str], *arguments: object) -> list[dict[str, list[str]]]:
    """For each packet the values of the fields."""
    wanted = [*names, ERROR]
    fields = [part for name in wanted for part in ("-e", name)]
    text = run("-r", file, *arguments, "-T", "fields", "-E", f"aggregator={BETWEEN}", *fields)
    found = []
    for line in text.split("\n")[:-1]:
        cells = [cell.split(BETWEEN) if cell else [] for cell in line.split("\t")]
        packet = dict(zip(wanted, cells, strict=True))
        if packet[ERROR]:
            raise Wrong(f"{file.name}, packet {len(found) + 1}: Lua has thrown {packet[ERROR]}")
        found.append(packet)
    return found
