//! What a store does when nothing fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dashstream_checkpoint::{Draft, Parent, PendingWrite, Query, Reader, Store, StoreConfig, StoreError, ThreadKey};
use dashstream_disk::RealDisk;

fn open(folder: &Path) -> Store<RealDisk> {
    Store::open(RealDisk, folder, StoreConfig { segment_len: 4_000, ..StoreConfig::default() }).unwrap()
}

fn key(thread: &str, namespace: &str) -> ThreadKey {
    ThreadKey::new(thread, namespace).unwrap()
}

#[test]
fn there_is_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let second = Store::open(RealDisk, folder.path(), StoreConfig::default());
    let Err(StoreError::InUse { path }) = second else { panic!("two write") };
    assert!(path.ends_with("LOCK"));
    drop(store);
    drop(open(folder.path()));
}

#[test]
fn states_of_any_size_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    for len in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20] {
        let bytes: Vec<u8> = (0..len).map(|at: u32| at.to_le_bytes()[0] ^ at.to_le_bytes()[2]).collect();
        let draft = Draft { content_type: "application/octet-stream".into(), ..Draft::default() };
        let summary = store.put(&key("t", ""), draft, &bytes).unwrap();
        assert_eq!(summary.len, u64::from(len));
        let found = store.latest(&key("t", "")).unwrap().unwrap();
        assert!(found.bytes == bytes && found.summary == summary, "{len} bytes");
    }
}

#[test]
fn a_checkpoint_is_found_by_generation_id_and_attribute() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let thread = key("t", "");
    for number in 1..=40_u64 {
        let attributes =
            BTreeMap::from([("source".to_owned(), if number % 2 == 0 { "loop" } else { "input" }.to_owned())]);
        let parent = if number == 1 { Parent::None } else { Parent::Of(number - 1) };
        let draft = Draft { id: Some(format!("id-{number}")), parent, attributes, ..Draft::default() };
        store.put_state(&thread, draft, &number).unwrap();
    }
    for reopened in [false, true] {
        if reopened {
            drop(store);
            store = open(folder.path());
        }
        let found = store.get(&thread, 7).unwrap().unwrap();
        assert_eq!((found.state::<u64>().unwrap(), found.summary.parent), (7, Some(6)));
        assert_eq!(found.summary.content_type, "application/json");
        assert_eq!(store.get_by_id(&thread, "id-9").unwrap().unwrap().state::<u64>().unwrap(), 9);
        assert!(store.get(&thread, 41).unwrap().is_none() && store.get_by_id(&thread, "id-0").unwrap().is_none());
        let attributes = BTreeMap::from([("source".to_owned(), "loop".to_owned())]);
        let query = Query { before: Some(20), attributes, limit: Some(3) };
        let list: Vec<u64> = store.list(&thread, &query).unwrap().iter().map(|one| one.generation).collect();
        assert_eq!(list, [18, 16, 14]);
        assert!(store.latest(&key("t", "other")).unwrap().is_none());
    }
}

#[test]
fn what_is_not_in_order_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let thread = key("t", "");
    assert!(matches!(ThreadKey::new("", ""), Err(StoreError::IdLen { len: 0 })));
    assert!(matches!(ThreadKey::new("t", &"n".repeat(1_025)), Err(StoreError::IdLen { len: 1_025 })));
    let reserved = Draft { attributes: BTreeMap::from([("ckp.x".into(), String::new())]), ..Draft::default() };
    assert!(matches!(store.put(&thread, reserved, b""), Err(StoreError::Reserved { .. })));
    let id = Draft { id: Some(String::new()), ..Draft::default() };
    assert!(matches!(store.put(&thread, id, b""), Err(StoreError::IdLen { len: 0 })));
    for generation in [0, 1] {
        let parent = Draft { parent: Parent::Of(generation), ..Draft::default() };
        assert!(matches!(store.put(&thread, parent, b""), Err(StoreError::NoCheckpoint { .. })));
        let base = Draft { base: Some(generation), ..Draft::default() };
        assert!(matches!(store.put(&thread, base, b""), Err(StoreError::NoCheckpoint { .. })));
    }
    assert!(matches!(store.put_writes(&thread, 1, &[]), Err(StoreError::NoCheckpoint { generation: 1 })));
    let content_type = Draft { content_type: "x".repeat(1_025), ..Draft::default() };
    assert!(matches!(store.put(&thread, content_type, b""), Err(StoreError::Encode(_))));
    struct Unserializable;
    impl serde::Serialize for Unserializable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    assert!(matches!(store.put_state(&thread, Draft::default(), &Unserializable), Err(StoreError::Json(_))));
    assert!(store.latest(&thread).unwrap().is_none(), "nothing was put");
    assert_eq!(store.put(&thread, Draft::default(), b"x").unwrap().generation, 1);
    assert!(matches!(store.latest(&thread).unwrap().unwrap().state::<u64>(), Err(StoreError::Json(_))));
}

#[test]
fn pending_writes_stay_or_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let thread = key("t", "inner");
    let first = store.put(&thread, Draft::default(), b"state").unwrap().generation;
    let write = |task: &str, index: i64, bytes: &str| PendingWrite {
        task: task.into(),
        index,
        channel: "messages".into(),
        content_type: "text/plain".into(),
        bytes: bytes.into(),
    };
    store.put_writes(&thread, first, &[write("b", 0, "b0"), write("a", 0, "a0"), write("a", 1, "a1")]).unwrap();
    store.put_writes(&thread, first, &[write("a", 0, "again"), write("a", -1, "error")]).unwrap();
    store.put_writes(&thread, first, &[write("a", -1, "interrupt")]).unwrap();
    let second = store.put(&thread, Draft::default(), b"next").unwrap().generation;
    let expected = [write("a", -1, "interrupt"), write("a", 0, "a0"), write("a", 1, "a1"), write("b", 0, "b0")];
    assert_eq!(store.writes(&thread, first).unwrap(), expected);
    assert_eq!(store.writes(&thread, second).unwrap(), []);
    drop(store);
    assert_eq!(Reader::new(RealDisk, folder.path().into()).writes(&thread, first).unwrap(), expected);
    let mut store = open(folder.path());
    assert_eq!(store.writes(&thread, first).unwrap(), expected);
    assert_eq!(store.latest(&thread).unwrap().unwrap().bytes, b"next");
}

#[test]
fn threads_and_namespaces_are_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let keys = [key("a", ""), key("a", "n"), key("a/../b", ""), key("b", "")];
    for (number, key) in keys.iter().enumerate() {
        store.put_state(key, Draft::default(), &number).unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(store.latest(key).unwrap().unwrap().state::<usize>().unwrap(), number);
    }
    let reader = store.reader();
    assert_eq!(reader.threads().unwrap(), keys);
    // What lies in the folder of another thread is not taken for its own.
    let from = folder.path().join(keys[2].folder());
    let to = folder.path().join(keys[3].folder());
    let name = std::fs::read_dir(&to)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "seg"))
        .unwrap();
    let other = std::fs::read_dir(from)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "seg"))
        .unwrap();
    std::fs::copy(other, name).unwrap();
    assert!(matches!(store.latest(&keys[3]), Err(StoreError::Damaged(_))));
    store.delete_thread("a").unwrap();
    assert_eq!(reader.threads().unwrap(), [keys[2].clone()]);
    assert!(store.latest(&keys[1]).unwrap().is_none());
}

#[test]
fn readers_see_what_is_there_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let thread = key("t", "");
    let ended = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    let mut store = Store::open(
        RealDisk,
        folder.path(),
        StoreConfig { segment_len: 3_000, keep_last: Some(3), ..StoreConfig::default() },
    )
    .unwrap();
    store.put_state(&thread, Draft::default(), &0_u64).unwrap();
    for _ in 0..2 {
        let (path, ended, thread) = (folder.path().to_path_buf(), Arc::clone(&ended), thread.clone());
        readers.push(std::thread::spawn(move || {
            let reader = Reader::new(RealDisk, path);
            let (mut last, mut looks) = (0, 0);
            while !ended.load(Ordering::Relaxed) {
                let found = reader.latest(&thread).unwrap().unwrap();
                assert!(found.summary.generation >= last, "it goes back");
                assert_eq!(found.state::<u64>().unwrap() + 1, found.summary.generation);
                assert!(!reader.list(&thread, &Query::default()).unwrap().is_empty());
                (last, looks) = (found.summary.generation, looks + 1);
            }
            looks
        }));
    }
    for number in 1..600_u64 {
        store.put_state(&thread, Draft::default(), &number).unwrap();
    }
    ended.store(true, Ordering::Relaxed);
    let looks: Vec<u64> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    assert!(looks.iter().all(|looks| *looks > 5), "{looks:?}");
}
