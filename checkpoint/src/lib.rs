//! States of threads on a disk, that survive a loss of power (`spec/checkpoints.md`).
//!
//! [`Store`] writes: there is one at a time for a folder. [`Reader`] looks at what is there, also while another process writes.
//! Both block; [`AsyncStore`] is the same for asynchronous code and never blocks who polls it. States are bytes of any length, or,
//! through `put_state` and [`Checkpoint::state`], whatever serde can write and read.
//!
//! ```
//! use dashstream_checkpoint::{Draft, Store, StoreConfig, ThreadKey};
//! use dashstream_disk::RealDisk;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let mut store = Store::open(RealDisk, folder.path(), StoreConfig::default())?;
//! let thread = ThreadKey::new("conversation-7", "")?;
//! store.put_state(&thread, Draft::default(), &["what", "was", "said"])?;
//! let newest = store.latest(&thread)?.ok_or("there is one")?;
//! assert_eq!((newest.summary.generation, newest.state::<Vec<String>>()?.len()), (1, 3));
//! # Ok(())
//! # }
//! ```

mod asynchronous;
mod catalog;
mod delete;
mod error;
mod find;
mod framer;
mod key;
#[cfg(feature = "laws")]
pub mod laws;
mod model;
mod name;
mod reader;
mod repair;
mod retain;
mod scan;
mod segment;
mod store;
mod thread;
mod view;

pub use asynchronous::AsyncStore;
pub use error::{Damage, Flaw, StoreError};
pub use key::ThreadKey;
pub use model::{Checkpoint, Draft, Parent, PendingWrite, Query, Recovered, Summary};
pub use name::SegmentName;
pub use reader::Reader;
pub use repair::{Repair, ThreadReport};
pub use store::{Store, StoreConfig};
