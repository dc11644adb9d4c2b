//! What sends and receives DashStream frames, and keeps what the frame promises.
//!
//! [`identity`] is who a producer is, across restarts; [`spool`] keeps what it has sealed until it is acknowledged;
//! [`producer`] gives records their numbers and seals them; [`transport`] is where frames go and come from; [`consumer`] judges
//! them and hands over what is new, and [`deadletter`] keeps what could not be processed. [`writer`] lets the code of a run write
//! without passing a handle around; [`observe`] is what operators see, and [`security`] how brokers are spoken to.

mod backoff;
pub mod consumer;
pub mod deadletter;
pub mod identity;
pub mod observe;
pub mod producer;
pub mod security;
pub mod spool;
pub mod transport;
pub mod writer;
