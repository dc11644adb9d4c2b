//! The reference codec as a testee: JSON Lines in, JSON Lines out. It is an adapter like any other.

use std::io::{self, BufRead, Write};

use dashstream_codec::constants::{MAX_FRAME_LEN, MAX_RAW_LEN, MAX_RECORDS};
use dashstream_codec::file::{FileEvent, FileReader};
use dashstream_codec::json::{batch_from_json, to_json};
use dashstream_codec::ledger::{Ledger, Observation, Verdict};
use dashstream_codec::{Codec, Decoder, Encoder, EncoderConfig, Error, Limits, MessageReader, Prelude, ReadOptions};
use serde_json::Value;

use crate::protocol::{
    Accepted, AccountLine, Answer, Arrival, DecodeQuestion, Decoded, EndLine, FileReport, Hello, LedgerReport,
    PROTOCOL, Question, Refusal, Rejected, Skipped, VerdictLine, WriteOptions,
};

/// Everything but `lint`: the codec has no lints.
const CAPABILITIES: [&str; 8] = ["decode", "encode", "file", "ledger", "zstd", "lz4", "incremental", "payloads"];

/// Answers questions until the input ends.
///
/// # Errors
/// The input cannot be read, or the output not be written.
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut decoder = Decoder::new();
    for line in input.lines() {
        let (id, answer) = match Question::from_line(&line?) {
            Ok((id, question)) => (id, answer(&mut decoder, &question)),
            // Without an id there is nobody to answer; the runner takes the line for what it is.
            Err(why) => (0, Answer::Unsupported(why)),
        };
        writeln!(output, "{}", answer.to_line(id))?;
        output.flush()?;
    }
    Ok(())
}

/// The answer to one question.
#[must_use]
pub fn answer(decoder: &mut Decoder, question: &Question) -> Answer {
    match question {
        Question::Hello => Answer::Hello(Hello {
            protocol: PROTOCOL,
            implementation: "dashstream-codec".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
        }),
        Question::Decode(question) => decode(decoder, question),
        Question::Encode { content, options } => encode(content, *options),
        Question::File { file, pieces } => read_file(file, pieces.as_deref()),
        Question::Ledger { input } => keep_ledger(decoder, input),
        Question::Producer(_) | Question::Consumer(_) => Answer::Unsupported("not yet".to_owned()),
        Question::Unknown(op) => Answer::Unsupported(format!("there is no operation {op}")),
    }
}

fn refused(error: &Error) -> Answer {
    Answer::Refused(Refusal {
        code: error.code.name().to_owned(),
        offset: Some(error.offset),
        released: Some(0),
        message: Some(error.to_string()),
    })
}

fn refused_input(code: &str, message: &dyn std::fmt::Display) -> Answer {
    let message = Some(message.to_string());
    Answer::Refused(Refusal { code: code.to_owned(), message, ..Refusal::default() })
}

fn decode(decoder: &mut Decoder, question: &DecodeQuestion) -> Answer {
    let limits = limits(question);
    let options = ReadOptions { limits, tenant: question.tenant.as_deref() };
    let collected = match (&question.frame, &question.pieces) {
        (Some(frame), Some(pieces)) => match collect(frame, pieces, limits) {
            Ok(collected) => Some(collected),
            Err(error) => return refused(&error),
        },
        (frame, _) => frame.clone(),
    };
    match decoder.decode_value(collected.as_deref(), &options) {
        Ok(batch) => Answer::Decoded(Decoded { frame: to_json(&batch), lints: None }),
        Err(error) => refused(&error),
    }
}

/// Feeds the codec's incremental reader.
fn collect(frame: &[u8], pieces: &[u64], limits: Limits) -> Result<Vec<u8>, Error> {
    let mut reader = MessageReader::new(limits);
    for piece in cut(frame, pieces) {
        reader.push(piece)?;
    }
    reader.finish().map(<[u8]>::to_vec)
}

/// The input in pieces of these lengths; the rest is the last piece.
fn cut<'b>(mut bytes: &'b [u8], pieces: &[u64]) -> Vec<&'b [u8]> {
    let mut all = Vec::with_capacity(pieces.len() + 1);
    for piece in pieces {
        let len = usize::try_from(*piece).unwrap_or(usize::MAX).min(bytes.len());
        let (first, rest) = bytes.split_at(len);
        all.push(first);
        bytes = rest;
    }
    if !bytes.is_empty() {
        all.push(bytes);
    }
    all
}

fn limits(question: &DecodeQuestion) -> Limits {
    let small = |limit: Option<u64>, most: u32| limit.map_or(most, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
    Limits {
        max_frame_len: question.limits.max_frame_len.unwrap_or(MAX_FRAME_LEN),
        max_raw_len: small(question.limits.max_raw_len, MAX_RAW_LEN),
        max_records: small(question.limits.max_records, MAX_RECORDS),
    }
}

fn encode(content: &Value, options: WriteOptions) -> Answer {
    let Some(codec) = u8::try_from(options.codec).ok().and_then(Codec::from_number) else {
        return refused_input("CODEC", &"no such codec");
    };
    let Ok(level) = options.level.map(i32::try_from).transpose() else {
        return refused_input("LEVEL", &"no such level");
    };
    let config = EncoderConfig {
        codec,
        level,
        threshold: options.threshold.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
        max_frame_len: usize::try_from(MAX_FRAME_LEN).unwrap_or(usize::MAX),
        ..EncoderConfig::default()
    };
    let mut encoder = match Encoder::new(config) {
        Ok(encoder) => encoder,
        Err(error) => return refused_input(error.code().name(), &error),
    };
    let batch = match batch_from_json(content) {
        Ok(batch) => batch,
        Err(error) => return refused_input(error.code().name(), &error),
    };
    let mut frame = Vec::new();
    match batch.finish(&mut encoder, &mut frame) {
        Ok(_) => Answer::Encoded(frame),
        Err(error) => refused_input(error.code().name(), &error),
    }
}

fn read_file(file: &[u8], pieces: Option<&[u64]>) -> Answer {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut report = FileReport { accepted: Vec::new(), skipped: Vec::new(), rejected: Vec::new(), tail: None };
    let mut refusal = None;
    for mut piece in cut(file, pieces.unwrap_or_default()) {
        while let Some(event) = reader.next_event(&mut piece) {
            note(&event, &mut report, &mut refusal);
        }
    }
    reader.finish();
    while let Some(event) = reader.next_event(&mut &[][..]) {
        note(&event, &mut report, &mut refusal);
    }
    refusal.map_or(Answer::File(report), |error| refused(&error))
}

fn note(event: &FileEvent<'_>, report: &mut FileReport, refusal: &mut Option<Error>) {
    match event {
        FileEvent::Header { .. } => {}
        FileEvent::Refused(error) => *refusal = Some(*error),
        FileEvent::Accepted { start, end, batch, .. } => {
            report.accepted.push(Accepted { start: *start, end: *end, frame: to_json(batch) });
        }
        FileEvent::Rejected { start, error, .. } => {
            let code = error.code.name().to_owned();
            report.rejected.push(Rejected { start: *start, code, offset: error.offset });
        }
        FileEvent::Skipped { start, end, code } => {
            report.skipped.push(Skipped { start: *start, end: *end, code: code.name().to_owned() });
        }
        FileEvent::End { tail, .. } => report.tail = *tail,
    }
}

fn keep_ledger(decoder: &mut Decoder, input: &[Arrival]) -> Answer {
    let mut ledger = Ledger::new();
    let verdicts = input.iter().map(|arrival| arrive(decoder, &mut ledger, arrival)).collect();
    let end = ledger.finish().into_iter().map(|unknown| {
        let VerdictLine { verdict, arg } = verdict_line(unknown.verdict());
        EndLine { producer_id: hex(&unknown.producer_id), lane: unknown.lane, verdict, arg: arg.unwrap_or_default() }
    });
    let accounts = ledger.accounts().map(|entry| AccountLine {
        producer_id: hex(&entry.producer_id),
        lane: entry.lane,
        epoch: entry.epoch,
        first: entry.account.first().to_string(),
        last: entry.account.last().to_string(),
        seen: entry.account.seen().to_string(),
        declared: entry.account.declared().to_string(),
        unreadable: entry.account.unreadable().to_string(),
        lost: entry.account.lost().to_string(),
        tail: entry.account.tail().name().to_owned(),
    });
    Answer::Ledger(LedgerReport { verdicts, end: end.collect(), accounts: accounts.collect() })
}

fn arrive(decoder: &mut Decoder, ledger: &mut Ledger, arrival: &Arrival) -> Vec<VerdictLine> {
    let observation = match decoder.decode(&arrival.frame, &ReadOptions::default()) {
        Ok(batch) => Some(Observation::of_batch(&batch)),
        Err(error) => match Prelude::read(&arrival.frame) {
            Ok(prelude) => Observation::of_rejected(&prelude, error.code),
            Err(_) => None,
        },
    };
    let Some(observation) = observation else { return Vec::new() };
    let observation = Observation { partition: arrival.partition, ..observation };
    ledger.observe(&observation).into_iter().map(verdict_line).collect()
}

fn verdict_line(verdict: Verdict) -> VerdictLine {
    VerdictLine { verdict: verdict.name().to_owned(), arg: verdict.arg().map(|arg| arg.to_string()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
