//! Vectors that were not made here: somebody or something found their bytes, and they are kept as they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dashstream_vectors::{Case, Class, DecodeCase, HexBytes, Twin, Vector, load_one, splice_between};

use crate::output::first_difference;
use crate::suite::Suite;
use crate::tree::Tree;

/// Their area.
pub(crate) const AREA: &str = "found";

/// A vector that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    vector: Vector,
    pub(crate) tree: Tree,
}

/// The vectors in `data/found`, by id; none where there is no such folder.
pub(crate) fn read(root: &Path) -> Result<BTreeMap<String, Found>, String> {
    let folder = root.join("data").join(AREA);
    let mut found = BTreeMap::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let one = read_one(&path)?;
        found.insert(one.vector.id.clone(), one);
    }
    Ok(found)
}

fn read_one(path: &PathBuf) -> Result<Found, String> {
    let failed = |why: &str| format!("{}: {why}", path.display());
    let vector = load_one(path).map_err(|error| error.to_string())?;
    if !matches!(vector.case, Case::Decode(_) | Case::File(_)) {
        return Err(failed("only frames and files are found; anything else is a case of the generator"));
    }
    let text = fs::read_to_string(path).map_err(|error| failed(&error.to_string()))?;
    let tree = Tree::read(&text).map_err(|why| failed(&why))?;
    match first_difference(&text, &tree.yaml()) {
        None => Ok(Found { vector, tree }),
        Some(line) => Err(failed(&format!("is not written as vectors are, first in line {line}"))),
    }
}

/// Checks what concerns other vectors too: ids, and twins.
pub(crate) fn check(suite: &Suite) -> Result<(), String> {
    for (id, found) in &suite.found {
        let failed = |why: &str| format!("data/{AREA}/{id}.yaml: {why}");
        if suite.cases.contains_key(id) {
            return Err(failed("the id is that of a case of the generator"));
        }
        if let (Some(twin), Case::Decode(case)) = (&found.vector.twin, &found.vector.case) {
            check_twin(suite, twin, case).map_err(|why| failed(&why))?;
        }
    }
    Ok(())
}

/// The splice has to be the one that the generator would have written.
fn check_twin(suite: &Suite, twin: &Twin, case: &DecodeCase) -> Result<(), String> {
    let made = suite.cases.get(&twin.id).map(|other| (other.class != "invalid", other.bytes.clone()));
    let kept = suite.found.get(&twin.id).map(|other| (other.vector.class != Class::Invalid, bytes(&other.vector.case)));
    let Some((true, Some(old))) = made.or(kept) else {
        return Err(format!("its twin {} is no accepted frame", twin.id));
    };
    let new = case.bytes.as_ref().map(HexBytes::to_vec).unwrap_or_default();
    let splice = splice_between(&old, &new);
    let number = |value: usize| value as u64;
    let right = Twin {
        id: twin.id.clone(),
        at: number(splice.at),
        remove: number(splice.remove),
        insert: number(splice.insert),
    };
    if *twin == right { Ok(()) } else { Err(format!("its twin has to be {right:?}")) }
}

fn bytes(case: &Case) -> Option<Vec<u8>> {
    match case {
        Case::Decode(case) => Some(case.bytes.as_ref().map(HexBytes::to_vec).unwrap_or_default()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output;

    const FOUND: &str = "id: \"odd\"
title: \"A version that nobody knows\"
requirements: [\"PRE-005\"]
operation: \"decode\"
class: \"invalid\"
input:
  bytes: |
BYTES
expect:
  error: {code: \"VERSION\", offset: 1}
  released: 0
twin:
  id: \"one\"
  at: 1
  remove: 1
  insert: 1
";

    /// A set of one case, and a vector that was found beside it.
    fn root(change: impl Fn(String) -> String) -> (tempfile::TempDir, Suite) {
        let mut suite = Suite::default();
        let frame = crate::build::Builder::new().plain(6).frame();
        suite.accept(("some", "one", "One", &["PRE-004"]), &frame);
        let root = tempfile::tempdir().unwrap();
        let mut bytes = frame.pieces().to_vec();
        bytes[1] = 0x7f;
        let lines = crate::pieces::Pieces::plain("the frame", bytes).lines();
        let text =
            FOUND.replace("BYTES", &lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"));
        fs::create_dir_all(root.path().join("data/found")).unwrap();
        fs::write(root.path().join("data/found/odd.yaml"), change(text)).unwrap();
        (root, suite)
    }

    fn files(root: &Path, suite: &mut Suite) -> Result<BTreeMap<String, String>, String> {
        suite.found = read(root)?;
        check(suite)?;
        Ok(output::files(suite))
    }

    #[test]
    fn what_was_found_is_kept_exported_and_listed() {
        let (root, mut suite) = root(|text| text);
        let path = root.path().join("data/found/odd.yaml");
        let before = fs::read_to_string(&path).unwrap();
        let files = files(root.path(), &mut suite).unwrap();
        assert!(output::check(root.path(), &files).is_err(), "it is not exported yet");
        output::write(root.path(), &files).unwrap();
        assert_eq!(output::check(root.path(), &files), Ok(()));
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
        assert!(fs::read_to_string(root.path().join("SHA256SUMS")).unwrap().contains("json/found/odd.json"));
        let set = dashstream_vectors::load(root.path()).unwrap();
        assert_eq!(set.vectors.iter().map(|vector| vector.id.as_str()).collect::<Vec<_>>(), ["odd", "one"]);
    }

    #[test]
    fn without_the_folder_nothing_is_found() {
        let root = tempfile::tempdir().unwrap();
        assert!(read(root.path()).unwrap().is_empty());
    }

    #[test]
    fn a_file_that_is_not_as_it_should_be_is_named() {
        let broken = |from: &str, to: &str| {
            let (root, mut suite) = root(|text| {
                assert!(text.contains(from), "{from}");
                text.replace(from, to)
            });
            let why = files(root.path(), &mut suite).unwrap_err();
            assert!(why.contains("data/found/odd.yaml"), "{why}");
            why
        };
        assert!(broken("id: \"odd\"", "id: \"even\"").contains("not the file's name"));
        assert!(broken("title:", "colour: 1\ntitle:").contains("unknown field"));
        assert!(broken("  released: 0\n", "").contains("released"));
        assert!(broken("be 7f", "be  7f").contains("not written as vectors are, first in line 8"));
        assert!(broken("\"PRE-005\"", "PRE-005").contains("not written as vectors are, first in line 3"));
        assert!(broken("id: \"one\"", "id: \"two\"").contains("two is no accepted frame"));
        assert!(broken("id: \"one\"", "id: \"odd\"").contains("odd is no accepted frame"));
        assert!(broken("remove: 1", "remove: 2").contains("its twin has to be"));
    }

    #[test]
    fn an_id_of_a_case_and_another_operation_are_refused() {
        let (root, mut suite) = root(|text| text.replace("\"odd\"", "\"one\""));
        let folder = root.path().join("data/found");
        fs::rename(folder.join("odd.yaml"), folder.join("one.yaml")).unwrap();
        assert!(files(root.path(), &mut suite).unwrap_err().contains("the id is that of a case"));
        let ledger = "id: \"one\"
title: \"A ledger\"
requirements: [\"LOSS-001\"]
operation: \"ledger\"
class: \"valid\"
input:
  frames: []
expect:
  verdicts: []
  end: []
  accounts: []
";
        fs::write(folder.join("one.yaml"), ledger).unwrap();
        assert!(read(root.path()).unwrap_err().contains("only frames and files"));
    }
}
