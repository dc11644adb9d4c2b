//! Micro-benchmarks of the codec, frames of 1,000 records of the generated corpus. `check` is a decode whose records
//! are not read: the wire scan and the checks of the body.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use dashstream_bench::corpus::{Options as CorpusOptions, generate};
use dashstream_bench::error::Error;
use dashstream_bench::event::Event;
use dashstream_bench::ours::{DashStream, Options};
use dashstream_bench::peer::Peer;
use dashstream_bench::visit::Sum;
use dashstream_codec::{Codec, Decoder, ReadOptions, crc32c};

const RECORDS: usize = 1_000;

fn main() -> Result<(), Error> {
    let corpus = generate(&CorpusOptions { events: RECORDS, ..CorpusOptions::default() });
    let mut criterion = Criterion::default().configure_from_args();
    for (name, codec, level) in [("none", Codec::None, None), ("zstd-1", Codec::Zstd, Some(1))] {
        codec_group(&mut criterion, name, Options::new(codec, level), &corpus.events)?;
    }
    criterion.final_summary();
    Ok(())
}

fn codec_group(criterion: &mut Criterion, name: &str, options: Options, events: &[Event]) -> Result<(), Error> {
    let mut ours = DashStream::new(options)?;
    let mut frame = Vec::new();
    ours.encode(&mut &*events, &mut frame)?;
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(RECORDS as u64));
    let mut out = Vec::new();
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            out.clear();
            ours.encode(&mut black_box(events), &mut out)
        });
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            let mut sum = Sum::default();
            ours.decode(black_box(&frame), &mut sum).map(|()| sum)
        });
    });
    let mut decoder = Decoder::new();
    group.bench_function("check", |bencher| {
        bencher.iter(|| decoder.decode(black_box(&frame), &ReadOptions::default()).map(|batch| batch.len()));
    });
    group.throughput(Throughput::Bytes(frame.len() as u64));
    group.bench_function("crc32c", |bencher| bencher.iter(|| crc32c(black_box(&frame))));
    group.finish();
    Ok(())
}
