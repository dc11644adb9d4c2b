//! What became of the events, at the end.

use std::io::Write;
use std::path::Path;

use dashstream_stream::producer::Account;
use serde_json::json;

use crate::exit::Failure;
use crate::term::{BAD, DOUBTFUL, GOOD, counted, grouped};

/// Whether all is acknowledged: what was offered, and what an earlier life has left.
pub(super) fn is_whole(account: &Account, kept: u64) -> bool {
    account.acknowledged == account.offered && kept == 0
}

/// Says it.
pub(super) fn say(account: &Account, kept: u64, folder: &Path, json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let Account { offered, acknowledged, in_flight, queued, possibly_persisted, dropped, .. } = account;
    if json {
        let dropped: serde_json::Map<_, _> =
            dropped.iter().map(|(reason, count)| (reason.name().to_owned(), json!(count))).collect();
        let line = json!({
            "offered": offered,
            "acknowledged": acknowledged,
            "dropped": dropped,
            "possibly_persisted": possibly_persisted,
            "in_flight": in_flight,
            "queued": queued,
            "frames_kept": kept,
            "state": folder.display().to_string(),
        });
        writeln!(out, "{line}")?;
        return Ok(());
    }
    write!(out, "{}: {GOOD}{} acknowledged{GOOD:#}", counted((*offered, "event")), grouped(*acknowledged))?;
    for (reason, count) in dropped {
        write!(out, ", {BAD}{} dropped{BAD:#} ({})", grouped(*count), reason.name())?;
    }
    let rest =
        [(possibly_persisted, "possibly there"), (in_flight, "sent and not known to be there"), (queued, "not sent")];
    for (count, what) in rest.into_iter().filter(|(count, _)| **count > 0) {
        write!(out, ", {DOUBTFUL}{}{DOUBTFUL:#} {what}", grouped(*count))?;
    }
    writeln!(out)?;
    if kept > 0 {
        let frames = counted((kept, "frame"));
        writeln!(
            out,
            "{DOUBTFUL}{frames} kept{DOUBTFUL:#} in {}, to be sent by whoever opens it next",
            folder.display()
        )?;
    }
    Ok(())
}
