//! Files that are written.

use std::fs;

use crate::support::{Folder, run, run_with, sample};

#[test]
fn every_file_has_its_own_marker() {
    let folder = Folder::new();
    let lines = run(&["import", sample().to_str().unwrap(), "-o", "-"]).ended(0).out;
    let lines = run_with(&["decode"], &lines).ended(0).out;
    let payload = folder.write("payload", [0, 1, 2]);
    let marker = |arguments: &[&str], input: &[u8]| {
        let path = folder.path("file");
        run_with(&[arguments, &["-o", &path]].concat(), input).ended(0);
        fs::read(&path).unwrap()[8..24].to_vec()
    };
    for (arguments, input) in [
        (&["import", sample().to_str().unwrap()][..], &[][..]),
        (&["encode"], &lines),
        (&["legacy", "convert", &payload], &[]),
    ] {
        let (one, other) = (marker(arguments, input), marker(arguments, input));
        assert_ne!(one, other, "{arguments:?}");
        assert_ne!(one, [0; 16]);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("file", "old");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    run(&["import", sample().to_str().unwrap(), "-o", &path]).ended(0);
    run(&["verify", &path]).ended(0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn two_imports_are_two_producers() {
    let producer = || {
        let file = run(&["import", sample().to_str().unwrap(), "-o", "-"]).ended(0).out;
        let frame = run_with(&["decode"], &file).ended(0).lines()[0]["frame"].clone();
        (frame["header"]["producer_id"].clone(), frame["metadata"]["boot_nonce"].clone())
    };
    let (one, other) = (producer(), producer());
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
}
