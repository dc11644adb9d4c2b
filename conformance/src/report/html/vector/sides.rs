//! What was expected beside what was answered, as JSON. Lines that differ begin with a sign, so that they stand out without colour.

use serde_json::Value;

use crate::report::escape;
use crate::report::model::TroubleRow;
use crate::runner::sides::Sides;

/// Objects and lists up to this wide stand in one line.
const WIDE: usize = 72;
/// Lines of a side that are shown.
const MOST: usize = 300;

/// One line, and whether it is where the sides differ.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    text: String,
    differs: bool,
}

/// Both sides in two columns.
pub(super) fn sides(trouble: &TroubleRow, both: &Sides) -> String {
    let paths: Vec<&str> = trouble.differences.iter().map(|one| one.path.as_str()).collect();
    let side = |name: &str, id: &str, line: &str, value: &Value| {
        format!(
            "<div><h3 id=\"{id}\">{name}</h3>\n<p>{}</p>\n{}</div>\n",
            escape(line),
            super::pre(name, &shown(&lines(value, &paths)))
        )
    };
    format!(
        "<div class=\"sides\">\n{}{}</div>\n",
        side("Expected", "expected", &trouble.expected, &both.expected),
        side("Answered", "answered", &trouble.got, &both.got)
    )
}

fn shown(lines: &[Line]) -> String {
    let one = |line: &Line| match line.differs {
        true => format!("<mark>\u{2260} {}</mark>", escape(&line.text)),
        false => format!("  {}", escape(&line.text)),
    };
    let mut text: Vec<String> = lines.iter().take(MOST).map(one).collect();
    if let Some(more) = lines.len().checked_sub(MOST + 1) {
        text.push(format!("  <i>... and {} lines more</i>", more + 1));
    }
    text.join("\n")
}

/// The lines of a value. A path that names no place in it marks the last place on the way to it.
fn lines(value: &Value, paths: &[&str]) -> Vec<Line> {
    let mut lines = Vec::new();
    // These say that all of it is another answer: its beginning is marked, and not every line.
    let other = paths.iter().any(|path| ["answer", "(the whole)"].contains(path));
    write(value, "", "", 0, if other { &[] } else { paths }, "", &mut lines);
    if let Some(first) = lines.first_mut().filter(|_| other) {
        first.differs = true;
    }
    lines
}

fn write(value: &Value, path: &str, label: &str, depth: usize, paths: &[&str], end: &str, lines: &mut Vec<Line>) {
    let indent = "  ".repeat(depth);
    let mut push = |text: String, differs: bool| lines.push(Line { text: format!("{indent}{text}"), differs });
    let whole = paths.contains(&path);
    let flat = format!("{label}{}{end}", spaced(value));
    let (open, close, parts) = match value {
        Value::Object(members) if !members.is_empty() => ('{', '}', members_of(path, members)),
        Value::Array(items) if !items.is_empty() => ('[', ']', items_of(path, items)),
        _ => return push(flat, !paths.is_empty()),
    };
    if (paths.is_empty() || whole) && flat.len() + indent.len() <= WIDE {
        return push(flat, whole);
    }
    let ways = parts.iter().map(|part| -> (Vec<&str>, &Part<'_>) {
        let leads = |path: &&str| leads_to(&part.0, path);
        // All that is inside of a part that differs as a whole differs too.
        (if whole { vec![part.0.as_str()] } else { paths.iter().copied().filter(leads).collect() }, part)
    });
    let ways: Vec<(Vec<&str>, &Part<'_>)> = ways.collect();
    let met: usize = ways.iter().map(|(ways, _)| ways.len()).sum();
    push(format!("{label}{open}"), whole || met < paths.len());
    for (index, (ways, (path, label, value))) in ways.iter().enumerate() {
        let end = if index + 1 < parts.len() { "," } else { "" };
        write(value, path, label, depth + 1, ways, end, lines);
    }
    lines.push(Line { text: format!("{indent}{close}{end}"), differs: whole });
}

/// Whether a place is the one that the path names, or on the way to it.
fn leads_to(place: &str, path: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

type Part<'v> = (String, String, &'v Value);

/// The members of an object: path, label, value.
fn members_of<'v>(path: &str, members: &'v serde_json::Map<String, Value>) -> Vec<Part<'v>> {
    let part = |(key, value): (&'v String, &'v Value)| {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        (path, format!("{}: ", Value::from(key.as_str())), value)
    };
    members.iter().map(part).collect()
}

fn items_of<'v>(path: &str, items: &'v [Value]) -> Vec<Part<'v>> {
    items.iter().enumerate().map(|(index, value)| (format!("{path}[{index}]"), String::new(), value)).collect()
}

/// In one line, with spaces for a reader.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let parts: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), spaced(value)))
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn marked(value: &Value, paths: &[&str]) -> Vec<String> {
        lines(value, paths).into_iter().filter(|line| line.differs).map(|line| line.text.trim().to_owned()).collect()
    }

    #[test]
    fn the_place_of_a_difference_is_marked_and_nothing_else() {
        let value = json!({ "records": [{ "kind": 1 }, { "kind": 2, "payload": { "x": 1 } }], "lints": [] });
        assert_eq!(marked(&value, &["records[1].payload.x"]), ["\"x\": 1"]);
        assert_eq!(marked(&value, &["records[1].kind", "lints"]), ["\"kind\": 2,", "\"lints\": []"]);
        assert_eq!(marked(&value, &["records[0]"]), ["{\"kind\": 1},"]);
        assert_eq!(marked(&value, &[]), Vec::<String>::new());
        let texts: Vec<String> = lines(&value, &["lints"]).into_iter().map(|line| line.text).collect();
        assert_eq!(texts[1], "  \"records\": [{\"kind\": 1}, {\"kind\": 2, \"payload\": {\"x\": 1}}],");
    }

    #[test]
    fn what_is_not_there_marks_what_it_is_missing_in() {
        let value = json!({ "records": [{ "kind": 1, "payload": {} }] });
        assert_eq!(marked(&value, &["records[0].time_us"]), ["{"]);
        assert_eq!(marked(&value, &["steps.length"]), ["{"]);
        // A name that begins with another's is not below it.
        assert_eq!(marked(&json!({ "ab": 1, "abc": 2 }), &["abc"]), ["\"abc\": 2"]);
    }

    #[test]
    fn another_answer_is_marked_where_it_begins() {
        assert_eq!(
            marked(&json!({ "error": { "code": "EMPTY" } }), &["answer"]),
            ["{\"error\": {\"code\": \"EMPTY\"}}"]
        );
        let long = json!({ "list": ["x".repeat(50), "y".repeat(50)] });
        assert_eq!(marked(&long, &["(the whole)"]), ["{"]);
        // A part of it that differs as a whole is marked in every line.
        assert_eq!(marked(&long, &["list"]).len(), 4);
        assert_eq!(marked(&json!("text"), &["anything"]), ["\"text\""]);
    }
}
