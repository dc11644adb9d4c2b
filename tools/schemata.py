"""All mutants of the codec in one build: each function asks which of its mutants is the active one.

A body `{ B }` becomes `{ match crate::mutant::active() { none of mine => { B } 17 => { B with edit 17 } ... } }`, and the variable
DASHSTREAM_MUTANT says which is active. What cannot ask at run time (constants, and functions that constants call) is
left as it is; tools/mutants.py builds such mutants one by one. Used by tools/mutants.py.
"""

import json
import os
import re
import subprocess
from pathlib import Path

VARIABLE = "DASHSTREAM_MUTANT"
# The copy is many times the code: with what a debugger needs it takes gigabytes to build.
PROFILE = ["debug=false"]
PACKAGE = "codec/src/"
ACTIVE = f"""
mod mutant {{
    #[inline]
    pub(crate) fn active() -> u32 {{
        static ACTIVE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
        *ACTIVE.get_or_init(|| std::env::var("{VARIABLE}").ok().and_then(|text| text.parse().ok()).unwrap_or(0))
    }}
}}
"""
# What is no code: comments, texts (raw ones too) and characters; a lifetime is none of them.
NO_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|b?r(?P<hashes>\#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*"|b?'(?:\\.[^']*|[^'\\])'""", re.DOTALL
)
CONST_FN = re.compile(r"\bconst fn (\w+)")
NOT_CONST = re.compile(r"cannot call non-const (?:associated )?(?:function|method) `(.*)` in")


class Trouble(Exception):
    """What ends the tool with exit code 2."""


def offsets(text, span):
    """The first and the last offset of a span of lines and columns."""
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    return tuple(lines[place["line"] - 1] + place["column"] - 1 for place in (span["start"], span["end"]))


def body(text, start, end):
    """Offsets of what is between the braces of the function that these offsets hold."""
    code = NO_CODE.sub(lambda found: " " * len(found[0]), text[start:end])
    depth = 0
    for at, char in enumerate(code):
        depth += (char in "([") - (char in ")]")
        if char == "{" and depth == 0:
            return start + at + 1, end - 1
    raise Trouble(f"a function without a body: {text[start:end]}")


def arm(function, text):
    """The body of an arm. Iterators of one opaque type are made iterators of one known type."""
    returns = function["return_type"]
    if returns.startswith("-> impl"):
        return f"Vec::from_iter({{ {text} }}).into_iter()"
    if returns.startswith("-> Option<impl"):
        return f"Option::map({{ {text} }}, |all| Vec::from_iter(all).into_iter())"
    return text


class Source:
    """One file, with the mutants that are in functions."""

    def __init__(self, text, mutants):
        self.text = text
        self.functions = {}
        for mutant in mutants:
            place = offsets(text, mutant.function["span"])
            self.functions.setdefault(place, []).append(mutant)
        self.pieces = []
        self.line = 1
        # First and last line of each arm, and its mutant.
        self.arms = []

    def mutated(self):
        self.region(0, len(self.text))
        return "".join(self.pieces)

    def put(self, text):
        self.pieces.append(text)
        self.line += text.count("\n")

    def region(self, start, end):
        inside = [place for place in self.functions if start <= place[0] and place[1] <= end]
        outermost = [a for a in inside if not any(b != a and b[0] <= a[0] and a[1] <= b[1] for b in inside)]
        for place in sorted(outermost):
            begin, after = body(self.text, *place)
            # Bodies this large would be copied into one another without end.
            self.put(f"{self.text[start:place[0]]}#[inline(never)] {self.text[place[0]:begin]}")
            self.function(begin, after, self.functions[place])
            start = after
        self.put(self.text[start:end])

    def function(self, start, end, mutants):
        # The body as it is comes first: so a mutant of another type is the one that does not fit.
        numbers = " | ".join(str(mutant.number) for mutant in mutants)
        before, behind = arm(mutants[0].function, "\0").split("\0")
        self.put(f" match crate::mutant::active() {{\nactive if !matches!(active, {numbers}) => {{ {before}")
        self.region(start, end)
        self.put(f"{behind} }}\n")
        # Nested functions have their own mutants; in an arm they are as they were written.
        for mutant in mutants:
            first = self.line
            edit, after = offsets(self.text, mutant.span)
            text = self.text[start:edit] + mutant.replacement + self.text[after:end]
            self.put(f"{mutant.number} => {{ {arm(mutant.function, text)} }}\n")
            self.arms.append((first, self.line - 1, mutant))
        self.put("_ => unreachable!(),\n} ")


class Tree:
    """A copy of the workspace, in which files of the codec may be others."""

    def __init__(self, root, place, target):
        self.root, self.place, self.target = root, place, target

    def copy(self, change):
        """Brings the copy up to date; `change` makes another text of a file of the codec. What is the same is not touched."""
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=self.root, capture_output=True, check=True
        )
        names = {name for name in os.fsdecode(listed.stdout).split("\0") if name and (self.root / name).is_file()}
        for name in sorted(names):
            content = (self.root / name).read_bytes()
            if name.startswith(PACKAGE) and name.endswith(".rs"):
                content = change(name, content.decode()).encode()
            self.write(name, content)
        for path in [path for path in self.place.rglob("*") if path.is_file()]:
            if str(path.relative_to(self.place)) not in names:
                path.unlink()

    def write(self, name, content):
        path = self.place / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def cargo(self, *arguments):
        """The messages of a build of the copy, and whether it went well."""
        settings = [word for setting in PROFILE for word in ("--config", f"profile.dev.package.dashstream-codec.{setting}")]
        command = ["cargo", *settings, *arguments, "--message-format=json"]
        environment = os.environ | {"CARGO_TARGET_DIR": str(self.target)}
        ran = subprocess.run(command, cwd=self.place, env=environment, capture_output=True, text=True)
        messages = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
        if ran.returncode != 0 and not any(errors(messages)):
            raise Trouble(f"{' '.join(command)}\n{ran.stderr}")
        return messages, ran.returncode == 0


def errors(messages):
    for message in messages:
        inner = message.get("message", {})
        if message["reason"] == "compiler-message" and inner["level"] == "error" and inner["spans"]:
            yield inner


def places(error):
    """File and line of each span of an error, primary ones first, with what macros it came through."""
    for span in sorted(error["spans"], key=lambda span: not span["is_primary"]):
        while span:
            yield span["file_name"], span["line_start"]
            span = span["expansion"] and span["expansion"]["span"]


def executables(messages):
    """Path and package folder of each test binary."""
    for message in messages:
        if message["reason"] == "compiler-artifact" and message["executable"] and message["profile"]["test"]:
            yield Path(message["executable"]), Path(message["manifest_path"]).parent


class Schemata:
    """The build that holds every mutant that can be asked for at run time."""

    def __init__(self, tree, mutants, memory, say):
        self.tree, self.memory, self.say = tree, memory, say
        self.mutants = [mutant for mutant in mutants if mutant.function]
        # What an earlier build found out, so that this one need not.
        known = json.loads(memory.read_text()) if memory.exists() else {"unviable": [], "constant": []}
        self.unviable = [mutant for mutant in self.mutants if mutant.key in known["unviable"]]
        self.constant = set(known["constant"])

    def alone(self, mutant):
        """Whether the mutant has to be built alone."""
        return not mutant.function or mutant.name_of_function in self.constant

    def write(self):
        arms = {}

        def change(name, text):
            here = [m for m in self.mutants if m.file == name and m not in self.unviable and not self.alone(m)]
            source = Source(text, here)
            text = source.mutated()
            arms[name] = source.arms
            text = CONST_FN.sub(lambda found: found[0] if found[1] in self.constant else f"fn {found[1]}", text)
            text = re.sub(r"#\[inline(\(always\))?\]", "", text)
            return "#![allow(warnings)]\n" + text + ACTIVE if name == f"{PACKAGE}lib.rs" else text

        self.tree.copy(change)
        return arms

    def build(self, *arguments):
        """Builds until every mutant that does not compile is out; gives the messages of the last build."""
        while True:
            arms = self.write()
            messages, built = self.tree.cargo(*arguments)
            if built:
                known = {"unviable": [mutant.key for mutant in self.unviable], "constant": sorted(self.constant)}
                self.memory.write_text(json.dumps(known))
                return messages
            out = {mutant.number: mutant for error in errors(messages) for mutant in self.blame(error, arms)}
            self.unviable += out.values()
            self.say(f"{len(out)} mutants do not compile; functions that constants call: {sorted(self.constant)}")

    def blame(self, error, arms):
        if found := NOT_CONST.search(error["message"]):
            self.constant.add(re.sub(r"::<[^>]*>", "", found[1]).split("::")[-1])
            return []
        for name, line in places(error):
            hit = [mutant for first, last, mutant in arms.get(name, []) if first <= line <= last]
            if hit:
                return hit
        raise Trouble(f"the copy does not compile:\n{error['rendered']}")
