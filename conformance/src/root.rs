//! Where the repository is: specification and vectors are read from it.

use std::path::{Path, PathBuf};

/// The nearest folder from here upwards that holds the specification, or the one this was built from.
#[must_use]
pub fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let upwards = here.iter().flat_map(|here| here.ancestors());
    upwards.chain(built_from).find(|folder| is_root(folder)).map(Path::to_path_buf)
}

/// Whether this folder holds the specification.
#[must_use]
pub fn is_root(folder: &Path) -> bool {
    folder.join("spec/registry/errors.toml").is_file()
}
