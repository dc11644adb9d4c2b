//! The law `diff`.

#![no_main]

dashstream_fuzz::fuzz!("diff");
