//! Gives every message and field that its schema leaves without a comment a line of documentation.

use prost_types::source_code_info::Location;
use prost_types::{FileDescriptorProto, FileDescriptorSet};

/// Numbers of `FileDescriptorProto.message_type` and `DescriptorProto.field`, which make up the paths of comments.
const MESSAGE: i32 = 4;
const FIELD: i32 = 2;

/// Fills in the comments that are missing.
pub(crate) fn complete(set: &mut FileDescriptorSet) {
    for file in &mut set.file {
        let wanted = wanted(file);
        let locations = &mut file.source_code_info.get_or_insert_default().location;
        for (path, text) in wanted {
            comment(locations, path, text);
        }
    }
}

/// Path and default comment of each message and field.
fn wanted(file: &FileDescriptorProto) -> Vec<(Vec<i32>, String)> {
    let mut wanted = Vec::new();
    for (i, message) in (0..).zip(&file.message_type) {
        wanted.push((vec![MESSAGE, i], format!(" {}.\n", words(&snake(message.name())))));
        for (j, field) in (0..).zip(&message.field) {
            wanted.push((vec![MESSAGE, i, FIELD, j], format!(" {}\n", default_doc(field.name()))));
        }
    }
    wanted
}

fn comment(locations: &mut Vec<Location>, path: Vec<i32>, text: String) {
    match locations.iter_mut().find(|location| location.path == path) {
        Some(location) if location.leading_comments.is_some() || location.trailing_comments.is_some() => {}
        Some(location) => location.leading_comments = Some(text),
        None => locations.push(Location { path, leading_comments: Some(text), ..Location::default() }),
    }
}

/// What a field's name tells: the schemas use the same endings and names throughout.
fn default_doc(name: &str) -> String {
    if name == "status" {
        "0 not said, 1 ok, 2 error, 3 cancelled, 4 timed out, 5 interrupted; other values are passed through."
            .to_owned()
    } else if let Some(stem) = name.strip_suffix("_ref") {
        format!("{}: 1-based into the frame's strings; 0: absent.", words(stem))
    } else if let Some(stem) = name.strip_suffix("_us") {
        format!("{} in microseconds.", words(stem))
    } else {
        format!("{}.", words(name))
    }
}

/// `source_topic` becomes `Source topic`.
fn words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect()
}

/// `TraceStep` becomes `trace_step`.
fn snake(name: &str) -> String {
    crate::tables::constant(name).to_ascii_lowercase()
}
