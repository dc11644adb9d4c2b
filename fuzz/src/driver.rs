//! What the binary of a target does with what libFuzzer gives it.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use dashstream_codec::Prelude;

use crate::count::Counts;
use crate::measure::{Cost, last_cost, read_measured};
use crate::target::{Target, by_name};

/// Where the counts of a process are written: a file that the caller names.
const COUNTS: &str = "DASHSTREAM_FUZZ_COUNTS";
/// Executions between two writings of the counts; what comes after the last one is not counted.
const EVERY: u64 = 4_096;

/// Bytes as which a shorter input counts: what every input costs says nothing about a byte.
const SHORT: u64 = 1_024;

struct Driver {
    target: Target,
    counts: Counts,
}

thread_local! {
    static DRIVER: RefCell<Option<Driver>> = const { RefCell::new(None) };
}

/// Begins: the target has to be one of ours, and there have to be seeds.
pub fn begin(name: &str) {
    let Some(target) = by_name(name) else { fail("no such target", name) };
    let paths: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if !paths.iter().any(|path| has_input(Path::new(path))) {
        fail("no seeds", "fuzz/run makes them, out of the vectors");
    }
    DRIVER.with_borrow_mut(|driver| *driver = Some(Driver { target, counts: Counts::default() }));
}

/// Whether the path is a file, or a folder with one.
fn has_input(path: &Path) -> bool {
    path.is_file() || std::fs::read_dir(path).is_ok_and(|mut folder| folder.next().is_some())
}

/// Executes an input, and says whether it may be kept. A law that is broken ends the process, as libFuzzer wants it.
pub fn execute(bytes: &[u8]) -> bool {
    DRIVER.with_borrow_mut(|driver| {
        let Some(Driver { target, counts }) = driver else { fail("not begun", "") };
        if target.is_too_large(bytes) {
            return false;
        }
        match (target.law)(bytes) {
            Ok(seen) => counts.add(&seen),
            Err(broken) => fail(target.name, &broken.to_string()),
        }
        if let Some(first) = last_cost() {
            cost(bytes, first, counts);
        }
        if counts.executions.is_multiple_of(EVERY) {
            save(counts);
        }
        true
    })
}

/// Takes note of what an input costs; what looks slow is timed again, for others use the processor too.
fn cost(bytes: &[u8], mut cost: Cost, counts: &mut Counts) {
    let raw_len = Prelude::read(bytes).map_or(0, |prelude| u64::from(prelude.raw_len));
    let len = (bytes.len() as u64 + raw_len).max(SHORT);
    for _ in 0..5 {
        if !counts.is_slowest(cost.time, len) {
            break;
        }
        cost.time = read_measured(bytes).map_or(Duration::ZERO, |(_, Cost { time, .. })| time).min(cost.time);
    }
    counts.cost(&cost, len);
}

fn save(counts: &Counts) {
    if let Some(path) = std::env::var_os(COUNTS) {
        // Where that fails, executions are not counted: too few are named, never too many.
        let _ = std::fs::write(path, counts.to_json());
    }
}

fn fail(what: &str, why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "{what}: {why}");
    std::process::abort()
}

/// The binary of a target.
#[macro_export]
macro_rules! fuzz {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(init: $crate::driver::begin($name), |bytes: &[u8]| -> libfuzzer_sys::Corpus {
            if $crate::driver::execute(bytes) { libfuzzer_sys::Corpus::Keep } else { libfuzzer_sys::Corpus::Reject }
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate::mutate($name, data, (size, max_size), seed, libfuzzer_sys::fuzzer_mutate)
        });
    };
}
