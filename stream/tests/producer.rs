//! The core of a producer, event by event. Random orders of events are in `laws.rs`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::sync::Arc;

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Decoder, Encoder, EncoderConfig, FlushPolicy, ReadOptions, view};
use dashstream_proto::kinds;
use dashstream_stream::identity::{Lane, Previous};
use dashstream_stream::producer::{
    Action, Answer, Core, DropReason, FrameId, Offered, Policy, ProducerConfig, Terms, Tried, Who,
};

fn config() -> ProducerConfig {
    ProducerConfig {
        flush: FlushPolicy { max_records: 20, max_len: 8_000, max_age_us: 50_000 },
        max_queued: 150,
        max_queued_len: 1 << 20,
        in_flight: 2,
        deadline_us: 2_000_000,
        heartbeat_us: 5_000_000,
        ..ProducerConfig::default()
    }
}

fn encoder() -> Encoder {
    Encoder::new(EncoderConfig { max_frame_len: 3_000, ..EncoderConfig::default() }).unwrap()
}

fn who(epoch: u32) -> Who {
    Who { producer_id: [4; 16], epoch, boot_nonce: u64::from(epoch).to_le_bytes() }
}

fn lane(previous: Previous) -> Lane {
    Lane { tenant: "acme".to_owned(), partition: Some(0), previous }
}

/// A core with one lane, at time 0.
fn single(config: ProducerConfig) -> Core {
    let kept = lane(Previous { epoch: 3, last_sequence: 77 });
    Core::new(config, who(4), encoder(), [(0, &kept)], 1)
}

/// A core whose lane has begun.
fn started() -> Core {
    let mut core = single(config());
    offer(&mut core, 0, token(), 0);
    let [(frame, _)] = &frames(&actions(&mut core, 50_000))[..] else { panic!("no frame") };
    core.outcome(*frame, Tried::Persisted, 50_000);
    drop(actions(&mut core, 50_000));
    core
}

/// A record, and how it is offered.
type Offer = (Record, Terms);

fn event(ticket: u64) -> Offer {
    (Record { kind: 5, ..Record::default() }, Terms { ticket: Some(ticket), ..Terms::default() })
}

fn token() -> Offer {
    let payload = Payload::from(view::TokenChunk { text: b"t", ..Default::default() }.to_owned());
    (Record { payload, ..Record::default() }, Terms::default())
}

fn offer(core: &mut Core, lane: u32, (record, terms): Offer, now_us: u64) -> Offered {
    core.offer(lane, &record.as_input(), &record.payload.as_view(), &terms, now_us)
}

fn actions(core: &mut Core, now_us: u64) -> Vec<Action> {
    std::iter::from_fn(|| core.poll(now_us)).collect()
}

/// The records of the frames that are to be sent, by kind and number.
fn frames(actions: &[Action]) -> Vec<(FrameId, Vec<(u32, u64)>)> {
    let sent = actions.iter().filter_map(|action| match action {
        Action::Send { frame, bytes, .. } => Some((*frame, bytes)),
        _ => None,
    });
    sent.map(|(frame, bytes)| {
        let mut decoder = Decoder::new();
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        let records = batch.records().map(|record| record.accepted().unwrap().to_owned());
        (frame, records.map(|record| (record.kind, record.sequence)).collect())
    })
    .collect()
}

#[test]
fn a_lane_begins_with_what_was_before_it() {
    let mut core = single(config());
    assert_eq!(actions(&mut core, 0), []);
    assert_eq!(core.next_us(), None);
    assert_eq!(offer(&mut core, 0, event(1), 0), Offered::Queued(2));
    assert_eq!(actions(&mut core, 49_999), []);
    assert_eq!(core.next_us(), Some(50_000));
    let sent = actions(&mut core, 50_000);
    let [Action::Send { bytes, fresh: true, .. }] = &sent[..] else { panic!("{sent:?}") };
    let mut decoder = Decoder::new();
    let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
    let first = batch.records().next().unwrap().accepted().unwrap().to_owned();
    // SEQ-005
    assert_eq!(first.payload, Payload::from(view::EpochStart { previous_epoch: 3, previous_last_sequence: 77 }));
    assert_eq!((first.sequence, batch.prelude().epoch), (1, 4));
}

#[test]
fn nothing_of_a_lane_is_sent_before_its_beginning_is_there() {
    let mut core = single(config());
    for ticket in 0..100 {
        offer(&mut core, 0, event(ticket), 0);
    }
    let [(first, _)] = &frames(&actions(&mut core, 100_000))[..] else { panic!("more than one frame") };
    core.outcome(*first, Tried::PossiblyPersisted, 100_000);
    let [(again, _)] = &frames(&actions(&mut core, 200_000))[..] else { panic!("more than one frame") };
    assert_eq!(again, first);
    core.outcome(*first, Tried::Persisted, 200_000);
    assert_eq!(frames(&actions(&mut core, 200_000)).len(), 2);
}

#[test]
fn a_frame_that_is_sent_again_is_overtaken_by_nothing_new() {
    let mut core = started();
    for ticket in 0..80 {
        offer(&mut core, 0, event(ticket), 60_000);
    }
    // Two are under way, and two more wait.
    let sent = frames(&actions(&mut core, 60_000));
    let [(first, _), (second, _)] = sent[..] else { panic!("{sent:?}") };
    core.outcome(first, Tried::NotPersisted, 60_000);
    core.outcome(second, Tried::Persisted, 60_000);
    let mut now_us = 60_000;
    let again = loop {
        let again = frames(&actions(&mut core, now_us));
        if !again.is_empty() {
            break again;
        }
        // Who waits for the first does not turn in circles meanwhile.
        let next_us = core.next_us().unwrap();
        assert!(next_us > now_us && next_us <= 160_000, "{next_us}");
        now_us = next_us;
    };
    assert_eq!((again.len(), again[0].0), (2, first));
    assert!(again[1].0 > second);
}

#[test]
fn what_an_older_epoch_has_left_goes_first() {
    let mut core = single(config());
    let left = core.add_left(0, vec![1, 2, 3], false);
    offer(&mut core, 0, event(1), 0);
    let sent = actions(&mut core, 1_000_000);
    let [Action::Send { frame, bytes, fresh: false, .. }] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((*frame, &bytes[..]), (left, &[1, 2, 3][..]));
    // What cannot be sent is not sealed.
    assert_eq!((core.account().queued, core.account().in_flight), (1, 0));
    core.outcome(left, Tried::NotPersisted, 1_000_000);
    let again = actions(&mut core, 1_500_000);
    assert_eq!(again, sent, "it is sent again until it is there");
    core.outcome(left, Tried::Persisted, 1_500_000);
    let then = actions(&mut core, 1_500_000);
    assert_eq!(then[0], Action::Forget(left));
    assert_eq!(frames(&then)[0].1, [(2, 1), (5, 2)]);
}

#[test]
fn capacity_one_and_ten_thousand_writes() {
    let mut core = single(ProducerConfig { max_queued: 1, ..config() });
    for _ in 0..10_000 {
        offer(&mut core, 0, token(), 0);
    }
    core.end();
    let sent = frames(&actions(&mut core, 0));
    let account = core.account().clone();
    assert_eq!((account.offered, account.in_flight, account.dropped[&DropReason::QueueFull]), (10_000, 1, 9_999));
    // The one that is left is the newest.
    assert_eq!(
        sent.iter().flat_map(|(_, records)| records.clone()).collect::<Vec<_>>(),
        [(2, 1), (11, 10_001), (4, 10_002)]
    );
}

/// Everything that is sent is there.
fn all_there(core: &mut Core) -> Vec<Arc<[u8]>> {
    let mut stored = Vec::new();
    while let Some(action) = core.poll(0) {
        if let Action::Send { frame, bytes, .. } = action {
            stored.push(bytes);
            core.outcome(frame, Tried::Persisted, 0);
        }
    }
    stored
}

/// What a consumer of all of them counts.
fn counted(stored: &[Arc<[u8]>]) -> Ledger {
    let mut ledger = Ledger::new();
    let mut decoder = Decoder::new();
    for bytes in stored {
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        ledger.observe(&Observation::of_batch(&batch));
    }
    ledger
}

/// SEQ-007
fn ends_once(stored: &[Arc<[u8]>]) {
    let mut decoder = Decoder::new();
    let kinds = stored.iter().flat_map(|bytes| {
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        batch.records().map(|record| record.accepted().unwrap().kind).collect::<Vec<_>>()
    });
    let kinds: Vec<_> = kinds.collect();
    let end = kinds.iter().position(|kind| *kind == kinds::EPOCH_END);
    assert_eq!(end, Some(kinds.len() - 1), "{kinds:?}");
}

#[test]
fn more_drops_than_a_frame_declares_are_declared_late() {
    let mut core = single(ProducerConfig { max_queued: 1, ..config() });
    for _ in 0..200_000 {
        offer(&mut core, 0, token(), 0);
    }
    core.end();
    let stored = all_there(&mut core);
    assert!(core.is_idle());
    ends_once(&stored);
    let ledger = counted(&stored);
    let entry = ledger.accounts().next().unwrap();
    assert_eq!((entry.account.declared(), entry.account.lost()), (199_999, 0));
    assert!(ledger.finish().is_empty());
}

#[test]
fn gaps_that_are_too_much_together_go_in_two_frames() {
    let mut core = single(ProducerConfig { max_queued: 1, deadline_us: u64::MAX, ..config() });
    let drop = |core: &mut Core, count: u32| {
        for _ in 0..count {
            let (record, terms) = token();
            let newest = (record, Terms { policy: Some(Policy::DropNewest), ..terms });
            assert!(matches!(offer(core, 0, newest, 0), Offered::Dropped(..)));
        }
    };
    // EPOCH_START, a record, 33,000 numbers without one, a record of the producer's own, and as many.
    offer(&mut core, 0, event(1), 0);
    drop(&mut core, 33_000);
    drop(&mut core, 33_000);
    core.end();
    let stored = all_there(&mut core);
    let ledger = counted(&stored);
    assert_eq!(core.account().dropped, BTreeMap::from([(DropReason::QueueFull, 66_000)]));
    let entry = ledger.accounts().next().unwrap();
    assert_eq!((entry.account.declared(), entry.account.lost()), (66_000, 0));
}

#[test]
fn a_silent_lane_says_that_it_lives() {
    let mut core = single(config());
    offer(&mut core, 0, event(1), 0);
    let [(frame, _)] = &frames(&actions(&mut core, 50_000))[..] else { panic!("no frame") };
    core.outcome(*frame, Tried::Persisted, 60_000);
    drop(actions(&mut core, 60_000));
    assert_eq!(core.next_us(), Some(5_000_000));
    assert_eq!(actions(&mut core, 4_999_999), []);
    drop(actions(&mut core, 5_000_000));
    let sent = frames(&actions(&mut core, 5_050_000));
    assert_eq!(sent[0].1, [(kinds::HEARTBEAT, 3)]);
    // A lane that has never had a record says nothing.
    assert_eq!(actions(&mut single(config()), 50_000_000), []);
}

#[test]
fn nobody_waits_longer_than_the_deadline() {
    let mut core = started();
    for ticket in 0..50 {
        offer(&mut core, 0, event(ticket), 0);
    }
    // Two frames are under way, and the rest has to wait for them.
    assert_eq!(frames(&actions(&mut core, 60_000)).len(), 2);
    let late = actions(&mut core, 2_000_000);
    let answers = |answer: Answer| {
        late.iter().filter(|action| matches!(action, Action::Answer(_, one) if *one == answer)).count()
    };
    assert_eq!((answers(Answer::PossiblyPersisted), answers(Answer::NotPersisted(DropReason::Deadline))), (40, 10));
    let account = core.account();
    assert_eq!((account.in_flight, account.queued, account.dropped[&DropReason::Deadline]), (40, 0, 10));
}

#[test]
fn what_waits_for_room_has_waited() {
    let kept = lane(Previous::default());
    let config = ProducerConfig { deadline_us: 1_000, max_queued: 1, ..config() };
    let mut core = Core::new(config, who(1), encoder(), [(0, &kept)], 1);
    assert_eq!(offer(&mut core, 0, event(1), 0), Offered::Queued(2));
    let full = offer(&mut core, 0, event(2), 400);
    assert_eq!(full, Offered::Full { deadline_us: 1_400 });
    let again = |ticket, deadline_us| (event(ticket).0, Terms { deadline_us: Some(deadline_us), ..event(ticket).1 });
    let answers = |actions: Vec<Action>| -> Vec<(u64, Answer)> {
        let answer = |action| if let Action::Answer(ticket, answer) = action { Some((ticket, answer)) } else { None };
        actions.into_iter().filter_map(answer).collect()
    };
    let late = Answer::NotPersisted(DropReason::Deadline);
    assert_eq!(answers(actions(&mut core, 1_000)), [(1, late)]);
    // SEQ-014: there is room now, for what is left of its time, and not for as long again.
    assert_eq!(offer(&mut core, 0, again(2, 1_400), 1_000), Offered::Queued(3));
    assert_eq!(offer(&mut core, 0, event(3), 1_100), Offered::Full { deadline_us: 2_100 });
    assert_eq!(core.next_us(), Some(1_400));
    assert_eq!(answers(actions(&mut core, 1_400)), [(2, late)]);
    // Whether there is room or not.
    assert_eq!(offer(&mut core, 0, again(3, 2_100), 2_100), Offered::Dropped(4, DropReason::Deadline));
    assert_eq!(answers(actions(&mut core, 2_100)), [(3, late)]);
    assert!(core.account().adds_up(), "{:?}", core.account());
}

#[test]
fn a_lane_that_is_stuck_leaves_room_for_the_others() {
    let kept = lane(Previous::default());
    let mut core = Core::new(config(), who(1), encoder(), [(0, &kept), (1, &kept), (2, &kept)], 1);
    let queued =
        (0..1_000).take_while(|ticket| matches!(offer(&mut core, 0, event(*ticket), 0), Offered::Queued(_))).count();
    assert!((45..=50).contains(&queued), "{queued} of a third of 150");
    assert!(matches!(offer(&mut core, 0, event(2_000), 0), Offered::Full { .. }));
    assert_eq!(offer(&mut core, 1, event(3_000), 0), Offered::Queued(2));
    // Only the lanes that are there take anything.
    assert!(matches!(offer(&mut core, 9, event(1), 0), Offered::Refused));
    let late = (event(1).0, Terms { deadline_us: Some(0), ..event(1).1 });
    assert!(matches!(offer(&mut core, 9, late, 0), Offered::Refused));
    core.add_lane(9, &kept);
    assert_eq!(offer(&mut core, 9, event(1), 0), Offered::Queued(2));
}

#[test]
fn an_offer_that_joins_others_stirs_nobody() {
    let lanes = [(0, lane(Previous::default()))];
    let mut core = Core::new(config(), who(1), encoder(), lanes.iter().map(|(number, lane)| (*number, lane)), 1);
    let record = |kind| Record { kind, ..Record::default() };
    let stirs = |core: &mut Core, ticket| {
        let progress = (record(kinds::PROGRESS), Terms { ticket, ..Terms::default() });
        assert_ne!(offer(core, 0, progress, 1_000), Offered::Refused);
        core.take_stirred()
    };
    // The first one begins the linger; with the beginning of the epoch they are 20 at the nineteenth, which fill a frame.
    let stirred: Vec<usize> = (1..150).filter(|number| stirs(&mut core, (*number == 1).then_some(7))).collect();
    assert_eq!(stirred, [1, 19]);
    // What was asked for when there was room is answered when it has to give way.
    assert!(!stirs(&mut core, None));
    assert!(stirs(&mut core, None));
    let answers: Vec<_> = std::iter::from_fn(|| core.poll(1_000)).collect();
    assert!(answers.contains(&Action::Answer(7, Answer::NotPersisted(DropReason::QueueFull))), "{answers:?}");
    assert!(!core.take_stirred());
}
