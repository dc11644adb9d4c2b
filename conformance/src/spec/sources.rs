//! Names of functions in the sources of the repository.

use std::collections::BTreeSet;
use std::path::Path;

/// Folders that hold no sources of the repository.
const NOT_SOURCES: [&str; 3] = ["target", "node_modules", "vendor"];

/// The names of all functions in `*.rs` below `root`.
#[must_use]
pub fn function_names(root: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    walk(root, &mut names);
    names
}

fn walk(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !name.starts_with('.') && !NOT_SOURCES.contains(&&*name) => walk(&path, names),
            Ok(kind) if kind.is_file() && name.ends_with(".rs") => {
                names.extend(std::fs::read_to_string(&path).iter().flat_map(|text| functions(text)));
            }
            _ => {}
        }
    }
}

fn functions(text: &str) -> Vec<String> {
    let code = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let name = |line: &str| {
        let rest = line.split_once("fn ").filter(|(before, _)| before.is_empty() || before.ends_with(' '))?.1;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let name = rest.get(..end).filter(|name| !name.is_empty())?;
        rest.get(end..)?.starts_with(['(', '<']).then(|| name.to_owned())
    };
    code.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_and_comments_are_not() {
        let text =
            "fn one() {}\n    pub(crate) async fn two<T>(x: T) {}\n// fn three() {}\nlet x = \"fn \";\n    fn four (\n";
        assert_eq!(functions(text), ["one", "two"]);
    }

    #[test]
    fn this_test_is_found_in_this_repository() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(function_names(root).contains("this_test_is_found_in_this_repository"));
    }
}
