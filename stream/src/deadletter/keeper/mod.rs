//! Saves letters, whatever fails.

mod config;
mod saved;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashstream_disk::{Disk, RealDisk};
use fastrand::Rng;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use super::folder::{Folder, FolderError};
use super::letter::Letter;
use super::name::LetterName;
use crate::backoff::Backoff;
use crate::transport::{Cause, Message, Outcome, Position, Sink};
pub use config::KeeperConfig;
pub use saved::{KeeperAccount, Kept, NotSaved, Saved};

/// Saves letters in a dead-letter topic, and in a folder of this machine where that cannot be. A keeper without a topic saves them in
/// the folder alone.
///
/// A topic has to keep headers: [`file`](crate::transport::file) topics do not, and take nothing but frames.
#[derive(Debug)]
pub struct Keeper<S, D: Disk = RealDisk> {
    topic: Option<S>,
    folder: Arc<Mutex<Folder<D>>>,
    config: KeeperConfig,
    state: Mutex<State>,
    /// One at a time sends what is in the folder.
    draining: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    account: KeeperAccount,
    rng: Rng,
    /// How often the topic has failed one after the other, with letters that were tried as often as may be.
    failures: u32,
    /// When letters of the folder are tried again.
    due: Option<Instant>,
    /// Letters that the topic does not take.
    kept: BTreeSet<LetterName>,
    /// How many letters are in the folder.
    waiting: usize,
}

impl<S: Sink> Keeper<S, RealDisk> {
    /// Opens the folder, which is made where it is not there.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub async fn open(folder: &Path, topic: Option<S>, config: KeeperConfig) -> Result<Self, FolderError> {
        Self::open_on(RealDisk, folder, topic, config, Rng::new().u64(..)).await
    }
}

impl<S: Sink, D: Disk> Keeper<S, D> {
    /// The same on a disk of one's own, with pauses that follow from a seed.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub async fn open_on(
        disk: D,
        folder: &Path,
        topic: Option<S>,
        config: KeeperConfig,
        seed: u64,
    ) -> Result<Self, FolderError>
    where
        D::Lock: Send,
    {
        let path = folder.to_path_buf();
        let folder = blocking(move || Folder::open(disk, &path)).await?;
        let state = State {
            account: KeeperAccount::default(),
            rng: Rng::with_seed(seed),
            failures: 0,
            due: None,
            kept: BTreeSet::new(),
            waiting: folder.len(),
        };
        let (folder, state) = (Arc::new(Mutex::new(folder)), Mutex::new(state));
        Ok(Self { topic, folder, config, state, draining: tokio::sync::Mutex::default() })
    }

    /// What became of the letters.
    #[must_use]
    pub fn account(&self) -> KeeperAccount {
        self.state().account
    }

    /// How many letters are in the folder.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state().waiting
    }

    /// Saves a letter: it is where it has to be when this returns. The same letter may be saved again; it is one, by its id. What is
    /// in the folder is sent too, where the topic works.
    ///
    /// # Errors
    /// [`NotSaved`]: neither topic nor folder has it. The consumer must not commit behind its message: it pauses the partition, and
    /// saves the letter again after a pause.
    // DLQ-003
    pub async fn save(&self, letter: &Letter) -> Result<Saved, NotSaved> {
        let position = match self.send(letter).await {
            Ok(position) => position,
            Err(kept) => return self.keep(letter, kept).await,
        };
        self.count(|account| (account.saved, account.topic) = (account.saved + 1, account.topic + 1));
        // What fails there is tried again there, and is none of this letter's business.
        drop(self.tick().await);
        Ok(Saved::Topic(position))
    }

    /// Sends some of what is in the folder, those that failed first in front, and removes what is there. To be called now and then: it
    /// does nothing where there is nothing to do, and nothing before a pause is over. Returns how many were sent.
    ///
    /// # Errors
    /// Of the folder. It can be called again.
    // DLQ-004
    pub async fn tick(&self) -> Result<usize, FolderError> {
        let Some(topic) = &self.topic else { return Ok(0) };
        let Ok(_one) = self.draining.try_lock() else { return Ok(0) };
        let now = Instant::now();
        if self.state().due.is_some_and(|due| now < due) || self.waiting() == 0 {
            return Ok(0);
        }
        let names = self.with_folder(|folder| Ok(folder.names())).await?;
        let names: Vec<_> = {
            let state = self.state();
            names.into_iter().filter(|name| !state.kept.contains(name)).take(self.config.drain.max(1)).collect()
        };
        let mut sent = 0;
        for name in names {
            match self.drain_one(topic, name).await? {
                Drained::Sent => sent += 1,
                Drained::Stays => {}
                Drained::Failed => break,
            }
        }
        Ok(sent)
    }

    async fn drain_one(&self, topic: &S, name: LetterName) -> Result<Drained, FolderError> {
        let read = self.with_folder(move |folder| match folder.read(name) {
            Ok(letter) => Ok(Some(letter)),
            // It was set aside, or somebody else has taken it.
            Err(FolderError::Damaged { .. } | FolderError::NoLetter { .. }) => Ok(None),
            Err(error) => Err(error),
        });
        let Some(letter) = read.await? else { return Ok(Drained::Stays) };
        match self.attempt(topic, &letter).await {
            Tried::Sent(_) => {
                self.works();
                self.with_folder(move |folder| folder.remove(name)).await?;
                self.count(|account| account.drained += 1);
                Ok(Drained::Sent)
            }
            Tried::Never(_) => {
                let mut state = self.state();
                state.kept.insert(name);
                state.account.too_large += 1;
                Ok(Drained::Stays)
            }
            Tried::Failed(_) | Tried::Closed(_) => {
                self.fails();
                Ok(Drained::Failed)
            }
        }
    }

    /// Sends a letter as often as may be.
    async fn send(&self, letter: &Letter) -> Result<Position, Kept> {
        let Some(topic) = &self.topic else { return Err(Kept::NoTopic) };
        let tries = if self.state().failures == 0 { self.config.tries.max(1) } else { 1 };
        let mut tried = 1;
        loop {
            let why = match self.attempt(topic, letter).await {
                Tried::Sent(position) => {
                    self.works();
                    return Ok(position);
                }
                Tried::Never(why) => return Err(Kept::TooLarge { why }),
                Tried::Failed(_) if tried < tries => {
                    let wait = self.pause(tried);
                    self.count(|account| account.retried += 1);
                    tried += 1;
                    sleep(wait).await;
                    continue;
                }
                Tried::Failed(why) | Tried::Closed(why) => why,
            };
            self.fails();
            return Err(Kept::Failed { why });
        }
    }

    async fn attempt(&self, topic: &S, letter: &Letter) -> Tried {
        let message = letter.to_message();
        let len = len_of(&message);
        // DLQ-005
        if let Some(limit) = self.config.max_letter_len.filter(|limit| len > *limit) {
            return Tried::Never(format!("{len} bytes, where the topic takes {limit}"));
        }
        let partition = letter.position.partition.checked_rem(topic.partitions()).unwrap_or(0);
        let wait = Duration::from_micros(self.config.timeout_us);
        let sending = topic.send(partition, message, std::time::Instant::now() + wait);
        match timeout(wait, sending).await {
            Ok(Outcome::Persisted(position)) => Tried::Sent(position),
            Ok(Outcome::NotPersisted(Cause::Refused(why))) => Tried::Never(why),
            // It has to be opened again: there is nothing to wait for here.
            Ok(Outcome::NotPersisted(cause @ (Cause::Closed | Cause::Broken))) => Tried::Closed(cause.to_string()),
            // One that may be there is sent again: it is the same letter.
            Ok(Outcome::NotPersisted(cause) | Outcome::PossiblyPersisted(cause)) => Tried::Failed(cause.to_string()),
            Err(_) => Tried::Failed("no outcome within the time".to_owned()),
        }
    }

    async fn keep(&self, letter: &Letter, kept: Kept) -> Result<Saved, NotSaved> {
        let letter = letter.clone();
        let saved = self.with_folder(move |folder| folder.save(&letter)).await;
        let mut state = self.state();
        match saved {
            Ok(name) => {
                state.account.saved += 1;
                state.account.folder += 1;
                if matches!(kept, Kept::TooLarge { .. }) && state.kept.insert(name) {
                    state.account.too_large += 1;
                }
                Ok(Saved::Folder { name, kept })
            }
            Err(folder) => {
                state.account.failed += 1;
                Err(NotSaved { kept, folder })
            }
        }
    }

    /// Does something with the folder, off the runtime. One that an error has left in doubt is opened again before.
    async fn with_folder<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Folder<D>) -> Result<T, FolderError> + Send + 'static,
    ) -> Result<T, FolderError> {
        let folder = Arc::clone(&self.folder);
        let done = blocking(move || {
            let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
            if folder.is_poisoned() {
                folder.reopen()?;
            }
            let done = run(&mut folder)?;
            Ok((done, folder.len()))
        });
        let (done, waiting) = done.await?;
        self.state().waiting = waiting;
        Ok(done)
    }

    fn count(&self, change: impl FnOnce(&mut KeeperAccount)) {
        change(&mut self.state().account);
    }

    fn pause(&self, tries: u32) -> Duration {
        let backoff = Backoff { first_us: self.config.backoff_us, most_us: self.config.max_backoff_us };
        Duration::from_micros(backoff.draw_us(tries, &mut self.state().rng))
    }

    fn works(&self) {
        let mut state = self.state();
        (state.failures, state.due) = (0, None);
    }

    fn fails(&self) {
        let failures = self.state().failures.saturating_add(1);
        let wait = self.pause(failures);
        let mut state = self.state();
        (state.failures, state.due) = (failures, Some(Instant::now() + wait));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a try.
enum Tried {
    Sent(Position),
    /// Trying again may help.
    Failed(String),
    /// Trying again does not help before something is done.
    Closed(String),
    /// The topic will not take this letter.
    Never(String),
}

/// What became of a letter of the folder.
enum Drained {
    Sent,
    Stays,
    Failed,
}

async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, FolderError> + Send + 'static,
) -> Result<T, FolderError> {
    match spawn_blocking(run).await {
        Ok(done) => done,
        Err(error) => Err(FolderError::System { why: error.to_string() }),
    }
}

fn len_of(message: &Message) -> usize {
    let len = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
    let headers: usize = message.headers.iter().map(|header| header.name.len() + len(&header.value)).sum();
    len(&message.key) + len(&message.value) + headers
}
