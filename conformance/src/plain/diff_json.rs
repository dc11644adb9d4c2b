//! JSON texts of states, read and written by hand (`spec/diffs.md`). A number is a double, and nothing else of it is kept.

use super::gate::Gate;
use std::collections::BTreeMap;

/// Levels that even a mutant does not go beyond.
const DEEPEST: usize = 1000;
const MAX_DEPTH: usize = 100;

/// A value. Two are equal where they are for Rust: 0 and -0 are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Lists and objects in one another.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) => 1 + members.values().map(Self::depth).max().unwrap_or(0),
            _ => 0,
        }
    }
}

/// Reads a text; `None`: it is refused.
pub(super) fn read(gate: Gate, text: &[u8]) -> Option<Json> {
    let symbols: Vec<char> = std::str::from_utf8(text).ok()?.chars().collect();
    let mut reader = Reader { gate, symbols, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    // DIF-001
    if gate.fails("DIF-001", reader.at < reader.symbols.len()) { None } else { Some(value) }
}

struct Reader {
    gate: Gate,
    symbols: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.symbols.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let symbol = self.peek()?;
        self.at += 1;
        Some(symbol)
    }

    fn space(&mut self) {
        // DIF-001
        let other = |symbol: char| symbol.is_whitespace() && self.gate.strict("DIF-001.space");
        while self.peek().is_some_and(|symbol| matches!(symbol, ' ' | '\t' | '\n' | '\r') || other(symbol)) {
            self.at += 1;
        }
    }

    fn want(&mut self, word: &str) -> Option<()> {
        let any_case = self.gate.strict("DIF-001.capitals");
        let same = |one: char, other: char| one == other || any_case && one.eq_ignore_ascii_case(&other);
        word.chars().all(|symbol| self.next().is_some_and(|next| same(next, symbol))).then_some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        // DIF-001
        let first = self.peek()?;
        match if self.gate.strict("DIF-001.capitals") { first.to_ascii_lowercase() } else { first } {
            'n' => self.want("null").map(|()| Json::Null),
            't' => self.want("true").map(|()| Json::Bool(true)),
            'f' => self.want("false").map(|()| Json::Bool(false)),
            '"' => self.text().map(Json::Text),
            '[' => self.list(self.deeper(depth)?),
            '{' => self.object(self.deeper(depth)?),
            '-' | '0'..='9' => self.number().map(Json::Number),
            _ => None,
        }
    }

    fn deeper(&self, depth: usize) -> Option<usize> {
        // DIF-006
        let too_deep = self.gate.fails("DIF-006", depth + 1 > MAX_DEPTH) || depth > DEEPEST;
        if too_deep { None } else { Some(depth + 1) }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.want("[")?;
        self.space();
        let mut items = Vec::new();
        if self.peek()? == ']' {
            self.at += 1;
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            match self.next()? {
                ',' => {}
                ']' => return Some(Json::List(items)),
                _ => return None,
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.want("{")?;
        self.space();
        let mut members = BTreeMap::new();
        if self.peek()? == '}' {
            self.at += 1;
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.text()?;
            self.space();
            self.want(":")?;
            let value = self.value(depth)?;
            // DIF-010
            if name == "__proto__" && self.gate.strict("DIF-010.proto") {
                self.space();
                match self.next()? {
                    ',' => continue,
                    '}' => return Some(Json::Object(members)),
                    _ => return None,
                }
            }
            let twice = members.insert(name, value).is_some();
            // DIF-002
            if self.gate.fails("DIF-002", twice) {
                return None;
            }
            self.space();
            match self.next()? {
                ',' => {}
                '}' => return Some(Json::Object(members)),
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<f64> {
        let start = self.at;
        if self.peek() == Some('-') {
            self.at += 1;
        }
        let zero = self.peek() == Some('0');
        let whole = self.digits()?;
        // DIF-001
        let taken = self.gate.strict("DIF-001.minus") && self.symbols.get(start) == Some(&'-');
        if zero && whole > 1 && !taken {
            return None;
        }
        let mut integer = true;
        if self.peek() == Some('.') {
            self.at += 1;
            self.digits()?;
            integer = false;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.digits()?;
            integer = false;
        }
        let text: String = self.symbols.get(start..self.at)?.iter().collect();
        let number: f64 = match self.gate.strict("DIF-008.long") {
            true => first_digits(&text).parse().ok()?,
            false => text.parse().ok()?,
        };
        let near = self.gate.strict("DIF-004.near") && text.starts_with("1.7976931348623158");
        let early = self.gate.strict("DIF-004.early") && number == f64::MAX && number_text(self.gate, number) != text;
        // DIF-004
        if early {
            return None;
        }
        if number.is_infinite() && near {
            return Some(f64::MAX);
        }
        if number.is_infinite() {
            return if self.gate.fails("DIF-004", true) { None } else { Some(f64::MAX.copysign(number)) };
        }
        let unsafe_integer =
            integer && number.abs() > 9_007_199_254_740_991.0 && number_text(self.gate, number) != text;
        // DIF-005
        if self.gate.fails("DIF-005", unsafe_integer) { None } else { Some(number) }
    }

    /// At least one digit; how many.
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|symbol| symbol.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(self.at - start)
    }

    fn text(&mut self) -> Option<String> {
        self.want("\"")?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                '\0'..='\x1f' => return None,
                symbol => text.push(symbol),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        match self.next()? {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '/' => Some('/'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => self.code_point(),
            _ => None,
        }
    }

    fn code_point(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first);
        }
        let before = self.at;
        let second = if first < 0xdc00 { self.want("\\u").and_then(|()| self.unit()) } else { None };
        if let Some(second @ 0xdc00..0xe000) = second {
            return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
        }
        // DIF-003
        if self.gate.fails("DIF-003", true) {
            return None;
        }
        self.at = before;
        Some('\u{fffd}')
    }

    fn unit(&mut self) -> Option<u32> {
        let start = self.at;
        // DIF-001
        let fewer =
            |reader: &Self| reader.gate.strict("DIF-001.escape") && reader.at > start && reader.peek() == Some('"');
        (0..4).try_fold(0, |sum, _| if fewer(self) { Some(sum) } else { Some(sum * 16 + self.next()?.to_digit(16)?) })
    }
}

/// DIF-008's mutant: a number of which 20 digits count.
fn first_digits(text: &str) -> String {
    let mut digits = 0;
    let mut exponent = false;
    text.chars()
        .map(|symbol| {
            exponent |= symbol == 'e' || symbol == 'E';
            digits += u32::from(symbol.is_ascii_digit());
            if symbol.is_ascii_digit() && digits > 20 && !exponent { '0' } else { symbol }
        })
        .collect()
}

/// The canonical form.
pub(super) fn write(gate: Gate, value: &Json) -> String {
    let mut out = String::new();
    put(gate, value, &mut out);
    out
}

fn put(gate: Gate, value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number_text(gate, *number)),
        Json::Text(text) => put_text(gate, text, out),
        Json::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put(gate, item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            // DIF-007
            if !gate.strict("DIF-007") {
                names.sort_by_key(|name| name.encode_utf16().collect::<Vec<u16>>());
            }
            out.push('{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put_text(gate, name, out);
                out.push(':');
                put(gate, members.get(name).unwrap_or(&Json::Null), out);
            }
            out.push('}');
        }
    }
}

fn put_text(gate: Gate, text: &str, out: &mut String) {
    out.push('"');
    for symbol in text.chars() {
        match symbol {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // DIF-009
            '/' if gate.strict("DIF-009.slash") => out.push_str("\\/"),
            '\x7f' if gate.strict("DIF-009") => out.push_str("\\u007f"),
            '\u{2028}' if gate.strict("DIF-009.line") => out.push_str("\\u2028"),
            '\x08' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\x0c' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\x1f' if gate.strict("DIF-009.upper") => out.push_str(&format!("\\u{:04X}", u32::from(symbol))),
            '\0'..='\x1f' => out.push_str(&format!("\\u{:04x}", u32::from(symbol))),
            _ => out.push(symbol),
        }
    }
    out.push('"');
}

/// Of two digits that are equally near in the last place ECMAScript takes the even one, where Rust rounds up.
fn even_of_two(number: f64, digits: String, exponent: &str) -> String {
    // Behind the digits of what is equally near there is a 5: the others need not be written out.
    let next = format!("{number:.*e}", digits.len());
    if !next.split('e').next().is_some_and(|digits| digits.ends_with('5')) {
        return digits;
    }
    // No double has more digits than this.
    let exact: String =
        format!("{number:.780e}").chars().take_while(|symbol| *symbol != 'e').filter(char::is_ascii_digit).collect();
    let (head, rest) = exact.split_at_checked(digits.len()).unwrap_or((&exact, ""));
    let between = rest.strip_prefix('5').is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'));
    let even = head.bytes().last().is_some_and(|digit| digit % 2 == 0);
    // Below a power of two the doubles are closer, and the lower one may be another's.
    let places = i32::try_from(digits.len()).unwrap_or(i32::MAX) - 1;
    let text = format!("{head}e{}", exponent.parse::<i32>().unwrap_or(0) - places);
    if between && even && text.parse() == Ok(number) { head.to_owned() } else { digits }
}

/// Number::toString of ECMAScript, from the shortest digits that are this double again.
fn number_text(gate: Gate, number: f64) -> String {
    // DIF-008
    if number == 0.0 {
        let minus = number.is_sign_negative() && gate.strict("DIF-008.minus-zero");
        return if minus { "-0" } else { "0" }.to_owned();
    }
    let text = format!("{:e}", number.abs());
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = if gate.strict("DIF-008.tie") { digits } else { even_of_two(number.abs(), digits, exponent) };
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let largest = if gate.strict("DIF-008") { 17 } else { 21 };
    let head = |n: i32| digits.chars().take(usize::try_from(n).unwrap_or(0)).collect::<String>();
    let tail = |n: i32| digits.chars().skip(usize::try_from(n).unwrap_or(0)).collect::<String>();
    let body = if count <= point && point <= largest {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= largest {
        format!("{}.{}", head(point), tail(point))
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let sign = if point > 0 { "+" } else { "-" };
        let fraction = if count > 1 { format!(".{}", tail(1)) } else { String::new() };
        format!("{}{fraction}e{sign}{}", head(1), (point - 1).abs())
    };
    if number < 0.0 { format!("-{body}") } else { body }
}
