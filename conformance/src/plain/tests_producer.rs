//! Small scripts for a producer, and what it does.

use super::Plain;
use super::prelude::Limits;
use crate::protocol::{ProducerQuestion, ProducerStepReport, SentFrame};
use dashstream_vectors::{Does, LaneSettings, OfferOutcome, ProducerSettings, ProducerStep, WhenFull};
use std::collections::BTreeSet;

const OPEN: ProducerStep = ProducerStep::Open {};
const CRASH: ProducerStep = ProducerStep::Crash {};
const CLOSE: ProducerStep = ProducerStep::Close { ms: 1000 };

fn offer(count: u32) -> ProducerStep {
    full(count, WhenFull::Wait)
}

fn full(count: u32, full: WhenFull) -> ProducerStep {
    ProducerStep::Offer { lane: 0, count, full }
}

fn does(does: Does) -> ProducerStep {
    ProducerStep::Destination { does }
}

fn wait(ms: u64) -> ProducerStep {
    ProducerStep::Wait { ms }
}

fn lane(tenant: &str, partition: u32) -> LaneSettings {
    LaneSettings { tenant: tenant.to_owned(), partition }
}

fn settings() -> ProducerSettings {
    ProducerSettings {
        lanes: vec![lane("a", 3)],
        max_records: 4,
        linger_ms: 50,
        deadline_ms: 1000,
        heartbeat_ms: 0,
        queue: None,
    }
}

/// A frame in a few words.
fn frame(sent: &SentFrame) -> String {
    let decoded = Plain::new().read(Some(&sent.frame.0), Limits::default(), None).unwrap();
    let mut words = Vec::new();
    for record in &decoded.records {
        let (_, payload) = record.message.as_ref().unwrap();
        words.push(match record.kind {
            2 => format!("start({},{})", payload.number(1), payload.number(2)),
            4 => "end".to_owned(),
            5 => format!("{}:#{}", record.sequence, record.time_us - 1_700_000_000_000_000),
            6 => "beat".to_owned(),
            10 => format!("late({},{})", payload.number(1), payload.number(2)),
            kind => format!("kind {kind}"),
        });
    }
    if decoded.prelude.drop_count > 0 {
        words.push(format!("-{}", decoded.prelude.drop_count));
    }
    format!("e{} {}", decoded.prelude.epoch, words.join(" "))
}

fn report(step: &ProducerStepReport) -> String {
    let mut words: Vec<String> = step.sent.iter().map(frame).collect();
    words.extend(step.outcomes.iter().map(|line| format!("#{} {}", line.offer, line.outcome.name())));
    words.join("; ")
}

fn follow(plain: Plain, settings: &ProducerSettings, steps: &[ProducerStep]) -> Vec<ProducerStepReport> {
    let question = ProducerQuestion { settings: settings.clone(), steps: steps.to_vec() };
    plain.producer(&question).steps
}

fn run_with(settings: &ProducerSettings, steps: &[ProducerStep]) -> Vec<String> {
    follow(Plain::new(), settings, steps).iter().map(report).collect()
}

fn run(steps: &[ProducerStep]) -> Vec<String> {
    run_with(&settings(), steps)
}

#[test]
fn a_lane_has_a_beginning_and_an_end() {
    let said = run(&[OPEN, offer(5), wait(49), wait(1), offer(1), CLOSE, OPEN]);
    let expected = [
        "e1 start(0,0)",
        "e1 2:#0 3:#1 4:#2 5:#3; #0 persisted; #1 persisted; #2 persisted; #3 persisted",
        "",
        "e1 6:#4; #4 persisted",
        "",
        "e1 7:#5 end; #5 persisted",
        "e2 start(1,8)",
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_is_sealed_outlives_its_producer() {
    let said = run(&[OPEN, does(Does::Hold), offer(1), wait(50), offer(1), CRASH, does(Does::Accept), OPEN]);
    let expected = ["e1 start(0,0)", "", "", "e1 2:#0", "", "", "", "e1 2:#0; e2 start(1,2)"];
    assert_eq!(said, expected);
}

#[test]
fn each_record_is_answered_once_at_its_deadline_at_the_latest() {
    let held = run(&[does(Does::Hold), OPEN, offer(1), wait(999), wait(1), does(Does::Accept), CLOSE]);
    let start = "e1 start(0,0)";
    assert_eq!(held, ["", start, "", "", "#0 not_persisted", "", "e1 end -1"]);
    let sent = run(&[OPEN, does(Does::Hold), offer(1), wait(999), wait(1), does(Does::Accept), CLOSE]);
    assert_eq!(sent, [start, "", "", "e1 2:#0", "#0 possibly_persisted", "", "e1 end"]);
    let unknown = run(&[OPEN, does(Does::Keep), offer(1), wait(60), does(Does::Accept)]);
    assert_eq!(unknown, [start, "", "", "e1 2:#0", "e1 2:#0; #0 persisted"]);
    let refused = run(&[OPEN, does(Does::Refuse), offer(1), ProducerStep::Close { ms: 30 }, does(Does::Accept), OPEN]);
    let last = "e1 2:#0 end; e2 start(1,3)";
    assert_eq!(refused, [start, "", "", "e1 2:#0 end; #0 possibly_persisted", "", last]);
    let left = run(&[OPEN, does(Does::Hold), offer(6), ProducerStep::Close { ms: 30 }, does(Does::Accept), OPEN]);
    let frame = "e1 2:#0 3:#1 4:#2 5:#3";
    let answers: String = (0..6).map(|offer| format!("; #{offer} possibly_persisted")).collect();
    let last = format!("{frame}; e1 6:#4 7:#5 end; e2 start(1,8)");
    assert_eq!(left, [start, "", frame, answers.trim_start_matches("; "), "", &last]);
}

#[test]
fn nothing_overtakes_the_beginning() {
    let said = run(&[does(Does::Lose), OPEN, offer(4), wait(500), does(Does::Accept)]);
    let start = "e1 start(0,0)";
    let last = "e1 start(0,0); e1 2:#0 3:#1 4:#2 5:#3; #0 persisted; #1 persisted; #2 persisted; #3 persisted";
    assert_eq!(said, ["", start, "", start, last]);
}

#[test]
fn what_finds_no_room_is_dropped_and_declared() {
    let small = ProducerSettings { queue: Some(2), ..settings() };
    let newest = run_with(&small, &[OPEN, full(3, WhenFull::DropNewest), wait(50)]);
    assert_eq!(newest[1..], ["#2 not_persisted", "e1 2:#0 3:#1 -1; #0 persisted; #1 persisted"]);
    let oldest = run_with(&small, &[OPEN, full(3, WhenFull::DropOldest), wait(50)]);
    assert_eq!(oldest[1..], ["#0 not_persisted", "e1 3:#1 4:#2 -1; #1 persisted; #2 persisted"]);
    let waits = run_with(&small, &[OPEN, offer(3), wait(50)]);
    assert_eq!(waits[1..], ["", "e1 2:#0 3:#1; e1 4:#2; #0 persisted; #1 persisted; #2 persisted"]);
    let none = ProducerSettings { queue: Some(0), linger_ms: 5000, ..settings() };
    let late = run_with(&none, &[OPEN, offer(2), wait(1000), CLOSE]);
    assert_eq!(late[1..], ["", "#0 not_persisted; #1 not_persisted", "e1 end -2"]);
}

#[test]
fn more_drops_than_a_frame_can_declare_are_declared_all_the_same() {
    let one = ProducerSettings { queue: Some(1), ..settings() };
    let steps = [OPEN, full(70_000, WhenFull::DropNewest), wait(50), offer(1), wait(50), CLOSE];
    let said = run_with(&one, &steps);
    assert_eq!(said[2], "e1 2:#0 -65535; #0 persisted");
    assert_eq!(said[4], "e1 70002:#70000 -4464; #70000 persisted");
    let steps = [OPEN, full(140_000, WhenFull::DropOldest), wait(50), CLOSE];
    let said = run_with(&one, &steps);
    assert_eq!(said[2], "e1 140001:#139999; e1 late(2,139999); #139999 persisted");
}

#[test]
fn a_silent_lane_says_that_it_lives() {
    let lively = ProducerSettings { heartbeat_ms: 100, ..settings() };
    let said = run_with(&lively, &[OPEN, wait(99), wait(1), offer(1), wait(100), wait(50), CLOSE, wait(500)]);
    let expected = ["e1 start(0,0)", "", "e1 beat", "", "e1 3:#0; #0 persisted", "e1 beat", "e1 end", ""];
    assert_eq!(said, expected);
}

#[test]
fn who_finds_no_state_is_another_producer() {
    let id = |sent: &SentFrame| super::prelude::read(&sent.frame.0).producer_id;
    let steps = [
        OPEN,
        CLOSE,
        ProducerStep::Save {},
        OPEN,
        CLOSE,
        ProducerStep::Forget {},
        OPEN,
        CRASH,
        ProducerStep::Restore {},
        OPEN,
    ];
    let sent = follow(Plain::new(), &settings(), &steps).into_iter().flat_map(|step| step.sent).collect::<Vec<_>>();
    let ids: BTreeSet<_> = sent.iter().map(id).collect();
    assert_eq!(ids.len(), 2);
    let last = sent.last().map(|sent| (frame(sent), id(sent)));
    assert_eq!(last, sent.first().map(|first| ("e2 start(1,2)".to_owned(), id(first))));
}

/// One script at least for each rule.
fn scripts() -> Vec<(ProducerSettings, Vec<ProducerStep>)> {
    let small = ProducerSettings { queue: Some(2), ..settings() };
    let two = ProducerSettings { lanes: vec![lane("a", 3), lane("b", 3), lane("a", 4)], ..settings() };
    let lively = ProducerSettings { heartbeat_ms: 100, ..settings() };
    let second = |count| ProducerStep::Offer { lane: 1, count, full: WhenFull::Wait };
    vec![
        (settings(), vec![OPEN, offer(5), CLOSE, OPEN, offer(1), wait(50)]),
        (
            settings(),
            vec![OPEN, offer(1), wait(50), does(Does::Hold), offer(5), CRASH, OPEN, does(Does::Accept), CLOSE],
        ),
        (settings(), vec![OPEN, offer(1), CRASH, OPEN, CRASH, ProducerStep::Forget {}, OPEN, offer(2), CLOSE]),
        (settings(), vec![does(Does::Hold), OPEN, offer(5), wait(2000), does(Does::Accept), wait(100)]),
        (settings(), vec![OPEN, does(Does::Keep), offer(2), wait(2000), offer(2), does(Does::Accept), CLOSE]),
        (
            settings(),
            vec![OPEN, does(Does::Refuse), offer(2), wait(2000), does(Does::Lose), CLOSE, does(Does::Accept), OPEN],
        ),
        (settings(), vec![OPEN, does(Does::Refuse), offer(2), wait(100), does(Does::Accept), wait(100)]),
        (settings(), vec![OPEN, does(Does::Lose), offer(2), wait(2000), does(Does::Accept), wait(100)]),
        (small.clone(), vec![OPEN, full(3, WhenFull::DropNewest), full(3, WhenFull::DropOldest), offer(3), CLOSE]),
        (small, vec![OPEN, full(3, WhenFull::DropOldest), wait(50), offer(1), CRASH, OPEN]),
        (two, vec![OPEN, offer(2), second(2), wait(50), CLOSE]),
        (
            lively,
            vec![OPEN, wait(1000), offer(1), CLOSE, ProducerStep::Save {}, OPEN, CRASH, ProducerStep::Restore {}, OPEN],
        ),
    ]
}

/// What the runner's judge asks of outcomes: one for each offer, but where its producer crashes.
#[test]
fn every_offer_is_answered_once_where_its_producer_ends_as_it_should() {
    for (settings, steps) in scripts() {
        let crashes = steps.contains(&CRASH) || steps.last() == Some(&OPEN);
        let steps = [steps, vec![CLOSE]].concat();
        let mut offers = BTreeSet::new();
        for line in follow(Plain::new(), &settings, &steps).iter().flat_map(|step| &step.outcomes) {
            assert!(offers.insert(line.offer) && line.outcome != OfferOutcome::None, "{steps:?}");
        }
        let count = |step: &ProducerStep| match step {
            ProducerStep::Offer { count, .. } => u64::from(*count),
            _ => 0,
        };
        let offered: u64 = steps.iter().map(count).sum();
        assert!(crashes || offers == (0..offered).collect(), "{steps:?}");
    }
}

#[test]
fn every_producer_mutant_differs_in_a_script() {
    let scripts = scripts();
    let is_one = |id: &str| ["SEQ-", "META-017", "WRT-006", "KAF-002"].iter().any(|start| id.starts_with(start));
    let mutants: Vec<_> = Plain::mutants().into_iter().filter(|mutant| is_one(mutant.id)).collect();
    assert!(mutants.len() > 20, "{}", mutants.len());
    let mut same = Vec::new();
    for mutant in mutants {
        let plain = Plain::with(mutant.mutation);
        let differs = scripts
            .iter()
            .any(|(settings, steps)| follow(plain, settings, steps) != follow(Plain::new(), settings, steps));
        same.extend((!differs).then_some(mutant.id));
    }
    assert_eq!(same, Vec::<&str>::new());
}

#[test]
fn what_mutants_send_can_be_read() {
    for mutant in Plain::mutants() {
        for (settings, steps) in scripts() {
            let reports = follow(Plain::with(mutant.mutation), &settings, &steps);
            assert_eq!(reports.len(), steps.len());
            for sent in reports.iter().flat_map(|step| &step.sent) {
                let read = Plain::new().read(Some(&sent.frame.0), Limits::default(), None);
                assert!(read.is_ok(), "{}", mutant.id);
            }
        }
    }
}
