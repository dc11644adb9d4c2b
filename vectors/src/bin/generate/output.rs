//! Writes the files, or compares them with those that are there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::found::AREA;
use crate::suite::Suite;

/// Every file of the set by its path below the root.
pub(crate) fn files(suite: &Suite) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for case in suite.cases.values() {
        let tree = suite.tree(case);
        files.insert(format!("data/{}/{}.yaml", case.area, case.id), tree.yaml());
        files.insert(format!("json/{}/{}.json", case.area, case.id), tree.json());
    }
    for (id, found) in &suite.found {
        files.insert(format!("data/{AREA}/{id}.yaml"), found.tree.yaml());
        files.insert(format!("json/{AREA}/{id}.json"), found.tree.json());
    }
    files.insert("schema.json".to_owned(), include_str!("schema.json").to_owned());
    let sum = |(path, text): (&String, &String)| format!("{}  {path}\n", hex::encode(Sha256::digest(text.as_bytes())));
    let sums: String = files.iter().map(sum).collect();
    files.insert(dashstream_vectors::MANIFEST.to_owned(), sums);
    files
}

/// Writes the files and removes those that do not belong to the set.
pub(crate) fn write(root: &Path, files: &BTreeMap<String, String>) -> Result<(), String> {
    for folder in ["data", "json"] {
        fs::create_dir_all(root.join(folder)).map_err(|error| error.to_string())?;
    }
    for old in dashstream_vectors::listed_files(root).map_err(|error| error.to_string())? {
        if !files.contains_key(&old) {
            fs::remove_file(root.join(&old)).map_err(|error| format!("{old}: {error}"))?;
        }
    }
    for (path, text) in files {
        let place = root.join(path);
        let failed = |error: std::io::Error| format!("{path}: {error}");
        fs::create_dir_all(place.parent().unwrap_or(root)).map_err(failed)?;
        if fs::read_to_string(&place).is_ok_and(|old| old == *text) {
            continue;
        }
        fs::write(&place, text).map_err(failed)?;
    }
    Ok(())
}

/// Compares the files with those that are there.
pub(crate) fn check(root: &Path, files: &BTreeMap<String, String>) -> Result<(), String> {
    for (path, text) in files {
        let there = fs::read(root.join(path)).map_err(|error| format!("{path} is missing: {error}"))?;
        if let Some(line) = first_difference(&String::from_utf8_lossy(&there), text) {
            return Err(format!("{path} differs from what the generator makes, first in line {line}"));
        }
    }
    for path in dashstream_vectors::listed_files(root).map_err(|error| error.to_string())? {
        if !files.contains_key(&path) {
            return Err(format!("{path} is not made by the generator"));
        }
    }
    Ok(())
}

/// The first line in which two texts differ.
pub(crate) fn first_difference(old: &str, new: &str) -> Option<usize> {
    if old == new {
        return None;
    }
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set of one vector, written to a folder.
    fn written() -> (tempfile::TempDir, BTreeMap<String, String>) {
        let mut suite = Suite::default();
        let frame = crate::build::Builder::new().plain(6).frame();
        suite.accept(("some", "one", "One", &["PRE-004"]), &frame);
        let files = files(&suite);
        let root = tempfile::tempdir().unwrap();
        write(root.path(), &files).unwrap();
        (root, files)
    }

    #[test]
    fn what_was_written_passes_the_check_and_the_loader() {
        let (root, files) = written();
        assert_eq!(check(root.path(), &files), Ok(()));
        assert_eq!(dashstream_vectors::load(root.path()).unwrap().vectors.len(), 1);
        fs::write(root.path().join("data/some/old.yaml"), "").unwrap();
        write(root.path(), &files).unwrap();
        assert_eq!(check(root.path(), &files), Ok(()));
    }

    #[test]
    fn a_file_that_differs_is_missing_or_extra_fails_the_check() {
        for file in ["data/some/one.yaml", "json/some/one.json", "schema.json", "SHA256SUMS"] {
            let (root, files) = written();
            let place = root.path().join(file);
            let text = fs::read_to_string(&place).unwrap();
            fs::write(&place, format!("{text}more\n")).unwrap();
            let line = text.lines().count() + 1;
            assert_eq!(
                check(root.path(), &files),
                Err(format!("{file} differs from what the generator makes, first in line {line}"))
            );
            fs::remove_file(&place).unwrap();
            assert!(check(root.path(), &files).unwrap_err().starts_with(&format!("{file} is missing")), "{file}");
        }
        let (root, files) = written();
        fs::write(root.path().join("data/some/two.yaml"), "").unwrap();
        assert_eq!(check(root.path(), &files), Err("data/some/two.yaml is not made by the generator".to_owned()));
    }
}
