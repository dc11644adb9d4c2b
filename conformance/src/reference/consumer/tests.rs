//! Small scripts: what each step does.

use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, Prelude, RecordInput};
use dashstream_proto::v1;
use dashstream_vectors::{
    AppAnswer, ConsumerEvent, ConsumerSettings, ConsumerStep, HandStanding, LogHeader, LogMessage, Place,
};

use super::play;
use crate::protocol::{Base64, ConsumerQuestion};

type Step = ConsumerStep<Base64>;

const START: Step = Step::Start { pass: Vec::new(), uncommitted: None };
const COMMIT: Step = Step::Commit {};
const CRASH: Step = Step::Crash {};
const STOP: Step = Step::Stop {};

fn settings() -> ConsumerSettings {
    ConsumerSettings { partitions: 2, uncommitted: 2, attempts: 3, tenant: None }
}

/// A frame of one record, of the lane that has the number of its partition.
fn frame(partition: u32, number: u64) -> Vec<u8> {
    let header = FrameHeader {
        producer_id: [7; 16],
        epoch: 1,
        lane: partition,
        base_sequence: number,
        ancillary_flags: Some(0),
    };
    let metadata = v1::Metadata { tenant: "acme".to_owned(), boot_nonce: vec![1; 8], ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    batch.push(RecordInput { kind: 5, ..RecordInput::default() }).unwrap();
    let mut out = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut out).unwrap();
    out
}

fn put(partition: u32, bytes: Vec<u8>, answers: &[AppAnswer]) -> Step {
    let (bytes, answers) = (Some(Base64(bytes)), answers.to_vec());
    Step::Message(LogMessage { partition, bytes, headers: Vec::new(), answers })
}

fn message(partition: u32, number: u64) -> Step {
    put(partition, frame(partition, number), &[])
}

fn damaged(partition: u32, number: u64) -> Step {
    let mut bytes = frame(partition, number);
    *bytes.last_mut().unwrap() ^= 1;
    put(partition, bytes, &[])
}

/// In a version that nobody knows.
fn unsupported(partition: u32, number: u64) -> Step {
    let mut bytes = frame(partition, number);
    let mut prelude = Prelude::read(&bytes).unwrap();
    prelude.version = 9;
    let prelude = prelude.to_bytes();
    bytes[..prelude.len()].copy_from_slice(&prelude);
    put(partition, bytes, &[])
}

/// What was done, by step.
fn said(settings: ConsumerSettings, steps: &[Step]) -> Vec<String> {
    let report = play(&ConsumerQuestion { settings, steps: steps.to_vec() }).unwrap();
    assert_eq!(report.steps.len(), steps.len());
    let text = |events: &Vec<ConsumerEvent>| events.iter().map(text).collect::<Vec<_>>().join(", ");
    report.steps.iter().map(text).collect()
}

fn text(event: &ConsumerEvent) -> String {
    match event {
        ConsumerEvent::Hand { partition, offset, standing, repeat, verdicts, records } => {
            let standing = match standing {
                HandStanding::New => "new",
                HandStanding::Unknown => "unknown",
                HandStanding::Replay => "replay",
            };
            let repeat = if *repeat == Some(true) { " again" } else { "" };
            let verdicts: String = verdicts.iter().map(|verdict| format!(" {}", verdict.verdict)).collect();
            assert_eq!(*records, [1]);
            format!("{partition}/{offset} {standing}{repeat}{verdicts}")
        }
        ConsumerEvent::Duplicate { partition, offset } => format!("{partition}/{offset} twice"),
        ConsumerEvent::Letter { partition, offset, record, code } => {
            format!("{partition}/{offset} letter {record} {code}")
        }
        ConsumerEvent::Stopped { partition, offset, code } => format!("{partition}/{offset} stopped {code}"),
        ConsumerEvent::Committed { partition, next, effects } => format!("{partition} to {next} {effects:?}"),
    }
}

#[test]
fn what_was_not_committed_is_handed_over_again_and_has_one_effect() {
    let steps = [message(0, 1), START, message(0, 2), COMMIT, message(0, 3), CRASH, message(0, 4), START, STOP];
    let expected = [
        "",
        // Whoever begins does not know whether somebody was there before.
        "0/0 new again",
        "0/1 new again",
        "0 to 2 [0, 1], 1 to 0 []",
        "0/2 new",
        "",
        "",
        "0/2 new again, 0/3 new again",
        "0 to 4 [0, 1, 2, 3], 1 to 0 []",
    ];
    assert_eq!(said(settings(), &steps), expected);
}

#[test]
fn the_bound_on_what_is_not_committed_commits_by_itself() {
    let all = |uncommitted| {
        let again = Step::Start { pass: Vec::new(), uncommitted };
        let mut steps = vec![START];
        steps.extend((1..=5).map(|number| message(0, number)));
        steps.extend([CRASH, again]);
        said(settings(), &steps).pop().unwrap()
    };
    assert_eq!(all(None), "0/4 new again");
    // The larger of its own number and the one that is there.
    assert_eq!(all(Some(1)), "0/4 new again");
}

#[test]
fn a_duplicate_and_a_replay_that_was_are_suppressed() {
    let header = LogHeader { name: "ds-replay".to_owned(), value: format!("{}/1/0", "a".repeat(32)) };
    let replay = || {
        let bytes = Some(Base64(frame(0, 1)));
        Step::Message(LogMessage { partition: 0, bytes, headers: vec![header.clone()], answers: Vec::new() })
    };
    let steps = [START, message(0, 1), message(0, 1), replay(), replay(), COMMIT, replay(), STOP];
    let said = said(settings(), &steps);
    assert_eq!(said[2..4], ["0/1 twice", "0/2 replay again"]);
    assert_eq!(said[4], "0/3 twice");
    assert_eq!(said[5], "0 to 4 [0, 2], 1 to 0 []");
    assert_eq!(said[6], "0/4 twice");
    assert_eq!(said[7], "0 to 5 [0, 2], 1 to 0 []");
}

#[test]
fn what_the_application_does_not_take_is_tried_and_then_set_aside() {
    let (again, reject) = (AppAnswer::Again, AppAnswer::Reject);
    let steps = [
        START,
        put(1, frame(1, 1), &[again, again]),
        put(1, frame(1, 2), &[again, again, again, again]),
        put(1, frame(1, 3), &[reject]),
        COMMIT,
    ];
    let said = said(settings(), &steps);
    assert_eq!(said[1], "1/0 new again, 1/0 new again, 1/0 new again");
    assert_eq!(said[2], "1/1 new again, 1/1 new again, 1/1 new again, 1/1 letter 0 APPLICATION");
    assert_eq!(said[3], "1/2 new, 1/2 letter 0 APPLICATION");
    assert_eq!(said[4], "0 to 0 [], 1 to 3 [0]");
}

#[test]
fn what_cannot_be_saved_is_not_passed() {
    let letters = |fail| Step::Letters { fail };
    let steps = [
        START,
        letters(true),
        message(0, 1),
        damaged(0, 2),
        message(0, 3),
        message(1, 1),
        COMMIT,
        letters(false),
        CRASH,
        START,
        COMMIT,
    ];
    let said = said(ConsumerSettings { uncommitted: 5, ..settings() }, &steps);
    assert_eq!(said[3..5], ["", ""]);
    assert_eq!(said[5], "1/0 new again");
    assert_eq!(said[6], "0 to 1 [0], 1 to 1 [0]");
    assert_eq!(said[7], "0/1 letter 0 BODY_CRC, 0/2 new again");
    assert_eq!(said[9], "0/1 letter 0 BODY_CRC, 0/2 new again");
    assert_eq!(said[10], "0 to 3 [0, 2], 1 to 1 [0]");
}

#[test]
fn a_partition_stands_at_what_a_newer_reader_may_understand_until_it_is_passed() {
    let pass = vec![Place { partition: 0, offset: 1 }];
    let start = Step::Start { pass, uncommitted: None };
    let steps = [START, message(0, 1), unsupported(0, 2), message(0, 3), message(1, 1), STOP, start, STOP];
    let said = said(settings(), &steps);
    assert_eq!(said[2], "0/1 stopped VERSION");
    assert_eq!(said[3..5], ["", "1/0 new again"]);
    assert_eq!(said[5], "0 to 1 [0], 1 to 1 [0]");
    assert_eq!(said[6], "0/1 letter 0 VERSION, 0/2 new again");
    assert_eq!(said[7], "0 to 3 [0, 2], 1 to 1 [0]");
}

#[test]
fn a_partition_that_is_revoked_is_committed_and_one_that_is_lost_is_not() {
    let (partition, gone) = (0, [Step::Revoke { partition: 0 }, Step::Lose { partition: 0 }]);
    let expected = [
        ["0 to 1 [0]", "", "0/1 new again", "0 to 2 [0, 1], 1 to 0 []"],
        ["0 to 0 []", "", "0/0 new again, 0/1 new again", "0 to 2 [0, 1], 1 to 0 []"],
    ];
    for (gone, expected) in gone.into_iter().zip(expected) {
        let steps = [START, message(0, 1), gone, message(0, 2), Step::Assign { partition }, STOP];
        assert_eq!(said(settings(), &steps)[2..], expected);
    }
}

#[test]
fn frames_of_another_tenant_are_set_aside() {
    let settings = ConsumerSettings { tenant: Some("umbrella".to_owned()), ..settings() };
    let steps = [START, message(0, 1), COMMIT];
    assert_eq!(said(settings, &steps)[1..], ["0/0 letter 0 TENANT_MISMATCH", "0 to 1 [], 1 to 0 []"]);
}

#[test]
fn steps_that_make_no_sense_are_said_to_be_so() {
    let trouble = |steps: Vec<Step>| play(&ConsumerQuestion { settings: settings(), steps }).unwrap_err().to_string();
    assert_eq!(trouble(vec![COMMIT]), "there is no consumer that could do this");
    assert_eq!(trouble(vec![START, STOP, STOP]), "there is no consumer that could do this");
    assert_eq!(trouble(vec![Step::Assign { partition: 0 }]), "there is no consumer that could do this");
    assert_eq!(trouble(vec![message(2, 1)]), "there is no partition 2");
    assert_eq!(trouble(vec![START, Step::Revoke { partition: 2 }]), "there is no partition 2");
}
