//! State in a file: atomic, durable, and one owner.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use dashstream_stream::consumer::{Begun, Commit, CommitError, Effect, FileState, LaneKey, State};
use dashstream_stream::deadletter::{LetterId, ReplayKey};
use dashstream_stream::transport::Position;

fn replay(attempt: u32) -> ReplayKey {
    ReplayKey { id: LetterId::of("events", Position::default(), 0), attempt, record: 0 }
}

fn lane(lane: u32) -> LaneKey {
    LaneKey { producer_id: [7; 16], lane }
}

fn effect(to: &str, key: &[u8], value: Option<&[u8]>) -> Effect {
    Effect { to: to.to_owned(), key: key.to_vec(), value: value.map(<[u8]>::to_vec) }
}

// CON-007
#[tokio::test]
async fn what_was_committed_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    {
        let mut state = FileState::open(&file).unwrap();
        assert_eq!(state.begin(3, 5).await.unwrap(), Begun { next: None, marks: 5 });
        // What is kept is the larger one, until a commit says otherwise.
        assert_eq!(state.begin(3, 2).await.unwrap(), Begun { next: None, marks: 5 });
        assert_eq!(state.begin(3, 9).await.unwrap(), Begun { next: None, marks: 9 });
        assert_eq!(state.lane(3, lane(1)).await.unwrap(), None);
        assert!(!state.replayed(3, &replay(1)).await.unwrap());
        let effects = vec![
            effect("a", b"k", Some(b"1")),
            effect("a", b"k", Some(b"2")),
            effect("a", b"gone", Some(b"1")),
            effect("a", b"gone", None),
            effect("b", b"k", Some(b"3")),
        ];
        let lanes = vec![(lane(1), vec![1, 2]), (lane(2), vec![3])];
        state
            .commit(Commit { partition: 3, next: 9, lanes, replays: vec![replay(1)], effects, marks: 3 })
            .await
            .unwrap();
        state.commit(Commit { partition: 4, next: 1, ..Commit::default() }).await.unwrap();
    }
    let mut state = FileState::open(&file).unwrap();
    assert_eq!(state.begin(3, 1).await.unwrap(), Begun { next: Some(9), marks: 3 });
    assert_eq!(state.begin(4, 1).await.unwrap(), Begun { next: Some(1), marks: 1 });
    assert_eq!(state.positions().unwrap(), [(3, 9), (4, 1)]);
    assert_eq!(state.lane(3, lane(1)).await.unwrap(), Some(vec![1, 2]));
    // Of another partition, and another lane.
    assert_eq!(state.lane(4, lane(1)).await.unwrap(), None);
    assert_eq!(state.lane(3, lane(3)).await.unwrap(), None);
    assert!(state.replayed(3, &replay(1)).await.unwrap());
    assert!(!state.replayed(3, &replay(2)).await.unwrap());
    assert!(!state.replayed(4, &replay(1)).await.unwrap());
    assert_eq!(state.effects("a").unwrap(), [(b"k".to_vec(), b"2".to_vec())]);
    assert_eq!(state.effect("b", b"k").unwrap(), Some(b"3".to_vec()));
    assert_eq!(state.effect("a", b"gone").unwrap(), None);
}

#[tokio::test]
async fn a_state_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let _state = FileState::open(&file).unwrap();
    let error = FileState::open(&file).unwrap_err();
    assert!(matches!(&error, CommitError::Gone(why) if why.contains("state")), "{error}");
}

// CON-007
#[test]
fn a_state_that_is_there_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let (begun, ended) = (std::sync::Barrier::new(2), std::sync::atomic::AtomicBool::new(false));
    // A database has its magic when it is whole. At every moment at which there is a file, it has it: a kill leaves that.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            begun.wait();
            for _ in 0..50 {
                drop(FileState::open(&file).unwrap());
                std::fs::remove_file(&file).unwrap();
            }
            ended.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        begun.wait();
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            if let Ok(bytes) = std::fs::read(&file) {
                assert!(bytes.starts_with(b"redb"), "{} bytes", bytes.len());
            }
        }
    });
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something is left beside it");
}

#[test]
fn what_is_no_state_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let bytes = vec![7; 5_000];
    std::fs::write(&file, &bytes).unwrap();
    assert!(matches!(FileState::open(&file).unwrap_err(), CommitError::Gone(_)));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    assert!(matches!(FileState::open(&folder.path().join("no/such/folder")).unwrap_err(), CommitError::Gone(_)));
}
