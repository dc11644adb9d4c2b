//! The examples of help texts and README, run as they stand there.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{COMMANDS, Folder, program, run, run_with, sample};
use crate::{checkpoints, dlq};

/// What has a help text of its own beside the commands.
const ABOVE: [&[&str]; 4] = [&[], &["dlq"], &["checkpoints"], &["legacy"]];

/// What the examples expect in their folder.
fn prepared() -> Folder {
    let folder = Folder::new();
    // It is taken for what it is, whatever its name.
    std::fs::copy(sample(), folder.path("events.jsonl.gz")).unwrap();
    let file = folder.path("events.dsf");
    run(&["import", sample().to_str().unwrap(), "-o", &file]).ended(0);
    let lines = run(&["decode", &file]).ended(0);
    let one: String = lines.text().lines().take(15).map(|line| format!("{line}\n")).collect();
    let one = folder.write("one.jsonl", one);
    folder.write("lines.jsonl", lines.out);
    run(&["encode", &one, "-o", &folder.path("frame.bin"), "--frame"]).ended(0);
    folder.write("message.bin", [0, 1, 2]);
    std::fs::create_dir(folder.path("captured")).unwrap();
    folder.write("captured/first", [1, 2, 3]);
    dlq::prepare(&folder);
    checkpoints::prepare(&folder);
    run(&["produce", "--to", &format!("file:{}", folder.path("topics/agents")), sample().to_str().unwrap()]).ended(0);
    testees(&folder);
    folder
}

/// The testees that the examples name: both are the reference.
fn testees(folder: &Folder) {
    let python = "import os\nprogram = os.environ['DASHSTREAM']\nos.execv(program, [program, 'testee', 'reference'])\n";
    folder.write("my_testee.py", python);
    let shell = folder.write("my-testee", "#!/bin/sh\nexec \"$DASHSTREAM\" testee reference\n");
    #[cfg(unix)]
    std::fs::set_permissions(&shell, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// Other programs that the examples name, as far as they matter here.
const OTHERS: &str = "
set -eo pipefail
dashstream() { \"$DASHSTREAM\" \"$@\"; }
producer() { cat events.jsonl.gz; }
kcat() { cat frame.bin; }
xxd() { od -An -v -tx1 \"$2\"; }
jq() { cat > /dev/null; }
";

#[track_caller]
fn works(folder: &Folder, example: &str) {
    let mut command = Command::new("bash");
    command.arg("-c").arg(format!("{OTHERS}{example}")).env("DASHSTREAM", program().get_program());
    command.env("HOME", folder.path("")).current_dir(folder.path("")).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_examples_of_help_work() {
    let mut ran = 0;
    for command in ABOVE.into_iter().chain(COMMANDS) {
        let help = run(&[command, &["--help"]].concat()).ended(0);
        let examples = help.text().lines().skip_while(|line| !line.starts_with("Example")).skip(1);
        let examples: Vec<&str> = examples.take_while(|line| line.starts_with("  ")).map(str::trim).collect();
        assert!(!examples.is_empty(), "{command:?} has no example");
        let folder = prepared();
        std::fs::create_dir_all(folder.path(".local/share/bash-completion/completions")).unwrap();
        for example in examples {
            assert!(example.contains("dashstream"), "{example}");
            // All of the vectors take their time, and are run by `./check`; as many cases as by default do too.
            let takes_long = match command {
                ["conform"] => !example.contains("--list"),
                ["fuzz"] => !example.contains("--case"),
                // Needs the ports.
                ["matrix"] => true,
                _ => false,
            };
            if !takes_long {
                works(&folder, example);
                ran += 1;
            }
        }
    }
    assert!(ran > 15, "{ran}");
}

#[test]
fn the_commands_of_the_readme_work() {
    let readme = include_str!("../../README.md");
    let block = readme.lines().filter_map(|line| line.strip_prefix("    dashstream "));
    let folder = prepared();
    let mut ran = 0;
    for line in block {
        let example = line.split("  ").next().unwrap();
        if example != "conform" && !example.starts_with("matrix") {
            works(&folder, &format!("dashstream {example}"));
            ran += 1;
        }
    }
    assert!(ran >= 8, "{ran}");
    assert!(Path::new(&folder.path("again.dsf")).exists());
}

#[test]
fn a_dump_of_digits_is_that_of_the_bytes() {
    let folder = prepared();
    let bytes = std::fs::read(folder.path("frame.bin")).unwrap();
    let lines: Vec<String> = bytes.chunks(30).map(hex::encode).collect();
    assert_eq!(run(&["inspect", "--hex", &lines.join("\n")]).ended(0).out, run_with(&["inspect"], &bytes).out);
}
