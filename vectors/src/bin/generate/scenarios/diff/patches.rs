//! Diffs: what they are made for, their operations, their results.

use super::script::{Script, add as put, copy, full, relocate, remove, replace, test};
use crate::suite::Suite;
use crate::tree::Tree;

const PATH: &str = "STATE_PATH";

pub(crate) fn add(suite: &mut Suite) {
    bases(suite);
    doubts(suite);
    sure(suite);
    order(suite);
    accepted(suite);
    places(suite);
    inherited(suite);
    tests(suite);
    limits(suite);
    results(suite);
}

fn bases(suite: &mut Suite) {
    let more = [put("/-", "1")];
    Script::new()
        .diff(&[put("", "1")])
        .refused("STATE_BASE")
        .diff_of("null", "1", &[put("", "1")])
        .refused("STATE_BASE")
        .text("[]")
        .is("[]")
        .add(suite, "dif-020-no-state", "A diff before any state", &["DIF-020"]);
    Script::new()
        .text("[ 0 ]")
        .is("[0]")
        .diff_of("[0]", "[0,1]", &more)
        .is("[0,1]")
        .diff_of("[0]", "[0,1]", &more)
        .refused("STATE_BASE")
        .add(suite, "dif-021-twice", "A diff that comes twice is made for another state the second time", &["DIF-021"]);
    Script::new()
        .text("[0]")
        .is("[0]")
        .diff_of("[ 0 ]", "", &more)
        .refused("STATE_BASE")
        .diff_of("[0]", "", &[put("/-", "no JSON")])
        .refused("STATE_TEXT")
        .diff_of("[1]", "", &[put("/-", "no JSON")])
        .refused("STATE_BASE")
        .add(suite, "dif-021-first", "The base is looked at before all else", &["DIF-021", "DIF-023", "DIF-035"]);
    Script::new()
        .text("[0]")
        .is("[0]")
        .diff(&more)
        .is("[0,1]")
        .lost()
        .diff(&more)
        .refused("STATE_BASE")
        .diff_of("[0,1]", "", &more)
        .is("[0,1,1]")
        .diff(&more)
        .is("[0,1,1,1]")
        .add(suite, "dif-022-lost", "After a loss a diff has to say what it is made for, until one has", &["DIF-022"]);
    Script::new()
        .text("[0]")
        .is("[0]")
        .diff(&[remove("/1")])
        .refused(PATH)
        .diff(&more)
        .refused("STATE_BASE")
        .text("[]")
        .is("[]")
        .diff(&more)
        .is("[1]")
        .add(
            suite,
            "dif-022-refused",
            "After a record that was refused a diff has to say what it is made for, until a snapshot has come",
            &["DIF-022", "DIF-026"],
        );
    Script::new().text("[0]").is("[0]").text("[").refused("STATE_TEXT").diff(&more).refused("STATE_BASE").add(
        suite,
        "dif-022-refused-snapshot",
        "After a snapshot that was refused a diff has to say what it is made for",
        &["DIF-022", "DIF-001"],
    );
    Script::new().lost().text("[0]").is("[0]").diff(&more).is("[0,1]").add(
        suite,
        "dif-022-snapshot",
        "A snapshot after a loss ends the doubt",
        &["DIF-022"],
    );
}

/// What makes a follower doubt, and what does not end it.
fn doubts(suite: &mut Suite) {
    let more = [put("/-", "1")];
    let start = || Script::new().text("[0]").is("[0]");
    for (name, what, code, script) in [
        ("pieces", "a piece that does not follow", "STATE_PIECES", start().piece(1, 2, b"]", "[1]")),
        ("hash", "a snapshot with another hash", "STATE_HASH", start().hashed("[1]", "[2]")),
        ("base", "a diff of another state", "STATE_BASE", start().diff_of("[1]", "", &more)),
        ("test", "a test that does not hold", "STATE_TEST", start().diff(&[test("/0", "1")])),
        ("limit", "a diff that nests too deep", "STATE_LIMIT", start().diff(&[put("/-", &nest(100))])),
    ] {
        let script = script.refused(code).diff(&more).refused("STATE_BASE").diff_of("[0]", "", &more).is("[0,1]");
        let title = format!("After {what} a diff has to say what it is made for");
        script.diff(&more).is("[0,1,1]").add(suite, &format!("dif-022-{name}"), &title, &["DIF-022"]);
    }
    start().lost().diff_of("", "[0,1]", &more).refused("STATE_BASE").add(
        suite,
        "dif-022-result",
        "A diff that says what it makes does not say what it is made for",
        &["DIF-022"],
    );
    let script = start().lost().piece(0, 2, b"[1", "[1]").waits().diff(&more).refused("STATE_BASE");
    script.add(suite, "dif-022-piece", "The first piece of a snapshot does not end the doubt", &["DIF-022"]);
    let script = start().lost().piece(0, 2, b"[1", "[1]").waits().piece(1, 2, b"]", "[1]").is("[1]");
    script.diff(&more).is("[1,1]").add(
        suite,
        "dif-022-last-piece",
        "The last piece of a snapshot ends the doubt",
        &["DIF-022"],
    );
}

/// What ends the doubt.
fn sure(suite: &mut Suite) {
    let start = || Script::new().text("[0]").is("[0]");
    let script = start().piece(0, 2, b"[1", "[1]").waits().lost().piece(1, 2, b"]", "[1]").is("[1]");
    script.diff(&[put("/-", "1")]).is("[1,1]").add(
        suite,
        "dif-022-lost-between",
        "The last piece of a snapshot ends the doubt of a loss between its pieces",
        &["DIF-016", "DIF-022"],
    );
    start().lost().diff_of("[0]", "", &[]).is("[0]").diff(&[put("/-", "1")]).is("[0,1]").add(
        suite,
        "dif-022-empty",
        "A diff without operations ends the doubt, where it says what it is made for",
        &["DIF-022"],
    );
}

/// Two faults in one diff; the first in the order is reported.
fn order(suite: &mut Suite) {
    let start = || Script::new().text("[0]").is("[0]");
    let script = start().diff_of("[0]", "", &[remove("/7"), put("/-", "no JSON")]).refused("STATE_TEXT");
    let script = script.diff_of("[0]", "", &[test("/0", "1"), put("/-", "{")]).refused("STATE_TEXT");
    let title = "All values are looked at before the first operation";
    script.add(suite, "dif-035-values", title, &["DIF-023", "DIF-035"]);
    let script = start().diff_of("[0]", "", &[test("/0", "1"), put("a", "1")]).refused("STATE_TEST");
    let title = "A path is looked at when its operation is applied";
    script.add(suite, "dif-035-path", title, &["DIF-025", "DIF-030", "DIF-035"]);
    let script = start().diff_of("[0]", "", &[put("/5", &nest(100))]).refused(PATH);
    let script = script.diff_of("[0]", "", &[replace("/5", &nest(100))]).refused(PATH);
    let title = "A path that leads nowhere, and a value that nests too deep for it";
    script.add(suite, "dif-035-depth", title, &["DIF-027", "DIF-031", "DIF-035"]);
    let script = start().diff_of("[0]", "[1]", &[test("/0", "1")]).refused("STATE_TEST");
    let title = "A test that does not hold, and another result";
    script.add(suite, "dif-035-result", title, &["DIF-030", "DIF-032", "DIF-035"]);
    let script = start().diff_of("[0]", "[1]", &[put("/0", &nest(100))]).refused("STATE_LIMIT");
    let title = "A diff that nests too deep, and another result";
    script.add(suite, "dif-035-limit", title, &["DIF-031", "DIF-032", "DIF-035"]);
    let base = r#"[1,{"a":0}]"#;
    let script = Script::new().text(base).is(base).diff_of(base, "", &[relocate("/0", "/1/a")]).refused(PATH);
    let title = "The way to where a value is moved is gone once the value is taken";
    script.diff_of(base, base, &[]).is(base).add(suite, "dif-034-move-gone", title, &["DIF-026", "DIF-027", "DIF-034"]);
    for (name, op) in [("replace", replace("/0", "nul")), ("test", test("/0", "nul"))] {
        Script::new().text("[null]").is("[null]").diff_of("[null]", "", &[op]).refused("STATE_TEXT").add(
            suite,
            &format!("dif-023-{name}"),
            &format!("The value of a {name} is no JSON"),
            &["DIF-023"],
        );
    }
}

fn nest(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// One diff that is accepted.
struct Row(&'static str, &'static str, &'static str, Vec<Tree>, &'static str, &'static [&'static str]);

fn accepted(suite: &mut Suite) {
    let rows = [
        Row("add-member", "A member is added", "{}", vec![put("/a", "1")], r#"{"a":1}"#, &["DIF-029"]),
        Row(
            "add-again",
            "A member is put in the place of another",
            r#"{"a":1}"#,
            vec![put("/a", "[]")],
            r#"{"a":[]}"#,
            &["DIF-029"],
        ),
        Row("add-first", "An element is put before the first", "[1,2]", vec![put("/0", "0")], "[0,1,2]", &["DIF-029"]),
        Row("add-between", "An element is put between others", "[1,2]", vec![put("/1", "0")], "[1,0,2]", &["DIF-029"]),
        Row(
            "add-end",
            "An element is put at the end, by its index",
            "[1,2]",
            vec![put("/2", "0")],
            "[1,2,0]",
            &["DIF-027", "DIF-029"],
        ),
        Row(
            "add-dash",
            "An element is put at the end, by -",
            "[1,2]",
            vec![put("/-", "0"), put("/-", "3")],
            "[1,2,0,3]",
            &["DIF-027"],
        ),
        Row("add-whole", "The whole is put in the place of the whole", "[1,2]", vec![put("", "{}")], "{}", &[]),
        Row(
            "remove",
            "A member and an element are removed",
            r#"{"a":[1,2,3],"b":1}"#,
            vec![remove("/b"), remove("/a/1")],
            r#"{"a":[1,3]}"#,
            &[],
        ),
        Row(
            "remove-index-moves",
            "What is behind an element moves up",
            "[1,2,3]",
            vec![remove("/0"), remove("/0")],
            "[3]",
            &[],
        ),
        Row(
            "replace",
            "Values are replaced",
            r#"{"a":[1,2]}"#,
            vec![replace("/a/0", "{}"), replace("/a", "3")],
            r#"{"a":3}"#,
            &[],
        ),
        Row("replace-whole", "The whole is replaced", "1", vec![replace("", "2")], "2", &[]),
        Row(
            "move",
            "A member is moved",
            r#"{"a":{"x":1},"b":{}}"#,
            vec![relocate("/a/x", "/b/y")],
            r#"{"a":{},"b":{"y":1}}"#,
            &[],
        ),
        Row(
            "move-forward",
            "An element is moved; the index is that without it",
            "[1,2,3]",
            vec![relocate("/0", "/2")],
            "[2,3,1]",
            &["DIF-029"],
        ),
        Row(
            "move-back",
            "An element is moved to the front",
            "[1,2,3]",
            vec![relocate("/2", "/0")],
            "[3,1,2]",
            &["DIF-029"],
        ),
        Row(
            "move-dash",
            "An element is moved to the end, by -",
            "[1,2,3]",
            vec![relocate("/0", "/-")],
            "[2,3,1]",
            &["DIF-027"],
        ),
        Row(
            "move-nowhere",
            "What is moved to where it is stays there",
            r#"{"a":1}"#,
            vec![relocate("/a", "/a")],
            r#"{"a":1}"#,
            &[],
        ),
        Row(
            "move-onto",
            "What is moved takes the place of another",
            r#"{"a":1,"b":2}"#,
            vec![relocate("/a", "/b")],
            r#"{"b":1}"#,
            &["DIF-029"],
        ),
        Row(
            "copy-onto",
            "What is copied takes the place of another",
            r#"{"a":1,"b":2}"#,
            vec![copy("/a", "/b")],
            r#"{"a":1,"b":1}"#,
            &["DIF-029"],
        ),
        Row(
            "move-up",
            "A value takes the place of the whole",
            r#"{"a":{"b":1}}"#,
            vec![relocate("/a", "")],
            r#"{"b":1}"#,
            &[],
        ),
        Row("move-whole", "The whole is moved to where it is", "[1]", vec![relocate("", "")], "[1]", &[]),
        Row(
            "move-way",
            "The way to where a value is moved is that without it",
            r#"[1,{"a":0},{"b":0}]"#,
            vec![relocate("/0", "/1/a")],
            r#"[{"a":0},{"a":1,"b":0}]"#,
            &[],
        ),
        Row("copy-whole", "A value is copied to the whole", r#"{"a":[1]}"#, vec![copy("/a", "")], "[1]", &[]),
        Row(
            "move-sibling",
            "The path may begin with the letters of from",
            r#"{"a":1,"ab":{}}"#,
            vec![relocate("/a", "/ab/a")],
            r#"{"ab":{"a":1}}"#,
            &["DIF-028"],
        ),
        Row(
            "copy",
            "A value is copied, and is another one then",
            r#"{"a":[1]}"#,
            vec![copy("/a", "/b"), put("/b/-", "2")],
            r#"{"a":[1],"b":[1,2]}"#,
            &[],
        ),
        Row(
            "copy-into-itself",
            "The whole is copied into itself",
            "[1]",
            vec![copy("", "/0")],
            "[[1],1]",
            &["DIF-029"],
        ),
        Row(
            "copy-element",
            "An element is copied before itself",
            "[1,2]",
            vec![copy("/1", "/0")],
            "[2,1,2]",
            &["DIF-029"],
        ),
        Row(
            "tokens",
            "Names with ~, / and nothing in them",
            r#"{"":{"":1},"a/b":2,"m~n":3,"~1":4}"#,
            vec![replace("//", "5"), replace("/a~1b", "6"), replace("/m~0n", "7"), replace("/~01", "8")],
            r#"{"":{"":5},"a/b":6,"m~n":7,"~1":8}"#,
            &["DIF-025"],
        ),
        Row(
            "tokens-of-names",
            "Digits and - are names in an object",
            r#"{"-":2,"0":1,"01":3}"#,
            vec![remove("/01"), replace("/-", "4"), put("/1e0", "5")],
            r#"{"-":4,"0":1,"1e0":5}"#,
            &["DIF-027"],
        ),
        Row(
            "tokens-not-decoded",
            "A path is no URL, and has no escapes of JSON",
            r#"{"a%2Fb":1,"c\\u0064":2}"#,
            vec![remove("/a%2Fb"), remove("/c\\u0064")],
            "{}",
            &["DIF-025"],
        ),
        Row(
            "name-proto",
            "A member with the name __proto__, and what is in it",
            r#"{"__proto__":{"a":1}}"#,
            vec![remove("/__proto__/a"), put("/__proto__/b", "2"), copy("/__proto__", "/c")],
            r#"{"__proto__":{"b":2},"c":{"b":2}}"#,
            &[],
        ),
        Row(
            "name-proto-added",
            "Members with the names __proto__ and constructor are added",
            "{}",
            vec![put("/__proto__", "{\"a\":1}"), put("/constructor", "2"), test("/__proto__/a", "1")],
            r#"{"__proto__":{"a":1},"constructor":2}"#,
            &["DIF-029"],
        ),
        Row("empty", "No operation", r#"{"a":1}"#, vec![], r#"{"a":1}"#, &[]),
        Row(
            "order",
            "Operations are applied one after another",
            "{}",
            vec![put("/a", "{}"), put("/a/b", "[]"), put("/a/b/0", "1"), relocate("/a/b", "/c"), remove("/a")],
            r#"{"c":[1]}"#,
            &[],
        ),
        Row(
            "value-canonical",
            "Values are read like states",
            "[]",
            vec![put("/-", " {\"b\" : 1.0, \"a\": \"\\u0041\"} ")],
            r#"[{"a":"A","b":1}]"#,
            &["DIF-023"],
        ),
        Row(
            "ignored",
            "What an operation does not need is not looked at",
            r#"{"a":1,"b":2}"#,
            vec![
                full(2, "/a", "nowhere", "no JSON"),
                full(5, "/c", "/b", "{"),
                full(4, "/d", "/c", "01"),
                full(1, "/e", "~", "3"),
                full(3, "/e", "/x/y", "4"),
                full(6, "/e", "", "4"),
            ],
            r#"{"b":2,"d":2,"e":4}"#,
            &["DIF-024"],
        ),
        Row(
            "null",
            "null is a value",
            r#"{"a":null}"#,
            vec![test("/a", "null"), put("/b", "null"), replace("/a", "null")],
            r#"{"a":null,"b":null}"#,
            &[],
        ),
    ];
    for Row(name, title, base, ops, result, requirements) in rows {
        let canonical = base;
        let script = Script::new().text(base).is(canonical).diff_of(canonical, result, &ops).is(result);
        script.add(suite, &format!("dif-apply-{name}"), title, &[&["DIF-034"], requirements].concat());
    }
}

/// One diff whose last operation leads nowhere; the one before it is undone.
fn places(suite: &mut Suite) {
    let rows: Vec<(&str, &str, Tree, &[&'static str])> = vec![
        ("025-no-slash", "A path without a slash", put("a", "1"), &["DIF-025"]),
        ("025-fragment", "A path in the form of a URL's fragment", put("#/a", "1"), &["DIF-025"]),
        ("025-tilde", "A tilde that escapes nothing", put("/~", "1"), &["DIF-025"]),
        ("025-tilde-two", "A tilde before another digit", put("/o/~2", "1"), &["DIF-025"]),
        ("025-from", "A from that is no pointer", copy("l", "/x"), &["DIF-025"]),
        ("026-remove", "A member that is not there is removed", remove("/x"), &["DIF-026"]),
        ("026-remove-element", "An element that is not there is removed", remove("/l/2"), &["DIF-026", "DIF-027"]),
        ("026-replace", "A member that is not there is replaced", replace("/o/x", "1"), &["DIF-026"]),
        ("026-test", "A member that is not there is tested", test("/o/x", "null"), &["DIF-026"]),
        ("026-parent", "Something is added to what is not there", put("/x/y", "1"), &["DIF-026"]),
        ("026-scalar", "Something is added to a text", put("/s/0", "1"), &["DIF-026"]),
        ("026-scalar-dash", "Something is added to the end of a number", put("/n/-", "1"), &["DIF-026"]),
        ("026-copy", "What is not there is copied", copy("/x", "/y"), &["DIF-026"]),
        ("026-move", "What is not there is moved", relocate("/l/5", "/y"), &["DIF-026", "DIF-027"]),
        ("026-move-same-path", "What is not there is moved to where it is not", relocate("/x", "/x"), &["DIF-026"]),
        ("026-move-target", "Something is moved to a place that is not there", relocate("/o", "/x/y"), &["DIF-026"]),
        ("027-far", "An index behind the end", put("/l/3", "1"), &["DIF-027"]),
        ("027-leading-zero", "An index with a leading zero", put("/l/01", "1"), &["DIF-027"]),
        ("027-two-zeros", "Two zeros", test("/l/00", "1"), &["DIF-027"]),
        ("027-minus", "A negative index", put("/l/-1", "1"), &["DIF-027"]),
        ("027-plus", "An index with a plus", remove("/l/+1"), &["DIF-027"]),
        ("027-exponent", "An index with an exponent", replace("/l/1e0", "1"), &["DIF-027"]),
        ("027-fraction", "An index with a fraction", remove("/l/0.0"), &["DIF-027"]),
        ("027-space", "An index with a space", remove("/l/ 1"), &["DIF-027"]),
        ("027-name", "A name for an array", put("/l/length", "1"), &["DIF-027"]),
        ("027-empty", "No index", put("/l/", "1"), &["DIF-027"]),
        ("027-other-digits", "Digits of another script", remove("/l/\u{661}"), &["DIF-027"]),
        ("027-large", "An index of more than 64 bits", put("/l/18446744073709551616", "1"), &["DIF-027"]),
        ("027-end-replace", "What is behind the last element is replaced", replace("/l/2", "1"), &["DIF-027"]),
        ("027-end-test", "What is behind the last element is tested", test("/l/2", "1"), &["DIF-027"]),
        ("027-end-copy", "What is behind the last element is copied", copy("/l/2", "/x"), &["DIF-027"]),
        ("027-dash-remove", "- is removed", remove("/l/-"), &["DIF-027"]),
        ("027-dash-replace", "- is replaced", replace("/l/-", "1"), &["DIF-027"]),
        ("027-dash-test", "- is tested", test("/l/-", "2"), &["DIF-027"]),
        ("027-dash-from", "- is copied", copy("/l/-", "/x"), &["DIF-027"]),
        ("027-dash-inside", "- inside of a path", put("/l/-/a", "1"), &["DIF-027"]),
        (
            "027-move-far",
            "An index that is behind the end once the element is gone",
            relocate("/l/0", "/l/2"),
            &["DIF-027"],
        ),
        ("028-into-itself", "A value is moved into itself", relocate("/o", "/o/p/x"), &["DIF-028"]),
        ("028-whole", "The whole is moved into itself", relocate("", "/x"), &["DIF-028"]),
        ("028-remove-whole", "The whole is removed", remove(""), &["DIF-028"]),
    ];
    let base = r#"{"l":[1,2],"n":1,"o":{"p":{}},"s":"text"}"#;
    for (name, title, op, requirements) in rows {
        let mut script = Script::new().text(base).is(base);
        script = script.diff_of(base, "", &[put("/before", "1"), op]).refused(PATH);
        // The state is what it was.
        script = script.diff_of(base, base, &[]).is(base);
        script.add(suite, &format!("dif-{name}"), title, &[requirements, &["DIF-033"]].concat());
    }
}

/// Names that every object has in languages in which objects inherit.
fn inherited(suite: &mut Suite) {
    let start = Script::new().text("{}").is("{}");
    let script = [
        remove("/constructor"),
        remove("/hasOwnProperty"),
        replace("/toString", "1"),
        test("/__proto__", "{}"),
        put("/__proto__/a", "1"),
        copy("/__proto__", "/a"),
        relocate("/constructor/name", "/a"),
    ]
    .into_iter()
    .fold(start, |script, op| script.diff_of("{}", "", &[op]).refused(PATH));
    script.add(
        suite,
        "dif-026-inherited",
        "Names that objects have in some languages without having such members",
        &["DIF-026", "DIF-033"],
    );
}

fn tests(suite: &mut Suite) {
    let equal = [
        (
            "numbers",
            "Numbers are equal by value",
            "[1,10,0,-0.5]",
            vec![test("", "[1.0,1e1,-0,-5e-1]"), test("/2", "0.0"), test("/2", "-0.0")],
        ),
        (
            "members",
            "The order of members does not matter",
            r#"{"a":1,"b":[{"c":1,"d":2}]}"#,
            vec![test("", r#"{"b":[{"d":2,"c":1}],"a":1}"#)],
        ),
        ("texts", "Texts are equal by their characters", "[\"é/\"]", vec![test("/0", r#""\u00e9\/""#)]),
    ];
    for (name, title, base, ops) in equal {
        Script::new().text(base).is(base).diff_of(base, base, &ops).is(base).add(
            suite,
            &format!("dif-030-equal-{name}"),
            title,
            &["DIF-030"],
        );
    }
    let different = [
        ("number", "Another number", test("/n", "1.0000000000000002")),
        ("text-of-a-number", "A text is no number", test("/n", "\"1\"")),
        ("boolean", "true is not 1", test("/n", "true")),
        ("null", "null is no empty object", test("/o", "null")),
        ("empty", "An empty array is no empty object", test("/o", "[]")),
        ("more", "A member more", test("", r#"{"l":[1,2],"n":1,"o":{},"t":"é","x":1}"#)),
        ("fewer", "A member fewer", test("", r#"{"l":[1,2],"n":1,"o":{}}"#)),
        ("order", "The order of elements matters", test("/l", "[2,1]")),
        ("length", "An element more", test("/l", "[1,2,3]")),
        ("normalized", "Unicode is not normalized", test("/t", "\"e\u{301}\"")),
        ("case", "Letters of another case", test("/t", "\"É\"")),
    ];
    let base = "{\"l\":[1,2],\"n\":1,\"o\":{},\"t\":\"é\"}";
    for (name, title, op) in different {
        let mut script = Script::new().text(base).is(base);
        script = script.diff_of(base, "", &[put("/before", "1"), remove("/before"), op]).refused("STATE_TEST");
        script = script.diff_of(base, base, &[]).is(base);
        script.add(suite, &format!("dif-030-differs-{name}"), title, &["DIF-030"]);
    }
    let base = "[1]";
    Script::new()
        .text(base)
        .is(base)
        .diff_of(base, "", &[put("/0", "0"), test("/0", "1")])
        .refused("STATE_TEST")
        .diff_of(base, base, &[])
        .is(base)
        .add(
            suite,
            "dif-033-test",
            "What was done before a test that does not hold is undone",
            &["DIF-033", "DIF-030"],
        );
}

fn limits(suite: &mut Suite) {
    // Each copy doubles the state, and 17 of them make more than 128 MiB of a kilobyte.
    let base = format!("{{\"a\":\"{}\"}}", "x".repeat(1000));
    let mut ops: Vec<Tree> = (0..17).map(|n| copy("", &format!("/{n}"))).collect();
    ops.push(test("/a", "1"));
    Script::new()
        .text(&base)
        .is(&base)
        .diff_of(&base, "", &ops)
        .refused("STATE_LIMIT")
        .diff_of(&base, &base, &[])
        .is(&base)
        .add(suite, "dif-015-doubling", "A state that is copied into itself, again and again", &["DIF-015", "DIF-035"]);
    exactly(suite);
    let base = "[[[]]]";
    let inside = format!("[[[{}]]]", nest(97));
    Script::new()
        .text(base)
        .is(base)
        .diff_of(base, &inside, &[put("/0/0/0", &nest(97))])
        .is(&inside)
        .diff_of(&inside, "", &[put("/0/0/0", &nest(98))])
        .refused("STATE_LIMIT")
        .add(
            suite,
            "dif-031-add",
            "An operation that makes a hundred levels, and one that makes one more",
            &["DIF-031"],
        );
    let deep = put("/0/0/0", &nest(98));
    let start = Script::new().text(base).is(base);
    let script = start.diff_of(base, "", &[deep.clone(), remove("/0/0/0")]).refused("STATE_LIMIT");
    let script = script.diff_of(base, "", &[deep, test("/0", "1")]).refused("STATE_LIMIT");
    script.diff_of(base, "", &[put("/0/0/0", &nest(97)), remove("/0/0/0")]).is(base).add(
        suite,
        "dif-031-between",
        "A hundred levels between operations, and one more",
        &["DIF-031", "DIF-035"],
    );
    let (base, inside) = ("[[[]]]", format!("[[{}]]", nest(98)));
    let script = Script::new().text(base).is(base).diff_of(base, "", &[replace("/0/0", &nest(99))]);
    script.refused("STATE_LIMIT").diff_of(base, "", &[replace("/0/0", &nest(98))]).is(&inside).add(
        suite,
        "dif-031-replace",
        "A replace that makes a hundred levels, and one that makes one more",
        &["DIF-031"],
    );
    let (base, more) = (nest(50), nest(51));
    let script = Script::new().text(&base).is(&base).diff_of(&base, "", &[copy("", &"/0".repeat(50))]).is(&nest(100));
    let script = script.text(&more).is(&more).diff_of(&more, "", &[copy("", &"/0".repeat(50))]).refused("STATE_LIMIT");
    script.add(suite, "dif-031-copy", "A copy that makes a hundred levels, and one that makes one more", &["DIF-031"]);
    let base = format!("{{\"a\":{0},\"b\":{0}}}", nest(50));
    let moved = format!("{{\"b\":{}{},[]{}}}", "[".repeat(49), nest(50), "]".repeat(49));
    let to = |levels: usize| [relocate("/a", &format!("/b{}", "/0".repeat(levels)))];
    let script = Script::new().text(&base).is(&base).diff_of(&base, "", &to(50)).refused("STATE_LIMIT");
    script.diff_of(&base, "", &to(49)).is(&moved).add(
        suite,
        "dif-031-move",
        "A move that makes a hundred levels, and one that makes one more",
        &["DIF-031"],
    );
}

/// Each copy to the end makes twice the length and one more, so 14 of them make 2^26 - 1 of 4,095.
fn exactly(suite: &mut Suite) {
    let text = |letters: usize| format!("\"{}\"", "x".repeat(letters));
    let base = format!("[{}]", text(4091));
    // The replace makes the state longer by so much, and the last operation makes it short again.
    let grown = |more: usize| {
        let mut ops: Vec<Tree> = (0..14).map(|_| copy("", "/-")).collect();
        ops.push(replace("/0", &text(4091 + more)));
        ops.push(replace("", "1"));
        Script::new().text(&base).is(&base).diff_of(&base, "", &ops)
    };
    grown(1).is("1").add(suite, "dif-015-largest", "A state of 67,108,864 bytes between operations", &["DIF-015"]);
    grown(2).refused("STATE_LIMIT").add(
        suite,
        "dif-015-larger",
        "A state of 67,108,865 bytes between operations",
        &["DIF-015", "DIF-035"],
    );
}

fn results(suite: &mut Suite) {
    Script::new()
        .text("[]")
        .is("[]")
        .diff_of("[]", "[2]", &[put("/0", "1")])
        .refused("STATE_HASH")
        .diff_of("[]", "[1]", &[put("/0", "1")])
        .is("[1]")
        .add(
            suite,
            "dif-032-other",
            "The result is another one than the diff says, and the state what it was",
            &["DIF-032", "DIF-033"],
        );
    Script::new()
        .text("[]")
        .is("[]")
        .diff_of("[]", "[1.0]", &[put("/0", "1.0")])
        .refused("STATE_HASH")
        .diff_of("[]", "[0]", &[put("/0", "-0.0")])
        .is("[0]")
        .add(
            suite,
            "dif-032-canonical",
            "The hash of the result is that of its canonical form",
            &["DIF-032", "DIF-008"],
        );
    Script::new()
        .text("[]")
        .is("[]")
        .diff_of("", "[1]", &[put("/0", "1")])
        .is("[1]")
        .diff_of("", "[1]", &[put("/0", "1")])
        .refused("STATE_HASH")
        .add(
            suite,
            "dif-032-alone",
            "The hash of the result is looked at where there is none of the base",
            &["DIF-032"],
        );
}
