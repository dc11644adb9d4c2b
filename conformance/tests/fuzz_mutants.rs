//! How good the cases are: each mutant of the plain implementation has one rule changed, and is found by
//! the answers that it gives to them, unless it is one that writes or follows scripts.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use dashstream_conformance::fuzz::cases::Seeds;
use dashstream_conformance::fuzz::{Fuzzer, Outcome, References, Said};
use dashstream_conformance::plain::{MutantInfo, Plain};
use dashstream_conformance::plain_oracle::PlainTestee;
use dashstream_conformance::protocol::{Answer, Hello, Question};
use dashstream_conformance::session::Testee as _;

/// Cases, and with `DASHSTREAM_LONG` set to 1 so many.
const CASES: [u64; 2] = [1000, 60_000];
/// One in so many mutants is tried.
const STEP: [usize; 2] = [5, 1];
/// So many of the mutants that can be found are found by that many cases, in percent.
const FOUND: [usize; 2] = [70, 100];

/// Requirements of writers: cases ask nobody to write.
const OF_WRITERS: [&str; 11] = [
    "PRE-027", "COD-004", "COD-005", "COD-006", "JSON-001", "JSON-002", "JSON-003", "JSON-004", "WRT-001", "WRT-002",
    "WRT-003",
];

/// Requirements of producers, consumers and followers, and of stores: cases have no scripts and no folders.
const OF_SCRIPTS: [&str; 7] = ["SEQ-", "CON-", "KAF-", "DIF-", "CKP-", "META-017", "WRT-006"];

/// A mutant, and the first case that it gave another answer to.
struct Tried {
    mutant: MutantInfo,
    first: AtomicU64,
}

const NEVER: u64 = u64::MAX;

fn hello() -> Hello {
    match PlainTestee::new(Plain::new(), PathBuf::new()).ask(&Question::Hello) {
        Ok(Answer::Hello(hello)) => hello,
        other => panic!("no hello: {other:?}"),
    }
}

fn share(seeds: &Seeds, all: &[Tried], cases: impl Iterator<Item = u64>) -> u64 {
    let (mut fuzzer, mut references) = (Fuzzer::new(seeds, 1, hello()), References::new());
    let mut testees: Vec<PlainTestee> =
        all.iter().map(|one| PlainTestee::new(Plain::with(one.mutant.mutation), PathBuf::new())).collect();
    let mut asked = 0;
    for number in cases {
        let case = fuzzer.case(number);
        let said = references.ask(&case);
        assert!(!matches!(said, Said::Differ { .. }), "the references differ on case {number}: {said:?}");
        for (one, testee) in all.iter().zip(&mut testees) {
            if one.first.load(Ordering::Relaxed) < number {
                continue;
            }
            asked += 1;
            // What is no answer would be found too.
            let found = testee
                .ask(&case.question)
                .map_or(true, |answer| matches!(fuzzer.compare(&case, &said, &answer), Outcome::Disagrees(_)));
            if found {
                one.first.fetch_min(number, Ordering::Relaxed);
            }
        }
    }
    asked
}

/// Whether no case can find it.
fn is_out_of_reach(one: &Tried) -> bool {
    let requirement = one.mutant.requirement;
    let follows_scripts = OF_SCRIPTS.iter().any(|start| requirement.starts_with(start)) && requirement != "KAF-001";
    follows_scripts || OF_WRITERS.contains(&requirement)
}

#[test]
fn mutants_are_found_by_cases() {
    let long = std::env::var_os("DASHSTREAM_LONG").is_some_and(|value| value == "1");
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().expect("the vectors")).expect("vectors");
    let seeds = Seeds::of(&set);
    let mutants = Plain::mutants().into_iter().step_by(STEP[usize::from(long)]);
    let all: Vec<Tried> = mutants.map(|mutant| Tried { mutant, first: AtomicU64::new(NEVER) }).collect();
    let (count, threads) = (CASES[usize::from(long)], std::thread::available_parallelism().map_or(1, usize::from));
    let begin = std::time::Instant::now();
    let asked: u64 = std::thread::scope(|scope| {
        let (seeds, all) = (&seeds, &all);
        let cases = |first: usize| (first as u64..count).step_by(threads);
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(seeds, all, cases(first)))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    });
    let mut out = std::io::stdout();
    for one in &all {
        let first = match one.first.load(Ordering::Relaxed) {
            NEVER if is_out_of_reach(one) => "out of reach".to_owned(),
            NEVER => "NOT FOUND".to_owned(),
            first => format!("case {first}"),
        };
        writeln!(out, "{:<34} {first:<34} {}", one.mutant.id, one.mutant.what).expect("stdout");
    }
    let (unreachable, reachable): (Vec<&Tried>, Vec<&Tried>) = all.iter().partition(|one| is_out_of_reach(one));
    let is_found = |one: &&&Tried| one.first.load(Ordering::Relaxed) != NEVER;
    let found = reachable.iter().filter(is_found).count();
    writeln!(
        out,
        "{found} of {} mutants found by {count} cases, {} out of reach; {asked} questions in {:.1} s",
        reachable.len(),
        unreachable.len(),
        begin.elapsed().as_secs_f64()
    )
    .expect("stdout");
    assert!(100 * found >= FOUND[usize::from(long)] * reachable.len(), "only {found} of {}", reachable.len());
    assert_eq!(unreachable.iter().filter(is_found).count(), 0, "a mutant said to be out of reach is found");
}
