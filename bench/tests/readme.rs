//! No number in the README that the program does not print.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;

#[test]
fn tables_of_the_readme_are_what_was_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("../README.md")).unwrap();
    let mut lines = 0;
    for table in readme.split("<!-- bench: ").skip(1) {
        let (name, rest) = table.split_once(" -->\n").unwrap();
        let printed = fs::read_to_string(root.join(format!("results/{name}.md"))).unwrap();
        let (rows, _) = rest.split_once("<!-- end -->").unwrap();
        for row in rows.lines() {
            assert!(printed.lines().any(|line| line == row), "{row} is not in {name}.md");
            lines += 1;
        }
    }
    assert!(lines > 5, "{lines}");
}
