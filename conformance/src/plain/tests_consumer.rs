//! Small scripts for a consumer, and what it does.

use super::Plain;
use super::testing::{METADATA, Made, field, made};
use crate::protocol::{Base64, ConsumerQuestion};
use dashstream_vectors::{
    AppAnswer, ConsumerEvent, ConsumerSettings, ConsumerStep, HandStanding, LogHeader, LogMessage, Place,
};

type Step = ConsumerStep<Base64>;

const TAKE: AppAnswer = AppAnswer::Take;
const AGAIN: AppAnswer = AppAnswer::Again;
const REJECT: AppAnswer = AppAnswer::Reject;

/// A frame of epoch 1 with records of these kinds: odd ones are accepted, even ones are not.
fn frame(base: u64, kinds: &[u8]) -> Made {
    let body = [field(2, kinds), field(15, &[])].concat();
    made().with(|m| (m.base, m.records, m.body) = (base, u16::try_from(kinds.len()).unwrap(), body))
}

fn damaged(frame: &Made) -> Vec<u8> {
    let mut bytes = frame.bytes();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

fn put(bytes: Vec<u8>) -> LogMessage<Base64> {
    LogMessage { partition: 0, bytes: Some(Base64(bytes)), headers: Vec::new(), answers: Vec::new() }
}

fn message(frame: &Made) -> Step {
    Step::Message(put(frame.bytes()))
}

fn answered(frame: &Made, answers: &[AppAnswer]) -> Step {
    Step::Message(LogMessage { answers: answers.to_vec(), ..put(frame.bytes()) })
}

fn headed(frame: &Made, headers: &[(&str, &str)]) -> Step {
    let header = |(name, value): &(&str, &str)| LogHeader { name: (*name).to_owned(), value: (*value).to_owned() };
    Step::Message(LogMessage { headers: headers.iter().map(header).collect(), ..put(frame.bytes()) })
}

fn replay(frame: &Made, attempt: u32, record: u32) -> Step {
    headed(frame, &[("ds-replay", &format!("{}/{attempt}/{record}", "0a".repeat(16)))])
}

/// A replay of a whole frame that the application rejects.
fn rejected_replay(frame: &Made) -> Step {
    match replay(frame, 1, 0) {
        Step::Message(message) => Step::Message(LogMessage { answers: vec![REJECT], ..message }),
        other => other,
    }
}

/// How a replay of a whole frame is named.
fn named(attempt: u32) -> String {
    format!("{}/{attempt}/0", "0a".repeat(16))
}

fn elsewhere(step: Step) -> Step {
    match step {
        Step::Message(message) => Step::Message(LogMessage { partition: 1, ..message }),
        other => other,
    }
}

fn start() -> Step {
    as_many(None)
}

/// A consumer that hands over so many frames between two commits.
fn as_many(uncommitted: Option<u32>) -> Step {
    Step::Start { pass: Vec::new(), uncommitted }
}

fn settings() -> ConsumerSettings {
    ConsumerSettings { partitions: 2, uncommitted: 2, attempts: 3, tenant: None }
}

/// An event in a few words; `!` marks what may be a repetition.
fn text(event: &ConsumerEvent) -> String {
    let place = |partition: &u32, offset: &u64| format!("{partition}/{offset}");
    match event {
        ConsumerEvent::Hand { partition, offset, standing, repeat, verdicts, records } => {
            let standing = match standing {
                HandStanding::New => "new",
                HandStanding::Unknown => "unknown",
                HandStanding::Replay => "replay",
            };
            let mark = if repeat.unwrap() { "!" } else { "" };
            let verdicts: String = verdicts.iter().map(|one| format!(" {}", one.verdict)).collect();
            format!("{standing}{mark} {}{verdicts} {records:?}", place(partition, offset))
        }
        ConsumerEvent::Duplicate { partition, offset } => format!("duplicate {}", place(partition, offset)),
        ConsumerEvent::Letter { partition, offset, record, code } => {
            format!("letter {}.{record} {code}", place(partition, offset))
        }
        ConsumerEvent::Stopped { partition, offset, code } => format!("stopped {} {code}", place(partition, offset)),
        ConsumerEvent::Committed { partition, next, effects } => {
            format!("committed {} {effects:?}", place(partition, next))
        }
    }
}

fn follow(plain: Plain, settings: &ConsumerSettings, steps: &[Step]) -> Vec<String> {
    let report = plain.consumer(&ConsumerQuestion { settings: settings.clone(), steps: steps.to_vec() });
    report.steps.iter().map(|events| events.iter().map(text).collect::<Vec<_>>().join("; ")).collect()
}

fn run(steps: &[Step]) -> Vec<String> {
    follow(Plain::new(), &settings(), steps)
}

#[test]
fn what_is_new_is_handed_over_once_and_committed_as_a_whole() {
    let one = frame(1, &[101]);
    let steps = [start(), message(&one), message(&one), message(&frame(4, &[101, 103])), Step::Commit {}];
    let said = ["", "new 0/0 [1]", "duplicate 0/1", "new 0/2 GAP [1, 2]", "committed 0/3 [0, 2]; committed 1/0 []"];
    assert_eq!(run(&steps), said);
}

#[test]
fn what_the_ledger_has_not_counted_is_unknown() {
    let steps = [start(), message(&frame(1, &[101, 101])), message(&frame(2, &[101, 101]))];
    assert_eq!(run(&steps), ["", "new 0/0 [1, 2]", "unknown 0/1 OVERLAP [1, 2]"]);
}

#[test]
fn what_is_rejected_is_set_aside_and_counted() {
    let mut null = put(Vec::new());
    null.bytes = None;
    let steps = [
        start(),
        message(&frame(1, &[101])),
        Step::Message(put(damaged(&frame(2, &[101])))),
        message(&frame(3, &[101, 100, 101])),
        Step::Message(null),
        Step::Stop {},
    ];
    let said = [
        "",
        "new 0/0 [1]",
        "letter 0/1.0 BODY_CRC",
        "letter 0/2.2 UNKNOWN_CRITICAL_KIND; new 0/2 [1, 3]",
        "letter 0/3.0 NULL_VALUE",
        "committed 0/4 [0, 2]; committed 1/0 []",
    ];
    assert_eq!(run(&steps), said);
}

#[test]
fn a_partition_stands_at_what_is_not_supported_until_the_operator_lets_it_pass() {
    let newer = frame(2, &[101]).with(|m| m.version = 2);
    let steps = [
        start(),
        message(&frame(1, &[101])),
        message(&newer),
        message(&frame(3, &[101])),
        elsewhere(message(&frame(1, &[101]))),
        Step::Stop {},
        start(),
        Step::Crash {},
        Step::Start { pass: vec![Place { partition: 0, offset: 1 }], uncommitted: None },
    ];
    let said = [
        "",
        "new 0/0 [1]",
        "stopped 0/1 VERSION",
        "",
        "new 1/0 [1]",
        "committed 0/1 [0]; committed 1/1 [0]",
        "stopped 0/1 VERSION",
        "",
        "letter 0/1.0 VERSION; new! 0/2 [1]",
    ];
    assert_eq!(run(&steps), said);
}

#[test]
fn what_may_have_been_handed_over_is_marked_and_no_more() {
    let steps = [
        start(),
        message(&frame(1, &[101])),
        message(&frame(2, &[101])),
        message(&frame(3, &[101])),
        message(&frame(4, &[101])),
        Step::Crash {},
        start(),
        message(&frame(5, &[101])),
    ];
    let said = [
        "",
        "new 0/0 [1]",
        "new 0/1 [1]",
        "new 0/2 [1]",
        "new 0/3 [1]",
        "",
        "new! 0/2 [1]; new! 0/3 [1]",
        "new 0/4 [1]",
    ];
    assert_eq!(run(&steps), said);
}

#[test]
fn a_consumer_that_hands_over_less_keeps_the_marks_of_the_one_before() {
    let four = [1, 2, 3, 4].map(|base| message(&frame(base, &[101])));
    let first = [&[as_many(Some(4))], four.as_slice(), &[Step::Crash {}]].concat();
    // The second one commits before each frame; what the first may have handed over is marked all the same.
    let second = [as_many(Some(1)), Step::Crash {}, as_many(Some(1))];
    let said = run(&[first, second.to_vec()].concat());
    assert_eq!(said[6..], ["new! 0/0 [1]; new! 0/1 [1]; new! 0/2 [1]; new! 0/3 [1]", "", "new! 0/3 [1]"]);
    let waiting = [
        as_many(Some(3)),
        Step::Letters { fail: true },
        answered(&frame(1, &[101]), &[REJECT; 3]),
        Step::Commit {},
        Step::Crash {},
        as_many(Some(1)),
        Step::Commit {},
        Step::Crash {},
        Step::Letters { fail: false },
        as_many(Some(1)),
        message(&frame(2, &[101])),
        message(&frame(3, &[101])),
        message(&frame(4, &[101])),
    ];
    let said = run(&waiting);
    assert_eq!(said[5], "new! 0/0 [1]");
    assert_eq!(said[9..], ["new! 0/0 [1]; letter 0/0.0 APPLICATION", "new! 0/1 [1]", "new! 0/2 [1]", "new 0/3 [1]"]);
}

#[test]
fn the_application_asks_for_another_try_or_does_not_take_it() {
    let steps = [
        start(),
        answered(&frame(1, &[101]), &[AGAIN, TAKE]),
        answered(&frame(2, &[101]), &[REJECT]),
        answered(&frame(3, &[101]), &[AGAIN; 3]),
        Step::Commit {},
    ];
    let said = [
        "",
        "new 0/0 [1]; new! 0/0 [1]",
        "new 0/1 [1]; letter 0/1.0 APPLICATION",
        "new 0/2 [1]; new! 0/2 [1]; new! 0/2 [1]; letter 0/2.0 APPLICATION",
        "committed 0/3 [0]; committed 1/0 []",
    ];
    assert_eq!(run(&steps), said);
}

#[test]
fn nothing_is_passed_while_dead_letters_cannot_be_saved() {
    let steps = [
        start(),
        Step::Letters { fail: true },
        message(&frame(1, &[101, 100])),
        message(&frame(3, &[101])),
        Step::Commit {},
        Step::Letters { fail: false },
        Step::Commit {},
    ];
    let said = [
        "",
        "",
        "",
        "",
        "committed 0/0 []; committed 1/0 []",
        "letter 0/0.2 UNKNOWN_CRITICAL_KIND; new 0/0 [1]; new 0/1 [1]",
        "committed 0/2 [0, 1]; committed 1/0 []",
    ];
    assert_eq!(run(&steps), said);
}

#[test]
fn a_partition_that_goes_is_committed_if_it_may_be() {
    let steps = [
        start(),
        message(&frame(1, &[101])),
        Step::Revoke { partition: 0 },
        message(&frame(2, &[101])),
        Step::Assign { partition: 0 },
        Step::Lose { partition: 0 },
        Step::Assign { partition: 0 },
    ];
    let said = ["", "new 0/0 [1]", "committed 0/1 [0]", "", "new! 0/1 [1]", "committed 0/1 [0]", "new! 0/1 [1]"];
    assert_eq!(run(&steps), said);
}

#[test]
fn a_replay_is_taken_once_whatever_the_ledger_says() {
    let one = frame(1, &[101, 103]);
    let steps = [
        start(),
        message(&one),
        replay(&one, 1, 2),
        replay(&one, 1, 2),
        replay(&one, 2, 2),
        message(&frame(3, &[101])),
        headed(&one, &[("ds-replay", "0/1/2")]),
    ];
    let said =
        ["", "new 0/0 [1, 2]", "replay 0/1 [2]", "duplicate 0/2", "replay 0/3 [2]", "new 0/4 [1]", "duplicate 0/5"];
    assert_eq!(run(&steps), said);
}

#[test]
fn a_frame_of_another_tenant_is_rejected_whatever_a_header_says() {
    let other = frame(2, &[101]).with(|m| m.metadata[2] = b'b');
    let settings = ConsumerSettings { tenant: Some("a".into()), ..settings() };
    let steps = [
        start(),
        headed(&frame(1, &[101]), &[("ds-tenant", "b")]),
        headed(&other, &[("ds-tenant", "a")]),
        message(&frame(2, &[101])),
    ];
    let said = ["", "new 0/0 [1]", "letter 0/1.0 TENANT_MISMATCH", "new 0/2 [1]"];
    assert_eq!(follow(Plain::new(), &settings, &steps), said);
}

/// One script at least for each rule.
fn scripts() -> Vec<(ConsumerSettings, Vec<Step>)> {
    let (one, two, three) = (frame(1, &[101]), frame(2, &[101]), frame(3, &[101]));
    let newer = two.with(|m| m.version = 2);
    let other = two.with(|m| m.metadata = [&[0x0a, 1, b'b'], &METADATA[3..]].concat());
    let base = |base: &'static str| move |frame: &Made| headed(frame, &[("ds-base", base)]);
    let told = ConsumerSettings { tenant: Some("a".into()), ..settings() };
    let with_letters = |steps: &[Step]| [&[start(), Step::Letters { fail: true }], steps].concat();
    let plain = vec![
        vec![start(), message(&one), Step::Message(put(damaged(&two))), message(&three), message(&one), message(&two)],
        vec![start(), message(&one), message(&frame(2, &[101, 100])), message(&frame(3, &[101, 101])), Step::Commit {}],
        vec![start(), message(&one), answered(&two, &[REJECT]), message(&three), Step::Stop {}],
        vec![start(), answered(&one, &[AGAIN; 5]), message(&two), Step::Crash {}, start(), message(&three)],
        vec![
            start(),
            message(&one),
            message(&two),
            message(&three),
            Step::Crash {},
            start(),
            message(&one),
            Step::Stop {},
        ],
        vec![start(), message(&one), message(&newer), elsewhere(message(&one)), Step::Stop {}],
        vec![message(&newer), Step::Start { pass: vec![Place { partition: 0, offset: 0 }], uncommitted: None }],
        with_letters(&[message(&frame(1, &[101, 100])), Step::Commit {}, Step::Revoke { partition: 0 }]),
        with_letters(&[answered(&one, &[REJECT]), Step::Revoke { partition: 0 }, Step::Assign { partition: 0 }]),
        with_letters(&[Step::Message(put(damaged(&one))), message(&two), Step::Stop {}]),
        vec![start(), message(&one), Step::Lose { partition: 0 }],
        vec![start(), message(&one), Step::Revoke { partition: 0 }],
        vec![start(), message(&one), replay(&one, 1, 0), replay(&one, 1, 0), replay(&one, 2, 0)],
        vec![start(), message(&frame(1, &[101, 101])), replay(&frame(5, &[101, 101]), 1, 1), message(&three)],
        vec![start(), base("1")(&one), base("1")(&two)],
        vec![start(), message(&one), replay(&two.with(|m| m.records = 2), 1, 2)],
        vec![start(), message(&one), message(&two.with(|m| m.critical = 0x80))],
        vec![start(), message(&one), message(&two.with(|m| m.schema = 255))],
        vec![
            Step::Start { pass: vec![Place { partition: 1, offset: 1 }], uncommitted: None },
            message(&one),
            message(&newer),
        ],
        vec![start(), headed(&one, &[("ds-replay", &named(1)), ("ds-replay", &named(2))]), replay(&one, 1, 0)],
        vec![start(), headed(&one, &[("ds-replay", &named(1)), ("added", "")]), message(&one)],
        vec![start(), headed(&one, &[("ds-replay", &named(1).replace("/1/", "/01/"))]), message(&one)],
        vec![start(), headed(&one, &[("DS-REPLAY", &named(1))]), message(&one)],
        vec![start(), message(&one), Step::Message(put(damaged(&two))), Step::Message(put(damaged(&two)))],
        vec![start(), message(&one), replay(&two.with(|m| m.records = 2), 1, 0), replay(&two, 1, 0)],
        vec![start(), message(&one), rejected_replay(&two), replay(&two, 1, 0)],
        vec![start(), message(&one), Step::Stop {}, start(), message(&one), message(&two)],
        vec![start(), message(&one), Step::Crash {}, start(), message(&two), message(&three), message(&one)],
    ];
    let mut scripts: Vec<_> = plain.into_iter().map(|steps| (settings(), steps)).collect();
    scripts.push((told.clone(), vec![start(), message(&one), headed(&other, &[("ds-tenant", "a")])]));
    let damaged_body = other.with(|m| m.records = 2);
    scripts.push((told, vec![start(), message(&one), message(&other), message(&damaged_body), message(&two)]));
    scripts
}

#[test]
fn every_consumer_mutant_differs_in_a_script() {
    let scripts = scripts();
    let of_consumers = ["CON-", "KAF-006", "KAF-007", "KAF-008", "KAF-009", "KAF-010", "KAF-013", "DLQ-"];
    let is_one = |id: &str| of_consumers.iter().any(|start| id.starts_with(start));
    let mutants: Vec<_> = Plain::mutants().into_iter().filter(|mutant| is_one(mutant.id)).collect();
    assert!(mutants.len() > 30, "{}", mutants.len());
    let mut same = Vec::new();
    for mutant in mutants {
        let said = |plain, (settings, steps): &(ConsumerSettings, Vec<Step>)| follow(plain, settings, steps);
        let differs =
            scripts.iter().any(|script| said(Plain::with(mutant.mutation), script) != said(Plain::new(), script));
        same.extend((!differs).then_some(mutant.id));
    }
    assert_eq!(same, Vec::<&str>::new());
}

#[test]
fn no_mutant_panics_in_a_script() {
    for mutant in Plain::mutants() {
        for (settings, steps) in scripts() {
            assert_eq!(follow(Plain::with(mutant.mutation), &settings, &steps).len(), steps.len());
        }
    }
}
