//! Every public operation, on whatever it may be given, returns: a value or a typed error.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use std::panic::catch_unwind;

use common::{cases, tokens};
use dashstream_codec::file::{FileReader, FileReport, FileWriter, Reopening, SyncMarker};
use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::view::Payload;
use dashstream_codec::{
    BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, FlushPolicy, Frame, FrameHeader, Limits, MessageReader,
    Metadata, Prelude, ReadOptions, RecordInput, crc32c,
};
use dashstream_proto::v1;
use proptest::prelude::*;

/// Bytes of every kind of nearly right: a frame with some bytes changed, cut or added.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    (0_usize..3, edits, any::<prop::sample::Index>(), any::<bool>(), any::<bool>()).prop_map(
        |(codec, edits, cut, cuts, reseal)| {
            let mut bytes = tokens(20, Codec::ALL[codec]);
            for (at, value) in edits {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if cuts {
                bytes.truncate(cut.index(bytes.len()));
            }
            if reseal && bytes.len() >= 64 {
                let mut prelude = Prelude { ..read_anyhow(&bytes) };
                let body = 64 + usize::from(prelude.metadata_len).min(bytes.len() - 64);
                prelude.metadata_crc = crc32c(&bytes[64..body]);
                prelude.body_crc = crc32c(&bytes[body..]);
                bytes[..64].copy_from_slice(&prelude.to_bytes());
            }
            bytes
        },
    )
}

/// The fields of a prelude whose magic and CRC may be wrong.
fn read_anyhow(bytes: &[u8]) -> Prelude {
    let mut head: [u8; 64] = bytes[..64].try_into().unwrap();
    head[0] = 0xBE;
    let covered = [&head[..4], &head[8..]].concat();
    head[4..8].copy_from_slice(&crc32c(&covered).to_le_bytes());
    Prelude::read(&head).expect("magic and CRC are right")
}

fn read_every_way(bytes: &[u8]) {
    let options = ReadOptions { limits: Limits { max_records: 19, ..Limits::default() }, tenant: Some("acme") };
    for options in [ReadOptions::default(), options] {
        let mut decoder = Decoder::new();
        if let Ok(batch) = decoder.decode_value(Some(bytes), &options) {
            let _ = (batch.metadata().contexts().count(), batch.metadata().drop_reasons().count());
            for result in batch.records() {
                let _ = result.accepted().map(|record| (record.message::<v1::TokenChunk>(), record.to_owned()));
            }
            let _ = Ledger::new().observe(&Observation::of_batch(&batch));
        }
        let _ = decoder.decode_value(None, &options);
        let _ = Frame::parse(bytes, &options).map(|frame| frame.metadata().tenant().len());
        let _ = FileReport::of(bytes, options);
    }
    let _ = Metadata::of_rejected(bytes).map(|metadata| metadata.contexts().count());
    if let Ok(prelude) = Prelude::read(bytes) {
        let _ = (prelude.check(), prelude.is_countable(), prelude.frame_len(), prelude.span(), prelude.last_sequence());
    }
    let mut reader = MessageReader::new(Limits::default());
    let _ = bytes.chunks(7).try_for_each(|piece| reader.push(piece));
    let _ = reader.finish().map(<[u8]>::len);
    let writer = FileWriter::new(SyncMarker::from_random([7; 16]));
    let mut file = writer.header().to_vec();
    writer.append(bytes, &mut file);
    writer.append(&tokens(1, Codec::None), &mut file);
    let _ = (FileReport::of(&file, ReadOptions::default()), Reopening::of(&file));
    let mut reader = FileReader::new(ReadOptions::default());
    for mut piece in file.chunks(11) {
        while reader.next_event(&mut piece).is_some() {}
    }
    reader.finish();
    while reader.next_event(&mut &[][..]).is_some() {}
}

fn write_anything(numbers: [u64; 4], texts: &str, payload: &[u8], config: EncoderConfig) {
    let header = FrameHeader {
        producer_id: [u8::try_from(numbers[0] & 1).unwrap(); 16],
        epoch: u32::try_from(numbers[0] >> 32).unwrap(),
        lane: u32::try_from(numbers[1] >> 32).unwrap(),
        base_sequence: numbers[2],
        ancillary_flags: None,
    };
    let metadata = v1::Metadata {
        tenant: texts.to_owned(),
        boot_nonce: vec![1; 8],
        base_time_us: numbers[3],
        ..Default::default()
    };
    let Ok(mut encoder) = Encoder::new(config) else { return };
    let Ok(mut batch) = BatchBuilder::new(header, &metadata) else { return };
    let record = RecordInput {
        sequence: (numbers[0] & 2 == 0).then_some(numbers[2]),
        kind: u32::try_from(numbers[1] & 0xFFFF_FFFF).unwrap(),
        time_us: numbers[3],
        thread: Some(texts),
        parent: (numbers[0] & 4 == 0).then_some(numbers[3]),
        payload,
        ..RecordInput::default()
    };
    let opaque = Payload::Opaque(payload);
    let _ = (batch.intern(texts), batch.push(record), batch.has_room(&record, &opaque, config.max_frame_len));
    let _ = (batch.push(record), batch.raw_len_at_most());
    let policy = FlushPolicy { max_age_us: numbers[0], ..FlushPolicy::default() };
    let _ = (policy.due(&batch, numbers[1], numbers[2]), policy.deadline_us(numbers[3]));
    let _ = batch.finish(&mut encoder, &mut Vec::new());
}

#[test]
fn the_public_api_never_panics() {
    let mut runner = proptest::test_runner::TestRunner::new(cases(20_000));
    runner
        .run(&prop_oneof![damaged(), prop::collection::vec(any::<u8>(), 0..300)], |bytes| {
            let done = catch_unwind(|| read_every_way(&bytes));
            prop_assert!(done.is_ok(), "a reader panicked");
            Ok(())
        })
        .unwrap();
    let codecs = prop::sample::select(Codec::ALL.to_vec());
    let configs = (codecs, prop::option::of(any::<i32>()), any::<usize>(), any::<usize>(), any::<u64>()).prop_map(
        |(codec, level, threshold, max_frame_len, grease)| EncoderConfig {
            codec,
            level: level.map(|level| level % 30),
            threshold,
            max_frame_len,
            grease,
        },
    );
    let numbers = prop::array::uniform4(prop_oneof![any::<u64>(), 0_u64..20, Just(1 << 53)]);
    runner
        .run(
            &(numbers, ".{0,40}", prop::collection::vec(any::<u8>(), 0..40), configs),
            |(numbers, texts, payload, config)| {
                let done = catch_unwind(|| write_anything(numbers, &texts, &payload, config));
                prop_assert!(done.is_ok(), "a writer panicked");
                Ok(())
            },
        )
        .unwrap();
}
