//! What was found.

use serde_json::{Value, json};

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Good,
    /// One may want to know it.
    Doubtful,
    /// Something has to be done.
    Wrong,
}

/// What was found, and what to do about it.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) what: String,
    pub(super) advice: Option<String>,
}

impl Finding {
    pub(super) fn good(what: impl Into<String>) -> Self {
        Self { level: Level::Good, what: what.into(), advice: None }
    }

    pub(super) fn doubtful(what: impl Into<String>, advice: &str) -> Self {
        Self { level: Level::Doubtful, what: what.into(), advice: Some(advice.to_owned()) }
    }

    pub(super) fn wrong(what: impl Into<String>, advice: &str) -> Self {
        Self { level: Level::Wrong, what: what.into(), advice: Some(advice.to_owned()) }
    }

    pub(super) fn json(&self) -> Value {
        let level = match self.level {
            Level::Good => "good",
            Level::Doubtful => "note",
            Level::Wrong => "wrong",
        };
        json!({"level": level, "what": self.what, "advice": self.advice})
    }
}

/// Whether somebody holds a lock; `None` where there is no such file. A shared lock is tried for a moment.
pub(super) fn is_locked(path: &std::path::Path) -> Option<bool> {
    let file = std::fs::File::open(path).ok()?;
    Some(matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
}
