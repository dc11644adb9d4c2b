//! `legacy convert`.

use dashstream_codec::{Code, Decoder, Frame, Limits, MessageReader, Prelude, ReadOptions};
use dashstream_conformance::plain::{self, Plain};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, run, run_with};

fn records(file: &str) -> Vec<Value> {
    let lines = run(&["decode", file]).ended(0).lines();
    lines.into_iter().filter_map(|mut line| line.get_mut("record").map(Value::take)).collect()
}

#[test]
fn legacy_frames_are_bad_magic() {
    let folder = Folder::new();
    for prefix in [0x00, 0x01] {
        let bytes = [&[prefix][..], &[0x0A, 0x04, 0x74, 0x65, 0x73, 0x74].repeat(30)].concat();
        let options = ReadOptions::default();
        assert_eq!(Prelude::read(&bytes).unwrap_err().code, Code::BadMagic);
        assert_eq!(Frame::parse(&bytes, &options).unwrap_err().code, Code::BadMagic);
        assert_eq!(Decoder::new().decode(&bytes, &options).unwrap_err().code, Code::BadMagic);
        let mut reader = MessageReader::new(Limits::default());
        assert_eq!(reader.push(&bytes).unwrap_err().code, Code::BadMagic);
        let fault = Plain::new().decode(Some(&bytes), plain::Limits::default(), None).unwrap_err();
        assert_eq!(fault.code, "BAD_MAGIC");
        let said = "BAD_MAGIC at byte 0 of the frame (PRE-002)";
        run_with(&["decode"], &bytes).ended(1).said(said);
        run_with(&["export"], &bytes).ended(1).said(said);
        let inspected = run_with(&["inspect"], &bytes).ended(1);
        assert!(inspected.text().contains(said), "{}", inspected.text());
        // The tool that is told to takes them, unread.
        let (payload, file) = (folder.write("payload.bin", &bytes), folder.path("file.dsf"));
        run(&["legacy", "convert", &payload, "-o", &file]).ended(0).said("1 payload, 1 frame, ");
        run(&["verify", &file]).ended(0);
        let records = records(&file);
        let names: Vec<_> = records.iter().map(|record| record["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["EPOCH_START", "LEGACY_PAYLOAD", "EPOCH_END"]);
        assert_eq!(records[1]["payload"], json!({"frame": hex::encode(&bytes), "source": "payload.bin"}));
    }
}

#[test]
fn a_folder_is_taken_in_the_order_of_its_names() {
    let folder = Folder::new();
    let inner = Folder::new();
    for (name, byte) in [("b", 2), ("a", 1), ("c", 3)] {
        inner.write(name, [vec![0, byte], vec![byte; 400_000]].concat());
    }
    let file = folder.path("file.dsf");
    run(&["legacy", "convert", &inner.path(""), "-o", &file, "--codec", "none", "--tenant", "acme"]).ended(0);
    let records = records(&file);
    let sources: Vec<_> = records.iter().filter_map(|record| record["payload"]["source"].as_str()).collect();
    assert_eq!(sources, ["a", "b", "c"]);
    let frames = run(&["decode", &file]).ended(0).lines().iter().filter(|line| line.get("frame").is_some()).count();
    assert_eq!(frames, 2, "a batch ends at a million bytes");
    run(&["verify", &file]).ended(0);
}

#[test]
fn what_is_not_of_the_earlier_format_is_refused() {
    let folder = Folder::new();
    let (other, empty) = (folder.write("other", [0xBE, 1]), folder.write("empty", []));
    let file = folder.path("file.dsf");
    run(&["legacy", "convert", &other, "-o", &file]).ended(1).said("other: begins with be");
    run(&["legacy", "convert", &empty, "-o", &file]).ended(1).said("empty: is empty");
    assert!(!std::path::Path::new(&file).exists());
    run(&["legacy", "convert", &other, "-o", &file, "--any"]).ended(0);
    assert_eq!(records(&file)[1]["payload"], json!({"frame": "be01", "source": "other"}));
    let nothing = Folder::new();
    run(&["legacy", "convert", &nothing.path(""), "-o", &file]).ended(1).said("no files");
    run(&["legacy", "convert", &nothing.path("missing"), "-o", &file]).ended(3).said("missing");
}

#[test]
fn what_is_no_file_is_refused() {
    let (folder, other) = (Folder::new(), Folder::new());
    let file = other.path("file.dsf");
    folder.write("a", [0]);
    let refused = || run(&["legacy", "convert", &folder.path(""), "-o", &file, "--any"]);
    std::fs::create_dir(folder.path("inner")).unwrap();
    refused().ended(1).said("inner: not a file");
    std::fs::remove_dir(folder.path("inner")).unwrap();
    #[cfg(unix)]
    {
        let socket = std::os::unix::net::UnixListener::bind(folder.path("socket")).unwrap();
        refused().ended(1).said("socket: not a file");
        drop(socket);
        std::fs::remove_file(folder.path("socket")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path("link")).unwrap();
        refused().ended(3).said("link: ");
    }
}

#[test]
fn a_message_keeps_bytes_name_and_time() {
    let folder = Folder::new();
    let message: Vec<u8> = (0..=255).collect();
    let path = folder.write("grüße 1.bin", &message);
    let changed = std::fs::metadata(&path).unwrap().modified().unwrap();
    let changed = changed.duration_since(std::time::UNIX_EPOCH).unwrap().as_micros().to_string();
    let file = folder.path("file.dsf");
    run(&["legacy", "convert", &path, "-o", &file, "--tenant", "ä"]).ended(0);
    let record = &records(&file)[1];
    assert_eq!(record["payload"], json!({"frame": hex::encode(&message), "source": "grüße 1.bin"}));
    assert_eq!(record["time_us"], changed);
    let frame = &run(&["decode", &file]).ended(0).lines()[0]["frame"];
    assert_eq!((&frame["metadata"]["tenant"], &frame["header"]["lane"]), (&json!("ä"), &json!(0)));
    run(&["legacy", "convert", "-", "-o", &file]).ended(3).said("-: ");
    run(&["legacy", "convert", &path, "-o", &file, "--tenant", ""]).ended(2).said("1 to 255 bytes");
}

#[test]
fn a_payload_that_fits_no_frame_is_an_error_that_names_the_file() {
    let folder = Folder::new();
    // Bytes that do not compress.
    let mut state = 1_u32;
    let noise = (0..1_100_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 24).unwrap()
    });
    let large = folder.write("large.bin", std::iter::once(0).chain(noise).collect::<Vec<u8>>());
    let huge = folder.write("huge.bin", vec![0; 9_000_000]);
    let file = folder.path("file.dsf");
    run(&["legacy", "convert", &large, "-o", &file]).ended(1).said("large.bin: LOCAL_LIMIT");
    run(&["legacy", "convert", &huge, "-o", &file]).ended(1).said("huge.bin: RAW_LEN");
    assert_eq!(folder.names(), ["huge.bin", "large.bin"]);
    run(&["legacy", "convert", &large, "-o", &file, "--max-frame-len", "2000000"]).ended(0);
}
