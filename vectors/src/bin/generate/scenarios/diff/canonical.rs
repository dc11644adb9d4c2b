//! Texts, and their canonical forms.

use super::script::Script;
use crate::suite::Suite;

/// Id, what it is about, the text, its canonical form, and the requirement.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    (
        "order",
        "Names are sorted, at each depth",
        r#"{"b":{"z":1,"a":2},"a":[{"d":1,"c":2}]}"#,
        r#"{"a":[{"c":2,"d":1}],"b":{"a":2,"z":1}}"#,
        "DIF-007",
    ),
    (
        "order-prefix",
        "A name comes before those that it begins",
        r#"{"aa":1,"a":2,"":3,"A":4}"#,
        r#"{"":3,"A":4,"a":2,"aa":1}"#,
        "DIF-007",
    ),
    (
        "order-digits",
        "Names of digits are sorted as texts",
        r#"{"10":1,"9":2,"1":3}"#,
        r#"{"1":3,"10":1,"9":2}"#,
        "DIF-007",
    ),
    (
        "order-surrogates",
        "A character beyond U+FFFF comes before U+FB33, by its surrogates",
        "{\"\u{fb33}\":1,\"\u{1f600}\":2}",
        "{\"\u{1f600}\":2,\"\u{fb33}\":1}",
        "DIF-007",
    ),
    ("number-integer", "A fraction of zeros is none", r"[1.0,10e-1,1e0,100E-2,-0.5e1]", "[1,1,1,1,-5]", "DIF-008"),
    ("number-minus-zero", "Both zeros are written as 0", r"[0,-0,0.0,-0.0,-0e-5,0E+400]", "[0,0,0,0,0,0]", "DIF-008"),
    (
        "number-nearest",
        "A fraction is the nearest double",
        "[0.1,0.10000000000000001,333333333.33333329,0.30000000000000004,4.4501477170144023e-308]",
        "[0.1,0.1,333333333.3333333,0.30000000000000004,4.4501477170144023e-308]",
        "DIF-008",
    ),
    (
        "number-large",
        "Up to 10^21 without an exponent",
        "[1e20,999999999999999900000,1e21,1.5e300,123456789012e5]",
        "[100000000000000000000,999999999999999900000,1e+21,1.5e+300,12345678901200000]",
        "DIF-008",
    ),
    (
        "number-small",
        "Down to 10^-6 without an exponent",
        "[0.000001,0.00000123,1e-7,1.25e-7,5e-324,-2.5e-10]",
        "[0.000001,0.00000123,1e-7,1.25e-7,5e-324,-2.5e-10]",
        "DIF-008",
    ),
    (
        "number-half-way",
        "Between two doubles the even one is the nearest",
        "[9007199254740993.0,9007199254740995e0]",
        "[9007199254740992,9007199254740996]",
        "DIF-008",
    ),
    (
        "number-even-digit",
        "Of two last digits that are equally near the even one is written",
        "[167271932131646.625,167271932131646.63,-1229482698272145.25,1229482698272145.75]",
        "[167271932131646.62,167271932131646.62,-1229482698272145.2,1229482698272145.8]",
        "DIF-008",
    ),
    (
        "number-long",
        "Digits behind the twentieth decide which double is the nearest",
        "[9007199254740993.00000000000000000001,9007199254740994.99999999999999999999]",
        "[9007199254740994,9007199254740994]",
        "DIF-008",
    ),
    ("number-nothing", "What is too small is 0", "[1e-400,-1e-400,2.4703282292062327e-324]", "[0,0,0]", "DIF-008"),
    (
        "number-largest",
        "What rounds to the largest double",
        "[1.7976931348623157e308,1.797693134862315807e308,-179769313486231580.7937e291]",
        "[1.7976931348623157e+308,1.7976931348623157e+308,-1.7976931348623157e+308]",
        "DIF-004",
    ),
    (
        "number-safe",
        "2^53 - 1 is an integer like others",
        "[9007199254740991,-9007199254740991]",
        "[9007199254740991,-9007199254740991]",
        "DIF-005",
    ),
    (
        "number-beyond",
        "A larger integer may stand there as ECMAScript writes it",
        "[9007199254740992,-9007199254740992,1152921504606847000,100000000000000000000]",
        "[9007199254740992,-9007199254740992,1152921504606847000,100000000000000000000]",
        "DIF-005",
    ),
    (
        "number-in-a-text",
        "Digits in a text are no number",
        r#"{"9007199254740993":"9007199254740993"}"#,
        r#"{"9007199254740993":"9007199254740993"}"#,
        "DIF-005",
    ),
    (
        "text-escapes",
        "Each character has one form",
        r#"["\u0041\/\u002f\u00e9\ud83d\ude00\u20ac","\u0022\u005c"]"#,
        "[\"A//é😀€\",\"\\\"\\\\\"]",
        "DIF-009",
    ),
    (
        "text-control",
        "Control characters are escaped, the short way where there is one",
        r#""\u0000\u0001\u0008\u0009\u000a\u000b\u000c\u000d\u001f""#,
        r#""\u0000\u0001\b\t\n\u000b\f\r\u001f""#,
        "DIF-009",
    ),
    (
        "text-unescaped",
        "U+007F, U+0080, U+2028 and U+FEFF are not escaped",
        r#""\u007f\u0080\u2028\u2029\ufeff<>&'""#,
        "\"\u{7f}\u{80}\u{2028}\u{2029}\u{feff}<>&'\"",
        "DIF-009",
    ),
    (
        "text-not-normalized",
        "Texts are not normalized",
        "[\"\u{e9}\",\"e\u{301}\",\"\u{212b}\"]",
        "[\"\u{e9}\",\"e\u{301}\",\"\u{212b}\"]",
        "DIF-009",
    ),
    (
        "white-space",
        "White space goes",
        " \t\r\n{ \"a\" : [ 1 ,\n2 ] ,\r\n\"b\" : { } }\n",
        r#"{"a":[1,2],"b":{}}"#,
        "DIF-001",
    ),
    (
        "name-proto",
        "__proto__ and constructor are names like others",
        r#"{"constructor":2,"__proto__":{"a":1}}"#,
        r#"{"__proto__":{"a":1},"constructor":2}"#,
        "DIF-010",
    ),
    ("scalar", "A state may be any value", "\"text\"", "\"text\"", "DIF-010"),
    (
        "literals",
        "The literals, and what is empty",
        "[null,true,false,[],{},\"\"]",
        "[null,true,false,[],{},\"\"]",
        "DIF-010",
    ),
];

pub(crate) fn add(suite: &mut Suite) {
    for (name, title, text, canonical, requirement) in ROWS {
        // The hash is in the snapshot, so that it is compared; the canonical form is its own.
        let script = Script::new().hashed(text, canonical).is(canonical).hashed(canonical, canonical).is(canonical);
        script.add(suite, &format!("dif-canonical-{name}"), title, &[requirement]);
    }
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    Script::new().text(&deep(100)).is(&deep(100)).text(&deep(101)).refused("STATE_TEXT").add(
        suite,
        "dif-canonical-depth",
        "A hundred arrays in one another, and one more",
        &["DIF-006"],
    );
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    Script::new().text(&objects(100)).is(&objects(100)).text(&objects(101)).refused("STATE_TEXT").add(
        suite,
        "dif-canonical-depth-objects",
        "A hundred objects in one another, and one more",
        &["DIF-006"],
    );
}
