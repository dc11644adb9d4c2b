//! What becomes of a message.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::Position;

/// What became of a message that was sent.
#[derive(Debug)]
pub enum Outcome {
    /// It is there, as durably as the transport can say.
    Persisted(Position),
    /// It is not there, and will not be.
    NotPersisted(Cause),
    /// Nobody knows: it may be there, or come to be there.
    PossiblyPersisted(Cause),
}

impl Outcome {
    /// Whether it is known to be there.
    #[must_use]
    pub const fn is_persisted(&self) -> bool {
        matches!(self, Self::Persisted(_))
    }
}

/// Why it is not known to be there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The deadline has passed.
    #[error("the deadline has passed")]
    Deadline,
    /// The transport will not take this message, however often it is tried.
    #[error("refused: {0}")]
    Refused(String),
    /// The transport holds as much as it may.
    #[error("there is no room")]
    Full,
    /// The transport has failed; trying again may help.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// An earlier error has left it open what the transport holds: it has to be opened again.
    #[error("the transport has to be opened again")]
    Broken,
    /// The transport was closed.
    #[error("the transport was closed")]
    Closed,
}

impl Cause {
    /// Its name in metrics and events.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Refused(_) => "refused",
            Self::Full => "full",
            Self::Io(_) => "io",
            Self::Broken => "broken",
            Self::Closed => "closed",
        }
    }
}

/// The outcome of a message, when it is known. A message is sent whether this is polled or not.
#[derive(Debug)]
#[must_use = "only the outcome says whether the message is there"]
pub struct Sending(oneshot::Receiver<Outcome>);

/// How a transport says what became of a message.
#[derive(Debug)]
pub struct Reply(oneshot::Sender<Outcome>);

impl Sending {
    /// A message whose outcome is told later. A reply that is dropped is [`Outcome::PossiblyPersisted`].
    pub fn pending() -> (Reply, Self) {
        let (reply, sending) = oneshot::channel();
        (Reply(reply), Self(sending))
    }

    /// A message whose outcome is known.
    pub fn done(outcome: Outcome) -> Self {
        let (reply, sending) = Self::pending();
        reply.tell(outcome);
        sending
    }
}

impl Reply {
    /// Says what became of the message.
    pub fn tell(self, outcome: Outcome) {
        // Whoever sent it need not care.
        drop(self.0.send(outcome));
    }

    /// Whether somebody still waits for it.
    #[cfg(feature = "kafka")]
    pub(super) fn is_awaited(&self) -> bool {
        !self.0.is_closed()
    }
}

impl Future for Sending {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        Pin::new(&mut self.0).poll(context).map(|told| told.unwrap_or(Outcome::PossiblyPersisted(Cause::Closed)))
    }
}
