//! Topics as folders of files of frames (`spec/files.md`), for one machine.
//!
//! ```text
//! TOPIC/0/LOCK             one writer at a time
//! TOPIC/0/00000000.dsf     segments of partition 0
//! TOPIC/0/00000001.dsf
//! TOPIC/1/...
//! ```
//!
//! The offset of a frame is the number of its segment times 2^32, and the byte of the segment at which its entry begins. A
//! frame is durable when its outcome is [`Persisted`](super::Outcome::Persisted); one write and one sync serve all the frames
//! that wait. Readers may see a frame before it is durable.
//!
//! A segment, with its name, is durable before it takes a frame, and is written by one writer, once: whoever opens a
//! partition again begins another one (FILE-013). So an offset never means two things, and what a loss of power has taken
//! out of a segment that was read does not shift what comes after. Keys, headers and timestamps are not kept: a frame says itself
//! what has to be known of it.

mod layout;
mod place;
mod sink;
mod source;
mod writer;

pub use layout::FileConfig;
pub use sink::FileSink;
pub use source::FileSource;
