//! The account of a run: every vector has one outcome.

use super::parts::{bar, grouped, legend};
use crate::runner::account::{Counts, Outcome};

/// The account as a bar and as numbers.
pub(super) fn account(counts: &Counts) -> String {
    let parts = Outcome::ALL.map(|outcome| (outcome.name(), counts.get(outcome), outcome.name()));
    let label = format!("Account of {} vectors", grouped(counts.total));
    bar(&parts.map(|(class, count, _)| (class, count))) + &legend(&label, &parts)
}
