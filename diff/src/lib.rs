//! The state of a thread, as one JSON value that several programs agree about: `spec/diffs.md`.
//!
//! - [`canonical`] writes a value in the form of RFC 8785, [`parse`] reads a text and refuses what has no such form, [`struct@Hash`] is the
//!   SHA-256 over it.
//! - [`diff`] makes a JSON Patch (RFC 6902) of two values, [`apply`] applies one: wholly or not at all.
//! - [`Tracker`] is for producers: it is given states and gives the records to be sent.
//! - [`Follower`] is for consumers: it is given the records and has the state.
//!
//! ```
//! use dashstream_diff::{Follower, Tracker, TrackerConfig, Update};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut tracker = Tracker::new(TrackerConfig::default());
//! let mut follower = Follower::new();
//! for state in [json!({"messages": ["hello"]}), json!({"messages": ["hello", "world"]})] {
//!     match tracker.update(&state)? {
//!         Update::Snapshot(pieces) => pieces.iter().try_for_each(|piece| follower.snapshot(&piece.as_view()).map(drop))?,
//!         Update::Diff(diff) => follower.diff(&diff.as_view())?,
//!     }
//!     assert_eq!(follower.state(), Some(&state));
//! }
//! # Ok(())
//! # }
//! ```

mod apply;
mod canonical;
mod document;
mod error;
mod follow;
mod hash;
mod make;
mod number;
mod op;
mod pointer;
mod record;
mod serialize;
mod text;
mod track;

pub use apply::apply;
pub use canonical::{canonical, equal};
pub use error::{Code, Error, SerializeError, TextFault};
pub use follow::{Follower, Step};
pub use hash::Hash;
pub use make::diff;
pub use op::Op;
pub use record::{ops_from_record, ops_to_record};
pub use serialize::to_state;
pub use text::parse;
pub use track::{Tracker, TrackerConfig, Update};
