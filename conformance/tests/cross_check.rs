//! The codec against the plain implementation, on frames that nearly are frames: whatever is done to a
//! valid vector, both give the same code, offset and content.

#![allow(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of a test: a panic is how it fails")]

use std::io::Write as _;

use dashstream_codec::json::to_json;
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_conformance::fuzz::reseal;
use dashstream_conformance::plain::{Limits, Plain};
use dashstream_conformance::runner::compare::differences;
use dashstream_vectors::{Case, DecodeCase, DecodeExpect, Vector};
use serde_json::Value;

/// Bytes above which only a sample of the flips and cuts is made.
const LARGE: usize = 4096;
/// Records above which that is so too: what such a frame costs does not show in its bytes.
const MANY: u16 = 1000;
/// Bytes above which a frame is left out: each decoding takes long, and the others say the same.
const HUGE: usize = 1 << 20;
/// Flips and cuts of a frame of which a sample is made: so many, or with `DASHSTREAM_LONG` set to 1 so many.
const SAMPLE: [usize; 2] = [100, 1000];

#[derive(Debug, PartialEq)]
enum Verdict {
    Accepted(Value),
    Rejected(String, u64),
}

fn by_codec(decoder: &mut Decoder, bytes: &[u8]) -> Verdict {
    match decoder.decode(bytes, &ReadOptions::default()) {
        Ok(batch) => Verdict::Accepted(to_json(&batch)),
        Err(error) => Verdict::Rejected(error.code.name().to_owned(), error.offset),
    }
}

fn by_plain(bytes: &[u8]) -> Verdict {
    match Plain::new().decode(Some(bytes), Limits::default(), None) {
        Ok(frame) => Verdict::Accepted(frame),
        Err(fault) => Verdict::Rejected(fault.code.to_owned(), fault.offset),
    }
}

#[derive(Default)]
struct Totals {
    frames: usize,
    sampled: Vec<String>,
    left_out: Vec<String>,
    first_bytes: usize,
    cuts: usize,
    flips: usize,
    resealed: usize,
    accepted: usize,
    disagreements: Vec<String>,
}

struct Check {
    decoder: Decoder,
    sample: usize,
    totals: Totals,
}

impl Check {
    fn compare(&mut self, id: &str, what: &str, bytes: &[u8]) {
        let (codec, plain) = (by_codec(&mut self.decoder, bytes), by_plain(bytes));
        self.totals.accepted += usize::from(matches!(codec, Verdict::Accepted(_)));
        let same = match (&codec, &plain) {
            (Verdict::Accepted(a), Verdict::Accepted(b)) => differences(a, b).is_empty(),
            (a, b) => a == b,
        };
        if !same {
            let show = |verdict: &Verdict| format!("{verdict:?}").chars().take(160).collect::<String>();
            let line = format!("{id} {what}: codec {}, plain {}", show(&codec), show(&plain));
            self.totals.disagreements.push(line);
        }
    }

    fn frame(&mut self, id: &str, bytes: &[u8]) {
        let len = bytes.len();
        self.totals.frames += 1;
        let is_large = len > LARGE || u16::from_le_bytes([bytes[28], bytes[29]]) > MANY;
        if is_large {
            self.totals.sampled.push(id.to_owned());
        }
        self.compare(id, "as it is", bytes);
        let mut changed = bytes.to_vec();
        for first in 0..=255 {
            changed[0] = first;
            self.compare(id, &format!("byte 0 = {first:02x}"), &changed);
            self.totals.first_bytes += 1;
        }
        let step = if is_large { len.div_ceil(self.sample) } else { 1 };
        for at in (0..len).step_by(step) {
            self.compare(id, &format!("cut at {at}"), &bytes[..at]);
            self.totals.cuts += 1;
        }
        // A step that has no common factor with 8 reaches every bit position.
        let step = if is_large { (8 * len / self.sample) | 1 } else { 1 };
        for bit in (0..8 * len).step_by(step) {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            self.compare(id, &format!("bit {bit} flipped"), &flipped);
            self.totals.flips += 1;
            // Bits of the CRCs themselves would only be put right again.
            if !(32..128).contains(&bit) {
                reseal(&mut flipped);
                self.compare(id, &format!("bit {bit} flipped, CRCs made anew"), &flipped);
                self.totals.resealed += 1;
            }
        }
    }
}

fn accepted(vector: &Vector) -> Option<&DecodeCase> {
    match &vector.case {
        Case::Decode(case) => matches!(case.expect, DecodeExpect::Accepted { .. }).then_some(case),
        _ => None,
    }
}

fn check(vectors: &[Vector], share: usize, of: usize) -> Totals {
    let long = std::env::var_os("DASHSTREAM_LONG").is_some_and(|value| value == "1");
    let mut check = Check { decoder: Decoder::new(), sample: SAMPLE[usize::from(long)], totals: Totals::default() };
    for vector in vectors.iter().skip(share).step_by(of) {
        let Some(bytes) = accepted(vector).and_then(|case| case.bytes.as_ref()) else { continue };
        if bytes.len() > HUGE as u64 {
            check.totals.left_out.push(vector.id.clone());
            continue;
        }
        check.frame(&vector.id, &bytes.to_vec());
    }
    check.totals
}

#[test]
fn every_first_byte_truncation_and_flip_gets_the_same_verdict() {
    let root = dashstream_vectors::default_root().expect("the vectors");
    let set = dashstream_vectors::load(&root).expect("the vectors can be loaded");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<Totals> = std::thread::scope(|scope| {
        let vectors = &set.vectors;
        let workers: Vec<_> = (0..threads).map(|share| scope.spawn(move || check(vectors, share, threads))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect()
    });
    let sum = |count: fn(&Totals) -> usize| all.iter().map(count).sum::<usize>();
    let names = |of: fn(&Totals) -> &Vec<String>| all.iter().flat_map(of).cloned().collect::<Vec<_>>().join(", ");
    let frames = sum(|totals| totals.frames);
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{frames} frames ({} sampled, {} above 1 MiB left out): {} first bytes, {} cuts, {} flips, {} flips with CRCs made anew, {} of all accepted",
        sum(|totals| totals.sampled.len()),
        sum(|totals| totals.left_out.len()),
        sum(|totals| totals.first_bytes),
        sum(|totals| totals.cuts),
        sum(|totals| totals.flips),
        sum(|totals| totals.resealed),
        sum(|totals| totals.accepted),
    )
    .expect("stdout");
    writeln!(out, "sampled: {}", names(|totals| &totals.sampled)).expect("stdout");
    writeln!(out, "left out: {}", names(|totals| &totals.left_out)).expect("stdout");
    let disagreements: Vec<&String> = all.iter().flat_map(|totals| &totals.disagreements).collect();
    for line in disagreements.iter().take(40) {
        writeln!(out, "DISAGREE {line}").expect("stdout");
    }
    assert!(frames > 50, "only {frames} frames: the vectors were not found");
    assert_eq!(disagreements.len(), 0);
}
