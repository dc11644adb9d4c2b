//! DashStream side by side with other formats: in one process, on one corpus, in interleaved rounds.
//!
//! A claim about speed is a ratio of two things measured in one run. Every side writes the same events and shows every
//! field of them again; before any time is taken, all that comes back is compared with the corpus.

pub mod clock;
pub mod corpus;
pub mod error;
pub mod event;
pub mod heap;
pub mod limits;
pub mod lineup;
pub mod measure;
pub mod ours;
pub mod peer;
#[cfg(feature = "peers")]
pub mod peers;
pub mod report;
pub mod subject;
pub mod visit;
