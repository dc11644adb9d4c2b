#!/usr/bin/env python3
"""Lines of codec/src that are executed: by the vectors alone, and by all tests of the codec.

usage: tools/coverage.py [--json]

Needs cargo-llvm-cov, and llvm-cov and llvm-profdata of the compiler's LLVM (LLVM_COV and LLVM_PROFDATA say where, or
Debian's llvm-22 is taken). Prints a line for each file, and the lines that no test reaches, each with the reason that
codec/uncovered.toml gives. Exit 0: each has one; 1: a line has none, or a reason has no line any more; 2: a tool failed.

example:
  tools/coverage.py
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "codec" / "src"
REASONS = ROOT / "codec" / "uncovered.toml"
WORK = ROOT / "target" / "coverage"
# The vectors, put to the reference codec by the conformance suite's own judge.
VECTORS = [["-p", "dashstream-conformance", "--test", "reference"]]
TESTS = [
    ["-p", "dashstream-codec", "--all-features"],
    ["-p", "dashstream-conformance", "--test", "cross_check"],
    ["-p", "dashstream-fuzz", "--test", "replay"],
]


def environment():
    found = {**os.environ, "CARGO_TARGET_DIR": str(WORK)}
    found["PATH"] = f"{ROOT / 'target' / 'tools' / 'bin'}{os.pathsep}{found['PATH']}"
    for name, tool in (("LLVM_COV", "llvm-cov-22"), ("LLVM_PROFDATA", "llvm-profdata-22")):
        if name not in found and shutil.which(tool):
            found[name] = shutil.which(tool)
    return found


def llvm_cov(*arguments):
    done = subprocess.run(["cargo", "llvm-cov", *arguments], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        sys.exit(2)
    return done.stdout


def is_ours(path):
    """Lines of the codec itself: neither its unit tests nor the laws, which are tests."""
    return path.is_relative_to(SOURCE) and "laws" not in path.parts and path.name != "tests.rs"


def lines(tests):
    """Runs tests after those before, and returns for each file the count of every line that can be executed."""
    for test in tests:
        llvm_cov("test", "-q", "--no-report", *test)
    return parse(llvm_cov("report", "--lcov"))


def parse(lcov):
    found, current = {}, None
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            path = Path(line[3:])
            current = found.setdefault(path, {}) if is_ours(path) else None
        elif line.startswith("DA:") and current is not None:
            number, count = line[3:].split(",")[:2]
            current[int(number)] = max(current.get(int(number), 0), int(count))
    return {path: without_tests(path, counts) for path, counts in found.items()}


def without_tests(path, counts):
    """Unit tests stand at the end of a file."""
    text = path.read_text().splitlines()
    first = next((number for number, line in enumerate(text, 1) if line == "mod tests {"), len(text) + 1)
    return {number: count for number, count in counts.items() if number < first}


def uncovered(files):
    """File and text of each line that no test reaches, in order; closing brackets alone say nothing."""
    for path, counts in sorted(files.items()):
        text = path.read_text().splitlines()
        for number, count in sorted(counts.items()):
            line = text[number - 1].strip()
            if count == 0 and line.strip("})];,"):
                yield str(path.relative_to(SOURCE)), number, line


def reasons():
    entries = tomllib.loads(REASONS.read_text()).get("line", []) if REASONS.exists() else []
    return {(entry["file"], text): entry["why"] for entry in entries for text in entry["lines"]}


def share(files):
    counts = [count for file in files.values() for count in file.values()]
    return sum(count > 0 for count in counts), len(counts)


def main():
    if "-h" in sys.argv or "--help" in sys.argv:
        print(__doc__)
        return 0
    llvm_cov("clean", "--workspace")
    vectors, everything = lines(VECTORS), lines(TESTS)
    known, unknown = reasons(), []
    used = set()
    open_lines = list(uncovered(everything))
    for file, number, text in open_lines:
        why = known.get((file, text))
        used.add((file, text))
        unknown += [] if why else [f"{file}:{number}: {text}"]
        if "--json" not in sys.argv:
            print(f"{file}:{number}: {text}\n    {why or 'NO REASON'}")
    stale = [f"{file}: {text}" for file, text in known if (file, text) not in used]
    for line in stale:
        print(f"a reason without a line: {line}")
    # A generic function has lines only where something uses it: all tests know of the most.
    (by_vectors, _), (by_all, of) = share(vectors), share(everything)
    summary = {"lines": of, "vectors": by_vectors, "tests": by_all, "unexplained": unknown, "stale": stale}
    if "--json" in sys.argv:
        print(json.dumps(summary))
    else:
        print(f"coverage of codec/src: vectors alone {by_vectors:,} of {of:,} lines ({by_vectors / of:.1%}); all tests "
              f"{by_all:,} ({by_all / of:.1%}); {len(open_lines)} lines open, {len(unknown)} of them without a reason")
    return 1 if unknown or stale else 0


if __name__ == "__main__":
    sys.exit(main())
