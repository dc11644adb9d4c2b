#!/usr/bin/env python3
"""Mutants of the codec: changes the code in every way cargo-mutants knows, and shows which changes no test sees.

Every mutant is put to the tests of the codec and to all vectors (conformance/tests/reference.rs), quickest first, until
one fails. All are built at once (tools/schemata.py); those in constants one by one. A mutant that no test can see has an
entry with its reason in codec/mutants.toml; an entry that fits no mutant, or one that a test does see, is a failure.

usage: tools/mutants.py [--fresh] [--only survivors|timeouts] [--file GLOB ...] [--jobs N] [--list]

  --fresh           forget what is in TARGET/mutants/results.jsonl; otherwise only what is not there is run
  --only survivors  run those that survived (and have no entry) again, after tests were added
  --only timeouts   run those that took too long again
  --file GLOB ...   mutants of these files only, such as 'codec/src/json/*'; the verdict is about these alone
  --jobs N          mutants side by side (2)
  --list            run nothing: show what is known

Exit 0: every mutant is caught or has its entry; 1: survivors, or entries that do not fit; 2: the tool could not work.
TARGET is CARGO_TARGET_DIR, or `target`. Needs cargo-mutants (cargo install cargo-mutants), git, Linux.

examples:
  nice tools/mutants.py --fresh
  nice tools/mutants.py --only survivors --file 'codec/src/ledger/*'
"""

import argparse
import collections
import fnmatch
import json
import os
import queue
import re
import subprocess
import sys
import threading
import tomllib
import zlib
from pathlib import Path

from schemata import PACKAGE, Schemata, Tree, Trouble, executables, offsets
from trials import Binary, Killers, measured, put_to

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
RESULTS = TARGET / "mutants" / "results.jsonl"
ENTRIES = ROOT / "codec" / "mutants.toml"
CODEC = ["-p", "dashstream-codec", "--all-features"]
REFERENCE = ["-p", "dashstream-conformance", "--test", "reference"]
TESTS = sorted(path.stem for path in (ROOT / "codec" / "tests").iterdir() if path.name != "common")


class Mutant:
    """One change, as cargo-mutants says it. Its key stays the same when lines move."""

    def __init__(self, entry, text):
        self.file, self.function = entry["file"], entry["function"]
        self.span, self.replacement = entry["span"], entry["replacement"]
        place, self.name = re.match(r"[^:]*:(\d+:\d+): (.*)", entry["name"], re.DOTALL).groups()
        self.place = f"{self.file}:{place}"
        self.line = text.splitlines()[self.span["start"]["line"] - 1].strip()
        self.key = "|".join([self.file, self.name, self.line])

    @property
    def name_of_function(self):
        return self.function["function_name"].split("::")[-1]

    def applied(self, text):
        start, end = offsets(text, self.span)
        return text[:start] + self.replacement + text[end:]


def mutants():
    # The laws are tests.
    command = ["cargo-mutants", "mutants", "--list", "--json", "-p", "dashstream-codec", "-e", f"{PACKAGE}laws/**"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"{' '.join(command)}: {error}") from error
    texts, all_, seen = {}, [], collections.Counter()
    for entry in json.loads(listed.stdout):
        text = texts.setdefault(entry["file"], (ROOT / entry["file"]).read_text())
        mutant = Mutant(entry, text)
        seen[mutant.key] += 1
        mutant.nth = seen[mutant.key]
        mutant.key += f"|{mutant.nth}"
        # It stays the same when others come or go: so little has to be compiled again.
        mutant.number = zlib.crc32(mutant.key.encode())
        all_.append(mutant)
    if len({mutant.number for mutant in all_}) != len(all_):
        raise Trouble("two mutants have one number")
    return all_


class Results:
    """What became of each mutant, in a file of lines."""

    def __init__(self, fresh):
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            RESULTS.unlink(missing_ok=True)
        self.lock = threading.Lock()
        lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
        self.rows = {row["key"]: row for row in map(json.loads, lines)}
        self.total = self.done = 0

    def put(self, mutant, outcome, by=""):
        row = {"key": mutant.key, "outcome": outcome, "by": by}
        with self.lock, RESULTS.open("a") as out:
            self.rows[mutant.key] = row
            self.done += 1
            out.write(json.dumps(row) + "\n")
            if outcome == "survived":
                say(f"[{self.done}/{self.total}] SURVIVED {shown(mutant)}")
            elif self.done % 50 == 0:
                say(f"[{self.done}/{self.total}]")

    def of(self, mutant):
        return self.rows.get(mutant.key, {}).get("outcome", "not run")


def say(line):
    print(line, flush=True)


def shown(mutant):
    return f"{mutant.place}: {mutant.name}\n    {mutant.line}"


def run_together(todo, results, jobs):
    """Runs the mutants that can be asked for at run time; gives those that cannot."""
    tree = Tree(ROOT, TARGET / "mutants" / "together", TARGET)
    # All of them are in the build, whatever is run: so it is built once for many runs.
    schemata = Schemata(tree, mutants(), TARGET / "mutants" / "build.json", say)
    tests = [word for test in TESTS for word in ("--test", test)]
    schemata.build("check", *CODEC, "--lib")
    messages = schemata.build("test", "--no-run", *CODEC, *REFERENCE, "--lib", *tests)
    unviable = {mutant.key for mutant in schemata.unviable}
    alone = [mutant for mutant in todo if schemata.alone(mutant)]
    waiting = queue.SimpleQueue()
    for mutant in todo:
        if mutant.key in unviable:
            results.put(mutant, "unviable")
        elif not schemata.alone(mutant):
            waiting.put(mutant)
    binaries = measured(messages)
    say("; ".join(f"{one.name} {one.seconds:.2f} s" for one in binaries))

    def work():
        while True:
            try:
                mutant = waiting.get_nowait()
            except queue.Empty:
                return
            results.put(mutant, *put_to(binaries, mutant, killers))

    killers = Killers()
    workers = [threading.Thread(target=work) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return alone


def run_alone(todo, results):
    """Builds and runs mutants one by one."""
    tree = Tree(ROOT, TARGET / "mutants" / "alone", TARGET)
    tree.copy(lambda _, text: text)
    for mutant in todo:
        source = (ROOT / mutant.file).read_text()
        tree.write(mutant.file, mutant.applied(source).encode())
        results.put(mutant, *built_alone(tree, mutant))
        tree.write(mutant.file, source.encode())


def built_alone(tree, mutant):
    for what in ([*CODEC, "--lib"], [*CODEC, "--tests"], REFERENCE):
        messages, built = tree.cargo("test", "--no-run", *what)
        if not built:
            return "unviable", ""
        # Nobody has measured these; all of them take less than this. The stack is what tests have of their own.
        binaries = [Binary(*found, seconds=10.0, stack=2 << 20) for found in executables(messages)]
        outcome, by = put_to(binaries, mutant, Killers())
        if outcome != "survived":
            return outcome, by
    return "survived", ""


class Entries:
    """codec/mutants.toml: mutants that no test can see, and why."""

    KEYS = {"file", "mutants", "line", "nth", "why"}

    def __init__(self, all_):
        entries = tomllib.loads(ENTRIES.read_text()).get("equivalent", []) if ENTRIES.exists() else []
        self.faults, self.keys = [], set()
        for entry in entries:
            if not all(entry.get(key) for key in ("file", "mutants", "why")) or entry.keys() - self.KEYS:
                self.faults.append(f"an entry needs file, mutants and why, and may have line and nth: {entry}")
                continue
            for name in entry["mutants"]:
                self.take(entry, name, all_)

    def take(self, entry, name, all_):
        named = [mutant for mutant in all_ if mutant.file == entry["file"] and mutant.name == name]
        found = {m.key for m in named if entry.get("line", m.line) == m.line and entry.get("nth", m.nth) == m.nth}
        text = f"{entry['file']}: {name} {entry.get('line', '')}"
        if not found:
            self.faults.append(f"fits no mutant: {text}")
        if found & self.keys:
            self.faults.append(f"is there twice: {text}")
        self.keys |= found


def verdict(chosen, results, entries):
    counts = collections.Counter(results.of(mutant) for mutant in chosen)
    justified = [m for m in chosen if m.key in entries.keys]
    faults = list(entries.faults)
    for mutant in justified:
        if results.of(mutant) not in ("survived", "not run"):
            faults.append(f"has an entry and is {results.of(mutant)}: {shown(mutant)}")
    left = [m for m in chosen if results.of(m) == "survived" and m.key not in entries.keys]
    for mutant in left:
        say(f"survivor: {shown(mutant)}")
    for fault in faults:
        say(f"codec/mutants.toml: {fault}")
    with_entry = counts["survived"] - len(left)
    say(
        f"mutants: {len(chosen)}; caught {counts['caught']}, timeouts {counts['timeout']}, unviable {counts['unviable']},"
        f" with an entry {with_entry}, survivors {len(left)}, not run {counts['not run']}; entries at fault {len(faults)}"
    )
    return 1 if left or faults or counts["not run"] else 0


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--only", choices=["survivors", "timeouts"])
    parser.add_argument("--file", nargs="+", default=["*"])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.help:
        say(__doc__.strip())
        return 0
    every = mutants()
    results, entries = Results(options.fresh), Entries(every)
    chosen = [m for m in every if any(fnmatch.fnmatch(m.file, glob) for glob in options.file)]
    again = {None: [], "survivors": ["survived"], "timeouts": ["timeout"]}[options.only]
    todo = [m for m in chosen if results.of(m) in ["not run", *again]]
    if options.only:
        todo = [m for m in todo if m.key not in entries.keys or results.of(m) == "not run"]
    # What is expected to survive takes longest, and comes last.
    todo.sort(key=lambda mutant: mutant.key in entries.keys)
    if todo and not options.list:
        results.total = len(todo)
        run_alone(run_together(todo, results, options.jobs), results)
    return verdict(chosen, results, entries)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        print(f"mutants: {trouble}", file=sys.stderr)
        sys.exit(2)
