//! Writing events from inside a run, without passing a handle around (`spec/stream-writer.md`).
//!
//! A [`Run`] is one execution of a graph, and there is one owner of it: when that is dropped, the run has ended, whether its code
//! returned, panicked or was cancelled. [`run`](run()) makes its writer the current one for as long as a future is polled, and
//! [`emit`] writes with whichever is current. A [`RunWriter`] is the same as a handle, for code that would rather have one; it can be
//! cloned and moved anywhere, and writes into its run and no other.
//!
//! ```
//! use dashstream_codec::owned::Record;
//! use dashstream_proto::kinds;
//! use dashstream_stream::writer::{self, Run, RunContext, StateError};
//!
//! async fn graph() -> Result<(), StateError> {
//!     writer::emit(Record { kind: kinds::GRAPH_START, ..Record::default() }).await?;
//!     let node = writer::current()?.with_node("plan");
//!     writer::scope(node, async {
//!         writer::emit(Record { kind: kinds::NODE_START, ..Record::default() }).await
//!     })
//!     .await?;
//!     // What has changed since the last one, or the whole of it.
//!     writer::state(&["planned"]).await?;
//!     Ok(())
//! }
//!
//! # use dashstream_stream::producer::Producer;
//! async fn serve(producer: &Producer) -> Result<(), Box<dyn std::error::Error>> {
//!     let context = RunContext { thread: Some("t-1".to_owned()), ..RunContext::of("run-1") };
//!     let run = Run::open(producer, "acme", None, context).await?;
//!     writer::run(run, graph()).await?;
//!     Ok(())
//! }
//! ```

mod context;
mod counts;
mod error;
mod handle;
mod life;
mod outlet;
mod run;
mod scope;
mod state;

pub use context::RunContext;
pub use counts::Counts;
pub use error::{Field, WriteError};
pub use handle::RunWriter;
pub use outlet::{Offering, Outlet};
pub use run::Run;
pub use scope::{carry, current, emit, outside, run, scope, spawn, spawn_blocking, state};
pub use state::StateError;
