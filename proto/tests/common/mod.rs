//! Compiles schemas that a test holds as text.

use prost_types::FileDescriptorSet;
use protox::file::{File, FileResolver};
use protox::{Compiler, Error};

struct Text(String);

impl FileResolver for Text {
    fn open_file(&self, name: &str) -> Result<File, Error> {
        File::from_source(name, &self.0)
    }
}

/// Descriptors of a proto3 file of `package test`, whose declarations are `source`.
pub(crate) fn compile(source: &str) -> Result<FileDescriptorSet, Error> {
    let mut compiler = Compiler::with_file_resolver(Text(format!("syntax = \"proto3\"; package test; {source}")));
    compiler.open_file("test.proto")?;
    Ok(compiler.file_descriptor_set())
}
