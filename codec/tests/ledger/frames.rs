//! Observations to feed a ledger with.

use dashstream_codec::ledger::{AcceptedFacts, Control, Observation};
use proptest::prelude::*;

/// An accepted frame of epoch 1, lane 0, with the range base..=base + records - 1.
pub(crate) fn frame(base: u64, records: u16) -> Observation<'static> {
    Observation {
        producer_id: [1; 16],
        epoch: 1,
        lane: 0,
        base_sequence: base,
        record_count: records,
        drop_count: 0,
        body_crc: 7,
        partition: None,
        accepted: Some(AcceptedFacts { tenant: "acme", boot_nonce: [1; 8], redaction: None, control: Vec::new() }),
    }
}

/// The same frame with some of its fields changed.
pub(crate) fn with(
    mut frame: Observation<'static>,
    change: impl FnOnce(&mut Observation<'static>),
) -> Observation<'static> {
    change(&mut frame);
    frame
}

/// The same frame, rejected after its prelude.
pub(crate) fn rejected(frame: Observation<'static>) -> Observation<'static> {
    with(frame, |frame| frame.accepted = None)
}

/// The same accepted frame with control records.
pub(crate) fn control(frame: Observation<'static>, control: &[Control]) -> Observation<'static> {
    with(frame, |frame| frame.accepted.as_mut().unwrap().control = control.to_vec())
}

/// The same accepted frame in an epoch with its own nonce.
pub(crate) fn in_epoch(frame: Observation<'static>, epoch: u32) -> Observation<'static> {
    with(frame, |frame| {
        frame.epoch = epoch;
        frame.accepted.as_mut().unwrap().boot_nonce = [epoch as u8; 8];
    })
}

/// EPOCH_START as the first record of a frame.
pub(crate) fn start(previous_epoch: u32, previous_last_sequence: u64) -> Control {
    Control::EpochStart { previous_epoch, previous_last_sequence }
}

fn any_control() -> impl Strategy<Value = Control> {
    prop_oneof![
        2 => Just(Control::EpochEnd),
        1 => Just(Control::LaneEnd),
        5 => (1..20_u64, 1..8_u64).prop_map(|(first, count)| Control::LateDrops { first, count }),
    ]
}

fn any_start() -> impl Strategy<Value = Control> {
    prop_oneof![
        1 => Just(start(0, 0)),
        4 => (1..5_u32, 1..24_u64).prop_map(|(epoch, last)| start(epoch, last)),
    ]
}

fn any_facts() -> impl Strategy<Value = AcceptedFacts<'static>> {
    let tenant = prop_oneof![19 => Just("acme"), 1 => Just("other")];
    let control = prop_oneof![6 => Just(vec![]), 2 => prop::collection::vec(any_control(), 1..3)];
    let redaction = prop_oneof![8 => Just(None), 2 => (1..4_u32).prop_map(Some)];
    (tenant, prop::bool::weighted(0.02), redaction, control).prop_map(|(tenant, stranger, redaction, control)| {
        AcceptedFacts { tenant, boot_nonce: [u8::from(stranger); 8], redaction, control }
    })
}

/// Frames in a space so small that they meet each other in every way.
fn any_frame() -> impl Strategy<Value = Observation<'static>> {
    let identity = (1..3_u8, 1..5_u32, 0..2_u32);
    let range = (1..20_u64, 1..4_u16, 0..3_u16);
    let facts = prop::option::weighted(0.8, any_facts());
    let partition = prop_oneof![8 => Just(None), 8 => Just(Some(0)), 1 => Just(Some(1))];
    let begins = prop::option::weighted(0.3, any_start());
    (identity, range, 1..4_u32, partition, facts, begins).prop_map(
        |((producer, epoch, lane), (base, records, drops), body_crc, partition, mut accepted, begins)| {
            if let (Some(facts), Some(begins)) = (&mut accepted, begins) {
                facts.control.insert(0, begins);
            }
            Observation {
                producer_id: [producer; 16],
                epoch,
                lane,
                base_sequence: if begins.is_some() { 1 } else { base },
                record_count: records,
                drop_count: drops,
                body_crc,
                partition,
                accepted,
            }
        },
    )
}

/// The frames of one lane as a producer makes them: epochs in order, each with EPOCH_START.
fn orderly() -> impl Strategy<Value = Vec<Observation<'static>>> {
    let epoch = (prop::collection::vec((1..4_u16, 0..3_u16), 1..8), any::<bool>());
    prop::collection::vec(epoch, 1..4).prop_map(|epochs| {
        let mut frames = Vec::new();
        let mut previous = (0, 0);
        for (epoch, (sizes, ends)) in (1..).zip(epochs) {
            let mut base = 1;
            for (index, &(records, drops)) in sizes.iter().enumerate() {
                let mut next = in_epoch(frame(base, records), epoch);
                next.drop_count = drops;
                next.body_crc = index as u32;
                let facts = next.accepted.as_mut().unwrap();
                if index == 0 {
                    facts.control.push(start(previous.0, previous.1));
                }
                if ends && index + 1 == sizes.len() {
                    facts.control.push(Control::EpochEnd);
                }
                base += next.span();
                frames.push(next);
            }
            previous = (epoch, base - 1);
        }
        frames
    })
}

/// What the way to the reader does to a stream of frames.
#[derive(Clone, Debug)]
enum Accident {
    Lose(usize),
    Repeat(usize, usize),
    Move(usize, usize),
    Reject(usize),
}

fn any_accident() -> impl Strategy<Value = Accident> {
    prop_oneof![
        (0..24_usize).prop_map(Accident::Lose),
        (0..24_usize, 0..24_usize).prop_map(|(from, to)| Accident::Repeat(from, to)),
        (0..24_usize, 0..24_usize).prop_map(|(from, to)| Accident::Move(from, to)),
        (0..24_usize).prop_map(Accident::Reject),
    ]
}

fn befall(frames: &mut Vec<Observation<'static>>, accident: &Accident) {
    let count = frames.len();
    match *accident {
        _ if count == 0 => {}
        Accident::Lose(at) => drop(frames.remove(at % count)),
        Accident::Repeat(from, to) => frames.insert(to % count, frames[from % count].clone()),
        Accident::Move(from, to) => {
            let moved = frames.remove(from % count);
            frames.insert(to % count, moved);
        }
        Accident::Reject(at) => frames[at % count].accepted = None,
    }
}

/// Streams of frames: chaos, and orderly ones with accidents.
pub(crate) fn streams() -> impl Strategy<Value = Vec<Observation<'static>>> {
    let accidents = (orderly(), prop::collection::vec(any_accident(), 0..6)).prop_map(|(mut frames, accidents)| {
        for accident in &accidents {
            befall(&mut frames, accident);
        }
        frames
    });
    prop_oneof![prop::collection::vec(any_frame(), 0..30), accidents]
}
