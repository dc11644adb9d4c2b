//! JSON Pointers (RFC 6901).

/// A place that is not there, or a pointer that is none.
pub(crate) struct Nowhere;

/// The tokens of a pointer, unescaped.
pub(crate) fn tokens(pointer: &str) -> Result<Vec<String>, Nowhere> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    // DIF-025
    pointer.strip_prefix('/').ok_or(Nowhere)?.split('/').map(unescape).collect()
}

fn unescape(token: &str) -> Result<String, Nowhere> {
    let mut parts = token.split('~');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // DIF-025
        let (sign, rest) = match (part.strip_prefix('0'), part.strip_prefix('1')) {
            (Some(rest), _) => ('~', rest),
            (_, Some(rest)) => ('/', rest),
            _ => return Err(Nowhere),
        };
        text.push(sign);
        text.push_str(rest);
    }
    Ok(text)
}

/// Appends a token to a pointer.
pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for letter in token.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The index that a token is: digits without leading zeros.
pub(crate) fn index(token: &str) -> Result<usize, Nowhere> {
    // DIF-027
    let canonical = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    token.parse().ok().filter(|_| canonical).ok_or(Nowhere)
}
