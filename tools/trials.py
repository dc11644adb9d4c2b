"""One mutant against the tests: quickest first, until one fails. Used by tools/mutants.py."""

import collections
import os
import re
import resource
import signal
import subprocess
import threading
import time

from schemata import VARIABLE, Trouble, executables

# What a mutant may take: so much memory, and so many times the processor seconds that the tests take without it.
MEMORY = 4 << 30
TIMES, LEAST = 8, 4
# Where all mutants are in one build, each arm has its own place for what it keeps.
STACK = 64 << 20


class Binary:
    """A test binary."""

    def __init__(self, path, folder, seconds=0.0, stack=STACK):
        self.path, self.folder, self.seconds, self.stack = path, folder, seconds, stack
        # Its test, where it has but one.
        self.sole_test = []
        self.name = re.sub(r"-[0-9a-f]{16}$", "", path.name)

    def run(self, number, only=None):
        """`passed`, `caught` or `timeout`, and the test that was the last to run; of one test, or of all."""
        environment = os.environ | {
            VARIABLE: str(number),
            "CARGO_MANIFEST_DIR": str(self.folder),
            "PROPTEST_MAX_SHRINK_ITERS": "0",
            "RUST_TEST_THREADS": "1",
            "RUST_BACKTRACE": "0",
            "RUST_MIN_STACK": str(self.stack),
        }
        begin = time.monotonic()
        command = [self.path, *(["--exact", only] if only else [])]
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        seconds = int(max(LEAST, TIMES * self.seconds)) if number else 600
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds + 1))
        # A test that waits for ever takes no processor time.
        timer = threading.Timer(10 * seconds, process.kill)
        timer.start()
        test, tests, outcome = "", 0, "passed"
        for line in process.stdout:
            if found := re.match(r"test (.*?) \.\.\. ", line):
                test = found[1]
                tests += 1
            if line.rstrip().endswith("FAILED"):
                outcome = "caught"
                process.kill()
                break
        process.stdout.close()
        code = process.wait()
        timer.cancel()
        if outcome == "passed" and code != 0:
            outcome = "timeout" if code in (-signal.SIGXCPU, -signal.SIGKILL) else "caught"
        if number == 0:
            self.seconds = time.monotonic() - begin
            self.sole_test = [test] if tests == 1 else []
        return outcome, test


class Killers:
    """Tests that caught mutants of the same file, the latest first: most often they catch the next one too."""

    MOST, QUICK = 8, 0.5

    def __init__(self):
        self.tests = collections.defaultdict(list)

    def of(self, file):
        """Quick ones first."""
        return sorted(self.tests[file], key=lambda one: one[0].seconds > self.QUICK)

    def note(self, file, binary, test):
        if test:
            others = [one for one in self.tests[file] if one != (binary, test)]
            self.tests[file] = [(binary, test), *others][: self.MOST]


def measured(messages):
    """The binaries, quickest first."""
    binaries = [Binary(*found) for found in executables(messages)]
    # The tests inside the conformance crate are about itself.
    binaries = [binary for binary in binaries if binary.name != "dashstream_conformance"]
    for binary in binaries:
        if binary.run(0)[0] != "passed":
            raise Trouble(f"{binary.path} fails without any mutant")
    return sorted(binaries, key=lambda binary: binary.seconds)


def put_to(binaries, mutant, killers):
    """The outcome, and what caught the mutant."""
    first = killers.of(mutant.file)
    # Where a test is all that a binary has, it need not run twice.
    again = [(binary, None) for binary in binaries if not any((binary, test) in first for test in binary.sole_test)]
    for binary, only in [*first, *again]:
        outcome, test = binary.run(mutant.number, only)
        if outcome != "passed":
            killers.note(mutant.file, binary, test)
            return outcome, f"{binary.name} {test}"
    return "survived", ""
