"""Decodes the same 1,000 records, side by side: frames with every check made, and plain protobuf (upb), which is neither
compressed nor checked. In both every field is read. `python bench/decode.py [ROUNDS]`"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import plain
import zstandard
from records import content

from dashstream import decode, encode

CALLS = 3


def measure(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of the processor for a call, in each round. The ways take turns, so that what disturbs one disturbs all."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            begin = time.process_time()
            for _ in range(CALLS):
                run()
            times[name].append((time.process_time() - begin) / CALLS)
    # The first rounds warm up.
    return {name: values[rounds // 4 :] for name, values in times.items()}


def main() -> None:
    records = content(1_000)
    frames = {name: encode(records, codec) for name, codec in (("none", 0), ("lz4", 2), ("zstd", 1))}
    batch = plain.batch_type()
    data = plain.encoded(records, batch)
    packed = zstandard.ZstdCompressor(3).compress(data)
    for frame in frames.values():
        if decode(frame).records != records.records:
            raise SystemExit("the frame does not hold the records")
    if plain.read(data, batch) != 1_000 or plain.read_present(data, batch) != 1_000:
        raise SystemExit("plain protobuf does not hold the records")
    sizes = ", ".join(f"{len(frame)} bytes ({name})" for name, frame in frames.items())
    print(f"frame {sizes}; plain protobuf {len(data)}, behind zstd {len(packed)}")
    ways: dict[str, Callable[[], object]] = {
        "protobuf (upb), fields by name": lambda: plain.read(data, batch),
        "protobuf (upb), fields that are there": lambda: plain.read_present(data, batch),
        "protobuf (upb) behind zstd": lambda: plain.read(zstandard.ZstdDecompressor().decompress(packed), batch),
    }
    for name, frame in frames.items():
        ways[f"dashstream, {name}"] = lambda frame=frame: decode(frame)  # type: ignore[misc]
    times = measure(ways, int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    base = times["protobuf (upb), fields by name"]
    print("| way | microseconds of the processor | times as fast as protobuf (upb) |\n|---|--:|--:|")
    for name, values in times.items():
        ratios = sorted(theirs / ours for theirs, ours in zip(base, values, strict=True))
        low, high = ratios[len(ratios) // 20], ratios[-1 - len(ratios) // 20]
        middle = f"{statistics.median(ratios):.2f} ({low:.2f}..{high:.2f})"
        print(f"| {name} | {statistics.median(values) * 1e6:.0f} | {middle} |")


if __name__ == "__main__":
    main()
