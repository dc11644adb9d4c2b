//! Reading events on a thread of its own: input may block for as long as it likes.

use std::thread;

use dashstream_codec::owned::Record;
use tokio::sync::mpsc;

use crate::events::{self, Event};
use crate::exit::Failure;
use crate::io::{Lines, Source};

/// Events that are read ahead.
const AHEAD: usize = 1_000;

/// An event, and whose it is.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) tenant: String,
    pub(super) record: Record,
}

/// Starts to read. After an error nothing follows. The thread is not waited for: it may wait for input that never comes.
pub(super) fn start(
    paths: Vec<Source>,
    tenant: Option<String>,
) -> Result<mpsc::Receiver<Result<Read, Failure>>, Failure> {
    let (give, events) = mpsc::channel(AHEAD);
    let named = thread::Builder::new().name("dashstream-input".to_owned());
    let run = move || {
        for path in paths {
            match read(&path, tenant.as_deref(), &give) {
                Ok(true) => {}
                Ok(false) => return,
                Err(failure) => return drop(give.blocking_send(Err(failure))),
            }
        }
    };
    named.spawn(run).map_err(Failure::io("thread"))?;
    Ok(events)
}

/// Reads a source; says whether somebody still listens.
fn read(path: &Source, tenant: Option<&str>, give: &mpsc::Sender<Result<Read, Failure>>) -> Result<bool, Failure> {
    let mut lines = Lines::new(path, path.open()?)?;
    while let Some((number, line)) = lines.next()? {
        let event = events::parse_for(line, tenant);
        let event = event.map_err(|error| Failure::Data(format!("{}: line {number}: {error}", path.name())))?;
        if give.blocking_send(Ok(record(event))).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn record(event: Event) -> Read {
    let record = events::with_record(&event, |input, payload| Record {
        time_us: input.time_us,
        thread: input.thread.map(str::to_owned),
        node: input.node.map(str::to_owned),
        payload: payload.to_owned(),
        ..Record::default()
    });
    Read { tenant: event.tenant, record }
}
