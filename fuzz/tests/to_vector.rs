//! From a finding to a vector, with laws that are broken on purpose.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use dashstream_codec::laws::{Broken, Seen};
use dashstream_codec::{Code, Decoder, ReadOptions};
use dashstream_conformance::fuzz::Mutator;
use dashstream_conformance::plain::{Limits, Plain};
use dashstream_fuzz::vector::{Finding, Made, Places, Said, Symptom, Trouble, to_vector};
use dashstream_fuzz::{Input, Target};
use dashstream_vectors::{Case, Class, Content, DecodeExpect, FileExpect, Tree, Vector, load, load_one, load_unlisted};
use tempfile::TempDir;

/// A frame may end a graph; here it may not.
fn no_end(frame: &[u8]) -> Result<Seen, Broken> {
    let mut decoder = Decoder::new();
    let Ok(batch) = decoder.decode(frame, &ReadOptions::default()) else { return Ok(Seen::default()) };
    let ends = batch.records().filter(|result| result.record.kind == 3).count();
    let what = format!("{ends} of them");
    if ends == 0 { Ok(Seen::accepted()) } else { Err(Broken { law: "no frame has kind 3 in it", what }) }
}

/// A reader with one rule off says what the others say.
fn without_body_005(frame: &[u8]) -> Result<Seen, Broken> {
    let broken = |what: &str| Err(Broken { law: "the same verdict", what: what.to_owned() });
    let mutant = Plain::mutant("BODY-005").expect("a mutant").read(Some(frame), Limits::default(), None);
    match (Decoder::new().decode(frame, &ReadOptions::default()), mutant) {
        (Ok(_), Ok(_)) => Ok(Seen::accepted()),
        (Err(error), Err(fault)) if (error.code.name(), error.offset) == (fault.code, fault.offset) => {
            Ok(Seen::rejected(&error))
        }
        _ => broken("not so"),
    }
}

/// A reader that panics where something follows the frame.
fn panics_at_what_follows(frame: &[u8]) -> Result<Seen, Broken> {
    match Decoder::new().decode(frame, &ReadOptions::default()) {
        Err(error) if error.code == Code::Trailing => panic!("index {} of {}", error.offset, frame.len()),
        _ => Ok(Seen::default()),
    }
}

fn no_rejected_frame(file: &[u8]) -> Result<Seen, Broken> {
    let rejected = Plain::new().file(file).map_or(0, |report| report.rejected.len());
    let what = format!("{rejected} frames");
    if rejected == 0 { Ok(Seen::default()) } else { Err(Broken { law: "no file has a rejected frame", what }) }
}

/// Two laws, of which the first is told where both are broken.
fn no_seven(makings: &[u8]) -> Result<Seen, Broken> {
    for (byte, law) in [(7, "no byte is 7"), (9, "no byte is 9")] {
        if makings.contains(&byte) {
            return Err(Broken { law, what: String::new() });
        }
    }
    Ok(Seen::default())
}

fn finding(law: dashstream_codec::laws::Law, input: Input, bytes: Vec<u8>, name: &str) -> Finding {
    let target = Target { name: "purpose", law, input };
    let name = Some(name.to_owned());
    Finding { target, bytes, name, title: None, requirements: Vec::new(), said: None, any: false }
}

/// A copy of the vectors, and a place for regressions.
fn copy() -> (TempDir, Places) {
    let folder = tempfile::tempdir().unwrap();
    let places = Places { vectors: folder.path().join("vectors"), regressions: folder.path().join("regressions") };
    let source = dashstream_vectors::default_root().unwrap().join("data");
    for area in fs::read_dir(source).unwrap() {
        let area = area.unwrap().path();
        let target = places.vectors.join("data").join(area.file_name().unwrap());
        fs::create_dir_all(&target).unwrap();
        for file in fs::read_dir(area).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, target.join(file.file_name().unwrap())).unwrap();
        }
    }
    fs::create_dir_all(places.vectors.join("json")).unwrap();
    (folder, places)
}

fn bytes(path: &str) -> Vec<u8> {
    let path = dashstream_vectors::default_root().unwrap().join("data").join(path);
    match load_one(&path).unwrap().case {
        Case::Decode(case) => case.bytes.unwrap().to_vec(),
        Case::File(case) => case.bytes.to_vec(),
        _ => panic!("no bytes"),
    }
}

/// What the mutator makes of a large frame until a law is broken by it.
fn mutated(law: dashstream_codec::laws::Law) -> Vec<u8> {
    let seed = bytes("codecs/realistic-none.yaml");
    let mut made = (0..20_000).map(|number| Mutator::new(number).mutate(&seed, None, 4_096));
    made.find(|made| made.len() > 1_000 && *made != seed && law(made).is_err()).expect("a finding")
}

fn make(finding: &Finding, places: &Places) -> Made {
    to_vector(finding, places, &mut |_| {}).unwrap()
}

/// The vector, which is written as vectors are.
fn written(made: &Made) -> Vector {
    let path = &made.vector.as_ref().unwrap().path;
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(Tree::read(&text).unwrap().yaml(), text);
    load_one(path).unwrap()
}

fn generate(places: &Places, more: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // The generator, where it was built; to have it built for this alone takes a minute.
    let mut command = match std::env::var_os("DASHSTREAM_GENERATE") {
        Some(generate) => Command::new(generate),
        None => {
            let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            command.args(["run", "-q", "-p", "dashstream-vectors", "--bin", "generate", "--"]);
            command
        }
    };
    command.current_dir(root).arg("--root");
    let done = command.arg(&places.vectors).args(more).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The whole chain: the vectors are made, exported, listed and loaded, and the codec gives their verdicts.
#[test]
fn findings_become_vectors_of_the_set() {
    let (_folder, places) = copy();
    let before = load_unlisted(&places.vectors).unwrap().len();

    let mut end = finding(no_end, Input::Frame, mutated(no_end), "an-end");
    end.requirements = vec!["REC-001".to_owned()];
    let end = make(&end, &places);
    assert!(end.small.len() < 110, "{} bytes", end.small.len());
    assert!(matches!(&end.symptom, Some(Symptom::Broken { law: "no frame has kind 3 in it", .. })));
    let Case::Decode(case) = written(&end).case else { panic!("a frame") };
    let DecodeExpect::Accepted { content: Content::Frame(frame), .. } = case.expect else { panic!("accepted") };
    assert_eq!(frame["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(frame["records"][0]["kind"], 3);

    let zero = make(&finding(without_body_005, Input::Frame, mutated(without_body_005), "a-zero"), &places);
    assert!(zero.small.len() < 110, "{} bytes", zero.small.len());
    let vector = written(&zero);
    assert_eq!((vector.class, vector.requirements), (Class::Invalid, vec!["BODY-005".to_owned()]));
    assert!(vector.twin.is_some_and(|twin| twin.insert + twin.remove <= 8), "a near twin");

    let file = finding(no_rejected_frame, Input::File, bytes("file/file-bug-no-kind.yaml"), "a-file");
    let file = make(&Finding { requirements: vec!["FILE-008".to_owned()], ..file }, &places);
    let Case::File(case) = written(&file).case else { panic!("a file") };
    assert!(matches!(case.expect, FileExpect::Read { rejected, .. } if rejected.len() == 1));

    assert_eq!(generate(&places, &[]), generate(&places, &["--check"]));
    let set = load(&places.vectors).unwrap();
    assert_eq!(set.vectors.len(), before + 3);
    for vector in set.vectors.iter().filter(|vector| vector.area == "found") {
        codec_agrees(vector);
    }
    assert!(places.regressions.join("purpose/a-zero").is_file());
}

fn codec_agrees(vector: &Vector) {
    let Case::Decode(case) = &vector.case else { return };
    let bytes = case.bytes.as_ref().unwrap().to_vec();
    let mut decoder = Decoder::new();
    let verdict = decoder.decode(&bytes, &ReadOptions::default());
    match &case.expect {
        DecodeExpect::Accepted { .. } => assert!(verdict.is_ok(), "{}", vector.id),
        DecodeExpect::Rejected { error, .. } => {
            let got = verdict.err().map(|error| (error.code.name().to_owned(), error.offset));
            assert_eq!(got, Some((error.code.clone(), error.offset)), "{}", vector.id);
        }
    }
}

#[test]
fn a_panic_is_a_finding_and_stays_the_same() {
    let (_folder, places) = copy();
    let long = [bytes("prelude/minimal.yaml"), vec![9; 300]].concat();
    let made = make(&finding(panics_at_what_follows, Input::Frame, long, "a-panic"), &places);
    assert_eq!(made.small.len(), bytes("prelude/minimal.yaml").len() + 1);
    let vector = written(&made);
    assert_eq!(
        (vector.title.as_str(), vector.requirements),
        ("Found where a reader panicked", vec!["FRM-005".to_owned()])
    );
}

#[test]
fn what_a_person_says_is_what_the_vector_has() {
    let (_folder, places) = copy();
    let frame = bytes("prelude/minimal.yaml");
    let holds = finding(no_seven, Input::Frame, frame[..8].to_vec(), "said");
    let trouble = |finding: &Finding| to_vector(finding, &places, &mut |_| {}).unwrap_err();
    assert!(matches!(trouble(&holds), Trouble::Holds));
    let any = Finding { any: true, title: Some("Eight bytes".to_owned()), ..holds };
    let accepted = Finding { said: Some(Said::Accepted), ..any.clone() };
    assert!(matches!(trouble(&accepted), Trouble::NoContent(_)));
    let said = Some(Said::Refused { code: Code::PreludeCrc, offset: 4 });
    let refused = Finding { said, ..any };
    assert!(matches!(trouble(&refused), Trouble::NoRequirement), "no implementation says so");
    let vector = written(&make(&Finding { requirements: vec!["PRE-004".to_owned()], ..refused.clone() }, &places));
    let Case::Decode(case) = vector.case else { panic!("a frame") };
    assert!(
        matches!(case.expect, DecodeExpect::Rejected { error, .. } if (error.code.as_str(), error.offset) == ("PRELUDE_CRC", 4))
    );
    let again = Finding { requirements: vec!["PRE-004".to_owned()], ..refused.clone() };
    assert!(matches!(trouble(&again), Trouble::Exists(path) if path.ends_with("data/found/said.yaml")));
    let other = Finding { bytes: vec![1], ..again };
    assert!(matches!(trouble(&other), Trouble::Exists(path) if path.ends_with("regressions/purpose/said")));
    assert!(matches!(trouble(&Finding { name: Some("../up".to_owned()), ..refused }), Trouble::Name(_)));
}

#[test]
fn makings_are_kept_and_are_no_vector() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places { vectors: folder.path().join("none"), regressions: folder.path().to_path_buf() };
    let made = make(&finding(no_seven, Input::Makings, (0..200).collect(), "seven"), &places);
    assert!(made.vector.is_none());
    // 9 alone is smaller than both, and breaks another law.
    assert_eq!(fs::read(folder.path().join("purpose/seven")).unwrap(), [7]);
}
