//! What sends and receives DashStream frames, and keeps what the frame promises.
//!
//! [`identity`] is who a producer is, across restarts; [`spool`] keeps what it has sealed until it is acknowledged;
//! [`producer`] gives records their numbers and seals them; [`transport`] is where frames go and come from; [`security`] is how
//! brokers are spoken to.

pub mod identity;
pub mod producer;
pub mod security;
pub mod spool;
pub mod transport;
