//! What time is taken with: processor time of this thread, so that what else the machine does in between is not
//! counted. (What it does to the caches at the same time is; ratios within a round are for that.)

use std::time::Duration;

/// What is measured, for reports.
pub const NAME: &str = if cfg!(unix) { "processor time of the thread" } else { "wall-clock time" };

/// Runs `work`, and returns what it took.
///
/// # Errors
///
/// Those of `work`.
pub fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let begin = now();
    let result = work()?;
    Ok((result, now().saturating_sub(begin)))
}

#[cfg(unix)]
fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or_default(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn now() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;

    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGIN.elapsed()
}
