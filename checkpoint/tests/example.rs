//! The example: a graph that is killed goes on where it was, and runs nothing twice that it had written. `cargo test` builds examples
//! where no single test is asked for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::process::Command;

#[test]
fn a_graph_that_is_killed_goes_on_where_it_was() {
    let here = std::env::current_exe().unwrap();
    let example = here.parent().unwrap().parent().unwrap().join("examples").join("graph");
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    let mut ended = false;
    for _ in 0..9 {
        let mut command = Command::new(&example);
        let output = command.arg(folder.path().join("store")).args(["--die-after", "1"]).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", example.display()));
        said.push_str(&String::from_utf8(output.stdout).unwrap());
        ended = output.status.success();
        if ended {
            break;
        }
    }
    assert!(ended, "{said}");
    let runs: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("  runs ")).collect();
    assert_eq!(runs, ["think", "papers", "web", "write"], "each task runs once: {said}");
    assert_eq!(said.matches("killed").count(), 4, "{said}");
    assert!(said.ends_with("\"write after 3 messages\"]\n"), "{said}");
}
