//! Golden vectors of the DashStream frame, and what reads them.
//!
//! A vector is one scenario in one YAML file: bytes or content that go into an implementation, and what
//! has to come out. [`load`] reads all of them and checks that the set is whole: a file that is
//! missing, extra, changed or does not say what it claims is an error that names the file. [`Tree`] is how a
//! vector file is written; there is one style.
//!
//! ```no_run
//! let set = dashstream_vectors::load(&dashstream_vectors::default_root().unwrap())?;
//! println!("{} vectors, manifest {}", set.vectors.len(), set.manifest_digest);
//! # Ok::<(), dashstream_vectors::LoadError>(())
//! ```
//!
//! The format of the files is in `README.md`.

mod convert;
mod error;
mod hex_bytes;
mod load;
mod manifest;
mod model;
mod pieces;
mod pipeline;
mod raw;
mod states;
mod stores;
mod tree;
mod tree_write;
mod twin;

pub use error::LoadError;
pub use hex_bytes::{HexBytes, Run};
pub use load::{Set, default_root, load, load_one, load_unlisted};
pub use manifest::{MANIFEST, digest_of_manifest, listed_files, parse_sums, sums_of};
pub use model::{
    AcceptedEntry, Account, Capability, Case, Class, Content, DecodeCase, DecodeExpect, EncodeCase, EncodeExpect,
    EndVerdict, FileCase, FileExpect, LedgerCase, LedgerExpect, LedgerFrame, Limits, Operation, RejectedFrame,
    Rejection, SkippedRange, Summary, Tail, Twin, Vector, Verdict, WriteOptions,
};
pub use pieces::{Piece, Pieces};
pub use pipeline::{
    AppAnswer, ConsumerCase, ConsumerEvent, ConsumerSettings, ConsumerStep, Does, HandStanding, LaneSettings,
    LogHeader, LogMessage, OfferOutcome, OutcomeRange, Place, ProducerCase, ProducerExpect, ProducerSettings,
    ProducerStep, WhenFull,
};
pub use states::{DiffCase, DiffPayload, OpPayload, SnapshotPayload, StateOutcome, StateStep};
pub use stores::{StoreCase, StoreCheckpoint, StoreDamage, StoreFile, StoreRepair, StoreThread};
pub use tree::Tree;
pub use twin::{Splice, splice_between};
