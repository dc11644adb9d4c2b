//! Ctrl-C, and what a service manager sends in its place.

/// Asks to end. Each time it is asked for counts once.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

impl Interrupts {
    /// Listens from now on: it does not end the program by itself any more. Inside a runtime.
    #[cfg(unix)]
    pub(crate) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Where the system has none left, the program ends as it would without us.
        Self { terminate: signal(SignalKind::terminate()).ok(), interrupt: signal(SignalKind::interrupt()).ok() }
    }

    /// The same where there is Ctrl-C alone.
    #[cfg(not(unix))]
    pub(crate) const fn new() -> Self {
        Self {}
    }

    /// Waits for the next one. A future that is dropped loses none.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    let heard = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}
