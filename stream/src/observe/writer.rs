//! What stream writers have refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use tracing::warn;

use super::limit::Limiter;
use super::{label, names};

/// One for the process: a write outside of any scope belongs to nobody.
static LIMITER: Mutex<Option<Limiter>> = Mutex::new(None);

/// A write was an error of its caller's.
pub(crate) fn refused(code: &'static str, run: Option<&str>) {
    names::WRITE_ERRORS.counter(vec![label(names::ERROR, code)]).increment(1);
    let now = Instant::now();
    let (held, said) = {
        let mut limiter = LIMITER.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiter.get_or_insert_with(Limiter::default);
        (limiter.due(now), limiter.admit(code, now))
    };
    let held: BTreeMap<&str, u64> = held.into_iter().collect();
    for (code, suppressed) in held {
        warn!(target: "dashstream::writer", code, suppressed, "more records were refused");
    }
    if said {
        warn!(target: "dashstream::writer", code, run, "a record was refused");
    }
}
