//! Models of DashStream's protocols: who a producer is ([`identity`]), what a consumer takes for a duplicate ([`dedup`]), and
//! what becomes of what cannot be processed ([`letters`]).
//!
//! Each is a state machine with everything that can go wrong as a step of its own, small enough for every state to be visited.
//! Each has mutants, which break one rule each, and is worth something only because each of those is found out. The
//! README beside it says what is modelled and what is not.

pub mod dedup;
mod derived;
pub mod identity;
pub mod letters;

pub use derived::Derived;
