//! Help, wrong usage, exit codes.

use std::process::Stdio;

use crate::support::{COMMANDS, Folder, program, run, run_with, sample};

#[test]
fn help_has_the_exit_codes_and_examples() {
    let help = run(&["--help"]).ended(0);
    let codes = ["  0  done", "  1  the data is bad", "  2  wrong usage", "  3  a file could not be read or written"];
    for line in codes {
        assert!(help.text().contains(line), "{line:?} is not in {}", help.text());
    }
    for command in COMMANDS {
        assert!(help.text().contains(&format!("\n  {} ", command[0])), "{command:?}");
        let help = run(&[command, &["--help"]].concat()).ended(0);
        assert!(help.text().contains("\nExample"), "{command:?} has no examples");
    }
    for hidden in ["gate", "kill-matrix", "faults", "testee"] {
        assert!(!help.text().contains(&format!("\n  {hidden} ")), "{hidden} is shown");
        run(&[hidden, "--help"]).ended(0);
    }
    run(&["--version"]).ended(0);
}

#[test]
fn wrong_usage_is_2() {
    let sample = sample();
    let sample = sample.to_str().unwrap();
    for arguments in [
        &[][..],
        &["nonsense"],
        &["import", sample],
        &["import", sample, "-o", "-", "--json"],
        &["import", sample, "-o", "-", "--codec", "gzip"],
        &["import", sample, "-o", "-", "--level", "23"],
        &["import", sample, "-o", "-", "--codec", "none", "--level", "1"],
        &["import", sample, "-o", "-", "--producer", "00000000000000000000000000000000"],
        &["import", sample, "-o", "-", "--producer", "00"],
        &["import", sample, "-o", "-", "--records", "0"],
        &["import", sample, "-o", "-", "--records", "65536"],
        &["import", sample, "-o", "-", "--epoch", "0"],
        &["inspect", "--hex", "0"],
        &["inspect", sample, "--hex", "00"],
        &["verify", "--loud"],
        &["legacy"],
        &["dlq"],
        &["dlq", "ls"],
        &["dlq", "ls", "--from", "letters"],
        &["dlq", "ls", "--from", "kafka:letters"],
        &["dlq", "ls", "--from", "file:"],
        &["dlq", "ls", "--from", "file:letters", "--stage", "none-such"],
        &["dlq", "ls", "--from", "file:letters", "--code", "lower"],
        &["dlq", "ls", "--from", "file:letters", "--id", "00"],
        &["dlq", "show", "00", "--from", "file:letters"],
        &["dlq", "replay", "--from", "file:letters"],
        &["dlq", "replay", "--from", "file:letters", "--to", "file:/"],
        &["completions", "cmd"],
        &["fuzz"],
        &["fuzz", "--testee", "true", "--case", "1"],
        &["fuzz", "--testee", "true", "--seed", "1", "--case", "1", "--cases", "2"],
        &["fuzz", "--testee", "true", "--ops", "encode"],
        &["testee", "mutant", "none-such"],
        &["testee", "bad", "none-such"],
    ] {
        let ran = run(arguments).ended(2);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{arguments:?}");
    }
    run(&["import", sample, "-o", "-", "--level", "23"]).said("LEVEL: zstd has levels 1 to 22, not 23");
}

#[test]
fn what_cannot_be_read_or_written_is_3() {
    let folder = Folder::new();
    let (missing, sample) = (folder.path("missing"), sample());
    for command in ["inspect", "decode", "export", "verify"] {
        run(&[command, &missing]).ended(3).said("missing: ");
        run(&[command, &folder.path("")]).ended(3);
    }
    let nowhere = folder.path("missing/file");
    run(&["import", sample.to_str().unwrap(), "-o", &nowhere]).ended(3).said("missing/file: ");
    run(&["import", &missing, "-o", "-"]).ended(3);
    run(&["encode", &missing, "-o", "-"]).ended(3);
    // A place that is full, and is no file that could be replaced.
    if std::path::Path::new("/dev/full").exists() {
        run(&["import", sample.to_str().unwrap(), "-o", "/dev/full"]).ended(3).said("/dev/full: ");
    }
}

#[test]
fn bad_data_is_1() {
    for command in ["inspect", "decode", "export", "verify"] {
        run_with(&[command], &[0xBE; 70]).ended(1);
        run_with(&[command], &[]).ended(1);
    }
    run_with(&["encode", "-o", "-"], b"{}").ended(1).said("line 1: not an object with one key");
    run_with(&["verify"], &[0xBE; 70]).ended(1);
    for command in ["import", "encode"] {
        let read = |input: &[u8]| run_with(&[command, "-o", "-"], input).ended(1);
        read(b"\n\xFF").said("standard input: line 2: not UTF-8");
        read(b"\nx").said("standard input: line 2: not a JSON object: expected value");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let folder = Folder::new();
    let file = folder.path("file");
    let line = r#"{"t_us":1,"tenant":"a","thread":"t","type":"node_start","node":"n"}"#;
    let input = vec![line; 20_000].join("\n");
    run_with(&["import", "-o", &file], input.as_bytes()).ended(0);
    for arguments in
        [&["decode", &file][..], &["inspect", &file], &["export", &file], &["completions", "bash"], &["verify", &file]]
    {
        let mut child = program().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn there_is_no_colour_where_there_is_no_terminal() {
    let folder = Folder::new();
    let file = folder.path("file");
    run(&["import", sample().to_str().unwrap(), "-o", &file]).ended(0);
    for arguments in [["inspect", &file], ["verify", &file], ["verify", "/nowhere"]] {
        let ran = run(&arguments);
        assert!(!ran.out.contains(&0x1B) && !ran.err.contains('\x1B'), "{arguments:?}");
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]).ended(0);
        assert!(script.text().contains("import") && script.text().contains("verify"), "{shell}");
        assert!(!script.text().contains("kill-matrix") && !script.text().contains("mutant"), "{shell}");
    }
}
