//! What reading a frame costs at the worst, over all vectors and what fuzzing has found.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Parser;
use dashstream_codec::Prelude;
use dashstream_fuzz::{Cost, read_measured, seeds};
use dashstream_vectors::Case;

/// Times a frame is read; the quickest counts.
const TIMES: usize = 7;
/// Bytes as which a shorter input counts: a new reader costs what it costs, some microseconds with the context of zstd.
const SHORT: u64 = 1_024;

/// Reads every vector of one frame, and every file of the folders given, and prints the worst of them, as Markdown: heap by what FRM-009 grants, and time by the
/// bytes of the input and of its body, and by those of the input alone.
#[derive(Debug, Parser)]
#[command(
    after_help = "Examples:\n  cargo run --release -p dashstream-fuzz --example cost\n  cargo run --release -p dashstream-fuzz --example cost -- --corpus target/fuzz/corpus/decode"
)]
struct Args {
    /// A folder of inputs, such as a corpus. May be given more than once.
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// Rows of each table.
    #[arg(long, default_value_t = 5)]
    rows: usize,
}

/// A vector, and what it cost.
struct Row {
    id: String,
    input: u64,
    /// Bytes of the input, and of the body that its prelude announces.
    all: u64,
    cost: Cost,
}

impl Row {
    fn heap(&self) -> f64 {
        ratio(self.cost.heap, self.cost.entitled)
    }

    fn nanos(&self) -> u64 {
        u64::try_from(self.cost.time.as_nanos()).unwrap_or(u64::MAX)
    }
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    let vectors = seeds::vectors()?;
    let mut rows = Vec::new();
    for vector in &vectors {
        let Case::Decode(case) = &vector.case else { continue };
        let Some(bytes) = case.bytes.as_ref().map(|bytes| bytes.to_vec()) else { continue };
        rows.push(measured(&vector.id, &bytes)?);
    }
    for folder in &args.corpus {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().chars().take(12).collect::<String>();
            rows.push(measured(&format!("found: {name}"), &fs::read(&path)?)?);
        }
    }
    let mut out = io::stdout();
    writeln!(out, "{} frames, each read {TIMES} times by a new reader; the quickest counts.", rows.len())?;
    table(&mut out, &mut rows, args.rows, "heap of what is granted", Row::heap)?;
    table(&mut out, &mut rows, args.rows, "ns a byte of input and body", |row| ratio(row.nanos(), row.all.max(SHORT)))?;
    table(&mut out, &mut rows, args.rows, "ns a byte of input", |row| ratio(row.nanos(), row.input.max(SHORT)))
}

fn measured(id: &str, bytes: &[u8]) -> io::Result<Row> {
    let mut cost: Option<Cost> = None;
    for _ in 0..TIMES {
        let (_, again) = read_measured(bytes).map_err(io::Error::other)?;
        if cost.is_none_or(|cost| again.time < cost.time) {
            cost = Some(again);
        }
    }
    let raw_len = Prelude::read(bytes).map_or(0, |prelude| u64::from(prelude.raw_len));
    let input = bytes.len() as u64;
    Ok(Row { id: id.to_owned(), input, all: input + raw_len, cost: cost.unwrap_or_default() })
}

fn table(
    out: &mut impl io::Write,
    rows: &mut [Row],
    most: usize,
    what: &str,
    of: impl Fn(&Row) -> f64,
) -> io::Result<()> {
    rows.sort_by(|a, b| of(b).total_cmp(&of(a)));
    writeln!(out, "\n| vector | input | with body | heap | granted | time | {what} |\n|---|--:|--:|--:|--:|--:|--:|")?;
    for row in rows.iter().take(most) {
        let Row { id, input, all, cost, .. } = row;
        let time = row.nanos() / 1_000;
        writeln!(out, "| {id} | {input} | {all} | {} | {} | {time} us | {:.3} |", cost.heap, cost.entitled, of(row))?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
