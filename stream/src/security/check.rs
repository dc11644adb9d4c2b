//! What is refused before anything is sent.

use std::net::IpAddr;

use super::{Config, Security, SecurityError};

impl Config {
    /// Whether this may be used. No connection is made.
    ///
    /// # Errors
    /// [`SecurityError`]: what has to be set.
    pub fn check(&self) -> Result<(), SecurityError> {
        if self.brokers.is_empty() {
            return Err(SecurityError::NoBroker);
        }
        self.brokers.iter().try_for_each(|broker| self.security.check(broker))
    }
}

impl Security {
    /// Whether a broker, `HOST:PORT`, may be spoken to like this.
    ///
    /// # Errors
    /// [`SecurityError::Broker`], [`SecurityError::Plaintext`].
    pub fn check(&self, broker: &str) -> Result<(), SecurityError> {
        let host = host(broker).ok_or_else(|| SecurityError::Broker { broker: broker.to_owned() })?;
        // SEC-002: with SASL alone a password, or who is logged in, is as open as the frames.
        if self.tls.is_none() && !self.allow_plaintext && !is_loopback(host) {
            return Err(SecurityError::Plaintext { broker: broker.to_owned() });
        }
        Ok(())
    }
}

/// The host of `HOST:PORT`, where an address of IPv6 has brackets. What the client library would take for several brokers, or
/// for a protocol of its own, is none.
fn host(broker: &str) -> Option<&str> {
    let (host, port) = broker.rsplit_once(':')?;
    port.parse::<u16>().ok().filter(|port| *port > 0)?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let (host, allowed) = bare.map_or((host, "-._"), |host| (host, ":.%"));
    let fits = |one: char| one.is_ascii_alphanumeric() || allowed.contains(one);
    (!host.is_empty() && host.chars().all(fits)).then_some(host)
}

/// Whether a host is this machine. A name that only resolves to it is not: names are answered by others.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}
