//! The consumer: it judges every frame, keeps the ledger, hands over what is new, and remembers what it has done
//! (`spec/consumer.md`).
//!
//! [`Consumer`] reads a [`Source`](crate::transport::Source), asks a [`State`] what is known of a partition, and gives frames to
//! a [`Handler`]. What the handler answers with is committed with the ledger and the offset in one step ([`Commit`]). What cannot be
//! processed goes to [`Letters`].

mod account;
mod advance;
mod config;
mod error;
mod failure;
mod file_state;
mod handler;
mod hold;
mod judge;
#[cfg(feature = "kafka")]
mod kafka_state;
mod mem_state;
mod part;
mod run;
mod standing;
mod state;
mod take;
mod work;

pub use account::ConsumerAccount;
pub use config::ConsumerConfig;
pub use error::{CommitError, ConsumerError};
pub use failure::{Failure, Letters, Stage, Why};
pub use file_state::FileState;
pub use handler::{Delivery, Effect, HandleError, Handler, Stopped};
#[cfg(feature = "kafka")]
pub use kafka_state::KafkaState;
pub use mem_state::MemState;
pub use run::Consumer;
pub use standing::Standing;
pub use state::{Begun, Commit, LaneKey, State};
