//! Small scripts: what each step does.

use dashstream_codec::view::Payload;
use dashstream_codec::{Batch, Decoder, ReadOptions};
use dashstream_vectors::{Does, LaneSettings, OfferOutcome, ProducerSettings, ProducerStep, WhenFull};

use super::{ProducerTrouble, play};
use crate::protocol::{ProducerQuestion, ProducerReport, ProducerStepReport};

fn settings() -> ProducerSettings {
    let lane = |tenant: &str, partition| LaneSettings { tenant: tenant.to_owned(), partition };
    ProducerSettings {
        lanes: vec![lane("acme", 0), lane("umbrella", 1)],
        max_records: 4,
        linger_ms: 10,
        deadline_ms: 100,
        heartbeat_ms: 0,
        queue: None,
    }
}

const OPEN: ProducerStep = ProducerStep::Open {};
const CRASH: ProducerStep = ProducerStep::Crash {};
const LINGER: ProducerStep = wait(10);

const fn offer(count: u32) -> ProducerStep {
    ProducerStep::Offer { lane: 0, count, full: WhenFull::Wait }
}

const fn does(does: Does) -> ProducerStep {
    ProducerStep::Destination { does }
}

const fn wait(ms: u64) -> ProducerStep {
    ProducerStep::Wait { ms }
}

const fn close(ms: u64) -> ProducerStep {
    ProducerStep::Close { ms }
}

fn report(settings: ProducerSettings, steps: &[ProducerStep]) -> ProducerReport {
    play(&ProducerQuestion { settings, steps: steps.to_vec() }).unwrap()
}

/// What was done, by step: frames as `partition/epoch/lane first-last`, with what is declared and where the epoch before has ended, and
/// answers.
fn said(settings: ProducerSettings, steps: &[ProducerStep]) -> Vec<String> {
    let report = report(settings, steps);
    assert_eq!(report.steps.len(), steps.len());
    report.steps.iter().map(text).collect()
}

fn text(step: &ProducerStepReport) -> String {
    let mut decoder = Decoder::new();
    let frames = step.sent.iter().map(|sent| {
        let batch = decoder.decode(&sent.frame.0, &ReadOptions::default()).unwrap();
        format!("{}/{}", sent.partition, frame(&batch))
    });
    let mut words: Vec<String> = frames.collect();
    words.extend(step.outcomes.iter().map(|line| {
        let sign = match line.outcome {
            OfferOutcome::Persisted => '+',
            OfferOutcome::NotPersisted => '-',
            OfferOutcome::PossiblyPersisted => '?',
            OfferOutcome::None => '!',
        };
        format!("{sign}{}", line.offer)
    }));
    words.join(" ")
}

fn frame(batch: &Batch<'_>) -> String {
    let prelude = batch.prelude();
    let mut text = format!("{}/{} {}-{}", prelude.epoch, prelude.lane, prelude.base_sequence, prelude.last_sequence());
    if prelude.drop_count > 0 {
        text.push_str(&format!(" without {}", prelude.drop_count));
    }
    for result in batch.records() {
        let record = result.accepted().unwrap();
        match record.view {
            Payload::EpochStart(start) => {
                text.push_str(&format!(" after {}:{}", start.previous_epoch, start.previous_last_sequence));
            }
            Payload::EpochEnd(_) => text.push_str(" end"),
            Payload::LateDrops(drops) => text.push_str(&format!(" dropped {}+{}", drops.first, drops.count)),
            Payload::Heartbeat(_) => text.push_str(" lives"),
            _ => {}
        }
    }
    text
}

#[test]
fn what_is_offered_is_sent_when_it_is_time_and_answered() {
    let steps = [OPEN, offer(1), LINGER, offer(4), close(1_000)];
    let expected = ["", "", "0/1/0 1-2 after 0:0 +0", "0/1/0 3-6 +1 +2 +3 +4", "0/1/0 7-7 end"];
    assert_eq!(said(settings(), &steps), expected);
}

#[test]
fn what_a_crash_has_left_is_sent_first_and_what_nobody_sealed_is_gone() {
    let steps = [OPEN, does(Does::Hold), offer(3), offer(2), CRASH, OPEN, offer(1), does(Does::Accept), LINGER];
    let sent = "0/1/0 1-4 after 0:0";
    // The frame that was held is gone with the producer.
    let expected = ["", "", sent, "", "", sent, "", "", "0/2/0 1-2 after 1:4 +5"];
    assert_eq!(said(settings(), &steps), expected);
    let report = report(settings(), &steps);
    assert_eq!(report.steps[2].sent, report.steps[5].sent, "byte for byte");
}

#[test]
fn what_is_refused_is_tried_again_when_the_destination_does_something_else() {
    let steps = [OPEN, does(Does::Refuse), offer(3), does(Does::Accept)];
    let sent = "0/1/0 1-4 after 0:0";
    assert_eq!(said(settings(), &steps), ["", "", sent, &format!("{sent} +0 +1 +2")]);
}

#[test]
fn what_was_held_is_dealt_with_when_the_destination_does_something_else() {
    for (does_then, answered) in [(Does::Accept, true), (Does::Refuse, false), (Does::Keep, false), (Does::Lose, false)]
    {
        let steps = [OPEN, does(Does::Hold), offer(3), does(does_then), does(Does::Accept)];
        let said = said(settings(), &steps);
        let outcomes = [3, 4].map(|step: usize| said[step].contains("+0 +1 +2"));
        assert_eq!(outcomes, [answered, !answered], "{does_then:?}: {said:?}");
    }
}

#[test]
fn at_the_deadline_each_offer_is_answered() {
    for does_now in [Does::Refuse, Does::Keep, Does::Lose, Does::Hold] {
        // The first three are under way, the fourth is not sealed before they are there.
        let steps = [OPEN, does(does_now), offer(4), wait(99), wait(1), does(Does::Accept), LINGER];
        let said = said(settings(), &steps);
        let is_answer = |word: &str| word.starts_with(['+', '-', '?']);
        assert!(!said[3].split(' ').any(is_answer), "{does_now:?}: {said:?}");
        assert!(said[4].ends_with("-3 ?0 ?1 ?2"), "{does_now:?}: {said:?}");
        assert!(!said[5].split(' ').any(is_answer), "{does_now:?}: {said:?}");
        // What was dropped is declared.
        let declared = said[5..].iter().any(|step| step.contains("without 1 lives"));
        assert!(declared, "{does_now:?}: {said:?}");
    }
}

#[test]
fn where_the_queue_is_full_an_offer_waits_or_something_is_dropped() {
    // Two lanes, so that each has room for two.
    let settings = || ProducerSettings { queue: Some(4), max_records: 10, ..settings() };
    let full = |full| ProducerStep::Offer { lane: 0, count: 4, full };
    let said = |full| said(settings(), &[OPEN, full, LINGER, LINGER, close(1_000)]);
    let waited = ["", "", "0/1/0 1-3 after 0:0 +0 +1", "0/1/0 4-5 +2 +3", "0/1/0 6-6 end"];
    assert_eq!(said(full(WhenFull::Wait)), waited);
    let oldest = ["", "-0 -1", "0/1/0 1-5 without 2 after 0:0 +2 +3", "", "0/1/0 6-6 end"];
    assert_eq!(said(full(WhenFull::DropOldest)), oldest);
    let newest = ["", "-2 -3", "0/1/0 1-3 after 0:0 +0 +1", "0/1/0 4-6 without 2 lives", "0/1/0 7-7 end"];
    let got = said(full(WhenFull::DropNewest));
    assert_eq!(got[..2], newest[..2]);
}

#[test]
fn an_offer_that_waits_for_room_is_given_up_at_its_deadline() {
    let settings = ProducerSettings { queue: Some(4), max_records: 10, ..settings() };
    let steps = [OPEN, does(Does::Hold), offer(2), LINGER, offer(3), wait(99), wait(1)];
    let said = said(settings, &steps);
    assert_eq!(said[3], "0/1/0 1-3 after 0:0");
    assert_eq!(said[4], "");
    assert_eq!(said[5], "?0 ?1");
    // In the order in which the core comes to them: what waits to be sealed before what waits for room.
    assert_eq!(said[6], "-2 -3 -4");
}

#[test]
fn a_state_that_is_forgotten_is_another_producer_and_a_copy_is_the_same_twice() {
    let who = |steps: &[ProducerStep]| -> Vec<([u8; 16], u32, Vec<u8>)> {
        let report = report(settings(), steps);
        let sent = report.steps.iter().flat_map(|step| &step.sent);
        let who = sent.map(|sent| {
            let mut decoder = Decoder::new();
            let batch = decoder.decode(&sent.frame.0, &ReadOptions::default()).unwrap();
            (batch.prelude().producer_id, batch.prelude().epoch, batch.metadata().boot_nonce().to_vec())
        });
        who.collect()
    };
    let forgotten = who(&[OPEN, offer(3), CRASH, ProducerStep::Forget {}, OPEN, offer(3)]);
    assert_ne!(forgotten[0].0, forgotten[1].0);
    assert_eq!((forgotten[0].1, forgotten[1].1), (1, 1));
    let (save, restore) = (ProducerStep::Save {}, ProducerStep::Restore {});
    let twice = who(&[OPEN, CRASH, save, OPEN, offer(3), CRASH, restore, OPEN, offer(3)]);
    assert_eq!((twice[0].0, twice[0].1), (twice[1].0, twice[1].1));
    assert_ne!(twice[0].2, twice[1].2, "each opening has a nonce of its own");
}

#[test]
fn what_has_no_time_at_the_end_is_kept_and_declared() {
    let steps = [OPEN, does(Does::Hold), offer(4), close(50), does(Does::Accept), OPEN];
    let said = said(settings(), &steps);
    assert_eq!(said[3], "-3 ?0 ?1 ?2");
    assert_eq!(said[5], "0/1/0 1-4 after 0:0 0/1/0 5-6 without 1 end");
}

#[test]
fn lanes_go_to_their_partitions_and_say_that_they_live() {
    let settings = ProducerSettings { heartbeat_ms: 50, ..settings() };
    let steps = [OPEN, ProducerStep::Offer { lane: 1, count: 3, full: WhenFull::Wait }, wait(75), close(1_000)];
    let expected = ["", "1/1/1 1-4 after 0:0 +0 +1 +2", "1/1/1 5-5 lives", "1/1/1 6-6 end"];
    assert_eq!(said(settings, &steps), expected);
}

#[test]
fn steps_that_make_no_sense_are_said_to_be_so() {
    let trouble = |steps: &[ProducerStep]| {
        play(&ProducerQuestion { settings: settings(), steps: steps.to_vec() }).map_err(|trouble| trouble.to_string())
    };
    let no_producer = || Err(ProducerTrouble::NoProducer.to_string());
    assert_eq!(trouble(&[offer(1)]), no_producer());
    assert_eq!(trouble(&[close(1)]), no_producer());
    assert_eq!(trouble(&[OPEN, OPEN]), Err(ProducerTrouble::InUse.to_string()));
    assert_eq!(trouble(&[OPEN, ProducerStep::Forget {}]), Err(ProducerTrouble::InUse.to_string()));
    let lane = ProducerStep::Offer { lane: 2, count: 1, full: WhenFull::Wait };
    assert_eq!(trouble(&[OPEN, lane]), Err(ProducerTrouble::NoLane(2).to_string()));
}
