//! What makes a file durable while others write to it.

use std::fmt;
use std::io;

/// Makes the bytes of an open file durable, on whatever thread it is.
pub struct Syncer(Box<dyn FnMut() -> io::Result<()> + Send>);

impl Syncer {
    /// One that does this.
    pub fn new(sync: impl FnMut() -> io::Result<()> + Send + 'static) -> Self {
        Self(Box::new(sync))
    }

    /// Makes durable what was written before it is called; what is written meanwhile may be or not.
    ///
    /// # Errors
    /// Of the file system. Then nobody knows what of the file is durable, and no later sync tells, be it of another syncer or of the
    /// file itself.
    pub fn sync(&mut self) -> io::Result<()> {
        (self.0)()
    }
}

impl fmt::Debug for Syncer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Syncer").finish_non_exhaustive()
    }
}
