//! Whole files, and what their first 28 bytes may look like.

use super::scene::{Header, MARKER, SIGNATURE, Scene, beat, chunk};
use crate::crc32c::crc32c;
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    whole(suite);
    damaged(suite);
    short(suite);
    refused(suite);
}

fn whole(suite: &mut Suite) {
    Scene::new().finish(suite, "file-no-entries", "A header and no entries", &["FILE-012"], false);
    Scene::new().beats(1..=1).finish(suite, "file-one-entry", "One entry", &["FILE-004"], false);
    Scene::new().accept(&beat(1)).accept(&chunk(2, 40)).finish(
        suite,
        "file-two-entries",
        "Two entries",
        &["FILE-004"],
        false,
    );
    Scene::new().accept(&beat(1)).accept(&chunk(2, 300)).accept(&beat(3)).finish(
        suite,
        "file-three-entries",
        "Three entries of different lengths",
        &["FILE-004", "FILE-010"],
        false,
    );
    Scene::new().accept(&beat(1)).accept(&beat(1)).finish(
        suite,
        "file-same-frame-twice",
        "The same frame twice; whether it counts is for the ledger",
        &["FILE-004"],
        false,
    );
    Scene::new().accept(&beat(9)).accept(&beat(2)).finish(
        suite,
        "file-not-ascending",
        "Frames that do not ascend",
        &["FILE-004"],
        false,
    );
    Scene::new().accept(&chunk(1, 70_000)).beats(2..=2).finish(
        suite,
        "file-long-frame",
        "A frame of more than 65,536 bytes",
        &["FILE-004", "FILE-010"],
        false,
    );
}

fn damaged(suite: &mut Suite) {
    let headers = [(Header::NoSignature, "signature", "FILE-002"), (Header::NoMarker, "marker-crc", "FILE-003")];
    for (header, name, requirement) in headers {
        let id = format!("file-{name}-damaged");
        let title = format!("Two entries after a header of which the {} is damaged", name.replace('-', "'s "));
        Scene::headed(header).beats(1..=2).finish(suite, &id, &title, &[requirement, "FILE-004"], false);
        let id = format!("file-{name}-damaged-no-entries");
        let title = format!("No entries after a header of which the {} is damaged", name.replace('-', "'s "));
        Scene::headed(header).finish(suite, &id, &title, &[requirement, "FILE-012"], false);
    }
    let mut scene = Scene::bare();
    let mut marker = MARKER;
    marker[0] ^= 0x80;
    scene
        .put("signature", SIGNATURE)
        .put("sync marker (damaged)", marker)
        .put("CRC32C of the sync marker", crc32c(&MARKER).to_le_bytes());
    scene.header(0, 8).skip(8, "FILE_MARKER").beats(1..=2);
    scene.finish(
        suite,
        "file-header-marker-damaged",
        "Two entries with the marker that the header should name",
        &["FILE-003", "FILE-004"],
        false,
    );
    let mut scene = Scene::bare();
    scene
        .put("signature (zeros)", [0; 8])
        .skip(0, "FILE_SIGNATURE")
        .put("sync marker", MARKER)
        .put("CRC32C of the sync marker", crc32c(&MARKER).to_le_bytes());
    scene.header(8, 28).beats(1..=1);
    scene.finish(suite, "file-signature-zeros", "A signature of zeros", &["FILE-002"], false);
    let mut scene = Scene::bare();
    scene
        .put("signature", SIGNATURE)
        .fill("sync marker and CRC32C (zeros)", 0, 20)
        .header(0, 8)
        .skip(8, "FILE_MARKER")
        .beats(1..=1);
    scene.finish(
        suite,
        "file-header-marker-zeros",
        "A marker and a CRC32C of zeros: the CRC32C of 16 zeros is another",
        &["FILE-003"],
        false,
    );
}

fn short(suite: &mut Suite) {
    Scene::bare().put("signature", SIGNATURE).header(0, 8).finish(
        suite,
        "file-cut-8",
        "The file ends after the signature",
        &["FILE-003", "FILE-009", "FILE-012"],
        false,
    );
    for cut in [9, 24, 27] {
        let rest = [&MARKER[..], &crc32c(&MARKER).to_le_bytes()].concat();
        let mut scene = Scene::bare();
        scene
            .put("signature", SIGNATURE)
            .put("sync marker and its CRC32C (cut)", &rest[..cut - 8])
            .header(0, 8)
            .skip(8, "FILE_MARKER");
        scene.finish(
            suite,
            &format!("file-cut-{cut}"),
            &format!("The file ends in its header, after {cut} bytes"),
            &["FILE-003", "FILE-009"],
            true,
        );
    }
}

fn refused(suite: &mut Suite) {
    Scene::bare().refuse(suite, "file-no-bytes", "A file of no bytes");
    for cut in [1, 7] {
        Scene::bare().put("signature (cut)", &SIGNATURE[..cut]).refuse(
            suite,
            &format!("file-cut-{cut}"),
            &format!("The file ends in its signature, after {cut} bytes"),
        );
    }
    let mut signature = SIGNATURE;
    signature[0] ^= 0x01;
    let mut crc = crc32c(&MARKER).to_le_bytes();
    crc[3] ^= 0x40;
    let mut scene = Scene::bare();
    scene
        .put("signature (damaged)", signature)
        .put("sync marker", MARKER)
        .put("CRC32C of the sync marker (damaged)", crc);
    scene.refuse(suite, "file-both-damaged-no-entries", "Signature and marker are damaged, no entries");
    scene.marker().frame(&beat(1));
    scene.refuse(suite, "file-both-damaged", "Signature and marker are damaged, one entry");
    let mut scene = Scene::bare();
    scene.put("signature (damaged)", signature).put("sync marker (cut)", &MARKER[..12]);
    scene.refuse(suite, "file-cut-20-signature-damaged", "The signature is damaged and the file ends in the marker");
    let mut scene = Scene::bare();
    scene.put("signature after its line ends were changed", [0xbe, 0x44, 0x53, 0x46, 0x0a, 0x1a, 0x0a]);
    scene
        .put("sync marker", MARKER)
        .put("CRC32C of the sync marker", crc32c(&MARKER).to_le_bytes())
        .marker()
        .frame(&beat(1));
    scene.refuse(suite, "file-line-ends-changed", "A transfer made one line feed of the signature's line end");
    Scene::bare().frame(&beat(1)).refuse(suite, "file-is-a-frame", "A frame and no file around it");
    Scene::bare().put("text", *b"{\"header\": {}, \"metadata\": {}, \"records\": []}\n").refuse(
        suite,
        "file-is-text",
        "Text",
    );
    Scene::bare().fill("zeros", 0, 4096).refuse(suite, "file-is-zeros", "4,096 zeros");
}
