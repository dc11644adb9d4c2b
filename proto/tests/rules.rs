//! The build refuses a schema that the tables cannot express.

mod common;
#[path = "../build/model.rs"]
#[allow(dead_code, reason = "the build script uses what the tests do not")]
mod model;

#[allow(clippy::unwrap_used, reason = "a test that does not compile its schema has failed")]
fn refusal(source: &str) -> String {
    model::messages(&common::compile(source).unwrap()).err().unwrap_or_default()
}

#[test]
fn what_the_tables_cannot_express_is_refused() {
    let cases = [
        ("message M { int32 a = 1; }", "M.a has a type outside the list: TYPE_INT32"),
        ("message M { int64 a = 1; }", "M.a has a type outside the list: TYPE_INT64"),
        ("message M { sint32 a = 1; }", "M.a has a type outside the list: TYPE_SINT32"),
        ("message M { fixed64 a = 1; }", "M.a has a type outside the list: TYPE_FIXED64"),
        ("message M { float a = 1; }", "M.a has a type outside the list: TYPE_FLOAT"),
        ("message M { repeated uint32 a = 1 [packed = false]; }", "M.a is repeated and not packed"),
        ("message M { map<string, string> a = 1; }", "M has a map, a group or a nested message"),
        ("message M { oneof o { bool a = 1; } }", "M has a oneof or an optional field"),
        ("message M { optional bool a = 1; }", "M has a oneof or an optional field"),
        ("message M { enum E { A = 0; } }", "M has an enum"),
        ("enum E { A = 0; }", "test.proto has an enum"),
        ("message M { M a = 1; }", "M contains itself"),
        ("message M { N a = 1; } message N { repeated M b = 1; }", "M contains itself"),
    ];
    for (source, refused) in cases {
        assert_eq!(refusal(source), refused, "{source}");
    }
}

#[test]
fn fields_are_sorted_and_repeated_numbers_packed() {
    let set = common::compile("message M { repeated string b = 9; repeated double a = 2; bool c = 3; }").unwrap();
    let messages = model::messages(&set).unwrap();
    let fields: Vec<_> = messages[0].fields.iter().map(|field| (field.number, field.repeated, field.packed)).collect();
    assert_eq!(fields, [(2, true, true), (3, false, false), (9, true, false)]);
}

/// Paths of what a schema file declares: its messages, and their fields.
fn declared(file: &prost_types::FileDescriptorProto) -> Vec<(Vec<i32>, String)> {
    let mut found = Vec::new();
    for (m, message) in (0..).zip(&file.message_type) {
        found.push((vec![4, m], message.name().to_owned()));
        let fields = (0..).zip(&message.field);
        found.extend(fields.map(|(f, field)| (vec![4, m, 2, f], format!("{}.{}", message.name(), field.name()))));
    }
    found
}

#[test]
#[allow(clippy::unwrap_used, reason = "a test that does not compile its schemas has failed")]
fn every_message_and_field_says_what_it_means() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
    let schemas = std::fs::read_dir(format!("{folder}/dashstream/v1")).unwrap().map(|entry| entry.unwrap().path());
    let set = protox::compile(schemas, [folder]).unwrap();
    let mut silent = Vec::new();
    let mut count = 0;
    for file in &set.file {
        let places = file.source_code_info.iter().flat_map(|info| &info.location);
        let said: Vec<_> = places.filter(|place| !place.leading_comments().trim().is_empty()).collect();
        for (path, name) in declared(file) {
            count += 1;
            if !said.iter().any(|place| place.path == path) {
                silent.push(name);
            }
        }
    }
    assert!(count > 100, "only {count} messages and fields were found");
    assert_eq!(silent, [""; 0]);
}
