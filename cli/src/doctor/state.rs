//! The folder of a producer.

use std::fs;
use std::path::Path;

use dashstream_stream::identity::is_state;

use super::finding::{Finding, is_locked};
use crate::produce::kept;
use crate::term::counted;

/// Looks at it.
pub(super) fn look(folder: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    if is_locked(&folder.join("LOCK")) == Some(true) {
        found.push(Finding::doubtful("a producer has it open", "what follows may change while it is looked at"));
    }
    let slots =
        ["state-0", "state-1"].map(|name| fs::read(folder.join(name)).ok().is_some_and(|bytes| is_state(&bytes)));
    found.push(match slots {
        [true, true] => Finding::good("both copies of the producer's state are whole"),
        [false, false] => Finding::wrong(
            "neither copy of the producer's state can be read",
            "the next opening makes it another producer; put state-0 and state-1 back from a backup only where nobody has sent since",
        ),
        _ => Finding::doubtful("one of the two copies of the producer's state is damaged or missing", "the next opening writes it again"),
    });
    found.push(match kept(folder) {
        0 => Finding::good("no frame waits in the spool"),
        frames => Finding::doubtful(
            format!("{} in the spool, sent or not, and not acknowledged", counted((frames, "frame"))),
            "they are sent by the next `dashstream produce` with this --state",
        ),
    });
    found
}
