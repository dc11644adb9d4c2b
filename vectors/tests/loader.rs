//! What the loader takes, and that each thing that can be wrong is an error which names its file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "that is how a test fails")]

use std::fs;
use std::path::Path;

use dashstream_vectors::{Case, Class, Content, DecodeExpect, EncodeExpect, FileExpect, LoadError, Tail};
use dashstream_vectors::{MANIFEST, digest_of_manifest, listed_files, load, load_unlisted, sums_of};

const GOOD: &str = r#"id: "good"
title: "An accepted frame"
requirements: ["PRE-004"]
operation: "decode"
class: "valid"
input:
  bytes: |
    be 01 00 00 aa bb cc dd  # up to prelude_crc
    11 * 20                  # all the rest
    99
expect:
  frame: {header: {version: 1}, metadata: {}, records: []}
"#;

const BAD: &str = r#"id: "bad"
title: "A rejected frame"
requirements: ["PRE-005"]
operation: "decode"
class: "invalid"
needs: ["zstd"]
input:
  bytes: |
    be 01 00 00 a1 b1 c1 d1
    11 * 20
    98
  limits: {max_records: 7}
  tenant: "acme"
expect:
  error: {code: "VERSION", offset: 1}
  released: 0
twin: {id: "good", at: 28, remove: 1, insert: 1}
"#;

const ENCODE: &str = r#"id: "encode"
title: "A refusal"
requirements: ["COD-006"]
operation: "encode"
class: "invalid"
input:
  content: {header: {}, metadata: {}, records: []}
  options: {codec: 1, level: 23}
  repeat_records: 3
expect:
  error: {codes: ["LEVEL", "COUNT"]}
"#;

const FILE: &str = r#"id: "file"
title: "A file"
requirements: ["FILE-009"]
operation: "file"
class: "valid"
input:
  bytes: "be44 * 20"
expect:
  accepted: [{start: 28, end: 40, base_sequence: "1"}]
  skipped: []
  rejected: []
  tail: null
"#;

const LEDGER: &str = r#"id: "ledger"
title: "A ledger"
requirements: ["LOSS-001"]
operation: "ledger"
class: "valid"
input:
  frames:
    - bytes: "be"
      partition: 3
expect:
  verdicts: [[{verdict: "GAP", arg: "3"}, {verdict: "FORK"}]]
  end: []
  accounts:
    - {producer_id: "00", lane: 0, epoch: 1, first: "1", last: "9007199254740991", seen: "0", declared: "0", unreadable: "0", lost: "0", tail: "closed"}
"#;

const ALL: [(&str, &str); 5] = [
    ("data/some/good.yaml", GOOD),
    ("data/some/bad.yaml", BAD),
    ("data/other/encode.yaml", ENCODE),
    ("data/other/file.yaml", FILE),
    ("data/other/ledger.yaml", LEDGER),
];

fn put(root: &Path, file: &str, text: &str) {
    let place = root.join(file);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

/// A set of these files, and their manifest.
fn set_of(files: &[(&str, String)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("data")).unwrap();
    fs::create_dir_all(root.path().join("json")).unwrap();
    for (file, text) in files {
        put(root.path(), file, text);
    }
    let listed = listed_files(root.path()).unwrap();
    put(root.path(), MANIFEST, &sums_of(root.path(), &listed).unwrap());
    root
}

fn all() -> Vec<(&'static str, String)> {
    ALL.iter().map(|(file, text)| (*file, (*text).to_owned())).collect()
}

/// The error for the whole set with one file changed.
fn error_with(file: &'static str, from: &str, to: &str) -> LoadError {
    let mut files = all();
    let changed = files.iter_mut().find(|(name, _)| *name == file).unwrap();
    assert!(changed.1.contains(from), "{from}");
    changed.1 = changed.1.replace(from, to);
    let root = set_of(&files);
    let error = load(root.path()).unwrap_err();
    assert_eq!(error.path, root.path().join(file), "{error}");
    error
}

#[test]
fn a_whole_set_is_loaded() {
    let root = set_of(&all());
    let set = load(root.path()).unwrap();
    let ids: Vec<_> = set.vectors.iter().map(|vector| vector.id.as_str()).collect();
    assert_eq!(ids, ["encode", "file", "ledger", "bad", "good"]);
    let manifest = fs::read(root.path().join(MANIFEST)).unwrap();
    assert_eq!(set.manifest_digest, digest_of_manifest(&manifest));
    let by_id = |id: &str| set.vectors.iter().find(|vector| vector.id == id).unwrap();

    let bad = by_id("bad");
    assert_eq!((bad.area.as_str(), bad.class, bad.needs.len()), ("some", Class::Invalid, 1));
    let Case::Decode(case) = &bad.case else { panic!("a decode case") };
    assert_eq!(case.bytes.as_ref().unwrap().to_vec()[28], 0x98);
    assert_eq!((case.limits.max_records, case.tenant.as_deref()), (Some(7), Some("acme")));
    assert!(
        matches!(&case.expect, DecodeExpect::Rejected { error, released: 0 } if error.code == "VERSION" && error.offset == 1)
    );
    assert_eq!(bad.twin.as_ref().unwrap().id, "good");

    let Case::Decode(case) = &by_id("good").case else { panic!("a decode case") };
    assert!(
        matches!(&case.expect, DecodeExpect::Accepted { content: Content::Frame(frame), .. } if frame["header"]["version"] == 1)
    );
    let Case::Encode(case) = &by_id("encode").case else { panic!("an encode case") };
    assert_eq!((case.options.level, case.repeat_records), (Some(23), Some(3)));
    assert!(matches!(&case.expect, EncodeExpect::Refused { codes } if codes.len() == 2));
    let Case::File(case) = &by_id("file").case else { panic!("a file case") };
    assert!(matches!(&case.expect, FileExpect::Read { accepted, tail: None, .. } if accepted[0].base_sequence == 1));
    let Case::Ledger(case) = &by_id("ledger").case else { panic!("a ledger case") };
    assert_eq!(case.frames[0].partition, Some(3));
    assert_eq!(case.expect.verdicts[0][0].arg, Some(3));
    assert_eq!(case.expect.verdicts[0][1].arg, None);
    assert_eq!((case.expect.accounts[0].last, case.expect.accounts[0].tail), ((1 << 53) - 1, Tail::Closed));
}

#[test]
fn no_vectors_is_an_error() {
    let root = set_of(&[]);
    let error = load(root.path()).unwrap_err();
    assert_eq!((error.path, error.message.as_str()), (root.path().join("data"), "holds no vectors"));
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(load(nothing.path()).unwrap_err().path, nothing.path().join("data"));
}

#[test]
fn an_unknown_key_is_an_error() {
    for (file, from, to) in [
        ("data/some/good.yaml", "title:", "colour: 1\ntitle:"),
        ("data/some/bad.yaml", "max_records: 7", "max_record: 7"),
        ("data/some/bad.yaml", "offset: 1}", "offset: 1, why: 2}"),
        ("data/some/bad.yaml", "insert: 1}", "insert: 1, more: 2}"),
        ("data/other/encode.yaml", "level: 23", "levels: 23"),
        ("data/other/file.yaml", "end: 40,", "end: 40, len: 12,"),
        ("data/other/ledger.yaml", "partition", "partitions"),
        ("data/other/ledger.yaml", "tail: \"closed\"", "tail: \"closed\", head: 1"),
    ] {
        let error = error_with(file, from, to);
        assert!(error.message.contains("unknown field"), "{error}");
    }
}

#[test]
fn a_key_of_another_operation_or_class_is_an_error() {
    for (file, from, to) in [
        ("data/some/good.yaml", "input:", "input:\n  repeat_records: 2"),
        ("data/some/good.yaml", "expect:", "expect:\n  codec: 1"),
        ("data/some/good.yaml", "expect:", "expect:\n  released: 0"),
        ("data/some/bad.yaml", "expect:", "expect:\n  frame: {}"),
        ("data/some/bad.yaml", "expect:", "expect:\n  tail: null"),
        ("data/other/encode.yaml", "input:", "input:\n  bytes: null"),
        ("data/other/encode.yaml", "expect:", "expect:\n  codec: 1"),
        ("data/other/file.yaml", "input:", "input:\n  tenant: \"a\""),
        ("data/other/ledger.yaml", "expect:", "expect:\n  lints: []"),
    ] {
        let error = error_with(file, from, to);
        assert!(error.message.contains("does not belong"), "{error}");
    }
}

#[test]
fn bytes_that_are_not_hexadecimal_are_an_error() {
    for (from, to) in [("aa bb", "aa bg"), ("aa bb", "aab"), ("* 20", "* many"), ("* 20", "* 0")] {
        let error = error_with("data/some/good.yaml", from, to);
        assert!(error.message.contains("hex line"), "{error}");
    }
}

#[test]
fn an_id_that_is_not_the_name_of_its_file_is_an_error() {
    let error = error_with("data/other/file.yaml", "id: \"file\"", "id: \"files\"");
    assert_eq!(error.message, "the id `files` is not the file's name");
    let mut files = all();
    files.push(("data/some/Upper.yaml", GOOD.replace("\"good\"", "\"Upper\"")));
    assert!(load(set_of(&files).path()).unwrap_err().message.contains("kebab-case"));
}

#[test]
fn an_id_that_occurs_twice_is_an_error() {
    let mut files = all();
    files.push(("data/other/good.yaml", GOOD.to_owned()));
    let root = set_of(&files);
    let error = load(root.path()).unwrap_err();
    assert_eq!(error.path, root.path().join("data/some/good.yaml"));
    assert!(error.message.contains("data/other/good.yaml"), "{error}");
}

#[test]
fn a_missing_expectation_is_an_error() {
    for (file, from, to) in [
        ("data/some/good.yaml", "  frame: {header: {version: 1}, metadata: {}, records: []}", "  lints: []"),
        ("data/some/bad.yaml", "  error: {code: \"VERSION\", offset: 1}\n", ""),
        ("data/some/bad.yaml", ", offset: 1}", "}"),
        ("data/some/bad.yaml", "  released: 0\n", ""),
        ("data/other/encode.yaml", "codes: [\"LEVEL\", \"COUNT\"]", "codes: []"),
        ("data/other/file.yaml", "  tail: null\n", ""),
        ("data/other/file.yaml", "  skipped: []\n", ""),
        ("data/other/ledger.yaml", "  end: []\n", ""),
    ] {
        let error = error_with(file, from, to);
        assert!(error.message.contains("missing"), "{error}");
    }
    let error = error_with("data/other/ledger.yaml", "[[{verdict: \"GAP\", arg: \"3\"}, {verdict: \"FORK\"}]]", "[]");
    assert!(error.message.contains("one list for each frame"), "{error}");
    let error = error_with("data/some/good.yaml", "\"valid\"", "\"lint\"");
    assert!(error.message.contains("lints"), "{error}");
}

#[test]
fn missing_bytes_are_an_error_and_null_is_not() {
    let error = error_with("data/other/file.yaml", "  bytes: \"be44 * 20\"\n", "  limits: null\n");
    assert!(error.message.contains("input.bytes is missing"), "{error}");
    let mut files = all();
    files[0].1 = GOOD.replace("  bytes: |\n    be 01 00 00 aa bb cc dd  # up to prelude_crc\n    11 * 20                  # all the rest\n    99\n", "  bytes: null\n");
    files.remove(1);
    let set = load(set_of(&files).path()).unwrap();
    let good = set.vectors.iter().find(|vector| vector.id == "good").unwrap();
    assert!(matches!(&good.case, Case::Decode(case) if case.bytes.is_none()));
}

#[test]
fn a_missing_twin_is_an_error() {
    let twin = "twin: {id: \"good\", at: 28, remove: 1, insert: 1}\n";
    assert_eq!(error_with("data/some/bad.yaml", twin, "").message, "the twin is missing");
    let error = error_with("data/some/bad.yaml", "{id: \"good\"", "{id: \"nobody\"");
    assert_eq!(error.message, "twin `nobody`: there is no such vector");
    let error = error_with("data/some/bad.yaml", "{id: \"good\"", "{id: \"bad\"");
    assert_eq!(error.message, "twin `bad`: it is not an accepted vector");
    let error = error_with("data/some/bad.yaml", "{id: \"good\"", "{id: \"file\"");
    assert_eq!(error.message, "twin `file`: it is not a decode vector");
}

#[test]
fn a_twin_that_does_not_differ_as_declared_is_an_error() {
    for (from, to) in [
        ("at: 28, remove: 1, insert: 1", "at: 27, remove: 1, insert: 1"),
        ("at: 28, remove: 1, insert: 1", "at: 28, remove: 1, insert: 0"),
        ("at: 28, remove: 1, insert: 1", "at: 900, remove: 1, insert: 1"),
        ("at: 28, remove: 1, insert: 1", "at: 28, remove: 0, insert: 0"),
        ("be 01 00 00", "be 02 00 00"),
        ("    98\n", "    99\n"),
        ("    98\n", "    98 00\n"),
    ] {
        let error = error_with("data/some/bad.yaml", from, to);
        assert!(error.message.starts_with("twin `good`"), "{error}");
    }
}

#[test]
fn the_manifest_has_to_fit_the_files() {
    let spoil = |change: &dyn Fn(&Path)| {
        let root = set_of(&all());
        change(root.path());
        let error = load(root.path()).unwrap_err();
        (error.path.strip_prefix(root.path()).unwrap().to_string_lossy().into_owned(), error.message)
    };
    let edit = |root: &Path, change: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(root.join(MANIFEST)).unwrap();
        fs::write(root.join(MANIFEST), change(text)).unwrap();
    };
    let (file, why) = spoil(&|root| put(root, "data/other/file.yaml", &FILE.replace("A file", "A File")));
    assert_eq!((file.as_str(), why.as_str()), ("data/other/file.yaml", "does not have the sum that SHA256SUMS says"));
    let (file, why) = spoil(&|root| put(root, "data/some/more.yaml", &GOOD.replace("\"good\"", "\"more\"")));
    assert_eq!((file.as_str(), why.as_str()), ("data/some/more.yaml", "is not listed in SHA256SUMS"));
    let (file, why) = spoil(&|root| put(root, "json/some/more.json", "{}"));
    assert_eq!((file.as_str(), why.as_str()), ("json/some/more.json", "is not listed in SHA256SUMS"));
    let (file, why) = spoil(&|root| fs::remove_file(root.join("data/other/file.yaml")).unwrap());
    assert_eq!((file.as_str(), why.as_str()), ("data/other/file.yaml", "is listed in SHA256SUMS and missing"));
    let (file, _) = spoil(&|root| fs::remove_file(root.join(MANIFEST)).unwrap());
    assert_eq!(file, MANIFEST);
    let (file, why) = spoil(&|root| edit(root, &|text| text + "no sum\n"));
    assert_eq!((file.as_str(), why.as_str()), (MANIFEST, "line 6: is not a sum and a name"));
    let (file, why) = spoil(&|root| edit(root, &|text| text.clone() + &text));
    assert_eq!((file.as_str(), why.as_str()), (MANIFEST, "line 6: lists a file a second time"));
    let (file, why) = spoil(&|root| edit(root, &|text| format!("x{text}")));
    assert_eq!((file.as_str(), why.as_str()), (MANIFEST, "line 1: does not begin with a sum"));
}

#[test]
fn what_is_not_a_vector_file_is_an_error() {
    let mut files = all();
    files.push(("data/some/notes.txt", "hello".to_owned()));
    let root = set_of(&files);
    assert_eq!(load(root.path()).unwrap_err().path, root.path().join("data/some/notes.txt"));
    let mut files = all();
    files.push(("data/loose.yaml", GOOD.to_owned()));
    let root = set_of(&files);
    assert_eq!(load(root.path()).unwrap_err().path, root.path().join("data/loose.yaml"));
    let error = error_with("data/some/good.yaml", "id: \"good\"", "id: [");
    assert!(error.message.contains("line"), "{error}");
}

#[test]
fn numbers_that_are_strings_have_one_form() {
    for digits in ["01", "+1", "-1", "1.0", "", "18446744073709551616"] {
        let error = error_with("data/other/ledger.yaml", "first: \"1\"", &format!("first: \"{digits}\""));
        assert!(error.message.contains("not a string of digits"), "{error}");
    }
}

#[test]
fn a_set_that_is_being_made_needs_no_manifest() {
    let root = set_of(&all());
    fs::remove_file(root.path().join(MANIFEST)).unwrap();
    assert_eq!(load_unlisted(root.path()).unwrap().len(), 5);
}
