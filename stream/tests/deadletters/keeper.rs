//! A letter is saved, whatever fails.

use std::collections::{BTreeMap, VecDeque};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dashstream_codec::{Code, Codec};
use dashstream_disk::{Disk, DiskError, Fault, RealDisk, SimDisk, Survival};
use dashstream_stream::consumer::{self, Why};
use dashstream_stream::deadletter::{
    ConsumerLetters, Folder, FolderError, Keeper, KeeperAccount, KeeperConfig, Kept, Letter, Listing, Saved,
};
use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Cause, Message, Outcome, Position, Reply, Sending, Sink};
use tokio::time::{Instant, advance};

use crate::support::{NOW, frame, judge, letter};

const FOLDER: &str = "/state/letters";

/// What a topic does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Take,
    Fail,
    /// It takes it, and nobody hears of it.
    Lose,
    Refuse,
    Close,
    /// It never answers.
    Hang,
}

/// A topic that does what it is told.
#[derive(Clone, Debug)]
struct Topic(Arc<Mutex<Told>>);

#[derive(Debug)]
struct Told {
    next: VecDeque<Act>,
    then: Act,
    taken: Vec<(u32, Message)>,
    tries: Vec<Instant>,
    hanging: Vec<Reply>,
}

impl Topic {
    fn new(next: impl IntoIterator<Item = Act>, then: Act) -> Self {
        let next = next.into_iter().collect();
        Self(Arc::new(Mutex::new(Told { next, then, taken: Vec::new(), tries: Vec::new(), hanging: Vec::new() })))
    }

    fn then(&self, act: Act) {
        self.0.lock().unwrap().then = act;
    }

    fn tries(&self) -> Vec<Instant> {
        self.0.lock().unwrap().tries.clone()
    }

    fn letters(&self) -> Vec<Letter> {
        self.0.lock().unwrap().taken.iter().map(|(_, message)| Letter::from_message(message).unwrap()).collect()
    }
}

impl Sink for Topic {
    fn partitions(&self) -> u32 {
        2
    }

    fn send(&self, partition: u32, message: Message, _: std::time::Instant) -> Sending {
        let mut told = self.0.lock().unwrap();
        told.tries.push(Instant::now());
        let act = told.next.pop_front().unwrap_or(told.then);
        let no = |cause| Sending::done(Outcome::NotPersisted(cause));
        match act {
            Act::Take | Act::Lose => {
                told.taken.push((partition, message));
                let offset = told.taken.len() as u64;
                if act == Act::Lose {
                    return Sending::done(Outcome::PossiblyPersisted(Cause::Io(ErrorKind::TimedOut.into())));
                }
                Sending::done(Outcome::Persisted(Position { partition, offset }))
            }
            Act::Fail => no(Cause::Io(ErrorKind::ConnectionRefused.into())),
            Act::Refuse => no(Cause::Refused("the message is too large".to_owned())),
            Act::Close => no(Cause::Closed),
            Act::Hang => {
                let (reply, sending) = Sending::pending();
                told.hanging.push(reply);
                sending
            }
        }
    }
}

fn config() -> KeeperConfig {
    KeeperConfig { tries: 4, ..KeeperConfig::default() }
}

async fn keeper(disk: &SimDisk, topic: Option<&Topic>) -> Keeper<Topic, SimDisk> {
    Keeper::open_on(disk.clone(), Path::new(FOLDER), topic.cloned(), config(), 7).await.unwrap()
}

fn in_folder(disk: &SimDisk) -> Vec<u64> {
    let listing = Listing::of(disk, Path::new(FOLDER)).unwrap();
    assert!(listing.damaged.is_empty());
    listing.letters.iter().map(|(_, letter)| letter.position.offset).collect()
}

fn offsets(topic: &Topic) -> Vec<u64> {
    topic.letters().iter().map(|letter| letter.position.offset).collect()
}

/// The topic fails once, as often as there are tries but one, and for ever; and in each way in which it can fail.
#[tokio::test(start_paused = true)]
async fn a_letter_is_saved_whatever_fails() {
    for how in [Act::Fail, Act::Lose, Act::Hang] {
        for times in 0..6 {
            let topic = Topic::new(std::iter::repeat_n(how, times), Act::Take);
            let disk = SimDisk::new();
            let keeper = keeper(&disk, Some(&topic)).await;
            let saved = keeper.save(&letter(1)).await.unwrap();
            let account = keeper.account();
            assert!(account.saved == 1 && account.failed == 0, "{account:?}");
            if times < 4 {
                assert!(
                    matches!(saved, Saved::Topic(Position { partition: 0, .. })),
                    "{how:?} {times} times: {saved:?}"
                );
                assert_eq!((account.retried, account.topic, in_folder(&disk)), (times as u64, 1, vec![]));
                assert_eq!(topic.letters().last(), Some(&letter(1)));
            } else {
                assert!(
                    matches!(saved, Saved::Folder { kept: Kept::Failed { .. }, .. }),
                    "{how:?} {times} times: {saved:?}"
                );
                assert_eq!((account.retried, account.folder, in_folder(&disk)), (3, 1, vec![1]));
                // It is durable: that was the moment to go on.
                assert_eq!(in_folder(&disk.after_power_loss(Survival::Nothing)), [1]);
            }
        }
    }
    // Where the topic is closed there is nothing to wait for.
    let (topic, disk) = (Topic::new([], Act::Close), SimDisk::new());
    let keeper_of_closed = keeper(&disk, Some(&topic)).await;
    assert!(matches!(keeper_of_closed.save(&letter(1)).await, Ok(Saved::Folder { .. })));
    assert_eq!(topic.tries().len(), 1);
    // For ever, and the disk with it: the consumer pauses, and tries on.
    let path = Path::new(FOLDER);
    let opened = {
        let disk = SimDisk::new();
        drop(Folder::open(disk.clone(), path).unwrap());
        disk.operations()
    };
    let mut disk = SimDisk::new();
    for operation in opened..opened + 40 {
        disk = disk.with_fault(operation, Fault::Fails(ErrorKind::StorageFull));
    }
    let topic = Topic::new([], Act::Fail);
    let keeper = keeper(&disk, Some(&topic)).await;
    let mut failed = 0;
    while let Err(error) = keeper.save(&letter(1)).await {
        assert!(matches!((&error.kept, &error.folder), (Kept::Failed { .. }, FolderError::Io(_))), "{error:?}");
        assert!(error.to_string().contains("has to wait"), "{error}");
        failed += 1;
        assert!(failed < 100);
    }
    assert!(failed > 5, "{failed}");
    assert_eq!(in_folder(&disk.copied().after_power_loss(Survival::Nothing)), [1]);
    let account = keeper.account();
    assert_eq!((account.failed, account.saved, account.folder), (failed, 1, 1));
    assert_eq!(keeper.waiting(), 1);
}

/// An error of a sync leaves the folder in doubt: it is opened again, and the letter written again.
#[tokio::test(start_paused = true)]
async fn a_letter_is_saved_after_a_failed_sync() {
    let path = Path::new(FOLDER);
    let whole = SimDisk::new();
    Folder::open(whole.clone(), path).unwrap().save(&letter(1)).unwrap();
    let syncs = whole.journal().into_iter().enumerate().filter(|(_, what)| what.starts_with("sync"));
    let mut tried = 0;
    for (operation, what) in syncs {
        let disk = SimDisk::new().with_fault(operation, Fault::Fails(ErrorKind::Other));
        let keeper = keeper(&disk, None).await;
        let error = keeper.save(&letter(1)).await.unwrap_err();
        assert!(matches!(error.folder, FolderError::Io(DiskError { doing: "sync", .. })), "{what}: {error}");
        keeper.save(&letter(1)).await.unwrap();
        assert_eq!(in_folder(&disk.after_power_loss(Survival::Nothing)), [1], "{what}");
        tried += 1;
    }
    assert_eq!(tried, 2);
}

#[tokio::test(start_paused = true)]
async fn the_pause_before_the_next_try_grows() {
    let mut most = [Duration::ZERO; 5];
    for seed in 0..200 {
        let topic = Topic::new([], Act::Fail);
        let config = KeeperConfig { tries: 6, max_backoff_us: 800_000, ..KeeperConfig::default() };
        let path = Path::new(FOLDER);
        let keeper = Keeper::open_on(SimDisk::new(), path, Some(topic.clone()), config, seed).await.unwrap();
        keeper.save(&letter(1)).await.unwrap();
        let tries = topic.tries();
        assert_eq!(tries.len(), 6);
        for (most, pair) in most.iter_mut().zip(tries.windows(2)) {
            *most = (*most).max(pair[1] - pair[0]);
        }
    }
    // Full jitter: up to 100 ms, and twice as much each time, up to the most; timers have a millisecond.
    for (most, bound) in most.iter().zip([100, 200, 400, 800, 800]) {
        let bound = Duration::from_millis(bound);
        assert!(*most <= bound + Duration::from_millis(1) && *most > bound * 9 / 10, "{most:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_here_is_sent_when_it_can_be() {
    let (topic, disk) = (Topic::new([], Act::Fail), SimDisk::new());
    let keeper_before = keeper(&disk, Some(&topic)).await;
    for offset in [5, 3, 4, 9] {
        keeper_before.save(&letter(offset)).await.unwrap();
    }
    assert_eq!((in_folder(&disk), keeper_before.waiting()), (vec![3, 4, 5, 9], 4));
    // While the topic fails, a letter is tried once, and those in the folder after a pause that grows.
    assert_eq!(topic.tries().len(), 4 + 3);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let (before, tries) = (Instant::now(), topic.tries().len());
        while topic.tries().len() == tries {
            assert_eq!(keeper_before.tick().await.unwrap(), 0);
            advance(Duration::from_millis(10)).await;
        }
        pauses.push(Instant::now() - before);
    }
    assert!(pauses.iter().max() > Some(&Duration::from_millis(800)), "{pauses:?}");
    assert_eq!(in_folder(&disk), [3, 4, 5, 9], "a letter is gone that is nowhere");
    drop(keeper_before);
    // A new life finds them, and a loss of power before they are sent takes none.
    let disk = disk.after_power_loss(Survival::Nothing);
    let keeper_after = keeper(&disk, Some(&topic)).await;
    assert_eq!(keeper_after.waiting(), 4);
    // One that may be there stays until it is known to be there.
    topic.then(Act::Lose);
    assert_eq!(keeper_after.tick().await.unwrap(), 0);
    assert_eq!((offsets(&topic), in_folder(&disk)), (vec![3], vec![3, 4, 5, 9]));
    topic.then(Act::Take);
    advance(Duration::from_secs(20)).await;
    // A letter that is saved in the topic has those of the folder sent too, those that failed first in front.
    assert!(matches!(keeper_after.save(&letter(20)).await, Ok(Saved::Topic(_))));
    assert_eq!(offsets(&topic), [3, 20, 3, 4, 5, 9]);
    assert_eq!((in_folder(&disk), keeper_after.waiting()), (vec![], 0));
    let account = keeper_after.account();
    assert_eq!(account, KeeperAccount { saved: 1, topic: 1, drained: 4, ..KeeperAccount::default() });
    assert!(topic.0.lock().unwrap().taken.iter().all(|(partition, _)| *partition == 0), "2 modulo 2");
    // It has worked since it failed: the next letter is tried as often as the first one was.
    let tries = topic.tries().len();
    topic.then(Act::Fail);
    assert!(matches!(keeper_after.save(&letter(30)).await, Ok(Saved::Folder { .. })));
    assert_eq!(topic.tries().len() - tries, 4);
}

/// A letter leaves the folder only when it is in the topic, whatever fails between.
#[tokio::test(start_paused = true)]
async fn a_letter_is_in_the_topic_or_in_the_folder() {
    let prepared = SimDisk::new();
    let mut folder = Folder::open(prepared.clone(), Path::new(FOLDER)).unwrap();
    for offset in 1..4 {
        folder.save(&letter(offset)).unwrap();
    }
    drop(folder);
    for operation in 0..5 {
        for fault in [Fault::PowerLoss, Fault::PowerLossAfter, Fault::Fails(ErrorKind::Other)] {
            for survival in Survival::all(6) {
                let disk = prepared.copied().with_fault(operation, fault);
                let topic = Topic::new([Act::Take, Act::Fail], Act::Take);
                let keeper = keeper(&disk, Some(&topic)).await;
                for _ in 0..4 {
                    drop(keeper.tick().await);
                    advance(Duration::from_secs(20)).await;
                }
                let there = offsets(&topic);
                let left = in_folder(&disk.after_power_loss(survival));
                assert!((1..4).all(|offset| there.contains(&offset) || left.contains(&offset)), "{there:?} {left:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_letter_is_never_cut() {
    let large = |offset| {
        let mut one = letter(offset);
        one.message.headers.push(crate::support::header("large", Some(&vec![7; 5_000])));
        one
    };
    // Its topic says so, or it is known before.
    let limited = KeeperConfig { max_letter_len: Some(5_000), ..config() };
    for (config, act, tries) in [(config(), Act::Refuse, 2), (limited, Act::Take, 0)] {
        let (topic, disk) = (Topic::new([], act), SimDisk::new());
        let path = Path::new(FOLDER);
        let keeper = Keeper::open_on(disk.clone(), path, Some(topic.clone()), config, 7).await.unwrap();
        for offset in 1..3 {
            let saved = keeper.save(&large(offset)).await.unwrap();
            let Saved::Folder { name, kept: Kept::TooLarge { why } } = saved else { panic!("{saved:?}") };
            assert!(!why.is_empty());
            let whole = Listing::of(&disk, path).unwrap().letters;
            assert!(whole.contains(&(name, large(offset))));
        }
        // It is not tried again and again; the others are sent.
        topic.then(Act::Take);
        for _ in 0..5 {
            keeper.save(&letter(9)).await.unwrap();
            keeper.tick().await.unwrap();
            advance(Duration::from_secs(20)).await;
        }
        assert_eq!(offsets(&topic), [9; 5]);
        assert_eq!(topic.tries().len(), tries + 5);
        assert_eq!((in_folder(&disk), keeper.account().too_large, keeper.waiting()), (vec![1, 2], 2, 2));
        drop(keeper);
        // The next life tries it once more: the topic may take more by now.
        let topic = Topic::new([], Act::Refuse);
        let keeper = Keeper::open_on(disk.clone(), path, Some(topic.clone()), config, 7).await.unwrap();
        for _ in 0..3 {
            assert_eq!(keeper.tick().await.unwrap(), 0);
        }
        assert_eq!((topic.tries().len(), keeper.account().too_large), (tries, 2));
        assert_eq!(in_folder(&disk), [1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_topic_the_folder_is_the_place() {
    let disk = SimDisk::new();
    let keeper = keeper(&disk, None).await;
    for offset in [2, 1, 2] {
        let saved = keeper.save(&letter(offset)).await.unwrap();
        assert!(matches!(saved, Saved::Folder { kept: Kept::NoTopic, .. }));
        assert_eq!(keeper.tick().await.unwrap(), 0);
    }
    assert_eq!(in_folder(&disk), [1, 2], "the same letter is one file");
    let account = keeper.account();
    assert_eq!(account, KeeperAccount { saved: 3, folder: 3, ..KeeperAccount::default() });
}

#[tokio::test(start_paused = true)]
async fn a_damaged_letter_does_not_hold_the_others_back() {
    let (topic, disk) = (Topic::new([], Act::Close), SimDisk::new());
    let keeper = keeper(&disk, Some(&topic)).await;
    let mut names = BTreeMap::new();
    for offset in 1..4 {
        let Saved::Folder { name, .. } = keeper.save(&letter(offset)).await.unwrap() else { panic!("no folder") };
        names.insert(offset, name);
    }
    disk.damage(&Path::new(FOLDER).join(format!("{}.letter", names[&1])), |bytes| bytes[99] ^= 1).unwrap();
    topic.then(Act::Take);
    advance(Duration::from_secs(20)).await;
    assert_eq!(keeper.tick().await.unwrap(), 2);
    assert_eq!((offsets(&topic), keeper.waiting()), (vec![2, 3], 0));
    assert_eq!(disk.list(&Path::new(FOLDER).join("quarantine")).unwrap().len(), 1);
}

/// Several partitions save at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keeper_serves_many_at_a_time() {
    let temp = tempfile::tempdir().unwrap();
    let topic = MemTopic::new(3);
    let keeper = Keeper::open(temp.path(), Some(topic.clone()), KeeperConfig::default()).await.unwrap();
    let keeper = Arc::new(keeper);
    let error = Keeper::<MemTopic>::open(temp.path(), None, KeeperConfig::default()).await.unwrap_err();
    assert!(matches!(error, FolderError::InUse { .. }));
    let saves = (0..50).map(|offset| {
        let keeper = Arc::clone(&keeper);
        tokio::spawn(async move { keeper.save(&letter(offset)).await.unwrap() })
    });
    for save in saves.collect::<Vec<_>>() {
        assert!(matches!(save.await.unwrap(), Saved::Topic(Position { partition: 2, .. })));
    }
    assert_eq!((topic.messages(2).len(), keeper.account().topic), (50, 50));
    assert_eq!(Listing::of(&RealDisk, temp.path()).unwrap().letters.len(), 0);
}

/// What a consumer sets aside is a letter of the same place, stage and code.
#[tokio::test]
async fn a_consumer_sets_aside_by_a_keeper() {
    let temp = tempfile::tempdir().unwrap();
    let keeper = Arc::new(Keeper::<MemTopic>::open(temp.path(), None, KeeperConfig::default()).await.unwrap());
    let mut letters = ConsumerLetters { keeper, topic: "events".to_owned(), group: "billing".to_owned() };
    let error = judge(Some(b"x"));
    let value = frame(Codec::None);
    let failures = [
        (consumer::Stage::Judge, Why::Reader(error), 0),
        (consumer::Stage::Record, Why::Reader(error), 4),
        (consumer::Stage::Passed, Why::Reader(error), 0),
        (consumer::Stage::Handle, Why::Application("no".to_owned()), 0),
        (consumer::Stage::Damage, Why::Skipped(Code::TornTail), 0),
    ];
    for (offset, (stage, why, record)) in (1..).zip(failures) {
        let value = if stage == consumer::Stage::Damage { [&[7; 16], &value[..]].concat() } else { value.clone() };
        let failed = consumer::Failure {
            position: Position { partition: 3, offset },
            rejected: Vec::new(),
            message: Message { value: Some(value), ..Message::default() },
            stage,
            why: why.clone(),
            record,
            attempt: 2,
            first_failure_us: NOW + offset,
            last_failure_us: NOW + 50,
        };
        consumer::Letters::save(&mut letters, &failed).await.unwrap();
        let saved = Listing::of(&RealDisk, temp.path()).unwrap().letters.pop().unwrap().1;
        assert_eq!((saved.message, saved.position), (failed.message, failed.position));
        assert_eq!((saved.failure.stage.name(), saved.failure.reason.name()), (stage.name(), why.code()));
        assert_eq!((saved.failure.record, saved.tries.count, saved.tries.last_us), (record, 2, NOW + 50));
        assert_eq!((saved.topic.as_str(), saved.group.as_str()), ("events", "billing"));
        assert_eq!(saved.owner.unwrap().tenant, "acme");
    }
}
