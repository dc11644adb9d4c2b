//! The `dashstream` command: frames on the command line.

fn main() {}
