//! A consumer gives each record its effect once, whatever ends it.

mod around;
mod book;
mod lives;
mod log;

use arbitrary::Unstructured;
use dashstream_codec::laws::{Broken, Seen};

use crate::laws::possible;

/// Every message is one thing in the account; a record of an accepted frame has one committed effect, or more where it was handed over
/// as `unknown`; what is not handed over is in a letter before it is passed, or had its effect before; what is handed over again is
/// marked; and nothing of a rejected frame is handed over. The bytes are the makings of a log, and of what happens to those who read it.
///
/// # Errors
/// What does not hold.
pub fn consumer(bytes: &[u8]) -> Result<Seen, Broken> {
    // What a consumer draws follows from this, so that an input does the same each time.
    fastrand::seed(1);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = possible("a runtime can be made", runtime.enable_time().start_paused(true).build())?;
    runtime.block_on(lives::all(&mut Unstructured::new(bytes)))?;
    Ok(Seen::accepted())
}
