//! The writer of the code that is being executed.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use dashstream_codec::owned::Record;
use serde::Serialize;
use tokio::task::JoinHandle;

use super::error::WriteError;
use super::handle::RunWriter;
use super::run::Run;
use super::state::StateError;

tokio::task_local! {
    /// Set while the future of a scope is polled, and at no other time: whatever the future does, nothing of it is left behind in the
    /// thread (WRS-001). `None` is the scope of code that was carried from outside of any.
    static CURRENT: Option<RunWriter>;
}

/// Writes outside of any scope.
static OUTSIDE: AtomicU64 = AtomicU64::new(0);

/// Executes a run: its writer is the current one of the future. The run has ended when the future has, or when this is dropped.
pub async fn run<F: Future>(run: Run, future: F) -> F::Output {
    // It goes after the future, whose destructors may still write into it, and before anybody sees the output.
    let run = run;
    let output = scope(run.writer(), future).await;
    drop(run);
    output
}

/// Makes a writer the current one of a future: for a node inside a run, say. Scopes nest; the end of a scope is not the end of its
/// run.
pub async fn scope<F: Future>(writer: RunWriter, future: F) -> F::Output {
    CURRENT.scope(Some(writer), future).await
}

/// The current writer.
///
/// # Errors
/// [`WriteError::OutsideScope`]. It is not counted: nothing was written.
pub fn current() -> Result<RunWriter, WriteError> {
    CURRENT.try_with(Clone::clone).ok().flatten().ok_or(WriteError::OutsideScope)
}

/// Writes a record with the current writer: [`RunWriter::emit`].
///
/// # Errors
/// [`WriteError`]; [`WriteError::OutsideScope`] is counted by [`outside`].
pub async fn emit(record: Record) -> Result<u64, WriteError> {
    to_write()?.emit(record).await
}

/// Writes the state of the run's thread with the current writer: [`RunWriter::state`].
///
/// # Errors
/// [`StateError`]; [`WriteError::OutsideScope`] is counted by [`outside`].
pub async fn state<T: Serialize + ?Sized>(state: &T) -> Result<u64, StateError> {
    to_write()?.state(state).await
}

// WRS-002
fn to_write() -> Result<RunWriter, WriteError> {
    current().inspect_err(|error| {
        OUTSIDE.fetch_add(1, Ordering::Relaxed);
        crate::observe::refused(error.name(), None);
    })
}

/// How many records this process has written outside of any scope.
#[must_use]
pub fn outside() -> u64 {
    OUTSIDE.load(Ordering::Relaxed)
}

/// A future that has the current scope of here wherever it is polled: for a `JoinSet`, say. What is carried from outside of any scope
/// stays outside.
pub fn carry<F: Future>(future: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(current().ok(), future)
}

/// [`tokio::spawn`], of a task that has the current scope of here. It does not keep the run from ending.
///
/// # Panics
/// As `tokio::spawn`: outside of a runtime.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(carry(future))
}

/// [`tokio::task::spawn_blocking`], of a function that has the current scope of here. It writes with
/// `Handle::current().block_on(writer::emit(record))`.
///
/// # Panics
/// As `tokio::task::spawn_blocking`: outside of a runtime.
pub fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let writer = current().ok();
    tokio::task::spawn_blocking(move || CURRENT.sync_scope(writer, function))
}
