//! What an error of a transport means for the exit code.

use std::io;

use dashstream_stream::transport::TransportError;

use super::Place;
use crate::exit::Failure;

/// The failure of a transport. What a file system says names its file; the rest names the place.
pub(crate) fn transport(place: &Place) -> impl Fn(TransportError) -> Failure + use<> {
    let place = place.to_string();
    move |error| match error {
        TransportError::Io(error) => Failure::Io { place: error.path.display().to_string(), source: error.source },
        other => Failure::Io { place: place.clone(), source: io::Error::other(other.to_string()) },
    }
}
