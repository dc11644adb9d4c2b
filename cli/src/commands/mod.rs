//! The commands, one a file; `inspect` and `verify` have folders of their own.

pub(crate) mod completions;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod legacy;
