//! What the mutator reaches: from valid frames alone, every error code that bytes can have, most of them
//! behind right CRCs; and on all of it the codec and the plain implementation agree.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of a test: a panic is how it fails")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use dashstream_codec::json::to_json;
use dashstream_codec::{Decoder, Limits as CodecLimits, ReadOptions};
use dashstream_conformance::fuzz::{Mutator, fit, reseal};
use dashstream_conformance::plain::{Limits, Plain};
use dashstream_conformance::runner::compare::differences;
use dashstream_conformance::{root, spec};
use dashstream_vectors::{Case, DecodeExpect, Vector};
use serde_json::Value;

/// Bytes and records up to which a frame is a seed: larger ones take long and say the same.
const SMALL: u64 = 4096;
const FEW: u64 = 1000;
/// Frames that are made in all.
const CASES: u64 = 24_000;
const MOST: usize = 1 << 16;

type Verdict = Result<Value, (String, u64)>;

/// The accepted frames among the vectors.
fn seeds(vectors: &[Vector]) -> Vec<Vec<u8>> {
    let accepted = |vector: &Vector| match &vector.case {
        Case::Decode(case) if matches!(case.expect, DecodeExpect::Accepted { .. }) => {
            let bytes = case.bytes.as_ref().filter(|bytes| bytes.len() <= SMALL)?.to_vec();
            let records = bytes.get(28..30).map_or(0, |two| two.iter().rev().fold(0, |n, b| 256 * n + u64::from(*b)));
            (records <= FEW).then_some(bytes)
        }
        _ => None,
    };
    vectors.iter().filter_map(accepted).collect()
}

/// The limit and the tenant of a case: one in eight has one of them.
fn options(case: u64, made: &[u8]) -> (Limits, Option<&'static str>) {
    let len = u64::try_from(made.len()).unwrap_or_default();
    let none = Limits::default();
    match case % 32 {
        0 => (Limits { max_frame_len: Some(len - len.min(1)), ..none }, None),
        1 => (Limits { max_raw_len: Some(100), ..none }, None),
        2 => (Limits { max_records: Some(1), ..none }, None),
        3 => (none, Some("acme")),
        _ => (none, None),
    }
}

fn by_codec(decoder: &mut Decoder, bytes: &[u8], limits: Limits, tenant: Option<&str>) -> Verdict {
    let all = CodecLimits::default();
    let number = |limit: Option<u64>, most: u32| limit.map_or(most, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
    let limits = CodecLimits {
        max_frame_len: limits.max_frame_len.unwrap_or(all.max_frame_len),
        max_raw_len: number(limits.max_raw_len, all.max_raw_len),
        max_records: number(limits.max_records, all.max_records),
    };
    match decoder.decode(bytes, &ReadOptions { limits, tenant }) {
        Ok(batch) => Ok(to_json(&batch)),
        Err(error) => Err((error.code.name().to_owned(), error.offset)),
    }
}

fn by_plain(bytes: &[u8], limits: Limits, tenant: Option<&str>) -> Verdict {
    Plain::new().decode(Some(bytes), limits, tenant).map_err(|fault| (fault.code.to_owned(), fault.offset))
}

#[derive(Default)]
struct Found {
    cases: u64,
    resealed: u64,
    accepted: u64,
    codes: BTreeMap<String, u64>,
    disagreements: Vec<String>,
}

impl Found {
    fn note(&mut self, bytes: &[u8], codec: &Verdict, plain: &Verdict) {
        self.cases += 1;
        let mut again = bytes.to_vec();
        reseal(&mut again);
        self.resealed += u64::from(bytes.len() >= 64 && again == bytes);
        let same = match (codec, plain) {
            (Ok(a), Ok(b)) => differences(a, b).is_empty(),
            (a, b) => a == b,
        };
        if !same {
            let show = |verdict: &Verdict| format!("{verdict:?}").chars().take(200).collect::<String>();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            self.disagreements.push(format!("codec {}, plain {}: {hex}", show(codec), show(plain)));
        }
        match codec {
            Ok(frame) => {
                self.accepted += 1;
                for record in frame.get("records").and_then(Value::as_array).into_iter().flatten() {
                    if let Some(code) = record.pointer("/error/code").and_then(Value::as_str) {
                        *self.codes.entry(code.to_owned()).or_default() += 1;
                    }
                }
            }
            Err((code, _)) => *self.codes.entry(code.clone()).or_default() += 1,
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.cases += other.cases;
        self.resealed += other.resealed;
        self.accepted += other.accepted;
        other.codes.into_iter().for_each(|(code, count)| *self.codes.entry(code).or_default() += count);
        self.disagreements.extend(other.disagreements);
        self
    }
}

fn share(seeds: &[Vec<u8>], first: u64, step: u64) -> Found {
    let (mut found, mut decoder, mut mutator) = (Found::default(), Decoder::new(), Mutator::new(0));
    let count = u64::try_from(seeds.len()).unwrap_or(u64::MAX);
    let seed = |at: u64| usize::try_from(at % count).ok().and_then(|at| seeds.get(at)).expect("there are seeds");
    for case in (first..CASES).step_by(usize::try_from(step).expect("few threads")) {
        mutator.reseed(case);
        let made = mutator.mutate(seed(case), Some(seed(case / 7)), MOST);
        let (limits, tenant) = options(case / count, &made);
        let codec = by_codec(&mut decoder, &made, limits, tenant);
        found.note(&made, &codec, &by_plain(&made, limits, tenant));
    }
    found
}

/// Codes of bytes, in the order of the checks: of frames and of records, but for NULL_VALUE, which is no bytes.
fn codes() -> Vec<String> {
    let root = root::find().expect("the repository");
    let all = spec::error_codes(&root).expect("the registry of errors");
    let of_bytes = all.iter().filter(|code| matches!(code.scope.as_str(), "frame" | "record"));
    of_bytes.map(|code| code.code.clone()).filter(|name| name != "NULL_VALUE").collect()
}

#[test]
fn the_mutator_reaches_every_code_behind_right_crcs_and_nobody_disagrees() {
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().expect("the vectors")).expect("vectors");
    let seeds = seeds(&set.vectors);
    assert!(seeds.len() > 50, "only {} seeds", seeds.len());
    let found = std::thread::scope(|scope| {
        let (seeds, threads) = (&seeds, std::thread::available_parallelism().map_or(1, usize::from) as u64);
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(seeds, first, threads))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).fold(Found::default(), Found::join)
    });
    let mut out = std::io::stdout();
    let codes = codes();
    let of = |code: &String| found.codes.get(code).copied().unwrap_or_default();
    codes.iter().for_each(|code| writeln!(out, "{code:<24} {}", of(code)).expect("stdout"));
    let at = codes.iter().position(|code| code == "BODY_CRC").expect("BODY_CRC is a code");
    let after: u64 = codes.iter().skip(at + 1).filter(|code| !is_of_a_record(code)).map(of).sum();
    writeln!(
        out,
        "{} frames from {} seeds: {} with right CRCs, {} past all CRCs ({} rejected behind them, {} accepted)",
        found.cases,
        seeds.len(),
        found.resealed,
        after + found.accepted,
        after,
        found.accepted
    )
    .expect("stdout");
    found.disagreements.iter().take(20).for_each(|line| writeln!(out, "DISAGREE {line}").expect("stdout"));
    assert_eq!(found.disagreements.len(), 0);
    let missing: Vec<&String> = codes.iter().filter(|code| of(code) == 0).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    assert!(6 * found.resealed >= 5 * found.cases, "too few with right CRCs");
    assert!(2 * (after + found.accepted) >= found.cases, "too few past the CRCs");
}

fn is_of_a_record(code: &str) -> bool {
    matches!(code, "UNKNOWN_CRITICAL_KIND" | "PAYLOAD")
}

#[test]
fn the_same_seed_makes_the_same_frames_and_none_is_too_long() {
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().expect("the vectors")).expect("vectors");
    let seeds = seeds(&set.vectors);
    let (mut one, mut another) = (Mutator::new(7), Mutator::new(7));
    let begin = Instant::now();
    for (index, seed) in seeds.iter().cycle().take(5000).enumerate() {
        let other = seeds.get(index % 7).map(Vec::as_slice);
        let most = if index % 3 == 0 { 200 } else { MOST };
        let made = one.mutate(seed, other, most);
        assert!(made.len() <= most);
        assert_eq!(made, another.mutate(seed, other, most), "case {index}");
    }
    let rate = 10_000.0 / begin.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{rate:.0} frames a second").expect("stdout");
}

#[test]
fn what_is_no_frame_is_changed_without_a_panic() {
    let mut mutator = Mutator::new(1);
    for len in 0..200 {
        for filler in [0x00, 0x7f, 0xbe, 0xff] {
            let bytes = vec![filler; len];
            for _ in 0..20 {
                let made = mutator.mutate(&bytes, Some(&bytes), 4096);
                let mut fitted = made.clone();
                fit(&mut fitted);
                assert_eq!(fitted.len(), made.len());
            }
        }
    }
}

/// As libFuzzer does it: what was made is changed again, and again.
#[test]
fn what_was_made_can_be_changed_again() {
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().expect("the vectors")).expect("vectors");
    let seeds = seeds(&set.vectors);
    let mut mutator = Mutator::new(2);
    for (index, seed) in seeds.iter().cycle().take(3 * seeds.len()).enumerate() {
        let (mut frame, mut before) = (seed.clone(), seeds.get(index / 2 % seeds.len()).expect("a seed").clone());
        for _ in 0..20 {
            let made = mutator.mutate(&frame, Some(&before), 2 * 4096);
            before = std::mem::replace(&mut frame, made);
        }
    }
}

#[test]
fn fitted_lengths_and_crcs_are_those_of_the_bytes() {
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().expect("the vectors")).expect("vectors");
    for seed in seeds(&set.vectors) {
        let mut same = seed.clone();
        reseal(&mut same);
        assert_eq!(same, seed, "what is right stays");
        fit(&mut same);
        assert_eq!(same, seed, "what is right stays");
        // Fields that no codec knows, behind a body that is stored as it is.
        if seed.get(26) == Some(&0) {
            let mut longer = [&seed[..], &[0x80, 0x7d, 0x00]].concat();
            let refused = by_plain(&longer, Limits::default(), None);
            assert_eq!(refused.expect_err("too long").0, "TRAILING");
            fit(&mut longer);
            assert!(by_plain(&longer, Limits::default(), None).is_ok(), "{longer:02x?}");
        }
    }
}
