//! The law `agree`.

#![no_main]

dashstream_fuzz::fuzz!("agree");
