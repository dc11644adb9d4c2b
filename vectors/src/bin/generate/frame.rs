//! The generator's model of a frame. Every field can be set to what it should not be; what is not set is
//! derived.

use crate::crc32c::crc32c;
use crate::pieces::{Edit as _, Pieces};
use crate::tree::{Edit as _, Tree};
use crate::wire::Msg;

/// A checksum field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sum {
    /// What belongs there.
    Right,
    /// That, with these bits turned.
    Flipped(u32),
    /// Something else.
    Is(u32),
}

impl Sum {
    fn of(self, right: u32) -> u32 {
        match self {
            Self::Right => right,
            Self::Flipped(bits) => right ^ bits,
            Self::Is(value) => value,
        }
    }
}

/// A frame, from its fields to its content in the JSON form.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) magic: u8,
    pub(crate) version: u8,
    pub(crate) critical_flags: u8,
    pub(crate) ancillary_flags: u8,
    pub(crate) prelude_crc: Sum,
    pub(crate) metadata_crc: Sum,
    pub(crate) body_crc: Sum,
    pub(crate) body_len: Option<u32>,
    pub(crate) raw_len: Option<u32>,
    pub(crate) metadata_len: Option<u16>,
    pub(crate) codec: u8,
    pub(crate) schema: u8,
    pub(crate) record_count: u16,
    pub(crate) drop_count: u16,
    pub(crate) producer_id: [u8; 16],
    pub(crate) base_sequence: u64,
    pub(crate) epoch: u32,
    pub(crate) lane: u32,
    pub(crate) metadata: Msg,
    pub(crate) body: Msg,
    /// The body as stored, where it is not the body itself.
    pub(crate) stored: Option<Pieces>,
    /// JSON form of the metadata.
    pub(crate) metadata_json: Tree,
    /// JSON form of the records.
    pub(crate) records_json: Tree,
}

impl Frame {
    /// The body as stored.
    pub(crate) fn stored_pieces(&self) -> Pieces {
        self.stored.clone().unwrap_or_else(|| {
            let mut out = Pieces::default();
            out.nest("body.", &self.body.pieces());
            out
        })
    }

    fn metadata_pieces(&self) -> Pieces {
        let mut out = Pieces::default();
        out.nest("metadata.", &self.metadata.pieces());
        out
    }

    fn raw_len_value(&self) -> u32 {
        self.raw_len.unwrap_or_else(|| self.body.len() as u32)
    }

    /// The whole frame.
    pub(crate) fn pieces(&self) -> Pieces {
        let metadata = self.metadata_pieces();
        let stored = self.stored_pieces();
        let metadata_len = self.metadata_len.unwrap_or(metadata.len() as u16);
        let body_len = self.body_len.unwrap_or(stored.len() as u32);
        let mut head = Pieces::default();
        head.push("magic", "", [self.magic]);
        head.push("version", "", [self.version]);
        head.push("critical_flags", "", [self.critical_flags]);
        head.push("ancillary_flags", "", [self.ancillary_flags]);
        let mut rest = Pieces::default();
        rest.push("metadata_crc", "", self.metadata_crc.of(crc32c(&metadata.to_vec())).to_le_bytes());
        rest.push("body_crc", "", self.body_crc.of(crc32c(&stored.to_vec())).to_le_bytes());
        rest.push("body_len", format!("body_len {body_len}"), body_len.to_le_bytes());
        rest.push("raw_len", format!("raw_len {}", self.raw_len_value()), self.raw_len_value().to_le_bytes());
        rest.push("metadata_len", format!("metadata_len {metadata_len}"), metadata_len.to_le_bytes());
        rest.push("codec", format!("codec {}", codec_name(self.codec)), [self.codec]);
        rest.push("schema", "", [self.schema]);
        rest.push("record_count", format!("record_count {}", self.record_count), self.record_count.to_le_bytes());
        rest.push("drop_count", format!("drop_count {}", self.drop_count), self.drop_count.to_le_bytes());
        rest.push("producer_id", "", self.producer_id);
        rest.push("base_sequence", format!("base_sequence {}", self.base_sequence), self.base_sequence.to_le_bytes());
        rest.push("epoch", format!("epoch {}", self.epoch), self.epoch.to_le_bytes());
        rest.push("lane", format!("lane {}", self.lane), self.lane.to_le_bytes());
        let covered = [head.to_vec(), rest.to_vec()].concat();
        let mut out = head;
        out.push("prelude_crc", "", self.prelude_crc.of(crc32c(&covered)).to_le_bytes());
        out.extend(&rest);
        out.extend(&metadata);
        out.extend(&stored);
        out
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.pieces().to_vec()
    }

    /// Bytes of the frame.
    pub(crate) fn len(&self) -> usize {
        self.pieces().len()
    }

    /// Place of a piece, from the first byte of the frame.
    pub(crate) fn at(&self, label: &str) -> u64 {
        self.pieces().at(label) as u64
    }

    /// Place of a piece of the body, from the first byte of the body after decompression.
    pub(crate) fn raw(&self, label: &str) -> u64 {
        self.body.pieces().at(label) as u64
    }

    /// Bytes of the body after decompression.
    pub(crate) fn raw_end(&self) -> u64 {
        self.body.len() as u64
    }

    /// Place of the body.
    pub(crate) fn body_at(&self) -> u64 {
        64 + self.metadata.len() as u64
    }

    /// `header` of the JSON form.
    pub(crate) fn header_json(&self) -> Tree {
        let number = |value: u64| Tree::Int(value.into());
        Tree::map([
            ("version", number(self.version.into())),
            ("critical_flags", number(self.critical_flags.into())),
            ("ancillary_flags", number(self.ancillary_flags.into())),
            ("body_len", number(self.stored_pieces().len() as u64)),
            ("raw_len", number(self.raw_len_value().into())),
            ("metadata_len", number(self.metadata.len() as u64)),
            ("codec", number(self.codec.into())),
            ("schema", number(self.schema.into())),
            ("record_count", number(self.record_count.into())),
            ("drop_count", number(self.drop_count.into())),
            ("producer_id", Tree::hex(&self.producer_id)),
            ("base_sequence", Tree::digits(self.base_sequence)),
            ("epoch", number(self.epoch.into())),
            ("lane", number(self.lane.into())),
        ])
    }

    /// The JSON form.
    pub(crate) fn json(&self) -> Tree {
        Tree::map([
            ("header", self.header_json()),
            ("metadata", self.metadata_json.clone()),
            ("records", self.records_json.clone()),
        ])
    }

    /// The JSON form with only the first and last record.
    pub(crate) fn summary(&self) -> Tree {
        let Tree::List(records) = &self.records_json else { panic!("records are a list") };
        Tree::map([
            ("header", self.header_json()),
            ("metadata", self.metadata_json.clone()),
            ("records", Tree::Int(records.len() as i128)),
            ("first", records.first().expect("a record").clone()),
            ("last", records.last().expect("a record").clone()),
        ])
    }

    /// Notes that a record is rejected, its siblings not.
    pub(crate) fn reject_record(&mut self, index: usize, code: &str, offset: u64) {
        let record = self.records_json.item_mut(index);
        record.unset("payload");
        record.unset("opaque");
        record.set("error", Tree::map([("code", Tree::text(code)), ("offset", Tree::Int(offset.into()))]));
    }

    /// The same with a change, for one expression.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut frame = self.clone();
        change(&mut frame);
        frame
    }
}

fn codec_name(codec: u8) -> String {
    match codec {
        0 => "0 (none)".to_owned(),
        1 => "1 (zstd)".to_owned(),
        2 => "2 (lz4)".to_owned(),
        other => other.to_string(),
    }
}
