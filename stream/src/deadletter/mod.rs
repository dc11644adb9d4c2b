//! Dead letters: messages that could not be processed, unchanged, with what is known of the failure (`spec/dead-letters.md`).
//!
//! A [`Letter`] is made of a message and of a [`Failure`]. It says whose its message is as far as that can be read, however damaged the
//! rest is. It is a [message](Letter::to_message) of a dead-letter topic, or a file of a [`Folder`]. The [`Keeper`] saves it in the
//! one or the other before its consumer goes on, and [`plan`] and [`replay`] send it again.
//!
//! ```text
//! FOLDER/LOCK                                      one keeper at a time
//! FOLDER/6f0c...e1.letter                          a line of JSON, and the value
//! FOLDER/6f0c...e1.2.letter                        another message that was read at the same place
//! FOLDER/quarantine/9a77...02.letter               damaged: set aside, and never deleted
//! ```

mod consumer_letters;
mod failure;
mod fields;
mod folder;
mod headers;
mod id;
mod keeper;
mod letter;
mod listing;
mod name;
mod replay;
mod replay_key;
pub(crate) mod stored;
mod trace;

pub use consumer_letters::ConsumerLetters;
pub use failure::{Failure, Reason, Stage, Tries};
pub use fields::LetterError;
pub use folder::{Folder, FolderError};
pub use id::{LetterId, NoId};
pub use keeper::{Keeper, KeeperAccount, KeeperConfig, Kept, NotSaved, Saved};
pub use letter::{FrameRange, Letter, Origin, Owner, Spot};
pub use listing::{Damaged, Listing};
pub use name::LetterName;
pub use replay::{Filter, MAX_REPLAYS, Planned, Replayed, Skip, Step, plan, replay};
pub use replay_key::{REPLAY_HEADER, ReplayKey};
pub use trace::TraceParent;
