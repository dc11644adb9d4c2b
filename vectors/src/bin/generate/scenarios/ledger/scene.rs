//! Frames that arrive at a ledger, and what it has to say about each.

use crate::build::{Builder, NONCE, PRODUCER};
use crate::frame::Frame;
use crate::pieces::Pieces;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};

/// A record, as far as a ledger cares.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item {
    /// HEARTBEAT.
    Beat,
    /// EPOCH_START with the previous epoch and its last sequence number.
    Start(u32, u64),
    /// EPOCH_END.
    End,
    /// LANE_END.
    LaneEnd,
    /// LATE_DROPS with first and count.
    Late(u64, u64),
    /// REDACTED.
    Redacted,
    /// NODE_START.
    Node,
    /// A kind that no reader knows and none may ignore.
    Critical,
}

use Item::{Beat, Start};

/// What happened to a frame on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Whole,
    /// The last byte of the body is another: BODY_CRC.
    BodyDamaged,
    /// A version that no reader knows: VERSION.
    Newer,
    /// The last version that there can be: VERSION.
    LastVersion,
    /// A critical flag that no reader knows: CRITICAL_FLAG.
    CriticalFlag,
    /// The last schema that there can be: SCHEMA.
    LastSchema,
    /// A codec that no reader knows: CODEC.
    OtherCodec,
    /// A byte of the prelude is another: PRELUDE_CRC.
    PreludeDamaged,
    /// record_count is 0: COUNT, and not countable.
    NoCount,
    /// metadata_len is 0: METADATA_LEN, and not countable.
    NoMetadata,
}

/// A frame, as far as a ledger cares.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) producer: u8,
    pub(crate) epoch: u32,
    pub(crate) lane: u32,
    pub(crate) base: u64,
    pub(crate) items: Vec<Item>,
    pub(crate) drops: u32,
    pub(crate) tenant: &'static str,
    pub(crate) nonce: u8,
    pub(crate) partition: Option<u32>,
    pub(crate) redacts: Option<u32>,
    /// Sets the content apart from that of a frame with the same items.
    pub(crate) interval: u64,
    pub(crate) fate: Fate,
}

/// Heartbeats from a number on.
pub(crate) fn beats(base: u64, count: usize) -> Shape {
    items(base, &vec![Beat; count])
}

/// EPOCH_START at number 1, then heartbeats; `count` records in all.
pub(crate) fn start(previous: u32, last: u64, count: usize) -> Shape {
    let mut list = vec![Start(previous, last)];
    list.resize(count, Beat);
    items(1, &list)
}

/// Records from a number on.
pub(crate) fn items(base: u64, items: &[Item]) -> Shape {
    Shape {
        producer: 0,
        epoch: 1,
        lane: 0,
        base,
        items: items.to_vec(),
        drops: 0,
        tenant: "acme",
        nonce: NONCE[0],
        partition: None,
        redacts: None,
        interval: 0,
        fate: Fate::Whole,
    }
}

impl Shape {
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut shape = self.clone();
        change(&mut shape);
        shape
    }

    pub(crate) fn epoch(&self, epoch: u32) -> Self {
        self.with(|shape| shape.epoch = epoch)
    }

    pub(crate) fn fate(&self, fate: Fate) -> Self {
        self.with(|shape| shape.fate = fate)
    }

    pub(crate) fn drops(&self, drops: u32) -> Self {
        self.with(|shape| shape.drops = drops)
    }

    fn frame(&self) -> Frame {
        let mut builder = Builder::set(|set| {
            set.producer_id = producer(self.producer);
            set.epoch = self.epoch;
            set.lane = self.lane;
            set.base_sequence = self.base;
            set.tenant = self.tenant.to_owned();
            set.boot_nonce = vec![self.nonce; 8];
            set.dropped_total = self.drops.into();
            set.redaction = self.redacts.map(|crc| (crc, "asked to".to_owned()));
            if self.drops > 0 {
                set.drops = vec![(1, self.drops)];
            }
        });
        for item in &self.items {
            self.record(&mut builder, *item);
        }
        builder.frame()
    }

    fn record(&self, builder: &mut Builder, item: Item) {
        match item {
            Item::Beat => builder.record(6, |record| {
                if self.interval > 0 {
                    record.payload(|beat| beat.u64(1, "interval_us", self.interval));
                }
            }),
            Item::Start(previous, last) => builder.record(2, |record| {
                record.payload(|start| {
                    start.u32(1, "previous_epoch", previous);
                    start.u64(2, "previous_last_sequence", last);
                });
            }),
            Item::End => builder.plain(4),
            Item::LaneEnd => builder.plain(8),
            Item::Late(first, count) => builder.record(10, |record| {
                record.payload(|late| {
                    late.u64(1, "first", first);
                    late.u64(2, "count", count);
                    late.u32(3, "reason", 1);
                });
            }),
            Item::Redacted => builder.plain(12),
            Item::Node => builder.plain(5),
            Item::Critical => builder.plain(4096),
        };
    }

    /// CRC32C of the body, as a redaction names it.
    pub(crate) fn body_crc(&self) -> u32 {
        crate::crc32c::crc32c(&self.frame().stored_pieces().to_vec())
    }

    pub(crate) fn pieces(&self) -> Pieces {
        let frame = self.frame();
        match self.fate {
            Fate::Whole => frame.pieces(),
            Fate::BodyDamaged => flipped(frame.pieces(), |piece, all| piece + 1 == all),
            Fate::Newer => frame.with(|frame| frame.version = 2).pieces(),
            Fate::LastVersion => frame.with(|frame| frame.version = 255).pieces(),
            Fate::CriticalFlag => frame.with(|frame| frame.critical_flags = 0x80).pieces(),
            Fate::LastSchema => frame.with(|frame| frame.schema = 255).pieces(),
            Fate::OtherCodec => other_codec(&frame).pieces(),
            Fate::PreludeDamaged => flipped(frame.pieces(), |piece, _| piece == 1),
            Fate::NoMetadata => frame.with(|frame| frame.metadata_len = Some(0)).pieces(),
            Fate::NoCount => frame.with(|frame| frame.record_count = 0).pieces(),
        }
    }
}

/// For a codec that is not 0, body_len is below raw_len.
fn other_codec(frame: &Frame) -> Frame {
    let raw_len = frame.body.len() as u32 + 1;
    frame.with(|frame| {
        frame.codec = 9;
        frame.raw_len = Some(raw_len);
    })
}

fn flipped(mut pieces: Pieces, which: impl Fn(usize, usize) -> bool) -> Pieces {
    let all = pieces.0.iter().rposition(|piece| !piece.bytes.is_empty()).map_or(0, |last| last + 1);
    for (index, piece) in pieces.0.iter_mut().enumerate() {
        if which(index, all) {
            let last = piece.bytes.len() - 1;
            piece.bytes[last] ^= 1;
            let name = if piece.note.is_empty() { &piece.label } else { &piece.note };
            piece.note = format!("{name} (damaged)");
        }
    }
    pieces
}

/// Id of the n-th producer.
pub(crate) fn producer(number: u8) -> [u8; 16] {
    let mut id = PRODUCER;
    id[15] = id[15].wrapping_add(number);
    id
}

/// What an account says: first, last, seen, declared, unreadable, lost.
pub(crate) type Numbers = [u64; 6];

/// A scenario.
#[derive(Default)]
pub(crate) struct Scene {
    frames: Vec<Tree>,
    verdicts: Vec<Tree>,
    end: Vec<Tree>,
    accounts: Vec<Tree>,
}

impl Scene {
    /// A frame arrives.
    pub(crate) fn see(mut self, shape: &Shape, verdicts: &[(&str, u64)]) -> Self {
        let mut frame = Tree::map([("bytes", Tree::Bytes(shape.pieces()))]);
        if let Some(partition) = shape.partition {
            frame.set("partition", Tree::Int(partition.into()));
        }
        self.frames.push(frame);
        self.verdicts.push(Tree::List(verdicts.iter().map(|(name, argument)| verdict(name, *argument)).collect()));
        self
    }

    /// An account at the end. `place`: producer, lane, epoch.
    pub(crate) fn account(mut self, place: (u8, u32, u32), numbers: Numbers, tail: &str) -> Self {
        let [first, last, seen, declared, unreadable, lost] = numbers;
        assert_eq!(seen + declared + unreadable + lost, last + 1 - first, "LOSS-001 holds in what is expected");
        let mut account = at(place.0, place.1);
        account.set("epoch", Tree::Int(place.2.into()));
        let names = ["first", "last", "seen", "declared", "unreadable", "lost"];
        for (name, number) in names.into_iter().zip(numbers) {
            account.set(name, Tree::digits(number));
        }
        account.set("tail", Tree::text(tail));
        self.accounts.push(account);
        self
    }

    /// TAIL_UNKNOWN at the end of the input.
    pub(crate) fn unknown_tail(mut self, producer: u8, lane: u32, epoch: u32) -> Self {
        let mut end = at(producer, lane);
        end.set("verdict", Tree::text("TAIL_UNKNOWN"));
        end.set("arg", Tree::digits(epoch));
        self.end.push(end);
        self
    }

    /// Puts the scenario into the suite.
    pub(crate) fn finish(self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str]) {
        let input = Tree::map([("frames", Tree::List(self.frames))]);
        let expect = Tree::map([
            ("verdicts", Tree::List(self.verdicts)),
            ("end", Tree::List(self.end)),
            ("accounts", Tree::List(self.accounts)),
        ]);
        suite.other(("ledger", id, title, requirements), "ledger", "valid", input, expect, &[]);
    }
}

fn at(number: u8, lane: u32) -> Tree {
    Tree::map([("producer_id", Tree::hex(&producer(number))), ("lane", Tree::Int(lane.into()))])
}

/// Verdicts that say a number; the others are written without one.
const COUNTED: [&str; 5] = ["BASELINE", "GAP", "EPOCH_MISSING", "TAIL_UNKNOWN", "LATE"];

fn verdict(name: &str, argument: u64) -> Tree {
    let mut out = Tree::map([("verdict", Tree::text(name))]);
    if COUNTED.contains(&name) {
        out.set("arg", Tree::digits(argument));
    }
    out
}
