//! Input of a writer, and what has to come of it.

use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::{Head, Suite};
use crate::tree::{Edit as _, Tree};

/// Area, id, title and requirements.
pub(crate) fn head<'a>(id: &'a str, title: &'a str, requirements: &'a [&'static str]) -> Head<'a> {
    ("encode", id, title, requirements)
}

/// How the body is to be stored.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) codec: u32,
    pub(crate) level: Option<i64>,
    pub(crate) threshold: Option<u64>,
}

/// As it is.
pub(crate) const PLAIN: Options = Options { codec: 0, level: None, threshold: None };

impl Options {
    pub(crate) fn codec(codec: u32) -> Self {
        Self { codec, ..PLAIN }
    }

    pub(crate) fn level(self, level: i64) -> Self {
        Self { level: Some(level), ..self }
    }

    pub(crate) fn threshold(self, threshold: u64) -> Self {
        Self { threshold: Some(threshold), ..self }
    }

    fn tree(self) -> Tree {
        let mut out = Tree::map([("codec", Tree::Int(self.codec.into()))]);
        if let Some(level) = self.level {
            out.set("level", Tree::Int(level.into()));
        }
        if let Some(threshold) = self.threshold {
            out.set("threshold", Tree::Int(threshold.into()));
        }
        out
    }

    fn needs(self) -> &'static [&'static str] {
        match self.codec {
            1 => &["zstd"],
            2 => &["lz4"],
            _ => &[],
        }
    }
}

/// Keys of `header` that a writer reads.
const READ: [&str; 4] = ["producer_id", "base_sequence", "epoch", "lane"];
/// Keys of `header` that may be others after a writer than before.
const FREE: [&str; 5] = ["body_len", "raw_len", "metadata_len", "codec", "ancillary_flags"];

fn keep(header: &Tree, wanted: impl Fn(&str) -> bool) -> Tree {
    let Tree::Map(entries) = header else { panic!("a header is a map") };
    Tree::Map(entries.iter().filter(|(key, _)| wanted(key)).cloned().collect())
}

/// The JSON form of a frame with a header of no more than a writer reads.
pub(crate) fn content(frame: &Frame) -> Tree {
    let mut out = frame.json();
    out.set("header", keep(&frame.header_json(), |key| READ.contains(&key)));
    out
}

/// What a frame has to decode to.
pub(crate) fn expected(frame: &Frame) -> Tree {
    let mut out = frame.json();
    out.set("header", expected_header(frame));
    out
}

fn expected_header(frame: &Frame) -> Tree {
    keep(&frame.header_json(), |key| !FREE.contains(&key))
}

/// Input and expectation of one call of a writer.
pub(crate) struct Scene<'a> {
    pub(crate) suite: &'a mut Suite,
}

impl Scene<'_> {
    /// What comes out is what went in, stored as it is.
    pub(crate) fn same(&mut self, head: Head<'_>, frame: &Frame) {
        self.stored(head, frame, PLAIN, 0);
    }

    /// What comes out is what went in, stored with a codec.
    pub(crate) fn stored(&mut self, head: Head<'_>, frame: &Frame, options: Options, codec: u32) {
        self.accept(head, content(frame), frame, options, codec);
    }

    /// The input given leads to this frame.
    pub(crate) fn accept(&mut self, head: Head<'_>, content: Tree, frame: &Frame, options: Options, codec: u32) {
        let expect = Tree::map([("frame", expected(frame)), ("codec", Tree::Int(codec.into()))]);
        let input = Tree::map([("content", content), ("options", options.tree())]);
        self.suite.other(head, "encode", "valid", input, expect, options.needs());
    }

    /// The input given, with its one record taken so many times, leads to so many of them.
    pub(crate) fn accept_many(&mut self, head: Head<'_>, mut frame: Frame, times: u16, last: Tree) {
        let mut input = Tree::map([("content", without_sequences(&frame)), ("options", PLAIN.tree())]);
        input.set("repeat_records", Tree::Int(times.into()));
        frame.record_count = times;
        let mut summary = frame.summary();
        summary.set("header", expected_header(&frame));
        summary.set("records", Tree::Int(times.into()));
        summary.set("last", last);
        let expect = Tree::map([("summary", summary), ("codec", Tree::Int(0))]);
        self.suite.other(head, "encode", "valid", input, expect, &[]);
    }

    /// A frame with a change is refused with one of these codes.
    pub(crate) fn refuse(
        &mut self,
        id: &str,
        title: &str,
        frame: &Frame,
        codes: &[&str],
        change: impl FnOnce(&mut Tree),
    ) {
        let mut content = content(frame);
        change(&mut content);
        self.refuse_input(head(id, title, &["JSON-002"]), content, PLAIN, None, codes);
    }

    /// An input is refused with one of these codes.
    pub(crate) fn refuse_input(
        &mut self,
        head: Head<'_>,
        content: Tree,
        options: Options,
        repeat: Option<u64>,
        codes: &[&str],
    ) {
        let mut input = Tree::map([("content", content), ("options", options.tree())]);
        if let Some(times) = repeat {
            input.set("repeat_records", Tree::Int(times.into()));
        }
        let error = match codes {
            [code] => Tree::map([("code", Tree::text(*code))]),
            _ => Tree::map([("codes", Tree::List(codes.iter().map(|code| Tree::text(*code)).collect()))]),
        };
        self.suite.other(head, "encode", "invalid", input, Tree::map([("error", error)]), options.needs());
    }
}

/// The JSON form of a frame, its records without their sequence numbers.
pub(crate) fn without_sequences(frame: &Frame) -> Tree {
    let mut out = content(frame);
    let Tree::List(records) = out.get_mut("records") else { panic!("records are a list") };
    for record in records {
        record.unset("sequence");
    }
    out
}

/// Changes the first record.
pub(crate) fn record(content: &mut Tree) -> &mut Tree {
    content.get_mut("records").item_mut(0)
}

/// Changes the first record's payload.
pub(crate) fn payload(content: &mut Tree) -> &mut Tree {
    record(content).get_mut("payload")
}

/// A frame of one record of a kind, filled.
pub(crate) fn one(kind: u64, build: impl FnOnce(&mut crate::dual::Dual<'_>)) -> Frame {
    let mut builder = Builder::new();
    builder.record(kind, |record| {
        record.payload(build);
    });
    builder.frame()
}

/// A frame of heartbeats.
pub(crate) fn beats(count: usize) -> Frame {
    let mut builder = Builder::new();
    for _ in 0..count {
        builder.plain(6);
    }
    builder.frame()
}

/// Bytes in which nothing repeats.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..len).map(step).collect()
}
