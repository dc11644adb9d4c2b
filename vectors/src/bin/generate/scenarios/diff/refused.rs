//! Texts without a canonical form. The state before stays.

use super::script::{Script, add as add_op};
use crate::suite::Suite;

/// Id, what it is about, the text, and the requirement.
type Row = (&'static str, &'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    ("empty", "No text", "", "DIF-001"),
    ("trailing", "Something follows the value", "{} {}", "DIF-001"),
    ("trailing-letter", "A letter follows the value", "1a", "DIF-001"),
    ("trailing-comma", "A comma behind the last element", "[1,]", "DIF-001"),
    ("single-quotes", "Single quotes", "'a'", "DIF-001"),
    ("comment", "A comment", "[1/* one */]", "DIF-001"),
    ("leading-zero", "A number with a leading zero", "01", "DIF-001"),
    ("plus", "A number with a plus", "+1", "DIF-001"),
    ("no-digits", "A fraction without digits", "1.", "DIF-001"),
    ("nan", "NaN is no JSON", "NaN", "DIF-001"),
    ("infinity", "Infinity is no JSON", "-Infinity", "DIF-001"),
    ("byte-order-mark", "A byte order mark before the value", "\u{feff}1", "DIF-001"),
    ("control-character", "A control character in a text", "\"\t\"", "DIF-001"),
    ("unknown-escape", "An escape that there is not", r#""\x41""#, "DIF-001"),
    ("name-twice", "A name twice", r#"{"a":1,"b":2,"a":1}"#, "DIF-002"),
    ("name-twice-escaped", "A name twice, once with an escape", r#"{"a":1,"\u0061":1}"#, "DIF-002"),
    ("name-twice-deep", "A name twice, below others", r#"[{"x":[{"y":1,"y":null}]}]"#, "DIF-002"),
    ("name-twice-proto", "The name __proto__ twice", r#"{"__proto__":1,"__proto__":1}"#, "DIF-002"),
    ("high-surrogate", "A high surrogate at the end", r#""\ud83d""#, "DIF-003"),
    ("low-surrogate", "A low surrogate alone", r#""\ude00a""#, "DIF-003"),
    ("swapped-surrogates", "A pair of surrogates the wrong way round", r#""\ude00\ud83d""#, "DIF-003"),
    ("surrogate-in-a-name", "Half a pair in a name", r#"{"\ud83d\u0041":1}"#, "DIF-003"),
    ("too-large", "A number above every double", "1e309", "DIF-004"),
    ("too-large-negative", "A number below every double", "[-1.8e308]", "DIF-004"),
    ("too-large-near", "A number that rounds to infinity", "1.797693134862315808e308", "DIF-004"),
    ("too-large-half-way", "2^1024 - 2^970, from which on numbers round to infinity", HALF_WAY, "DIF-004"),
    ("integer", "An integer that is no double", "9007199254740993", "DIF-005"),
    ("integer-negative", "A negative integer that is no double", "{\"id\":-9007199254740993}", "DIF-005"),
    ("integer-u64", "The largest integer of 64 bits", "18446744073709551615", "DIF-005"),
    ("integer-other-form", "2^60, which is written in another way", "1152921504606846976", "DIF-005"),
    ("integer-long", "An integer whose canonical form has an exponent", "1000000000000000000000", "DIF-005"),
];

/// Id, what they are about, and texts, each by itself (DIF-001).
type Texts = (&'static str, &'static str, &'static [&'static str]);

const SEVERAL: &[Texts] = &[
    (
        "other-white-space",
        "White space that is none of JSON, and zeros",
        &[
            "\u{b}1",
            "\u{c}1",
            "\u{a0}1",
            "\u{85}1",
            "\u{2003}1",
            "\u{2028}1",
            "\u{feff}1",
            "1\u{a0}",
            "1\u{b}",
            "[1,\u{a0}1]",
            "1\0",
            "\0",
        ],
    ),
    (
        "number-form",
        "Numbers in forms that JSON does not have",
        &[
            "-01", "00", ".5", "-.5", "1e", "1e+", "-", "1.e5", "0x1", "1_0", "- 1", "--1", "1.2.3", "1,5", "1n",
            "\u{661}",
        ],
    ),
    (
        "short-escape",
        "Escapes that have not four hexadecimal digits, or another letter",
        &[
            r#""\u41""#,
            r#""\u+041""#,
            r#""\u 041""#,
            r#""\u004g""#,
            r#""\u""#,
            r#""\U0041""#,
            r#""\N""#,
            r#""\'""#,
            r#""\""#,
        ],
    ),
    (
        "literal",
        "Literals with other letters, with fewer and with more, and arrays and objects in which something is missing",
        &[
            "True",
            "NULL",
            "nul",
            "truee",
            "true1",
            "nil",
            "undefined",
            "[true false]",
            "[,1]",
            "{a:1}",
            "{1:1}",
            "{\"a\" 1}",
            "{\"a\":}",
        ],
    ),
];

/// Half-way between the largest double and 2^1024.
const HALF_WAY: &str = concat!(
    "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633",
    "02864166928879109465555478519404026306574886715058206819089020007083836762738548458177115317644757302700",
    "69855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792.0",
);

pub(crate) fn add(suite: &mut Suite) {
    let start = || Script::new().text("[0]").is("[0]");
    for (name, title, text, requirement) in ROWS {
        let mut script = start().text(text).refused("STATE_TEXT");
        // What is no state is no value of an operation either.
        script = script.diff_of("[0]", "", &[add_op("/-", text)]).refused("STATE_TEXT");
        script = script.diff_of("[0]", "[0,1]", &[add_op("/-", "1")]).is("[0,1]");
        script.add(suite, &format!("dif-refused-{name}"), title, &[requirement, "DIF-023", "DIF-033"]);
    }
    for (name, title, texts) in SEVERAL {
        let refused = |script: Script, text: &&str| {
            let script = script.text(text).refused("STATE_TEXT");
            script.diff_of("[0]", "", &[add_op("/-", text)]).refused("STATE_TEXT")
        };
        let script = texts.iter().fold(start(), refused).diff_of("[0]", "[0,1]", &[add_op("/-", "1")]).is("[0,1]");
        script.add(suite, &format!("dif-refused-{name}"), title, &["DIF-001", "DIF-023", "DIF-033"]);
    }
    for (name, title, bytes) in [
        ("not-utf8", "A byte that is in no UTF-8", &b"\"\xff\""[..]),
        ("utf8-surrogate", "A surrogate in the manner of UTF-8", b"\"\xed\xa0\x80\""),
        ("utf8-overlong", "A character in more bytes than it needs", b"\"\xc0\xaf\""),
        ("utf16", "UTF-16", b"\xff\xfe[\x001\x00]\x00"),
    ] {
        let script = start().bytes(bytes).refused("STATE_TEXT").diff_of("[0]", "", &[]).is("[0]");
        script.add(suite, &format!("dif-refused-{name}"), title, &["DIF-001", "DIF-033"]);
    }
}
