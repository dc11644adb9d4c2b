//! What a ledger keeps at the most.

/// What a ledger keeps of each lane (spec/loss.md, Bounds). What goes beyond is forgotten, the oldest first, and is
/// FORGOTTEN where it would have told something.
// LOSS-021
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Counted ranges of an account: frames that are known again by their content. Duplicates of older ones are still
    /// known by their numbers.
    pub counted: usize,
    /// Missing ranges of an account.
    pub missing: usize,
    /// Epochs of a lane, 1 or more: the current one is kept.
    pub epochs: usize,
    /// Epochs of a producer whose boot_nonce is kept, 1 or more.
    pub nonces: usize,
}

impl Bounds {
    /// Everything is kept.
    pub const NONE: Self = Self { counted: usize::MAX, missing: usize::MAX, epochs: usize::MAX, nonces: usize::MAX };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
}
