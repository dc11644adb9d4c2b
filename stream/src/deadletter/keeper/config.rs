//! How a keeper works.

/// How a keeper works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeeperConfig {
    /// How often a letter is sent to the topic before it goes to the folder, 1 or more. The default is 5. While the topic fails,
    /// further letters are sent once each.
    pub tries: u32,
    /// Microseconds within which the outcome of a try has to be known. The default is 5 s.
    pub timeout_us: u64,
    /// Microseconds before a letter is tried again, at the most, the first time; twice as many each time. The default is 100 ms. How
    /// many it is, is drawn between 0 and that.
    pub backoff_us: u64,
    /// The most that it comes to. The default is 10 s.
    pub max_backoff_us: u64,
    /// Bytes of key, value and headers that the topic takes, where that is known. A letter that is larger is not sent.
    pub max_letter_len: Option<usize>,
    /// Letters that are sent out of the folder at a time, 1 or more. The default is 64.
    pub drain: usize,
}

impl Default for KeeperConfig {
    fn default() -> Self {
        Self {
            tries: 5,
            timeout_us: 5_000_000,
            backoff_us: 100_000,
            max_backoff_us: 10_000_000,
            max_letter_len: None,
            drain: 64,
        }
    }
}
