//! What is kept and sent.

/// Where the lane ended in an epoch before. The default is that there was none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Previous {
    /// Its number; 0: none.
    pub epoch: u8,
    /// The last number that a sealed frame of it covers.
    pub last: u8,
}

/// The state of a producer: of a single lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kept {
    /// Its id.
    pub producer: u8,
    /// The last epoch that was begun.
    pub epoch: u8,
    /// What the next EPOCH_START has to say.
    pub previous: Previous,
}

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// EPOCH_START.
    Start(Previous),
    /// A record of the user's; no two have the same number.
    Record(u8),
}

/// A frame of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Frame {
    /// Whose it is.
    pub producer: u8,
    /// Of which epoch.
    pub epoch: u8,
    /// Its number.
    pub sequence: u8,
    /// What it holds.
    pub what: What,
    /// In which life it was sealed: no two have the same.
    pub boot: u8,
    /// On which machine.
    pub host: u8,
}

impl Frame {
    /// As what an EPOCH_START would name it.
    #[must_use]
    pub const fn place(&self) -> Previous {
        Previous { epoch: self.epoch, last: self.sequence }
    }
}
