//! Rules that are broken on purpose.

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// The offset is committed while the letter is being saved (CON-006, KAF-008).
    CommittedUnsaved,
    /// A letter counts as saved when it was sent, before anybody has acknowledged it (CON-006).
    SavedWhenSent,
    /// A file is renamed before it is synced.
    RenamedBeforeSync,
    /// The folder is not synced before a letter in it counts as saved.
    NoFolderSync,
    /// A letter in the folder is deleted when it is sent (DLQ-004).
    DeletedWhenSent,
    /// After a death nobody looks for what is in the folder (DLQ-004).
    FolderIsForgotten,
    /// What is too large for the topic is deleted (DLQ-005).
    LargeIsDeleted,
    /// Each saving draws a new id.
    IdIsDrawn,
    /// A frame of class unsupported is set aside like any other (CON-005, KAF-007).
    UnsupportedIsPassed,
    /// The letter of a replay that fails does not say how often it was replayed (DLQ-008).
    ReplaysAreForgotten,
    /// The ledger decides about a replay (CON-013): its numbers were counted.
    ReplayBySequence,
    /// The attempt does not matter (CON-013).
    ReplayById,
    /// What was replayed is no part of the commit (CON-013).
    ReplaysNotCommitted,
    /// Duplicates of a replay are not removed (CON-013).
    ReplayAgain,
}
