//! What sends and receives DashStream frames, and keeps what the frame promises.
//!
//! [`identity`] is who a producer is, across restarts; [`spool`] keeps what it has sealed until it is acknowledged;
//! [`producer`] gives records their numbers and seals them; [`transport`] is where frames go and come from; [`consumer`] judges
//! them and hands over what is new; [`security`] is how brokers are spoken to.

mod backoff;
pub mod consumer;
pub mod identity;
pub mod producer;
pub mod security;
pub mod spool;
pub mod transport;
