//! A line of JSON becomes an event.

use dashstream_codec::constants::{MAX_SEQUENCE, MAX_TENANT_LEN};
use serde_json::value::RawValue;

use super::fields::{Fields, check_short, problem};
use super::{Event, EventError, What, patch};

/// The event of a line.
///
/// # Errors
///
/// Whatever would be lost otherwise: a field or a type that is not known, a value that a record cannot hold.
pub(crate) fn parse(line: &str) -> Result<Event, EventError> {
    parse_for(line, None)
}

/// The same, for a tenant that is known whatever the line says: it need not say any.
///
/// # Errors
///
/// As [`parse`].
pub(crate) fn parse_for(line: &str, whose: Option<&str>) -> Result<Event, EventError> {
    let mut fields = Fields::read(line)?;
    for name in ["t_us", "tenant", "type"] {
        if !fields.has(name) && (name != "tenant" || whose.is_none()) {
            return Err(EventError::Missing(name.to_owned()));
        }
    }
    let event = Event {
        t_us: fields.number("t_us")?,
        tenant: match whose {
            Some(whose) => {
                fields.text("tenant")?;
                whose.to_owned()
            }
            None => tenant(&mut fields)?,
        },
        thread: fields.short_text("thread")?,
        node: fields.short_text("node")?,
        what: what(&mut fields)?,
    };
    fields.end()?;
    Ok(event)
}

fn tenant(fields: &mut Fields<'_>) -> Result<String, EventError> {
    let tenant = fields.text("tenant")?;
    if tenant.is_empty() || tenant.len() > MAX_TENANT_LEN {
        return Err(EventError::value("tenant", format!("{} bytes are not in 1..{MAX_TENANT_LEN}", tenant.len())));
    }
    Ok(tenant)
}

fn what(fields: &mut Fields<'_>) -> Result<What, EventError> {
    let name = fields.text("type")?;
    Ok(match name.as_str() {
        "graph_start" => What::GraphStart,
        "graph_end" => What::GraphEnd,
        "node_start" => What::NodeStart,
        "node_end" => What::NodeEnd { duration_us: fields.number("duration_us")? },
        "token" => What::Token {
            request: fields.short_text("request")?,
            model: fields.short_text("model")?,
            index: fields.small_number("index")?,
            text: fields.text("text")?,
            last: fields.flag("final")?,
        },
        "tool_call" => What::ToolCall {
            call: fields.short_text("call")?,
            tool: fields.short_text("tool")?,
            arguments: fields.text("arguments")?,
        },
        "tool_result" => What::ToolResult {
            call: fields.short_text("call")?,
            tool: fields.short_text("tool")?,
            result: fields.text("result")?,
            duration_us: fields.number("duration_us")?,
        },
        "metrics" => metrics(fields.raw("metrics"))?,
        "state_diff" => What::StateDiff { ops: patch::parse(fields.raw("ops"))? },
        _ => return Err(EventError::value("type", format!("{name:?} is not a type of event"))),
    })
}

fn metrics(raw: Option<&RawValue>) -> Result<What, EventError> {
    let (mut ints, mut floats) = (Vec::new(), Vec::new());
    let text = raw.map_or("{}", RawValue::get);
    let fields = Fields::read(text).map_err(|error| error.inside("metrics"))?;
    for (name, value) in fields.rest() {
        let metric = metric(&name, value.get()).map_err(|error| error.inside("metrics"))?;
        match metric {
            Number::Int(value) => ints.push((name, value)),
            Number::Float(value) => floats.push((name, value)),
        }
    }
    Ok(What::Metrics { ints, floats })
}

enum Number {
    Int(i64),
    Float(f64),
}

/// A number that is written as a whole number stays one.
fn metric(name: &str, text: &str) -> Result<Number, EventError> {
    if name.is_empty() {
        return Err(EventError::value(name, "a name may not be empty"));
    }
    check_short(name, name)?;
    // serde_json would turn a whole number that is too long into a float, and -0 as well.
    let is_whole = text != "-0" && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole {
        let whole = text.parse::<i64>().ok().filter(|value| value.unsigned_abs() <= MAX_SEQUENCE);
        let whole = whole.ok_or_else(|| EventError::value(name, format!("{text} is beyond 2^53 - 1")))?;
        return Ok(Number::Int(whole));
    }
    let float = serde_json::from_str(text).map_err(|error| EventError::value(name, problem(&error)))?;
    Ok(Number::Float(float))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        parse(line).unwrap_err().to_string()
    }

    #[test]
    fn what_is_missing_has_its_default() {
        let event = parse(r#"{"t_us":5,"tenant":"a","type":"token"}"#).unwrap();
        let what = What::Token { request: "".into(), model: "".into(), index: 0, text: "".into(), last: false };
        assert_eq!(event, Event { t_us: 5, tenant: "a".into(), thread: "".into(), node: "".into(), what });
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            ("[]", "not a JSON object: invalid type: sequence, expected an object"),
            (r#"{"tenant":"a","type":"token"}"#, "field `t_us` is missing"),
            (r#"{"t_us":1,"tenant":"","type":"token"}"#, "field `tenant`: 0 bytes are not in 1..255"),
            (r#"{"t_us":1,"tenant":"a","type":"graph_end","text":""}"#, "field `text` is unknown"),
            (r#"{"t_us":1,"t_us":1,"tenant":"a","type":"graph_end"}"#, "field `t_us` is there more than once"),
            (r#"{"t_us":-1,"tenant":"a","type":"x"}"#, "field `t_us`: invalid value: integer `-1`, expected u64"),
            (
                r#"{"t_us":9007199254740992,"tenant":"a","type":"x"}"#,
                "field `t_us`: 9007199254740992 is above 2^53 - 1",
            ),
            (r#"{"t_us":1,"tenant":"a","type":"x"}"#, r#"field `type`: "x" is not a type of event"#),
            (
                r#"{"t_us":1,"tenant":"a","type":"token","node":null}"#,
                "field `node`: invalid type: null, expected a string",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"metrics","metrics":{"n":"1"}}"#,
                "field `metrics.n`: invalid type: string \"1\", expected f64",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"metrics","metrics":{"n":9007199254740992}}"#,
                "field `metrics.n`: 9007199254740992 is beyond 2^53 - 1",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"metrics","metrics":{"n":1,"n":2}}"#,
                "field `metrics.n` is there more than once",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"state_diff","ops":[{"op":"add","path":"/a"}]}"#,
                "field `ops[0].value` is missing",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"state_diff","ops":[{"op":"remove","path":"/a","value":1}]}"#,
                "field `ops[0].value` is unknown",
            ),
            (
                r#"{"t_us":1,"tenant":"a","type":"state_diff","ops":[{"op":"jump","path":"/a"}]}"#,
                "field `ops[0].op`: \"jump\" is not an operation",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(error(line), expected, "{line}");
        }
    }

    #[test]
    fn a_name_that_no_string_table_holds_is_refused() {
        let line = format!(r#"{{"t_us":1,"tenant":"a","type":"token","model":"{}"}}"#, "m".repeat(1025));
        assert_eq!(error(&line), "field `model`: 1025 bytes are more than the 1024 of a name");
    }

    #[test]
    fn values_of_operations_keep_their_text() {
        let line = r#"{"t_us":1,"tenant":"a","type":"state_diff","ops":[{"op":"add","path":"/a","value":{"b": 1.50, "a":1e3}}]}"#;
        let What::StateDiff { ops } = parse(line).unwrap().what else { panic!("another type") };
        assert_eq!(ops[0].value, r#"{"b": 1.50, "a":1e3}"#);
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let line = r#"{"t_us":1,"tenant":"a","type":"metrics","metrics":{"n":-3,"x":3.0,"z":-0}}"#;
        let What::Metrics { ints, floats } = parse(line).unwrap().what else { panic!("another type") };
        assert_eq!(ints, [("n".to_owned(), -3)]);
        assert_eq!(floats[0], ("x".to_owned(), 3.0));
        assert!(floats[1].1 == 0.0 && floats[1].1.is_sign_negative());
    }
}
