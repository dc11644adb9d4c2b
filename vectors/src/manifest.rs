//! SHA256SUMS: which files belong to the set, and what is in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::LoadError;

/// Name of the manifest below the root of the set.
pub const MANIFEST: &str = "SHA256SUMS";

/// Files below `root` that belong to the manifest, as paths relative to it, in the order of their names.
///
/// # Errors
/// A folder that cannot be read.
pub fn listed_files(root: &Path) -> Result<Vec<String>, LoadError> {
    let mut files = Vec::new();
    for folder in ["data", "json"] {
        walk(root, &root.join(folder), &mut files)?;
    }
    if root.join("schema.json").exists() {
        files.push("schema.json".to_owned());
    }
    files.sort();
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), LoadError> {
    let failed = |error| LoadError::new(folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            let relative = path.strip_prefix(root).map_err(|error| LoadError::new(&path, error))?;
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
    Ok(())
}

/// Text of a manifest of these files.
///
/// # Errors
/// A file that cannot be read.
pub fn sums_of(root: &Path, files: &[String]) -> Result<String, LoadError> {
    let mut text = String::new();
    for file in files {
        let path = root.join(file);
        let bytes = fs::read(&path).map_err(|error| LoadError::new(&path, error))?;
        text.push_str(&format!("{}  {file}\n", hex::encode(Sha256::digest(&bytes))));
    }
    Ok(text)
}

/// SHA-256 of the manifest's own bytes, in hexadecimal digits: the name of this state of the set.
#[must_use]
pub fn digest_of_manifest(manifest: &[u8]) -> String {
    hex::encode(Sha256::digest(manifest))
}

/// Compares the manifest with the files that are there, and returns its digest.
pub(crate) fn verify(root: &Path) -> Result<String, LoadError> {
    let path = root.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|error| LoadError::new(&path, error))?;
    let text = String::from_utf8(bytes.clone()).map_err(|error| LoadError::new(&path, error))?;
    let expected = parse_sums(&path, &text)?;
    let present = listed_files(root)?;
    for file in &present {
        let there = root.join(file);
        let Some(sum) = expected.get(file) else {
            return Err(LoadError::new(&there, format!("is not listed in {MANIFEST}")));
        };
        let content = fs::read(&there).map_err(|error| LoadError::new(&there, error))?;
        if hex::encode(Sha256::digest(&content)) != *sum {
            return Err(LoadError::new(&there, format!("does not have the sum that {MANIFEST} says")));
        }
    }
    for file in expected.keys() {
        if !present.contains(file) {
            return Err(LoadError::new(&root.join(file), format!("is listed in {MANIFEST} and missing")));
        }
    }
    Ok(digest_of_manifest(&bytes))
}

/// The sum of each file of a manifest; `path` is where it stands.
///
/// # Errors
/// A line that is not a sum and a name, or a file that is listed twice.
pub fn parse_sums(path: &Path, text: &str) -> Result<BTreeMap<String, String>, LoadError> {
    let mut entries = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let bad = |why: &str| LoadError::new(path, format!("line {}: {why}", index + 1));
        let (sum, file) = line.split_once("  ").ok_or_else(|| bad("is not a sum and a name"))?;
        if sum.len() != 64 || !sum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad("does not begin with a sum"));
        }
        if entries.insert(file.to_owned(), sum.to_owned()).is_some() {
            return Err(bad("lists a file a second time"));
        }
    }
    Ok(entries)
}
