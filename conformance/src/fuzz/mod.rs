//! Frames that nearly are frames: seeded changes to valid ones that keep the CRCs right, so that they
//! reach the checks behind them. What is read here is read by its own walk, never by the codec.

mod damage;
mod draft;
mod fields;
mod message;
mod mutate;
mod numbers;
mod prelude;
mod rows;
mod seal;
mod shape;
mod store;
mod values;
mod wire;

pub use mutate::Mutator;
pub use seal::{fit, reseal};
