//! The commands, one a file; `inspect` and `verify` have folders of their own.

pub(crate) mod completions;
pub(crate) mod conform;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod legacy;
mod named_tests;
