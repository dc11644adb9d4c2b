//! Turns the `.proto` files and the registry of kinds into Rust: message types, schema tables, kind numbers.

mod kinds;
mod model;
mod tables;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost::Message as _;

const SCHEMAS: &str = "proto/dashstream/v1";
const KINDS: &str = "../spec/registry/kinds.toml";

fn main() -> Result<(), Box<dyn Error>> {
    rerun_if_changed(&["build", "proto", KINDS]);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let mut set = protox::compile(schema_files(Path::new(SCHEMAS))?, ["proto"])?;

    let messages = model::messages(&set)?;
    fs::write(out.join("schema.rs"), tables::render(&messages))?;
    fs::write(out.join("kinds.rs"), kinds::render(&fs::read_to_string(KINDS)?, &messages)?)?;

    prost_build::Config::new().out_dir(&out).compile_fds(set.clone())?;
    for file in &mut set.file {
        file.source_code_info = None;
    }
    fs::write(out.join("descriptors.binpb"), set.encode_to_vec())?;
    Ok(())
}

/// The `.proto` files of a folder, sorted so that every build sees the same order.
fn schema_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]
fn rerun_if_changed(paths: &[&str]) {
    for path in paths {
        println!("cargo::rerun-if-changed={path}");
    }
}
