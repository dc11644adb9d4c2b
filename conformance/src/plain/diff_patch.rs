//! JSON Patch, one operation after another.

use super::diff_json::{Json, write};
use super::gate::{Gate, Mutation};
use dashstream_vectors::OpPayload;

pub(super) const MAX_LEN: usize = 67_108_864;
pub(super) const MAX_DEPTH: usize = 100;
/// Names that every object has in languages in which objects inherit.
const INHERITED: [&str; 4] = ["__proto__", "constructor", "hasOwnProperty", "toString"];

/// Why an operation fails: a code.
pub(super) type Code = &'static str;

const PATH: Code = "STATE_PATH";

/// Performs an operation with the value that was read from it.
pub(super) fn perform(gate: Gate, state: &mut Json, op: &OpPayload, value: Option<Json>) -> Result<(), Code> {
    let value = value.unwrap_or(Json::Null);
    match op.op {
        1 => add(gate, state, &op.path, value)?,
        2 => drop(take(gate, state, &op.path)?),
        3 => replace(gate, state, &op.path, value)?,
        4 => relocate(gate, state, &op.from, &op.path)?,
        // DIF-034
        5 if gate.strict("DIF-034.onto") && find(gate, state, &tokens(gate, &op.path)?).is_some() => {}
        5 => {
            let value = find(gate, state, &tokens(gate, &op.from)?).ok_or(PATH)?.clone();
            if op.path.is_empty() && gate.strict("DIF-034.whole") {
                return Err(PATH);
            }
            add(gate, state, &op.path, value)?;
        }
        6 => {
            let at = tokens(gate, &op.path)?;
            let end = gate.strict("DIF-027.test") && is_end(gate, state, &at);
            let found = find(gate, state, &at).ok_or(if end { "STATE_TEST" } else { PATH })?;
            let equal = if gate.strict("DIF-030.signs") {
                write_strictly(found) == write_strictly(&value)
            } else {
                *found == value
            };
            // DIF-030
            if gate.fails("DIF-030", !equal) {
                return Err("STATE_TEST");
            }
        }
        _ => return Err(PATH),
    }
    // DIF-015
    let most = if gate.strict("DIF-015.less") { MAX_LEN - 1 } else { MAX_LEN };
    if gate.fails("DIF-015", write(gate, state).len() > most) { Err("STATE_LIMIT") } else { Ok(()) }
}

fn replace(gate: Gate, state: &mut Json, path: &str, value: Json) -> Result<(), Code> {
    let at = tokens(gate, path)?;
    if gate.strict("DIF-027.replace") && is_end(gate, state, &at) {
        return add(gate, state, path, value);
    }
    let depth = value.depth();
    shallow_first(gate, at.len(), depth)?;
    match find(gate, state, &at) {
        Some(place) => *place = value,
        None if gate.fails("DIF-026", true) => return Err(PATH),
        None => return Ok(()),
    }
    shallow_enough(gate, at.len(), depth)
}

/// Whether the path tells of the place behind the last element of an array, by its number.
fn is_end(gate: Gate, state: &mut Json, at: &[String]) -> bool {
    at.split_last().is_some_and(|(last, above)| match find(gate, state, above) {
        Some(Json::List(items)) => index(gate, last) == Some(items.len()),
        _ => false,
    })
}

/// A form in which 0 and -0 differ.
fn write_strictly(value: &Json) -> String {
    format!("{value:?}")
}

fn relocate(gate: Gate, state: &mut Json, from: &str, path: &str) -> Result<(), Code> {
    let (source, target) = (tokens(gate, from)?, tokens(gate, path)?);
    if source == target && gate.strict("DIF-034.same") {
        return Err(PATH);
    }
    if source == target {
        return find(gate, state, &source).map(drop).ok_or(PATH);
    }
    // DIF-028
    if target.starts_with(&source) {
        return if gate.fails("DIF-028", true) { Err(PATH) } else { Ok(()) };
    }
    let value = take(gate, state, from)?;
    if gate.strict("DIF-031.move") {
        return add(Gate::new(Mutation::Off("DIF-031")), state, path, value);
    }
    if gate.strict("DIF-034.move") {
        return add(gate, state, &as_before(&source, &target), value);
    }
    add(gate, state, path, value)
}

/// Where the arrays and objects of a path are that were found before the source was gone.
fn as_before(source: &[String], target: &[String]) -> String {
    let mut target = target.to_vec();
    let n = source.len().saturating_sub(1);
    if target.len() > source.len() && target.get(..n) == source.get(..n) {
        let number = |tokens: &[String]| tokens.get(n).and_then(|token| token.parse::<usize>().ok());
        if let (Some(from), Some(to)) = (number(source), number(&target))
            && to > from
            && let Some(token) = target.get_mut(n)
        {
            *token = (to - 1).to_string();
        }
    }
    target.iter().map(|token| format!("/{}", token.replace('~', "~0").replace('/', "~1"))).collect()
}

pub(super) fn tokens(gate: Gate, path: &str) -> Result<Vec<String>, Code> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts = path.split('/');
    // DIF-025
    if gate.fails("DIF-025", parts.next() != Some("")) {
        return Err(PATH);
    }
    parts.map(|part| unescape(gate, part)).collect()
}

fn unescape(gate: Gate, part: &str) -> Result<String, Code> {
    let mut text = String::new();
    let mut symbols = part.chars();
    while let Some(symbol) = symbols.next() {
        match (symbol, symbol == '~') {
            (_, false) => text.push(symbol),
            _ => match symbols.next() {
                Some('0') => text.push('~'),
                Some('1') => text.push('/'),
                // DIF-025
                _ if gate.fails("DIF-025", true) => return Err(PATH),
                other => text.extend(['~'].into_iter().chain(other)),
            },
        }
    }
    if gate.strict("DIF-025.order") { Ok(part.replace("~0", "~").replace("~1", "/")) } else { Ok(text) }
}

/// The index of an existing element, or of the end.
fn index(gate: Gate, token: &str) -> Option<usize> {
    let digits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = token.len() > 1 && token.starts_with('0');
    // DIF-027
    if !digits || gate.fails("DIF-027", zeros) { None } else { token.parse().ok() }
}

fn find<'j>(gate: Gate, state: &'j mut Json, at: &[String]) -> Option<&'j mut Json> {
    let mut place = state;
    for token in at {
        place = match place {
            Json::List(items) => items.get_mut(index(gate, token)?)?,
            Json::Object(members) => members.get_mut(token)?,
            _ => return None,
        };
    }
    Some(place)
}

fn add(gate: Gate, state: &mut Json, path: &str, value: Json) -> Result<(), Code> {
    let at = tokens(gate, path)?;
    let depth = value.depth();
    shallow_first(gate, at.len(), depth)?;
    let Some((last, above)) = at.split_last() else {
        *state = value;
        return Ok(());
    };
    match find(gate, state, above) {
        Some(Json::List(items)) => {
            let place = if last == "-" { items.len() } else { index(gate, last).ok_or(PATH)? };
            if place > items.len() {
                if gate.strict("DIF-027.far") {
                    items.push(value);
                    return Ok(());
                }
                return Err(PATH);
            }
            // DIF-029
            match items.get_mut(place) {
                Some(old) if gate.strict("DIF-029") => *old = value,
                _ => items.insert(place, value),
            }
        }
        // DIF-029
        Some(Json::Object(members)) if gate.strict("DIF-029.keeps") && members.contains_key(last) => {}
        Some(Json::Object(_)) if gate.strict("DIF-029.proto") && last == "__proto__" => {}
        Some(Json::Object(members)) => drop(members.insert(last.clone(), value)),
        // DIF-026
        _ if gate.fails("DIF-026", true) => return Err(PATH),
        _ => {}
    }
    shallow_enough(gate, at.len(), depth)
}

fn take(gate: Gate, state: &mut Json, path: &str) -> Result<Json, Code> {
    let at = tokens(gate, path)?;
    let Some((last, above)) = at.split_last() else {
        // DIF-028
        return if gate.fails("DIF-028", true) { Err(PATH) } else { Ok(std::mem::replace(state, Json::Null)) };
    };
    let found = match find(gate, state, above) {
        Some(Json::List(items)) => index(gate, last).filter(|at| *at < items.len()).map(|at| items.remove(at)),
        Some(Json::Object(members)) => members.remove(last),
        _ => None,
    };
    // DIF-026
    let inherited = gate.strict("DIF-026.inherited") && INHERITED.contains(&last.as_str());
    if gate.fails("DIF-026", found.is_none()) && !inherited { Err(PATH) } else { Ok(found.unwrap_or(Json::Null)) }
}

fn shallow_enough(gate: Gate, above: usize, depth: usize) -> Result<(), Code> {
    let most = match (gate.strict("DIF-031.more"), gate.strict("DIF-031.end") || gate.strict("DIF-035.limit")) {
        (true, _) => MAX_DEPTH + 1,
        (_, true) => usize::MAX,
        _ => MAX_DEPTH,
    };
    // DIF-031
    if gate.fails("DIF-031", above + depth > most) { Err("STATE_LIMIT") } else { Ok(()) }
}

/// DIF-035's mutant: looks at the depth before the place.
fn shallow_first(gate: Gate, above: usize, depth: usize) -> Result<(), Code> {
    if gate.strict("DIF-035.depth") { shallow_enough(gate, above, depth) } else { Ok(()) }
}
