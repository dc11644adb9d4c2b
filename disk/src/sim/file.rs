//! A file of the simulated disk: what is durable of it, and what was done since.

/// What was done to a file and not made durable.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write { at: usize, bytes: Vec<u8> },
    SetLen(usize),
}

impl Change {
    pub(super) fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes: new } => {
                let end = at + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes.iter_mut().skip(*at).zip(new).for_each(|(to, byte)| *to = *byte);
            }
            Self::SetLen(len) => bytes.resize(*len, 0),
        }
    }
}

/// A file without its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    /// What everybody reads.
    now: Vec<u8>,
    /// What is there after the power was gone, whatever else happens.
    durable: Vec<u8>,
    /// What may be there too.
    pending: Vec<Change>,
}

impl Inode {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self { now: bytes.clone(), durable: bytes, pending: Vec::new() }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.now
    }

    pub(super) fn durable(&self) -> &[u8] {
        &self.durable
    }

    pub(super) fn pending(&self) -> &[Change] {
        &self.pending
    }

    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.pending.push(change);
    }

    /// The first changes are durable.
    pub(super) fn sync(&mut self, changes: usize) {
        let changes = self.pending.drain(..changes.min(self.pending.len()));
        changes.for_each(|change| change.apply(&mut self.durable));
    }

    /// A sync has failed: what was pending can be read, and is never written.
    pub(super) fn lose_pending(&mut self) {
        self.pending.clear();
    }
}
