//! Makes the golden vectors: `generate` writes them, `generate --check` compares.
//!
//! It writes every byte itself, from the specification, and shares nothing with any codec. What a vector
//! expects comes from the model that its bytes were made from, and from what its case says.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of this folder: it has no input but its own cases, and a mistake in one has to stop it"
)]

mod build;
mod cases;
mod crc32c;
mod dual;
mod found;
mod frame;
mod lz4;
mod output;
mod pieces;
mod scenarios;
mod suite;
mod tree;
mod wire;
mod xxh64;
mod zstd;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: generate [--check] [--body] [--root FOLDER]

Writes data/, json/, schema.json and SHA256SUMS below FOLDER (default: the folder of this crate), or,
with --check, compares them with what is there. What is in data/found was found and not made: it is checked, kept
and exported. --body prints, in hexadecimal digits, the body that the
files in stored/ hold compressed. Exit 0: done, or no difference; 1: a difference, or a
file that cannot be read or written; 2: wrong usage.";

fn main() -> ExitCode {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut check = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.len()) {
            ("--check", _) => check = true,
            ("--body", _) => {
                println!("{}", hex::encode(cases::stored_body()));
                return ExitCode::SUCCESS;
            }
            ("--root", 1..) => root = arguments.next().map(PathBuf::from).unwrap_or(root),
            ("--help" | "-h", _) => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    match run(&root, check) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("generate: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, check: bool) -> Result<String, String> {
    let mut suite = cases::all();
    suite.found = found::read(root)?;
    found::check(&suite)?;
    let files = output::files(&suite);
    if check { output::check(root, &files) } else { output::write(root, &files) }?;
    let vectors = suite.cases.len() + suite.found.len();
    let found = if suite.found.is_empty() { String::new() } else { format!(", {} of them found", suite.found.len()) };
    Ok(format!("{vectors} vectors{found} in {} files", files.len()))
}
