//! How the body is stored: codecs.md.

use super::base::{minimal, padding};
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::wire::varint;

pub(crate) const AREA: &str = "codecs";

/// A frame whose body ends with a text of so many `a`.
pub(crate) fn text(len: usize) -> Frame {
    let mut builder = Builder::new();
    builder.record(11, |record| {
        record.payload(|chunk| chunk.text(3, &vec![b'a'; len]));
    });
    builder.frame()
}

/// A frame whose body has a length and ends with zeros that no schema knows.
pub(crate) fn zeros(len: usize) -> Frame {
    let mut frame = minimal();
    let rest = len - frame.body.len();
    let mut head = 3;
    while varint((rest - head) as u64).len() + 2 > head {
        head += 1;
    }
    frame.body.push(padding(rest - head));
    assert_eq!(frame.body.len(), len);
    frame
}

pub(crate) fn add(suite: &mut Suite) {
    let plain = text(64);
    suite.accept((AREA, "text-64", "A body that compresses well, stored as it is", &["COD-001"]), &plain);
    super::codecs_zstd::add(suite);
    super::codecs_blocks::add(suite);
    super::codecs_checksum::add(suite);
    super::codecs_lz4::add(suite);
    super::codecs_stored::add(suite);
}
