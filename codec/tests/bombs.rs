//! What a hostile frame can make a reader allocate. In a binary of its own, for the allocator counts the
//! whole process. It counts Rust's heap: libzstd's context, about 100 KB once for a decoder, is outside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{assemble, metadata};
use dashstream_codec::file::{FileEvent, FileReader, FileWriter, SyncMarker};
use dashstream_codec::{Code, Decoder, Limits, MessageReader, Prelude, ReadOptions};
use peak_alloc::PeakAlloc;
use prost::Message;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const MIB_8: usize = 8_388_608;

/// Decodes a frame with a new decoder, reads every record, and returns the verdict.
fn decode(frame: &[u8]) -> Result<usize, Code> {
    let mut decoder = Decoder::new();
    let batch = decoder.decode(frame, &ReadOptions::default()).map_err(|error| error.code)?;
    let texts = batch.records().map(|result| {
        let record = result.record;
        [record.thread, record.node, record.run, record.task].map(|text| text.map_or(0, str::len)).iter().sum::<usize>()
    });
    Ok(texts.sum())
}

/// The verdict on a frame, once it is known that it took no more memory than it may.
fn within_limits(frame: &[u8]) -> Result<usize, Code> {
    let prelude = Prelude::read(frame).unwrap();
    let allowed = prelude.raw_len as usize + prelude.body_len as usize + 65_536;
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let verdict = decode(frame);
    let used = HEAP.peak_usage() - before;
    assert!(used <= allowed, "{used} bytes for a frame that may take {allowed}: {verdict:?}");

    // The message as it arrives takes its own length.
    HEAP.reset_peak_usage();
    let mut reader = MessageReader::new(Limits::default());
    frame.chunks(1_000).for_each(|piece| reader.push(piece).unwrap());
    assert!(HEAP.peak_usage() - before <= frame.len() + 1_024);
    verdict
}

fn zstd(raw: &[u8]) -> Vec<u8> {
    let mut compressor = zstd::bulk::Compressor::new(1).unwrap();
    compressor.include_checksum(true).unwrap();
    compressor.compress(raw).unwrap()
}

fn zstd_frame(raw: &[u8], change: impl FnOnce(&mut Prelude)) -> Vec<u8> {
    frame(1, &zstd(raw), raw.len(), change)
}

fn lz4_frame(raw: &[u8], change: impl FnOnce(&mut Prelude)) -> Vec<u8> {
    frame(2, &lz4_flex::block::compress(raw), raw.len(), change)
}

fn frame(codec: u8, stored: &[u8], raw_len: usize, change: impl FnOnce(&mut Prelude)) -> Vec<u8> {
    assemble(&metadata().encode_to_vec(), stored, |prelude| {
        prelude.codec = codec;
        prelude.raw_len = raw_len as u32;
        change(prelude);
    })
}

/// A field of a body.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    prost::encoding::encode_varint(bytes.len() as u64, &mut field);
    field.extend_from_slice(bytes);
    field
}

/// The recipes of spec/security.md, by their names there.
const RECIPES: [(&str, fn()); 9] = [
    ("zeros under zstd, 31,595:1", zeros_under_zstd),
    ("zeros under lz4, 255:1", zeros_under_lz4),
    ("a false content size", false_sizes),
    ("an endless run of small blocks", small_blocks),
    ("4.2 million empty strings in 784 bytes", strings),
    ("refs to one long string from every record", refs),
    ("drop_count 65,535 in every frame", drops),
    ("a nested message in a nested message ...", nested),
    ("a file of valid preludes that announce 8 MiB each", preludes),
];

#[test]
fn bombs_stay_within_their_limits() {
    let text = include_str!("../../spec/security.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<_> = rows.filter(|name| *name != "recipe").collect();
    assert_eq!(named, RECIPES.map(|(name, _)| name));
    // One after the other in one test, for the allocator counts the whole process.
    for (_, recipe) in RECIPES {
        recipe();
    }
}

fn zeros_under_zstd() {
    assert_eq!(within_limits(&zstd_frame(&vec![0; MIB_8], |_| ())), Err(Code::BodyWire));
}

fn zeros_under_lz4() {
    assert_eq!(within_limits(&lz4_frame(&vec![0; MIB_8], |_| ())), Err(Code::BodyWire));
}

fn false_sizes() {
    let raw = vec![0; MIB_8];
    // raw_len lies, and the content size tells the truth.
    assert_eq!(within_limits(&zstd_frame(&raw, |prelude| prelude.raw_len = 100_000)), Err(Code::CodecProfile));
    assert_eq!(within_limits(&lz4_frame(&raw, |prelude| prelude.raw_len = 100_000)), Err(Code::Decompress));

    // raw_len and content size tell the same lie. The header has a window descriptor and four bytes of size.
    let mut stored = zstd(&raw);
    assert_eq!((stored[4], &stored[6..10]), (0x84, &8_388_608_u32.to_le_bytes()[..]));
    stored[6..10].copy_from_slice(&200_000_u32.to_le_bytes());
    assert_eq!(within_limits(&frame(1, &stored, 200_000, |_| ())), Err(Code::Decompress));

    // Both promise more than there is.
    let mut stored = zstd(&raw[..200_000]);
    assert_eq!((stored[4], &stored[5..9]), (0xA4, &200_000_u32.to_le_bytes()[..]));
    stored[5..9].copy_from_slice(&8_388_608_u32.to_le_bytes());
    assert_eq!(within_limits(&frame(1, &stored, MIB_8, |_| ())), Err(Code::Decompress));
}

/// Blocks of RLE that give five bytes each, for four that are stored: as many as a body can have.
fn small_blocks() {
    let count = MIB_8 / 5;
    let mut stored = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA4];
    stored.extend_from_slice(&(5 * count as u32).to_le_bytes());
    stored.extend([5 << 3 | 1 << 1, 0, 0, 0].repeat(count));
    let last = stored.len() - 4;
    stored[last] |= 1;
    // The checksum of the content is a wrong one: it is looked at when all blocks have been.
    stored.extend_from_slice(&[0; 4]);
    assert_eq!(within_limits(&frame(1, &stored, 5 * count, |_| ())), Err(Code::Decompress));

    // Blocks that give nothing would go on without end.
    let mut stored = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA4];
    stored.extend_from_slice(&(MIB_8 as u32).to_le_bytes());
    stored.extend([0; 3].repeat(2_000_000));
    assert_eq!(within_limits(&frame(1, &stored, MIB_8, |_| ())), Err(Code::CodecProfile));
}

fn strings() {
    let kinds = field(2, &[6]);
    let empty = [[0x0A, 0].repeat(4_000_000), kinds.clone()].concat();
    assert_eq!(within_limits(&zstd_frame(&empty, |_| ())), Err(Code::StringTable));
    assert_eq!(within_limits(&lz4_frame(&empty, |_| ())), Err(Code::StringTable));
    // As many strings as may be, and as short; and all numbers on the way there at which something may grow.
    let all = (1..=16_384).filter(|count: &usize| count.is_multiple_of(509) || (count - 1).is_power_of_two());
    for count in all.chain([2_047, 2_048, 16_384]) {
        let table = [[0x0A, 1, b'a'].repeat(count), kinds.clone()].concat();
        // A short table is not made shorter by a codec.
        if count > 64 {
            assert_eq!(within_limits(&zstd_frame(&table, |_| ())), Ok(0), "{count}");
            assert_eq!(within_limits(&lz4_frame(&table, |_| ())), Ok(0), "{count}");
        }
        assert_eq!(within_limits(&frame(0, &table, table.len(), |_| ())), Ok(0), "{count}");
    }
}

fn refs() {
    let ones = vec![1; 65_535];
    let columns = [5, 6, 8, 9].map(|number| field(number, &ones)).concat();
    let raw = [field(1, &[b'a'; 1_024]), field(2, &vec![6; 65_535]), columns].concat();
    let frame = zstd_frame(&raw, |prelude| prelude.record_count = 65_535);
    assert_eq!(within_limits(&frame), Ok(4 * 1_024 * 65_535));
}

fn drops() {
    let mut message = metadata();
    message.drop_reason = vec![1];
    message.drop_reason_count = vec![65_535];
    message.dropped_total = 65_535;
    let frame = assemble(&message.encode_to_vec(), &field(2, &[6]), |prelude| prelude.drop_count = 65_535);
    assert_eq!(within_limits(&frame), Ok(0));
}

/// A field in a field in a field, as deep as a body goes: one that the body does not have, and one in a payload.
fn nested() {
    let deep = |len: usize| {
        // From the inside out, and back to front.
        let mut reversed: Vec<u8> = Vec::new();
        while reversed.len() < len {
            let mut head = vec![0xC2, 0x3E];
            prost::encoding::encode_varint(reversed.len() as u64, &mut head);
            reversed.extend(head.iter().rev());
        }
        reversed.reverse();
        reversed
    };
    let kinds = field(2, &[6]);
    let body = [kinds.clone(), deep(MIB_8 - 100)].concat();
    assert_eq!(within_limits(&frame(0, &body, body.len(), |_| ())), Ok(0));

    let payload = deep(MIB_8 - 100);
    let mut len = Vec::new();
    prost::encoding::encode_varint(payload.len() as u64, &mut len);
    let body = [kinds, field(14, &len), field(15, &payload)].concat();
    assert_eq!(within_limits(&frame(0, &body, body.len(), |_| ())), Ok(0));
}

/// With a limit of its own, a reader of files computes no CRC of what is longer.
fn preludes() {
    let announced = assemble(&metadata().encode_to_vec(), &vec![0; MIB_8], |_| ());
    let writer = FileWriter::new(SyncMarker::from_random(*b"sync marker 0123"));
    let entry = [writer.marker().as_bytes(), &announced[..64]].concat();
    let file = [&writer.header()[..], &entry.repeat(200_000)].concat();
    let limits = Limits { max_frame_len: 65_536, ..Limits::default() };
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut reader = FileReader::new(ReadOptions { limits, tenant: None });
    let mut rejected = 0;
    for mut piece in file.chunks(1_000).chain([&[][..]]) {
        if piece.is_empty() {
            reader.finish();
        }
        while let Some(event) = reader.next_event(&mut piece) {
            if let FileEvent::Rejected { error, .. } = event {
                assert_eq!(error.code, Code::LocalLimit);
                rejected += 1;
            }
        }
    }
    let used = HEAP.peak_usage() - before;
    // FILE-015: one frame as it was announced, for what follows it decides where to go on; a vector may have twice the room.
    assert!(used <= 2 * (announced.len() + 65_536) + 65_536, "{used} bytes");
    assert_eq!(rejected, 200_000);
}
