//! Letters are sent again, so often and no more.

use std::path::Path;
use std::time::Duration;

use dashstream_codec::{Code, Codec};
use dashstream_disk::{Disk as _, Fault, SimDisk, Survival};
use dashstream_stream::deadletter::{
    Failure, Filter, Folder, FolderError, Letter, LetterName, Listing, MAX_REPLAYS, Planned, ReplayKey, Replayed, Skip,
    Stage, Tries, plan, replay,
};
use dashstream_stream::transport::file::{FileConfig, FileSink};
use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Cause, Message, Outcome};

use crate::support::{NOW, frame, header, judge, letter, origin};

const FOLDER: &str = "/state/letters";
const WAIT: Duration = Duration::from_secs(60);

fn open(disk: &SimDisk) -> Folder<SimDisk> {
    Folder::open(disk.clone(), Path::new(FOLDER)).unwrap()
}

fn letters(disk: &SimDisk) -> Vec<(LetterName, Letter)> {
    Listing::of(disk, Path::new(FOLDER)).unwrap().letters
}

#[tokio::test]
async fn a_replay_names_its_letter() {
    let headers = vec![
        header("twice", Some(b"1")),
        header("ds-replay", Some(b"00112233445566778899aabbccddeeff/2/0")),
        header("twice", Some(&[0xFF])),
        header("ds-replay", None),
    ];
    let value = Some(frame(Codec::Zstd));
    let message = Message { key: Some(b"key".to_vec()), value, headers, timestamp_ms: Some(5) };
    for (record, failure) in [(0, Failure::handle(0)), (7, Failure::handle(7))] {
        let disk = SimDisk::new();
        let mut folder = open(&disk);
        let letter = Letter::new(origin(4), message.clone(), failure, Tries::once(NOW));
        let name = folder.save(&letter).unwrap();
        let topic = MemTopic::new(3);
        for attempt in 1..=2 {
            let done = replay(&mut folder, &topic, name, MAX_REPLAYS, WAIT).await;
            let Replayed::Sent { attempt: sent, outcome: Outcome::Persisted(position) } = done else {
                panic!("{done:?}")
            };
            assert_eq!((sent, position.partition), (attempt, 2));
        }
        let key = |attempt| ReplayKey { id: letter.id(), attempt, record };
        let sent = topic.messages(2);
        assert_eq!(sent.iter().map(ReplayKey::of).collect::<Vec<_>>(), [Some(key(1)), Some(key(2))]);
        let expected = [
            header("twice", Some(b"1")),
            header("twice", Some(&[0xFF])),
            header("ds-replay", Some(format!("{}/1/{record}", letter.id()).as_bytes())),
        ];
        assert_eq!(sent[0], Message { headers: expected.to_vec(), ..message.clone() });
    }
}

#[tokio::test]
async fn a_letter_is_replayed_so_often_and_no_more() {
    let disk = SimDisk::new();
    let name = open(&disk).save(&letter(4)).unwrap();
    let topic = MemTopic::new(3);
    let before = disk.operations();
    for attempt in 1..=MAX_REPLAYS + 2 {
        // What is planned is shown before it is done, and nothing is done by it.
        let steps = plan(&letters(&disk), &Filter::default(), 3, MAX_REPLAYS);
        assert_eq!(steps.len(), 1);
        if attempt == 1 {
            assert_eq!((disk.operations(), topic.messages(2).len()), (before, 0));
        }
        // Each time another life: the count is durable.
        let mut folder = open(&disk);
        let done = replay(&mut folder, &topic, name, MAX_REPLAYS, WAIT).await;
        if attempt <= MAX_REPLAYS {
            assert_eq!(steps[0].planned, Planned::Send { partition: 2, attempt });
            assert!(
                matches!(done, Replayed::Sent { attempt: sent, outcome: Outcome::Persisted(_) } if sent == attempt),
                "{done:?}"
            );
        } else {
            let skip = Skip::Exhausted { replays: MAX_REPLAYS, most: MAX_REPLAYS };
            assert_eq!(steps[0].planned, Planned::Skip(skip));
            assert!(matches!(done, Replayed::Skipped(done) if done == skip), "{done:?}");
        }
    }
    assert_eq!((MAX_REPLAYS, topic.messages(2).len()), (3, 3));
    assert!(matches!(replay(&mut open(&disk), &topic, name, 4, WAIT).await, Replayed::Sent { attempt: 4, .. }));
    // A replay that fails again is a letter of its own, and goes on with the count.
    let failed = topic.messages(2).pop().unwrap();
    let again = Letter::new(origin(99), failed, Failure::handle(0), Tries::once(NOW));
    assert_ne!(again.id(), letter(4).id());
    assert_eq!(again.replays, 4);
    let name = open(&disk).save(&again).unwrap();
    assert!(matches!(replay(&mut open(&disk), &topic, name, 4, WAIT).await, Replayed::Skipped(Skip::Exhausted { .. })));
}

/// Whatever fails, no number of a replay is used twice.
#[tokio::test]
async fn a_replay_is_counted_before_it_is_sent() {
    let prepared = SimDisk::new();
    let name = open(&prepared).save(&letter(4)).unwrap();
    let operations = {
        let disk = prepared.copied();
        drop(replay(&mut open(&disk), &MemTopic::new(3), name, 9, WAIT).await);
        disk.operations()
    };
    assert!(operations > 3);
    for operation in 0..operations {
        for fault in [Fault::PowerLoss, Fault::PowerLossAfter, Fault::Fails(std::io::ErrorKind::Other)] {
            for survival in Survival::all(8) {
                let disk = prepared.copied().with_fault(operation, fault);
                let topic = MemTopic::new(3);
                let done = replay(&mut open(&disk), &topic, name, 9, WAIT).await;
                assert!(matches!(done, Replayed::NotCounted(FolderError::Io(_))), "{done:?}");
                assert_eq!(topic.messages(2).len(), 0, "it was sent, and not counted");
                let disk = disk.after_power_loss(survival);
                for _ in 0..2 {
                    drop(replay(&mut open(&disk), &topic, name, 9, WAIT).await);
                }
                let keys: Vec<_> = topic.messages(2).iter().filter_map(ReplayKey::of).map(|key| key.attempt).collect();
                assert!(keys == [1, 2] || keys == [2, 3], "{keys:?}");
            }
        }
    }
    let disk = prepared.copied();
    disk.remove(&Path::new(FOLDER).join(format!("{name}.letter"))).unwrap();
    let done = replay(&mut open(&disk), &MemTopic::new(3), name, 9, WAIT).await;
    assert!(matches!(done, Replayed::NotCounted(FolderError::NoLetter { .. })), "{done:?}");
}

#[tokio::test]
async fn what_cannot_be_sent_is_said() {
    let disk = SimDisk::new();
    let damage = Letter::of_damage(origin(1), vec![1, 2], Code::TornTail, &[], Tries::once(NOW));
    let names = {
        let mut folder = open(&disk);
        [folder.save(&damage).unwrap(), folder.save(&letter(4)).unwrap()]
    };
    let topic = MemTopic::new(2);
    let skips = [Skip::Damage, Skip::NoPartition { partition: 2, partitions: 2 }];
    for (name, skip) in names.into_iter().zip(skips) {
        let done = replay(&mut open(&disk), &topic, name, 3, WAIT).await;
        assert!(matches!(done, Replayed::Skipped(done) if done == skip), "{done:?}");
    }
    let planned: Vec<_> = plan(&letters(&disk), &Filter::default(), 2, 3).iter().map(|step| step.planned).collect();
    assert_eq!(planned, skips.map(Planned::Skip));
    assert!(letters(&disk).iter().all(|(_, letter)| letter.replays == 0));
    // The topic says no, and the count stands.
    let null = Letter::new(origin(5), Message::default(), Failure::judged(&judge(None)), Tries::once(NOW));
    let name = open(&disk).save(&null).unwrap();
    let config = FileConfig { partitions: 3, ..FileConfig::default() };
    let topic = FileSink::open_on(disk.clone(), Path::new("/topics/events"), &config).unwrap();
    let done = replay(&mut open(&disk), &topic, name, 3, WAIT).await;
    assert!(
        matches!(done, Replayed::Sent { attempt: 1, outcome: Outcome::NotPersisted(Cause::Refused(_)) }),
        "{done:?}"
    );
    assert_eq!(open(&disk).read(name).unwrap().replays, 1);
}

#[test]
fn a_filter_takes_what_is_asked_for() {
    let null = Letter::new(origin(1), Message::default(), Failure::judged(&judge(None)), Tries::once(NOW));
    let handled = letter(2);
    let of = |filter: Filter| [&null, &handled].map(|letter| filter.takes(letter));
    let none = Filter::default();
    assert_eq!(of(none.clone()), [true, true]);
    assert_eq!(of(Filter { ids: vec![handled.id()], ..none.clone() }), [false, true]);
    assert_eq!(of(Filter { codes: vec!["NULL_VALUE".to_owned()], ..none.clone() }), [true, false]);
    assert_eq!(of(Filter { stages: vec![Stage::Handle, Stage::Record], ..none.clone() }), [false, true]);
    assert_eq!(of(Filter { topics: vec!["other".to_owned()], ..none.clone() }), [false, false]);
    assert_eq!(of(Filter { topics: vec!["events".to_owned()], ..none.clone() }), [true, true]);
    assert_eq!(of(Filter { tenants: vec!["acme".to_owned()], ..none.clone() }), [false, true]);
    let both = Filter { stages: vec![Stage::Judge], tenants: vec!["acme".to_owned()], ..none };
    assert_eq!(of(both), [false, false]);
}
