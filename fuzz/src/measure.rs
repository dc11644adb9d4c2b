//! What reading an input costs.

use std::cell::Cell;
use std::time::{Duration, Instant};

use dashstream_codec::laws::{Broken, Seen, read_once};
use peak_alloc::PeakAlloc;

/// Counts Rust's heap. The context of libzstd, about 100 KB once for a decoder, is outside it.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

thread_local! {
    static LAST: Cell<Option<Cost>> = const { Cell::new(None) };
}

/// What the last input cost that was measured in this thread; it is told once.
pub(crate) fn last_cost() -> Option<Cost> {
    LAST.take()
}

/// What reading an input cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Bytes of heap at the most.
    pub heap: u64,
    /// Bytes of heap that it was entitled to.
    pub entitled: u64,
    /// From the first byte to the last record.
    pub time: Duration,
}

/// Reads an input once with a new reader, and says what it cost.
///
/// # Errors
/// It took more heap than FRM-009 grants. The whole process is counted: nothing else may run in it.
pub fn read_measured(bytes: &[u8]) -> Result<(Seen, Cost), Broken> {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let begin = Instant::now();
    let seen = read_once(bytes)?;
    let time = begin.elapsed();
    let heap = HEAP.peak_usage().saturating_sub(before) as u64;
    if heap > seen.may_allocate {
        let what = format!("{heap} bytes of heap, and {} were granted", seen.may_allocate);
        return Err(Broken { law: "a frame takes no more than raw_len + body_len + 64 KiB", what });
    }
    let cost = Cost { heap, entitled: seen.may_allocate, time };
    LAST.set(Some(cost));
    Ok((seen, cost))
}
