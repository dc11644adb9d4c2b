//! Rules that are broken on purpose.

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// An opening returns before what it has written is synced (SEQ-003).
    EpochBeforeSync,
    /// The state is written to one of its files only.
    OneSlot,
    /// The newer file of the state is written first.
    NewerSlotFirst,
    /// The folder is not synced after a file was made in it.
    NoFolderSync,
    /// A producer whose files cannot be read keeps its id and begins again.
    UnreadableIsTheSame,
    /// What an earlier life has left is sealed anew, in the new epoch (SEQ-006, WRT-006).
    LeftIsSealedAgain,
    /// What an earlier life has left is sent beside the new epoch (SEQ-006).
    LeftIsNotAwaited,
    /// A frame is sent before it is durable in the spool (SEQ-005).
    SentBeforeSpooled,
    /// A frame leaves the spool before the state knows where its lane stood (SEQ-005).
    ForgottenBeforeKept,
    /// The state is told where the lane stands by frames that are not synced (SEQ-005).
    KeptBeforeSync,
    /// EPOCH_START counts a number that no frame was sealed with (SEQ-005).
    UnsealedIsCounted,
    /// An epoch begins with a record that says nothing (SEQ-004).
    NoStart,
    /// The frame with EPOCH_START is not awaited (SEQ-012).
    StartIsOvertaken,
    /// The boot nonce is drawn once for a folder (META-017).
    NonceOfTheFolder,
    /// The log acknowledges what it has not appended.
    AcknowledgedBeforeAppended,
}
