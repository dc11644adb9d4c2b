//! The one source of randomness.

use std::io;

use crate::exit::Failure;

/// `N` random bytes from the system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Io {
        place: "random numbers of the system".to_owned(),
        source: io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

/// The sync marker of a new file of frames.
// FILE-014
pub(crate) fn marker() -> Result<[u8; 16], Failure> {
    bytes()
}
