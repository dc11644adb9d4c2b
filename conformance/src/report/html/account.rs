//! The account of a run: every vector has one outcome.

use super::parts::{bar, filter_link, grouped, legend};
use crate::runner::account::{Counts, Outcome};

/// The account as a bar and as numbers.
pub(super) fn account(counts: &Counts) -> String {
    let parts = Outcome::ALL.map(|outcome| (outcome.name(), counts.get(outcome)));
    let named = parts.map(|(name, count)| {
        let text = if count == 0 { name.to_owned() } else { filter_link("outcome", name, name) };
        (name, count, text)
    });
    bar(&parts) + &legend(&format!("Account of {} vectors", grouped(counts.total)), &named)
}
