//! Who a producer is: its id, its epoch and its lanes, kept so that no number is ever used for two records.
//!
//! A producer's folder holds its state twice, in `state-0` and `state-1`. Each opening takes the better of the two, raises the
//! epoch, and writes and syncs both, one after the other, the bad or older one first; only then does it return, and only
//! then may a frame of the new epoch be sent (SEQ-003). So a loss of power at any moment leaves one that is whole, and
//! damage to either costs nothing. Where neither can be read, the producer becomes another one, with a new id: it cannot
//! know which numbers it has used.
//!
//! What a copy of the folder would do, two producers with one identity, is found by its readers: each opening draws a
//! boot nonce (META-017), and two nonces in one epoch are FORK (LOSS-002). A copy whose epochs were left behind by then may show
//! by STALE_EPOCH alone (`spec/loss.md`).

mod error;
mod keep;
mod slot;
mod state;

use std::fmt;
use std::path::Path;

use dashstream_disk::{Disk, DiskError};

pub use error::IdentityError;
use keep::Keeper;
use state::State;
pub use state::{Lane, Previous};

/// Whether bytes are a whole state, of this version or of a later one: for who looks at a folder without opening it.
#[must_use]
pub fn is_state(bytes: &[u8]) -> bool {
    !matches!(slot::read(bytes), slot::Slot::Bad)
}

/// What an opening found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Nothing: the producer is new.
    New,
    /// A state, which goes on.
    Continued,
    /// A state that goes on, and beside it one that was damaged and has been written again.
    Repaired,
    /// States of which none can be read. The producer has a new id; what it was is lost.
    Unreadable,
    /// A state without a further epoch. The producer has a new id.
    Exhausted,
}

/// The identity of a producer that is open. There is one at a time for a folder.
pub struct Identity<D: Disk> {
    keeper: Keeper<D>,
    state: State,
    boot_nonce: [u8; 8],
    opened: Opened,
    _lock: D::Lock,
}

impl<D: Disk> fmt::Debug for Identity<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, opened, .. } = self;
        f.debug_struct("Identity").field("state", state).field("opened", opened).finish_non_exhaustive()
    }
}

/// A source of random bytes; an error is a text.
type Random<'r> = &'r mut dyn FnMut(&mut [u8]) -> Result<(), String>;

impl<D: Disk> Identity<D> {
    /// Opens the identity in a folder, which is made where it is not there, and begins its next epoch. Blocks.
    ///
    /// # Errors
    /// [`IdentityError::InUse`] where another producer has it open, [`IdentityError::Newer`] where a later version wrote it,
    /// [`IdentityError::Random`], and [`IdentityError::Io`]. After an error the folder is as good as before.
    pub fn open(disk: D, folder: &Path) -> Result<Self, IdentityError> {
        Self::open_with(disk, folder, &mut |bytes| getrandom::fill(bytes).map_err(|error| error.to_string()))
    }

    /// The same with a source of randomness of one's own, for tests that can be repeated.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(disk: D, folder: &Path, random: Random<'_>) -> Result<Self, IdentityError> {
        disk.create_folder(folder).map_err(DiskError::of("make", folder))?;
        let lock_path = folder.join("LOCK");
        let lock = disk.lock(&lock_path).map_err(DiskError::of("lock", &lock_path))?;
        let lock = lock.ok_or(IdentityError::InUse { path: lock_path })?;
        let (mut keeper, found) = Keeper::load(disk, folder)?;
        let (state, opened) = next(found, random)?;
        let mut boot_nonce = [0; 8];
        draw(&mut boot_nonce, random)?;
        // SEQ-003
        let state = keeper.save(state)?;
        Ok(Self { keeper, state, boot_nonce, opened, _lock: lock })
    }

    /// What the opening found.
    #[must_use]
    pub const fn opened(&self) -> Opened {
        self.opened
    }

    /// The producer's id; never all zero.
    #[must_use]
    pub const fn producer_id(&self) -> [u8; 16] {
        self.state.producer_id
    }

    /// The epoch that this opening has begun, 1..2^31-1.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.state.epoch
    }

    /// Drawn at this opening (META-017).
    #[must_use]
    pub const fn boot_nonce(&self) -> [u8; 8] {
        self.boot_nonce
    }

    /// The lanes that have not ended, by their numbers.
    pub fn lanes(&self) -> impl Iterator<Item = (u32, &Lane)> {
        self.state.lanes.iter().map(|(number, lane)| (*number, lane))
    }

    /// A new lane, of a tenant and, where the transport has them, a partition, which stay what they are (SEQ-008). Its
    /// number is durable when this returns, and is given to no other lane again. Blocks.
    ///
    /// # Errors
    /// [`IdentityError::LanesExhausted`] where there are no more numbers, [`IdentityError::Io`], and
    /// [`IdentityError::Poisoned`] after such an error.
    pub fn add_lane(&mut self, tenant: &str, partition: Option<u32>) -> Result<u32, IdentityError> {
        let mut state = self.state.clone();
        let number = state.add_lane(tenant, partition)?;
        self.state = self.keeper.save(state)?;
        Ok(number)
    }

    /// A lane has ended for good: its LANE_END is where it has to be. Blocks.
    ///
    /// # Errors
    /// [`IdentityError::NoLane`], [`IdentityError::Io`], [`IdentityError::Poisoned`].
    pub fn end_lane(&mut self, lane: u32) -> Result<(), IdentityError> {
        let mut state = self.state.clone();
        state.lanes.remove(&lane).ok_or(IdentityError::NoLane { lane })?;
        self.state = self.keeper.save(state)?;
        Ok(())
    }

    /// Keeps, for lanes, the last epoch in which they carried records and the last number assigned in it: what
    /// EPOCH_START will say the next time (SEQ-005). For a clean end the epoch is this one; after a crash it is what the
    /// spool shows of the one before. Blocks.
    ///
    /// # Errors
    /// [`IdentityError::NoLane`], [`IdentityError::Backwards`] where less was said than is known,
    /// [`IdentityError::Io`], [`IdentityError::Poisoned`].
    pub fn keep_last(&mut self, lasts: impl IntoIterator<Item = (u32, Previous)>) -> Result<(), IdentityError> {
        let mut state = self.state.clone();
        for (lane, last) in lasts {
            state.keep_last(lane, last)?;
        }
        self.state = self.keeper.save(state)?;
        Ok(())
    }
}

/// The state with which a producer goes on from what was found.
fn next(found: keep::Found, random: Random<'_>) -> Result<(State, Opened), IdentityError> {
    let (known, opened) = match found {
        keep::Found::Nothing => (None, Opened::New),
        keep::Found::Unreadable => (None, Opened::Unreadable),
        keep::Found::State { state, repair } => {
            (Some(state), if repair { Opened::Repaired } else { Opened::Continued })
        }
    };
    if let Some(mut state) = known {
        if state.begin_epoch() {
            return Ok((state, opened));
        }
        return Ok((fresh(random)?, Opened::Exhausted));
    }
    Ok((fresh(random)?, opened))
}

fn fresh(random: Random<'_>) -> Result<State, IdentityError> {
    let mut producer_id = [0; 16];
    // An id of zeros is no id (PRE-021), and as likely as any other.
    while producer_id == [0; 16] {
        draw(&mut producer_id, random)?;
    }
    Ok(State::new(producer_id))
}

fn draw(bytes: &mut [u8], random: Random<'_>) -> Result<(), IdentityError> {
    random(bytes).map_err(|why| IdentityError::Random { why })
}
