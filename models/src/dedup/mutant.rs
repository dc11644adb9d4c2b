//! Rules that are broken on purpose.

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// What was handed over is committed before the application has confirmed it (CON-007).
    CommittedBeforeEffect,
    /// The ledger is no part of the commit (CON-007, KAF-009).
    LedgerNotCommitted,
    /// The ledger is committed as it is, ahead of the offset (CON-007).
    LedgerAhead,
    /// Effects are committed before the offset, and not with it (CON-007).
    EffectsApart,
    /// Who has lost the partition can still commit (CON-010).
    NoFence,
    /// At the loss of a partition all that was handed over is committed (CON-010).
    RevokedCommitsAll,
    /// Nothing is marked (CON-008).
    NoMark,
    /// One frame less is marked than may have been handed over (CON-008).
    OneMarkLess,
    /// FORGOTTEN is taken for DUPLICATE (CON-004).
    ForgottenIsSuppressed,
    /// What is forgotten of missing ranges is not said (LOSS-021).
    MissingIsForgotten,
    /// A range that was counted and could not be read is forgotten like one that could (Bounds of spec/loss.md).
    UnreadableIsForgotten,
    /// A damaged frame makes the intact one a duplicate (LOSS-011).
    DamagedIsSeen,
    /// What arrives late stays lost (LOSS-013).
    LateStaysLost,
}
