//! The allocator of every program here: the system's, which can be told to count.
//!
//! The crates that count never stop: an atomic addition or two at each call would slow down the peers that allocate
//! most, and one of them turns `realloc` into a copy. This one looks at a flag and counts only while [`counted`] runs,
//! never while time is taken. It sees Rust's heap; what C libraries take (contexts of zstd) is outside it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// What the allocator is, for reports.
pub const NAME: &str = if cfg!(all(target_os = "linux", target_env = "gnu")) {
    "the system's (glibc malloc)"
} else {
    "the system's (Rust's `System`)"
};

#[global_allocator]
static HEAP: Heap = Heap;

static COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
/// Bytes in use, counted from where [`counted`] began. It wraps below zero where something older is freed.
static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// What happened on the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Allocations and reallocations.
    pub allocations: u64,
    /// Bytes in use at most, beyond those in use at the beginning.
    pub peak: usize,
}

/// Runs `work` and counts what it does on the heap. Not to be nested, and no other thread may be at work.
pub fn counted<T>(work: impl FnOnce() -> T) -> (T, Count) {
    ALLOCATIONS.store(0, Relaxed);
    IN_USE.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    COUNTING.store(true, Relaxed);
    let result = work();
    COUNTING.store(false, Relaxed);
    (result, Count { allocations: ALLOCATIONS.load(Relaxed), peak: PEAK.load(Relaxed) })
}

#[cold]
fn took(size: usize) {
    ALLOCATIONS.fetch_add(1, Relaxed);
    let now = IN_USE.fetch_add(size, Relaxed).wrapping_add(size);
    // Below zero is a very large number, and no peak.
    if now <= usize::MAX / 2 {
        PEAK.fetch_max(now, Relaxed);
    }
}

#[cold]
fn gave_back(size: usize) {
    IN_USE.fetch_sub(size, Relaxed);
}

struct Heap;

#[allow(
    unsafe_code,
    reason = "GlobalAlloc is an unsafe trait; every call goes on to the system's allocator as it came"
)]
// SAFETY: the contract of each method is the system allocator's, to which the arguments are passed unchanged.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            took(layout.size());
        }
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            took(layout.size());
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTING.load(Relaxed) {
            gave_back(layout.size());
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if COUNTING.load(Relaxed) {
            gave_back(layout.size());
            took(new_size);
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}
