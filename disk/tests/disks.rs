//! What both disks do, and what the simulated one forgets.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dashstream_disk::{Disk, DiskFile as _, Fault, Mode, RealDisk, SimDisk, Survival};

/// What a file system does, whichever it is.
fn behaves(disk: &impl Disk, root: &Path) {
    let folder = root.join("a").join("b");
    assert_eq!(disk.list(&folder).unwrap_err().kind(), ErrorKind::NotFound);
    disk.create_folder(&folder).unwrap();
    disk.create_folder(&folder).unwrap();
    assert_eq!(disk.list(&folder).unwrap(), [""; 0]);
    let one = folder.join("one");
    assert_eq!(disk.open(&one, Mode::Read).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(disk.read(&one).unwrap_err().kind(), ErrorKind::NotFound);
    let mut file = disk.open(&one, Mode::New).unwrap();
    assert_eq!(disk.open(&one, Mode::New).unwrap_err().kind(), ErrorKind::AlreadyExists);
    file.write_at(2, b"cdef").unwrap();
    assert_eq!(disk.read(&one).unwrap(), b"\0\0cdef");
    file.write_at(0, b"ab").unwrap();
    file.write_at(5, b"F").unwrap();
    file.write_at(6, b"g").unwrap();
    assert_eq!(file.len().unwrap(), 7);
    let mut read = [0; 3];
    assert_eq!(file.read_at(3, &mut read).unwrap(), 3);
    assert_eq!(&read, b"deF");
    assert_eq!(file.read_at(6, &mut read).unwrap(), 1);
    assert_eq!(file.read_at(7, &mut read).unwrap(), 0);
    assert_eq!(file.read_at(70, &mut read).unwrap(), 0);
    assert_eq!(file.read_range(2, 5).unwrap(), b"cde");
    assert_eq!(file.read_range(5, 50).unwrap(), b"Fg");
    assert_eq!(file.read_range(5, 4).unwrap(), b"");
    file.set_len(3).unwrap();
    file.set_len(4).unwrap();
    file.sync().unwrap();
    let mut syncer = file.syncer().unwrap();
    std::thread::spawn(move || syncer.sync()).join().unwrap().unwrap();
    // Where it writes is where it was, whatever a syncer has done.
    file.write_at(3, b"\0").unwrap();
    assert_eq!(disk.read(&one).unwrap(), b"abc\0");
    drop(disk.open(&one, Mode::Write).unwrap());
    assert_eq!(disk.read(&one).unwrap(), b"abc\0");
    let two = folder.join("two");
    disk.open(&two, Mode::Write).unwrap().write_at(0, b"2").unwrap();
    assert_eq!(disk.list(&folder).unwrap(), ["one", "two"]);
    disk.rename(&one, &two).unwrap();
    assert_eq!(disk.list(&folder).unwrap(), ["two"]);
    assert_eq!(disk.read(&two).unwrap(), b"abc\0");
    assert_eq!(disk.rename(&one, &two).unwrap_err().kind(), ErrorKind::NotFound);
    disk.sync_folder(&folder).unwrap();
    let above = root.join("a").join("two");
    disk.rename(&two, &above).unwrap();
    assert_eq!(disk.list(&root.join("a")).unwrap(), ["two"]);
    // What is open can be read, whatever became of its name.
    disk.remove(&above).unwrap();
    assert_eq!(disk.remove(&above).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(file.len().unwrap(), 4);
    assert_eq!(disk.sync_folder(&root.join("c")).unwrap_err().kind(), ErrorKind::NotFound);
    let lock = folder.join("LOCK");
    let held = disk.lock(&lock).unwrap();
    assert!(held.is_some());
    assert!(disk.lock(&lock).unwrap().is_none());
    drop(held);
    assert!(disk.lock(&lock).unwrap().is_some());
}

#[test]
fn the_real_disk_behaves() {
    let folder = tempfile::tempdir().unwrap();
    behaves(&RealDisk, folder.path());
}

#[test]
fn the_simulated_disk_behaves() {
    behaves(&SimDisk::new(), Path::new("/root"));
    behaves(&SimDisk::new(), Path::new("relative"));
}

fn path(name: &str) -> PathBuf {
    Path::new("/d").join(name)
}

/// A folder with `kept`, which is durable.
fn with_kept(disk: &SimDisk) {
    disk.create_folder(Path::new("/d")).unwrap();
    let mut file = disk.open(&path("kept"), Mode::New).unwrap();
    file.write_at(0, b"durable").unwrap();
    file.sync().unwrap();
    disk.sync_folder(Path::new("/d")).unwrap();
}

#[test]
fn what_is_durable_survives_and_what_is_not_may() {
    let (mut names, mut contents) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for survival in Survival::all(200) {
        let disk = SimDisk::new();
        with_kept(&disk);
        let mut file = disk.open(&path("kept"), Mode::Write).unwrap();
        file.write_at(0, b"DURABLE, AND MORE").unwrap();
        disk.rename(&path("kept"), &path("renamed")).unwrap();
        disk.open(&path("new"), Mode::New).unwrap().write_at(0, b"new").unwrap();
        let after = disk.after_power_loss(survival);
        assert!(disk.list(Path::new("/d")).is_err(), "a disk without power answers");
        let found = after.list(Path::new("/d")).unwrap();
        // A rename is one step: the file has one name or the other.
        let name = found.iter().find(|name| *name == "kept" || *name == "renamed").unwrap();
        contents.insert(after.read(&path(name)).unwrap());
        names.insert(found);
    }
    assert!(contents.contains(&b"durable"[..]) && contents.contains(&b"DURABLE, AND MORE"[..]));
    let torn = |bytes: &&Vec<u8>| bytes.starts_with(b"DUR") && bytes.ends_with(b"ble");
    assert!(contents.iter().any(|bytes| torn(&bytes)), "{contents:?}");
    assert!(contents.iter().any(|bytes| bytes.starts_with(b"dur") && bytes.ends_with(b"MORE")), "{contents:?}");
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn nothing_survives_but_what_was_synced() {
    let disk = SimDisk::new();
    with_kept(&disk);
    // Bytes without a name, and a name without bytes.
    disk.open(&path("unnamed"), Mode::New).unwrap().sync().unwrap();
    let after = disk.after_power_loss(Survival::Nothing);
    assert_eq!(after.list(Path::new("/d")).unwrap(), ["kept"]);
    after.open(&path("empty"), Mode::New).unwrap().write_at(0, b"bytes").unwrap();
    after.sync_folder(Path::new("/d")).unwrap();
    let after = after.after_power_loss(Survival::Nothing);
    assert_eq!(after.read(&path("empty")).unwrap(), b"");
    assert_eq!(after.read(&path("kept")).unwrap(), b"durable");
}

#[test]
fn a_process_that_is_killed_loses_its_locks_alone() {
    let disk = SimDisk::new();
    with_kept(&disk);
    let _held = disk.lock(&path("LOCK")).unwrap().unwrap();
    disk.open(&path("new"), Mode::New).unwrap().write_at(0, b"new").unwrap();
    let after = disk.after_kill();
    assert_eq!(after.read(&path("new")).unwrap(), b"new");
    assert!(after.lock(&path("LOCK")).unwrap().is_some());
    assert_eq!(after.after_power_loss(Survival::Nothing).list(Path::new("/d")).unwrap(), ["kept"]);
}

#[test]
fn a_sync_that_failed_has_lost_what_it_was_for() {
    let fails = Fault::Fails(ErrorKind::Other);
    let disk = SimDisk::new();
    with_kept(&disk);
    let disk = disk.clone().with_fault(disk.operations() + 1, fails);
    let mut file = disk.open(&path("kept"), Mode::Write).unwrap();
    file.write_at(0, b"DURABLE").unwrap();
    assert_eq!(file.sync().unwrap_err().kind(), ErrorKind::Other);
    // The second sync says nothing, and that is the trap.
    file.sync().unwrap();
    assert_eq!(disk.read(&path("kept")).unwrap(), b"DURABLE");
    assert_eq!(disk.after_power_loss(Survival::Everything).read(&path("kept")).unwrap(), b"durable");
}

#[test]
fn faults_do_what_they_say() {
    let run = |fault: Fault| {
        let disk = SimDisk::new();
        with_kept(&disk);
        let at = disk.operations();
        let disk = disk.with_fault(at, fault);
        let mut file = disk.open(&path("kept"), Mode::Write).unwrap();
        let failed = file.write_at(7, b"123456").unwrap_err().kind();
        (failed, disk.after_power_loss(Survival::Everything).read(&path("kept")).unwrap())
    };
    assert_eq!(run(Fault::Fails(ErrorKind::PermissionDenied)), (ErrorKind::PermissionDenied, b"durable".to_vec()));
    assert_eq!(run(Fault::Full { kept: 2 }), (ErrorKind::StorageFull, b"durable12".to_vec()));
    assert_eq!(run(Fault::PowerLoss), (ErrorKind::Other, b"durable".to_vec()));
    assert_eq!(run(Fault::PowerLossAfter), (ErrorKind::Other, b"durable123456".to_vec()));
    let disk = SimDisk::new();
    with_kept(&disk);
    let at = disk.operations();
    let disk = disk.with_fault(at, Fault::Full { kept: 9 });
    assert_eq!(disk.open(&path("new"), Mode::New).unwrap_err().kind(), ErrorKind::StorageFull);
    disk.open(&path("new"), Mode::New).unwrap();
    assert_eq!(disk.journal().get(at..).unwrap(), ["create /d/new", "create /d/new"]);
}

#[test]
fn damage_and_copies_are_durable() {
    let disk = SimDisk::new();
    with_kept(&disk);
    let copy = disk.copied();
    disk.damage(&path("kept"), |bytes| bytes[0] ^= 1).unwrap();
    assert_eq!(disk.after_power_loss(Survival::Nothing).read(&path("kept")).unwrap(), b"eurable");
    assert_eq!(copy.read(&path("kept")).unwrap(), b"durable");
    assert!(copy.damage(&path("none"), |_| {}).is_err());
}
