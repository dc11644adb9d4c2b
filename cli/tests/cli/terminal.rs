//! What is different on a terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::dlq;
use crate::support::{Folder, program, sample, sample_file};

/// Which of its streams a program has a terminal for. The rest is null.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    In,
    Out,
    Err,
}

/// Runs the program with a terminal; gives its exit code, what the terminal showed, and what standard error had where
/// that was no terminal.
fn run_on(stream: Stream, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let (mut controller, terminal) = terminal();
    // Its user has nothing to say: a program that waits for it is not waited for.
    controller.write_all(&[4; 64]).unwrap();
    let piped = |of| if stream == of { Stdio::from(terminal.try_clone().unwrap()) } else { Stdio::null() };
    let mut command = program();
    command.args(arguments).stdin(piped(Stream::In)).stdout(piped(Stream::Out));
    command.stderr(if stream == Stream::Err { piped(Stream::Err) } else { Stdio::piped() });
    command.env_clear().env("TERM", "xterm").envs(variables.iter().copied());
    let child = command.spawn().unwrap();
    // The terminal ends when nobody has it open any more.
    drop((command, terminal));
    let reader = std::thread::spawn(move || {
        let mut shown = Vec::new();
        let _ = controller.read_to_end(&mut shown);
        String::from_utf8_lossy(&shown).into_owned()
    });
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), reader.join().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The two ends of a terminal: that of its user, and that of programs.
fn terminal() -> (File, File) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap().into_string().unwrap();
    (File::from(controller), OpenOptions::new().read(true).write(true).open(name).unwrap())
}

fn has_colour(shown: &str) -> bool {
    shown.contains("\x1B[1m") || shown.contains("\x1B[32m")
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let folder = Folder::new();
    let (path, _) = sample_file(&folder, "file", 3);
    for command in ["verify", "inspect"] {
        let shown = |variables: &[_]| run_on(Stream::Out, &[command, &path], variables).1;
        assert!(has_colour(&shown(&[])), "{command}");
        for plain in [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")] {
            assert!(!shown(&[plain]).contains('\x1B'), "{command} {plain:?}");
        }
    }
    let ids = dlq::prepare(&folder);
    let letters = format!("file:{}", folder.path("letters"));
    for arguments in [&["dlq", "ls", "--from", &letters][..], &["dlq", "show", &ids[0], "--from", &letters]] {
        assert!(run_on(Stream::Out, arguments, &[]).1.contains("\x1B["), "{arguments:?}");
        assert!(!run_on(Stream::Out, arguments, &[("NO_COLOR", "1")]).1.contains('\x1B'), "{arguments:?}");
    }
    let missing = ["verify", &folder.path("missing")];
    assert!(has_colour(&run_on(Stream::Err, &missing, &[]).1));
    let plain = run_on(Stream::Err, &missing, &[("NO_COLOR", "1")]);
    assert!(plain.0 == 3 && plain.1.starts_with("error: ") && !plain.1.contains('\x1B'), "{plain:?}");
}

#[test]
fn progress_is_for_standard_error_that_is_a_terminal() {
    let folder = Folder::new();
    let file = folder.path("file");
    // So many that there is something to wait for.
    let line = "{\"t_us\":1,\"tenant\":\"a\",\"type\":\"token\",\"text\":\"some text\"}\n";
    let events = folder.write("events.jsonl", line.repeat(100_000));
    let import = ["import", &events, "-o", &file, "--codec", "none"];
    let (code, shown, _) = run_on(Stream::Err, &import, &[]);
    assert_eq!(code, 0);
    // A bar that is taken away in the end, and the summary.
    assert!(shown.contains("B/s") && shown.contains("\x1B[2K"), "{shown:?}");
    assert!(shown.trim_end().ends_with("bytes per event"), "{shown:?}");
    let (_, shown, _) = run_on(Stream::Err, &["verify", &file], &[]);
    assert!(shown.contains("B/s") && shown.ends_with("\x1B[2K"), "{shown:?}");
    let (_, shown, error) = run_on(Stream::Out, &["verify", &file], &[]);
    assert!(!shown.contains("B/s") && error.is_empty(), "{shown:?} {error:?}");
    let (_, _, error) = run_on(Stream::Out, &import, &[]);
    assert!(!error.contains("B/s") && error.lines().count() == 1, "{error:?}");
}

#[test]
fn a_terminal_is_no_input_and_gets_no_frames() {
    let folder = Folder::new();
    let sample = sample();
    let frames = "frames are not written to a terminal";
    for command in ["inspect", "decode", "export", "verify"] {
        let (code, _, error) = run_on(Stream::In, &[command], &[]);
        assert!(code == 2 && error.contains("standard input is a terminal"), "{command}: {code} {error}");
    }
    for command in ["import", "encode"] {
        let (code, _, error) = run_on(Stream::In, &[command, "-o", &folder.path("file")], &[]);
        assert!(code == 2 && error.contains("standard input is a terminal"), "{command}: {code} {error}");
    }
    let payload = folder.write("payload", [0]);
    for arguments in [
        &["import", sample.to_str().unwrap(), "-o", "-"][..],
        &["encode", "/dev/null", "-o", "-"],
        &["encode", "/dev/null", "-o", "-", "--frame"],
        &["legacy", "convert", &payload, "-o", "-"],
    ] {
        let (code, shown, error) = run_on(Stream::Out, arguments, &[]);
        assert!(code == 2 && shown.is_empty() && error.contains(frames), "{arguments:?}: {code} {shown} {error}");
    }
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1, "a file was left behind");
}
