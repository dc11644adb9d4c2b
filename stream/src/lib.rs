//! What sends and receives DashStream frames, and keeps what the frame promises.
//!
//! [`identity`] is who a producer is, across restarts.

pub mod identity;
