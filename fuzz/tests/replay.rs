//! Every seed, every input of the corpus, every artifact and every regression, through the laws, on stable Rust. One
//! test, so that nothing else uses the memory that is measured.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use dashstream_fuzz::seeds::{self, Which};
use dashstream_fuzz::{Counts, TARGETS, Target, corpus};

/// The inputs of a folder; none where it is not there.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths
}

fn execute(target: &Target, what: &str, bytes: &[u8], counts: &mut Counts) {
    match (target.law)(bytes) {
        Ok(seen) => counts.add(&seen),
        Err(broken) => panic!("{}: {what}: {broken}", target.name),
    }
}

fn replay_folder(target: &Target, folder: &Path, counts: &mut Counts) -> usize {
    let paths = inputs(folder);
    for path in &paths {
        let bytes = fs::read(path).expect("an input");
        execute(target, &path.display().to_string(), &bytes, counts);
    }
    paths.len()
}

/// Seeds, corpus, artifacts and regressions of a target, each counted.
fn replay(target: &Target, vectors: &[dashstream_vectors::Vector], counts: &mut Counts) -> [usize; 4] {
    let seeds = seeds::of(vectors, target, Which::All);
    for seed in &seeds {
        execute(target, &seed.id, &seed.bytes, counts);
    }
    let kept = corpus::of(target).expect("the corpus");
    for (index, bytes) in kept.iter().enumerate() {
        execute(target, &format!("corpus/{}.hex:{}", target.name, index + 1), bytes, counts);
    }
    // What a long run has found, for those who ask what it reaches.
    let found = std::env::var_os("DASHSTREAM_FUZZ_CORPUS").map(|folder| Path::new(&folder).join(target.name));
    let found = found.map_or(0, |folder| replay_folder(target, &folder, counts));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [artifacts, regressions] =
        ["artifacts", "regressions"].map(|kind| replay_folder(target, &root.join(kind).join(target.name), counts));
    [seeds.len(), kept.len() + found, artifacts, regressions]
}

#[test]
fn everything_that_is_kept_obeys_the_laws() {
    let vectors = seeds::vectors().expect("the vectors");
    let mut out = std::io::stdout();
    for target in TARGETS {
        let mut counts = Counts::default();
        let [seeds, corpus, artifacts, regressions] = replay(&target, &vectors, &mut counts);
        writeln!(
            out,
            "{}: {seeds} seeds, {corpus} of the corpus, {artifacts} artifacts, {regressions} regressions; {} behind the CRCs, {} accepted",
            target.name, counts.behind, counts.accepted
        )
        .expect("stdout");
        assert!(seeds > 50, "{}: only {seeds} seeds", target.name);
        assert_eq!(counts.executions, (seeds + corpus + artifacts + regressions) as u64);
    }
}
