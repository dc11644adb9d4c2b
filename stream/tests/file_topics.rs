//! What a topic of files promises besides: what it says of a message is true, whatever fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dashstream_codec::{Code, Prelude};
use dashstream_disk::{Disk, DiskError, Fault, RealDisk, SimDisk, Survival};
use dashstream_stream::transport::file::{FileConfig, FileSink, FileSource};
use dashstream_stream::transport::{
    Cause, Content, Event, From, Header, Message, Outcome, Received, Sink, Source, TransportError,
};

const TOPIC: &str = "/topic";
const CONFIG: FileConfig = FileConfig { partitions: 1, segment_len: 400, poll_ms: 1 };

fn frame(number: u64) -> Vec<u8> {
    common::frame([3; 16], 1, 0, [7; 8], number, 1)
}

fn message(value: Vec<u8>) -> Message {
    Message { value: Some(value), ..Message::default() }
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn segment(number: u32) -> PathBuf {
    Path::new(TOPIC).join("0").join(format!("{number:08}.dsf"))
}

/// A reader of partition 0 from its start.
async fn reading<D: Disk + Clone>(disk: D, topic: &Path) -> FileSource<D> {
    let mut source = FileSource::open_on(disk, topic, &CONFIG);
    let Event::Assigned(_) = source.next().await.unwrap() else { panic!("nothing was assigned") };
    source.seek(0, From::Start).await.unwrap();
    source
}

/// The numbers of the frames until one comes.
async fn until(disk: &SimDisk, last: u64) -> Vec<u64> {
    let mut source = reading(disk.clone(), Path::new(TOPIC)).await;
    let mut found = Vec::new();
    while found.last() != Some(&last) {
        let event = tokio::time::timeout(Duration::from_secs(20), source.next()).await;
        let Ok(Ok(Event::Message(received))) = event else { panic!("{found:?}, and then {event:?}") };
        found.extend(numbers(&[received]));
    }
    found
}

/// All that is in partition 0, once it has been silent for a while.
async fn all<D: Disk + Clone>(disk: D, topic: &Path) -> Vec<Received> {
    let mut source = reading(disk, topic).await;
    let mut all = Vec::new();
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(25), source.next()).await {
        let Event::Message(received) = event.unwrap() else { panic!("no message") };
        all.push(received);
    }
    all
}

/// The numbers of the frames in it.
fn numbers(all: &[Received]) -> Vec<u64> {
    let values = all.iter().filter_map(|received| match &received.content {
        Content::Message(message) => message.value.as_ref(),
        Content::Damage { .. } => None,
    });
    values.map(|value| Prelude::read(value).unwrap().base_sequence).collect()
}

/// Sends frames until one is not persisted, and a few more; says what became of each.
async fn send(disk: &SimDisk, numbers: std::ops::Range<u64>) -> Vec<(u64, Outcome)> {
    let Ok(sink) = FileSink::open_on(disk.clone(), Path::new(TOPIC), &CONFIG) else { return Vec::new() };
    let mut outcomes = Vec::new();
    for number in numbers {
        outcomes.push((number, sink.send(0, message(frame(number)), later()).await));
    }
    outcomes
}

#[tokio::test]
async fn what_is_said_of_a_frame_is_true() {
    let whole = SimDisk::new();
    assert!(send(&whole, 1..9).await.iter().all(|(_, outcome)| outcome.is_persisted()));
    let (mut persisted, mut possibly, mut not) = (0, 0, 0);
    for (disk, _, case) in whole.faulty(&[100]) {
        let outcomes = send(&disk, 1..9).await;
        for survival in [Survival::Nothing, Survival::Everything, Survival::Some(1), Survival::Some(2)] {
            let after = disk.copied().after_power_loss(survival);
            let case = format!("{case}, {survival:?}");
            // The next writer goes on behind it.
            assert!(send(&after, 20..22).await.iter().all(|(_, outcome)| outcome.is_persisted()), "{case}");
            let there = until(&after, 21).await;
            assert!(there.ends_with(&[20, 21]), "{case}: {there:?}");
            assert!(there.is_sorted_by(|a, b| a < b), "{case}: {there:?}");
            for (number, outcome) in &outcomes {
                match outcome {
                    Outcome::Persisted(_) => assert!(there.contains(number), "{case}: frame {number} is lost"),
                    Outcome::NotPersisted(_) => assert!(!there.contains(number), "{case}: frame {number} is there"),
                    Outcome::PossiblyPersisted(_) => {}
                }
                match outcome {
                    Outcome::Persisted(_) => persisted += 1,
                    Outcome::NotPersisted(_) => not += 1,
                    Outcome::PossiblyPersisted(_) => possibly += 1,
                }
            }
        }
    }
    assert!(persisted > 300 && possibly > 20 && not > 20, "{persisted}, {possibly}, {not}");
}

#[tokio::test]
async fn an_offset_never_means_two_things() {
    // What a reader has seen before it was durable, and a loss of power has taken.
    let disk = SimDisk::new();
    send(&disk, 1..3).await;
    let synced = disk.operations();
    let disk = disk.with_fault(synced + 5, Fault::Fails(ErrorKind::Other));
    let lost = send(&disk, 3..4).await;
    assert!(matches!(lost[0].1, Outcome::PossiblyPersisted(_)), "{lost:?}");
    let seen = all(disk.clone(), Path::new(TOPIC)).await;
    assert_eq!(numbers(&seen), [1, 2, 3]);
    let after = disk.after_power_loss(Survival::Nothing);
    send(&after, 4..6).await;
    let mut source = FileSource::open_on(after, Path::new(TOPIC), &CONFIG);
    source.next().await.unwrap();
    source.seek(0, From::Offset(seen[2].next)).await.unwrap();
    let Event::Message(next) = source.next().await.unwrap() else { panic!("no message") };
    assert_eq!(numbers(&[next]), [4]);
}

#[tokio::test]
async fn damage_is_given_byte_for_byte() {
    let disk = SimDisk::new();
    send(&disk, 1..4).await;
    send(&disk, 4..6).await;
    let entry = frame(1).len() + 16;
    let (second, third) = (28 + entry, 28 + 2 * entry);
    disk.damage(&segment(0), |bytes| bytes[third - 1] ^= 1).unwrap();
    let before = disk.read(&segment(0)).unwrap();
    let found = all(disk.clone(), Path::new(TOPIC)).await;
    assert_eq!(numbers(&found), [1, 3, 4, 5]);
    let Content::Damage { bytes, code, rejected, at_end } = &found[1].content else { panic!("{found:?}") };
    assert_eq!((bytes.as_slice(), *code, *at_end), (&before[second..third], Code::BodyCrc, false));
    assert_eq!((found[1].position.offset, found[1].next), (second as u64, third as u64));
    assert_eq!((rejected.len(), rejected[0].offset, rejected[0].prelude.base_sequence), (1, second as u64 + 16, 2));
    // The same from its place on, and in a later segment.
    for (from, expected) in [(found[1].position.offset, &found[1..]), (found[1].next, &found[2..])] {
        let mut source = FileSource::open_on(disk.clone(), Path::new(TOPIC), &CONFIG);
        source.next().await.unwrap();
        source.seek(0, From::Offset(from)).await.unwrap();
        for one in expected {
            let Event::Message(received) = source.next().await.unwrap() else { panic!("no message") };
            assert_eq!(&received, one);
        }
    }
    // A damaged prelude at the end of a segment, which is known to be its end when there is a later one.
    disk.damage(&segment(1), |bytes| bytes[28 + entry + 16 + 40] ^= 1).unwrap();
    send(&disk, 6..7).await;
    let found = all(disk, Path::new(TOPIC)).await;
    assert_eq!(numbers(&found), [1, 3, 4, 6]);
    let Content::Damage { code, rejected, at_end, .. } = &found[4].content else { panic!("{found:?}") };
    assert_eq!((*code, rejected.len(), *at_end), (Code::PreludeCrc, 0, true));
}

#[tokio::test]
async fn what_was_torn_is_told_when_nobody_writes_it_any_more() {
    let disk = SimDisk::new();
    send(&disk, 1..3).await;
    let len = 28 + 2 * (frame(1).len() + 16);
    disk.damage(&segment(0), |bytes| bytes.truncate(len - 5)).unwrap();
    // A writer may still be at it.
    assert_eq!(numbers(&all(disk.clone(), Path::new(TOPIC)).await), [1]);
    assert_eq!(all(disk.clone(), Path::new(TOPIC)).await.len(), 1);
    send(&disk, 3..4).await;
    let found = all(disk, Path::new(TOPIC)).await;
    assert_eq!(numbers(&found), [1, 3]);
    let Content::Damage { bytes, code, at_end, .. } = &found[1].content else { panic!("{found:?}") };
    assert_eq!((bytes.len(), *code, *at_end), (frame(1).len() + 16 - 5, Code::Truncated, true));
}

#[tokio::test]
async fn long_damage_comes_in_pieces() {
    let disk = SimDisk::new();
    send(&disk, 1..2).await;
    let (frame_end, junk) = (28 + frame(1).len() + 16, 1_300_000);
    disk.damage(&segment(0), |bytes| bytes.resize(frame_end + junk, 0x55)).unwrap();
    send(&disk, 2..3).await;
    let found = all(disk, Path::new(TOPIC)).await;
    assert_eq!(numbers(&found), [1, 2]);
    let pieces: Vec<_> = found
        .iter()
        .filter_map(|one| match &one.content {
            Content::Damage { bytes, at_end, .. } => Some((one.position.offset, one.next, bytes.len() as u64, *at_end)),
            Content::Message(_) => None,
        })
        .collect();
    let start = frame_end as u64;
    let piece = 512 << 10;
    let end = start + junk as u64;
    assert_eq!(
        pieces,
        [
            (start, start + piece, piece, false),
            (start + piece, start + 2 * piece, piece, false),
            (start + 2 * piece, end, end - start - 2 * piece, true),
        ]
    );
}

#[tokio::test]
async fn what_is_no_frame_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sink = FileSink::open(folder.path(), &FileConfig::default()).unwrap();
    let longer = [frame(1), vec![0]].concat();
    for (value, why) in [
        (None, "a file of frames has no null values"),
        (Some(b"{}".to_vec()), "BAD_MAGIC"),
        (Some(longer.clone()), &*format!("a frame of {} bytes in a value of {}", longer.len() - 1, longer.len())),
        (Some(frame(1)[..70].to_vec()), "in a value of 70"),
    ] {
        let outcome = sink.send(0, Message { value, ..Message::default() }, later()).await;
        let Outcome::NotPersisted(Cause::Refused(said)) = outcome else { panic!("{outcome:?}") };
        assert!(said.contains(why), "{said}");
    }
    // Keys, headers and times are let go of: a frame says itself what it is.
    let header = Header { name: "ds-tenant".to_owned(), value: Some(b"umbrella".to_vec()) };
    let with = Message { key: Some(vec![1]), headers: vec![header], timestamp_ms: Some(5), ..message(frame(9)) };
    assert!(sink.send(0, with, later()).await.is_persisted());
    let found = all(RealDisk, folder.path()).await;
    assert_eq!(found.iter().map(|one| one.content.clone()).collect::<Vec<_>>(), [Content::Message(message(frame(9)))]);
}

#[tokio::test]
async fn one_writer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let config = FileConfig { partitions: 0, ..CONFIG };
    let first = FileSink::open(folder.path(), &config).unwrap();
    assert_eq!(first.partitions(), 1);
    let error = FileSink::open(folder.path(), &config).unwrap_err();
    assert!(matches!(&error, TransportError::InUse { path } if path.ends_with("0/LOCK")), "{error}");
    // What was given before it is dropped is written.
    let sent: Vec<_> = (1..=50).map(|number| first.send(0, message(frame(number)), later())).collect();
    drop(first);
    for sending in sent {
        assert!(sending.await.is_persisted());
    }
    let second = FileSink::open(folder.path(), &config).unwrap();
    assert!(second.send(0, message(frame(51)), later()).await.is_persisted());
    let found = all(RealDisk, folder.path()).await;
    assert_eq!(numbers(&found), (1..=51).collect::<Vec<_>>());
    assert_eq!(found.iter().map(|one| one.position).collect::<BTreeSet<_>>().len(), 51);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(FileSink::open(&file, &config), Err(TransportError::Io(DiskError { doing: "make", .. }))));
}

#[tokio::test]
async fn one_sync_serves_all_that_wait() {
    let disk = SimDisk::new();
    let config = FileConfig { segment_len: 1 << 20, ..CONFIG };
    let sink = FileSink::open_on(disk.clone(), Path::new(TOPIC), &config).unwrap();
    // To make a frame takes longer than to write it: they are there before the first is sent.
    let messages: Vec<_> = (1..=1000).map(|number| message(frame(number))).collect();
    let sent: Vec<_> = messages.into_iter().map(|message| sink.send(0, message, later())).collect();
    for sending in sent {
        assert!(sending.await.is_persisted());
    }
    let syncs = disk.journal().iter().filter(|what| what.starts_with("sync /")).count();
    assert!(syncs < 500, "{syncs} syncs for 1,000 frames");
}

#[tokio::test]
async fn nothing_is_written_behind_an_error() {
    let whole = SimDisk::new();
    send(&whole, 1..2).await;
    // The write of the second frame: readers may have seen of it what another writer would write over.
    let disk = SimDisk::new().with_fault(whole.operations(), Fault::Full { kept: 60 });
    let outcomes = send(&disk, 1..4).await;
    assert!(matches!(outcomes[1].1, Outcome::PossiblyPersisted(Cause::Io(_))), "{outcomes:?}");
    let Outcome::Persisted(third) = outcomes[2].1 else { panic!("{outcomes:?}") };
    assert_eq!(third.offset, (1 << 32) + 28);
    // Its sync: nobody knows what the disk holds.
    let disk = SimDisk::new().with_fault(whole.operations() + 1, Fault::Fails(ErrorKind::Other));
    let outcomes = send(&disk, 1..4).await;
    assert!(matches!(outcomes[1].1, Outcome::PossiblyPersisted(Cause::Io(_))), "{outcomes:?}");
    assert!(matches!(outcomes[2].1, Outcome::NotPersisted(Cause::Broken)), "{outcomes:?}");
    // Until it is opened again.
    assert!(send(&disk, 4..5).await[0].1.is_persisted());
}
