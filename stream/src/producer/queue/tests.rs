//! The queue by itself.

use std::collections::BTreeMap;

use dashstream_codec::constants::MAX_RAW_LEN;
use dashstream_codec::view::{NodeStart, TokenChunk};

use super::super::origin::{Common, Who};
use super::*;

const FULL: DropReason = DropReason::QueueFull;

fn slot(sequence: u64, policy: Policy) -> Slot {
    let (offered_us, deadline_us) = (sequence, Some(sequence * 100));
    Slot { sequence, len: 10, policy, is_state: false, offered_us, deadline_us, ticket: None }
}

fn empty(max_records: usize, max_len: usize) -> Queue {
    with_frames_of(1_000_000, max_records, max_len)
}

fn with_frames_of(max_frame_len: usize, max_records: usize, max_len: usize) -> Queue {
    let who = Who { producer_id: [4; 16], epoch: 1, boot_nonce: [7; 8] };
    let flush = FlushPolicy { max_records, max_len, ..FlushPolicy::default() };
    let common = Arc::new(Common::new(who, &flush, max_frame_len));
    Queue::new(Arc::new(Origin { common, lane: 0, tenant: "acme".to_owned() }))
}

fn push(queue: &mut Queue, slot: Slot) {
    let record = RecordInput { time_us: slot.sequence, ..RecordInput::default() };
    queue.push(slot, &record, &NodeStart::default().into()).unwrap();
}

/// Five records that give way, and a gap of two behind the second.
fn queue(max_records: usize, max_len: usize) -> Queue {
    let mut queue = empty(max_records, max_len);
    for number in [1, 2, 5, 6, 7] {
        if number == 5 {
            queue.push_gap(3, DropReason::Deadline);
            queue.push_gap(4, FULL);
        }
        push(&mut queue, slot(number, Policy::DropOldest));
    }
    queue
}

fn shape(queue: &Queue) -> Vec<(u64, u64)> {
    let range = |item: &Item| match item {
        Item::Record(slot) => (slot.sequence, 0),
        Item::Gap(gap) => (gap.first, gap.last),
    };
    queue.items.iter().map(range).collect()
}

#[test]
fn gaps_that_touch_are_one() {
    let mut queue = queue(5, 1_000);
    assert_eq!(shape(&queue), [(1, 0), (2, 0), (3, 4), (5, 0), (6, 0), (7, 0)]);
    let numbers: Vec<_> = (0..3).map(|_| queue.drop_oldest(FULL).unwrap().sequence).collect();
    assert_eq!(numbers, [1, 2, 5]);
    assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 0)]);
    let Some(Item::Gap(gap)) = queue.items.front() else { panic!("no gap") };
    assert_eq!(gap.reasons, BTreeMap::from([(DropReason::Deadline, 1), (FULL, 4)]));
    assert_eq!(gap.ranges(), [(1, 4, FULL), (5, 1, DropReason::Deadline)]);
    assert_eq!((queue.records, queue.offered), (Room { count: 2, len: 20 }, Room { count: 2, len: 20 }));
    // From the other side.
    assert!(queue.drop_at(2, FULL).is_some());
    assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 7)]);
    queue.push_gap(8, FULL);
    assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 8)]);
    assert_eq!(queue.expire(Some(600), DropReason::Deadline).len(), 1);
    assert_eq!(shape(&queue), [(1, 8)]);
    assert!(queue.has_gaps_alone() && queue.drop_oldest(FULL).is_none());
}

#[test]
fn what_is_put_back_stands_where_it_stood() {
    let whole = shape(&queue(5, 1_000));
    for records in 1..=5 {
        let mut queue = queue(5, 1_000);
        let mut slice = queue.take();
        assert!(queue.is_empty() && queue.giving_way.is_empty());
        assert_eq!((slice.first, slice.last, slice.dropped()), (1, 7, 2));
        let rest = slice.split_off(records);
        assert_eq!(slice.slots.len(), records);
        // Numbers without a record stay with the records before them.
        let kept = 2 * u64::from(records >= 2);
        assert_eq!((slice.dropped(), rest.dropped()), (kept, if records == 5 { 0 } else { 2 - kept }));
        if records % 2 == 0 {
            queue.put_back(rest);
            queue.put_back(slice);
        } else {
            queue.put_back(slice.before(rest));
        }
        assert_eq!(shape(&queue), whole, "{records}");
        assert_eq!(queue.giving_way, [1, 2, 5, 6, 7]);
        assert_eq!(queue.records.count, 5);
        assert_eq!(queue.next_deadline_us(), Some(100));
    }
}

#[test]
fn a_slice_is_bounded() {
    let lens = |records, len| {
        let mut queue = queue(records, len);
        let mut lens = Vec::new();
        while !queue.is_empty() {
            lens.push(queue.take().slots.len());
        }
        lens
    };
    assert_eq!(lens(2, 1_000), [2, 2, 1]);
    assert_eq!(lens(9, 30), [3, 2]);
    // One record is always taken.
    assert_eq!(lens(9, 5), [1, 1, 1, 1, 1]);
    assert_eq!(lens(9, 1_000), [5]);
}

#[test]
fn a_gap_that_is_too_long_is_taken_alone() {
    let mut queue = empty(10, 1_000);
    for number in 1..=MAX_DECLARED {
        queue.push_gap(number, FULL);
    }
    assert!(!queue.has_long_gap() && queue.take_long_gap().is_none());
    queue.push_gap(MAX_DECLARED + 1, FULL);
    assert!(queue.has_long_gap());
    push(&mut queue, slot(MAX_DECLARED + 2, Policy::Block));
    assert_eq!(queue.take_long_gap().map(|gap| gap.len()), Some(MAX_DECLARED + 1));
    assert_eq!(queue.take().first, MAX_DECLARED + 2);
}

/// A record of random content, which may be one that cannot be encoded.
struct Random {
    thread: String,
    node: String,
    text: Vec<u8>,
}

impl Random {
    fn new(rng: &mut fastrand::Rng, number: u64) -> Self {
        let of = |len: usize| format!("{number}{}", "t".repeat(len));
        // BODY-002: a text of more than 1,024 bytes is refused when others of the record are in the table already.
        let node = if rng.u8(..8) == 0 { of(2_000) } else { of(rng.usize(..20)) };
        let most = rng.usize(1..3_000);
        Self { thread: of(rng.usize(..1_000)), node, text: vec![b'x'; rng.usize(..most)] }
    }

    fn offer(&self, queue: &mut Queue, number: u64, policy: Policy) -> Result<(), DropReason> {
        let record = RecordInput { thread: Some(&self.thread), node: Some(&self.node), ..RecordInput::default() };
        let payload = TokenChunk { text: &self.text, ..TokenChunk::default() }.into();
        let len = record.len_at_most(&payload);
        queue.push(Slot { len, ..slot(number, policy) }, &record, &payload)
    }
}

#[test]
fn what_is_kept_is_no_more_than_twice_what_waits() {
    let (mut refused, mut dropped, mut most) = (0, 0, 0.0_f64);
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut queue = empty(rng.usize(1..60), rng.usize(500..40_000));
        for number in 1..600 {
            let policy = if rng.u8(..4) == 0 { Policy::Block } else { Policy::DropOldest };
            if let Err(reason) = Random::new(&mut rng, number).offer(&mut queue, number, policy) {
                assert_eq!(reason, DropReason::Invalid);
                queue.push_gap(number, reason);
                refused += 1;
            }
            match rng.u16(..200) {
                // At last nothing is left but those that do not give way.
                0 => dropped += std::iter::from_fn(|| queue.drop_oldest(FULL)).count(),
                1 => dropped += queue.expire(Some(rng.u64(..number) * 100), DropReason::Deadline).len(),
                2..80 => dropped += usize::from(queue.drop_oldest(FULL).is_some()),
                _ => {}
            }
            let (kept, waits) = (queue.batches.kept_len(), queue.records.len);
            assert!(kept <= 2 * waits, "seed {seed}, {number}: {kept} for {waits}");
            if waits > 10_000 {
                most = most.max(kept as f64 / waits as f64);
            }
        }
    }
    assert!(refused > 1_000 && dropped > 5_000 && most > 1.2, "{refused}, {dropped}, {most}");
}

#[test]
fn the_memory_of_a_large_record_is_not_kept_for_small_ones() {
    let mut queue = empty(10, 1_000);
    let idle = |queue: &Queue| queue.origin().idle();
    push(&mut queue, slot(1, Policy::Block));
    drop(queue.take());
    assert_eq!(idle(&queue), 1);
    push(&mut queue, Slot { len: 1_001, ..slot(2, Policy::Block) });
    assert_eq!(idle(&queue), 0);
    drop(queue.take());
    assert_eq!(idle(&queue), 0);
}

/// PRE-014: what is too much together is not too much by itself, however long frames may be.
#[test]
fn a_record_that_is_one_too_many_begins_another_batch() {
    let mut queue = with_frames_of(1 << 30, 10, 1 << 30);
    let text = vec![b'x'; MAX_RAW_LEN as usize / 2 + 1];
    for number in [1, 2] {
        let payload = TokenChunk { text: &text, ..TokenChunk::default() }.into();
        let record = RecordInput::default();
        let slot = Slot { len: record.len_at_most(&payload), ..slot(number, Policy::Block) };
        assert_eq!(queue.push(slot, &record, &payload), Ok(()));
    }
    assert_eq!([queue.take(), queue.take()].map(|slice| slice.slots.len()), [1, 1]);
}
