//! A folder keeps its letters, whatever fails and whenever the power goes.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use dashstream_disk::{Disk, DiskError, Fault, RealDisk, SimDisk, Survival};
use dashstream_stream::deadletter::{Folder, FolderError, Letter, LetterError, LetterName, Listing, Tries};
use dashstream_stream::transport::Message;

use crate::support::{NOW, letter};

const FOLDER: &str = "/state/letters";

fn open(disk: &SimDisk) -> Result<Folder<SimDisk>, FolderError> {
    Folder::open(disk.clone(), Path::new(FOLDER))
}

/// What a consumer was told of its letters.
#[derive(Clone, Debug, Default)]
struct Told {
    /// Letters that are saved, with as many replays at least.
    saved: BTreeMap<LetterName, Letter>,
    /// Letters that may be there.
    tried: Vec<Letter>,
    removed: Vec<LetterName>,
}

impl Told {
    /// What is there must be what it ought to be.
    fn see(&self, folder: &mut Folder<SimDisk>) {
        assert!(folder.damaged().is_empty(), "{:?}", folder.damaged());
        let names = folder.names();
        for (name, saved) in &self.saved {
            assert!(names.contains(name), "letter {name} is lost");
            let letter = folder.read(*name).unwrap();
            assert!(letter.replays >= saved.replays, "a replay of {name} is not counted");
            assert_eq!(letter.message, saved.message);
        }
        for name in names.iter().filter(|name| !self.saved.contains_key(name)) {
            let letter = folder.read(*name).unwrap();
            let known = self.tried.iter().any(|tried| tried.message == letter.message && tried.id() == letter.id());
            assert!(known || self.removed.contains(name), "letter {name} was never saved");
        }
    }

    fn save(&mut self, folder: &mut Folder<SimDisk>, letter: &Letter) -> Result<LetterName, FolderError> {
        self.tried.push(letter.clone());
        let name = folder.save(letter)?;
        let saved = self.saved.entry(name).or_insert_with(|| letter.clone());
        saved.replays = saved.replays.max(letter.replays);
        Ok(name)
    }
}

/// Two lives with saves of several letters, one of them twice, one of another message at the same place, counts and removals.
fn live(disk: &SimDisk, told: &mut Told) -> Result<(), FolderError> {
    for life in 0..2 {
        let mut folder = open(disk)?;
        told.see(&mut folder);
        let mut names = Vec::new();
        for offset in 0..3 {
            names.push(told.save(&mut folder, &letter(offset))?);
        }
        told.save(&mut folder, &letter(1))?;
        let null = Letter { message: Message::default(), ..letter(1) };
        let second = told.save(&mut folder, &null)?;
        assert_eq!(second, LetterName { number: 2, ..names[1] });
        let counted = folder.count_replay(names[0])?.replays;
        let known = told.saved.get_mut(&names[0]).unwrap();
        assert!(counted > known.replays);
        known.replays = counted;
        // From here on it may be there or not.
        told.saved.remove(&names[2]);
        told.removed.push(names[2]);
        folder.remove(names[2])?;
        assert_eq!(folder.len(), 3, "in life {life}");
    }
    Ok(())
}

#[test]
fn a_saved_letter_survives_every_fault() {
    let whole = SimDisk::new();
    live(&whole, &mut Told::default()).unwrap();
    let mut cases = 0;
    for (disk, fault, case) in whole.faulty(&[0, 90]) {
        let mut told = Told::default();
        let ended = live(&disk, &mut told);
        assert!(ended.is_err(), "{case} was not noticed");
        for survival in Survival::all(16) {
            let case = format!("{case}, {survival:?}");
            let after = disk.copied().after_power_loss(survival);
            let mut told = told.clone();
            live(&after, &mut told).unwrap_or_else(|error| panic!("{case}: {error}"));
            cases += 1;
        }
        // Who goes on without a new process opens it again, and saves the letter again.
        if !matches!(fault, Fault::PowerLoss | Fault::PowerLossAfter) {
            live(&disk, &mut told).unwrap();
            told.see(&mut open(&disk.after_power_loss(Survival::Nothing)).unwrap());
        }
    }
    assert!(cases > 4_000, "only {cases} cases");
}

#[test]
fn an_error_of_a_sync_has_the_folder_opened_again() {
    let whole = SimDisk::new();
    let before = {
        let _folder = open(&whole).unwrap();
        whole.operations()
    };
    open(&whole).unwrap().save(&letter(1)).unwrap();
    let journal = whole.journal();
    let syncs: Vec<_> = (before..journal.len()).filter(|at| journal[*at].starts_with("sync")).collect();
    assert_eq!(syncs.len(), 2, "{journal:?}");
    for sync in syncs {
        let disk = SimDisk::new().with_fault(sync, Fault::Fails(ErrorKind::Other));
        let mut folder = open(&disk).unwrap();
        assert!(matches!(folder.save(&letter(1)), Err(FolderError::Io(DiskError { doing: "sync", .. }))));
        let name = LetterName { id: letter(1).id(), number: 1 };
        assert!(folder.is_poisoned());
        assert!(matches!(folder.save(&letter(1)), Err(FolderError::Poisoned)));
        assert!(matches!(folder.read(name), Err(FolderError::Poisoned)));
        assert!(matches!(folder.count_replay(name), Err(FolderError::Poisoned)));
        assert!(matches!(folder.remove(name), Err(FolderError::Poisoned)));
        folder.reopen().unwrap();
        folder.save(&letter(1)).unwrap();
        let mut again = open(&disk.after_power_loss(Survival::Nothing)).unwrap();
        assert_eq!(again.read(name).unwrap(), letter(1));
    }
    // What fails before it leaves the folder as it is.
    let disk = SimDisk::new().with_fault(before + 2, Fault::Full { kept: 50 });
    let mut folder = open(&disk).unwrap();
    assert!(matches!(folder.save(&letter(1)), Err(FolderError::Io(DiskError { doing: "write", .. }))));
    folder.save(&letter(1)).unwrap();
}

#[test]
fn the_same_letter_is_one_file() {
    let disk = SimDisk::new();
    let mut folder = open(&disk).unwrap();
    let name = folder.save(&letter(7)).unwrap();
    assert_eq!(folder.count_replay(name).unwrap().replays, 1);
    let later = Letter { tries: Tries { count: 4, first_us: NOW + 100, last_us: NOW + 200 }, ..letter(7) };
    assert_eq!(folder.save(&later).unwrap(), name);
    let both = folder.read(name).unwrap();
    assert_eq!(both.tries, Tries { count: 4, first_us: NOW + 7, last_us: NOW + 200 });
    assert_eq!(both.replays, 1, "a replay is forgotten");
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap(), ["LOCK".to_owned(), format!("{name}.letter")]);
    // Those that failed first are in front, whatever their ids.
    for offset in [3, 9, 1, 5] {
        folder.save(&letter(offset)).unwrap();
    }
    let names = folder.names();
    drop(folder);
    let mut folder = open(&disk).unwrap();
    assert_eq!(folder.names(), names);
    let offsets: Vec<_> = names.iter().map(|name| folder.read(*name).unwrap().position.offset).collect();
    assert_eq!(offsets, [1, 3, 5, 7, 9]);
    let listing = Listing::of(&disk, Path::new(FOLDER)).unwrap();
    assert_eq!(listing.letters.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
}

#[test]
fn a_damaged_letter_is_set_aside_and_never_deleted() {
    let whole = SimDisk::new();
    let path = {
        let mut folder = open(&whole).unwrap();
        folder.save(&letter(2)).unwrap();
        Path::new(FOLDER).join(format!("{}.letter", folder.save(&letter(1)).unwrap()))
    };
    let bytes = whole.read(&path).unwrap();
    let aside = Path::new(FOLDER).join("quarantine").join(path.file_name().unwrap());
    for at in 0..=bytes.len() {
        let disk = whole.copied();
        let change = |bytes: &mut Vec<u8>| if at < bytes.len() { bytes[at] ^= 0x20 } else { bytes.push(0) };
        disk.damage(&path, change).unwrap();
        let damaged = disk.read(&path).unwrap();
        assert_eq!(Listing::of(&disk, Path::new(FOLDER)).unwrap().damaged[0].path, path, "byte {at}");
        let folder = open(&disk).unwrap();
        let [found] = folder.damaged() else { panic!("byte {at}: {:?}", folder.damaged()) };
        assert_eq!((&found.path, folder.len()), (&aside, 1));
        assert_eq!(disk.read(&aside).unwrap(), damaged);
        assert!(disk.read(&path).is_err());
    }
    for len in 0..bytes.len() {
        let disk = whole.copied();
        disk.damage(&path, |bytes| bytes.truncate(len)).unwrap();
        assert_eq!(open(&disk).unwrap().damaged().len(), 1, "{len} bytes");
    }
    // While it is open: what is read is looked at again, and what is saved again is whole.
    let disk = whole.copied();
    let mut folder = open(&disk).unwrap();
    let name = LetterName { id: letter(1).id(), number: 1 };
    for round in 0..3_u8 {
        disk.damage(&path, |bytes| *bytes.last_mut().unwrap() ^= 1 + round).unwrap();
        assert!(matches!(folder.read(name), Err(FolderError::Damaged { error: LetterError::OtherValue, .. })));
        assert!(matches!(folder.read(name), Err(FolderError::NoLetter { .. })));
        assert_eq!(folder.save(&letter(1)).unwrap(), name);
        assert_eq!(folder.read(name).unwrap(), letter(1));
    }
    assert_eq!(disk.list(aside.parent().unwrap()).unwrap().len(), 3, "three that are different");
    assert_eq!(folder.damaged().len(), 3);
}

#[test]
fn setting_aside_survives_every_fault() {
    let whole = SimDisk::new();
    let path = Path::new(FOLDER).join(format!("{}.letter", open(&whole).unwrap().save(&letter(1)).unwrap()));
    let hurt = || {
        let disk = whole.copied();
        disk.damage(&path, |bytes| bytes[200] ^= 1).unwrap();
        disk
    };
    let damaged = hurt().read(&path).unwrap();
    let journal = {
        let disk = hurt();
        drop(open(&disk).unwrap());
        disk.journal()
    };
    assert!(journal.len() > 4, "{journal:?}");
    for (operation, what) in journal.iter().enumerate() {
        for fault in [Fault::PowerLoss, Fault::PowerLossAfter, Fault::Fails(ErrorKind::Other), Fault::Full { kept: 30 }]
        {
            let disk = hurt().with_fault(operation, fault);
            assert!(open(&disk).is_err(), "{} {fault:?}", what);
            for survival in Survival::all(16) {
                let after = disk.copied().after_power_loss(survival);
                drop(open(&after).unwrap());
                let aside = Path::new(FOLDER).join("quarantine");
                let names = after.list(&aside).unwrap();
                let kept = names.iter().any(|name| after.read(&aside.join(name)).unwrap() == damaged);
                assert!(kept, "{} {fault:?} {survival:?}: {names:?}", what);
                assert!(after.read(&path).is_err());
            }
        }
    }
}

#[test]
fn other_files_are_left_alone_and_there_is_one_keeper() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("letters");
    let mut folder = Folder::open(RealDisk, &path).unwrap();
    let name = folder.save(&letter(1)).unwrap();
    assert!(matches!(Folder::open(RealDisk, &path), Err(FolderError::InUse { .. })));
    drop(folder);
    std::fs::write(path.join("notes.txt"), "mine").unwrap();
    std::fs::write(path.join("notes.letter"), "mine").unwrap();
    std::fs::write(path.join("notes.letter.tmp"), "mine").unwrap();
    std::fs::write(path.join(format!("{name}.letter.tmp")), "half of it").unwrap();
    let folder = Folder::open(RealDisk, &path).unwrap();
    assert_eq!((folder.names(), folder.damaged().len(), folder.is_empty()), (vec![name], 0, false));
    let mut names: Vec<_> =
        std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut expected = ["LOCK", "notes.letter", "notes.letter.tmp", "notes.txt"].map(str::to_owned).to_vec();
    expected.push(format!("{name}.letter"));
    expected.sort();
    assert_eq!(names, expected);
    // The line is JSON, and the value stands behind it as it is.
    let bytes = std::fs::read(path.join(format!("{name}.letter"))).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let line: serde_json::Value = serde_json::from_slice(&bytes[..end]).unwrap();
    assert_eq!((&line["letter"]["id"], &line["letter"]["tenant"]), (&name.id.to_string().into(), &"acme".into()));
    assert_eq!(&bytes[end + 1..], letter(1).message.value.unwrap());
    assert!(matches!(
        Listing::of(&RealDisk, &temp.path().join("none")),
        Err(FolderError::Io(DiskError { doing: "list", .. }))
    ));
}
