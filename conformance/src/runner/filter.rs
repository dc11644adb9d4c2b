//! Choosing vectors and deliveries by name.

/// Whether `text` is matched by `glob`, in which `*` stands for any characters and `?` for one.
#[must_use]
pub fn matches(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    // The place after the last star, and where in the text it was tried last.
    let mut retry: Option<(usize, usize)> = None;
    let (mut g, mut t) = (0, 0);
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                retry = Some((g + 1, t));
                g += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                g += 1;
                t += 1;
            }
            _ => {
                let Some((after, tried)) = retry else { return false };
                retry = Some((after, tried + 1));
                g = after;
                t = tried + 1;
            }
        }
    }
    glob.iter().skip(g).all(|c| *c == '*')
}

/// Whether any of the globs matches; where there are none, everything does.
#[must_use]
pub fn selected(globs: &[String], text: &str) -> bool {
    globs.is_empty() || globs.iter().any(|glob| matches(glob, text))
}

/// The first glob that matches none of the names.
#[must_use]
pub fn useless<'g>(globs: &'g [String], names: &[&str]) -> Option<&'g str> {
    globs.iter().map(String::as_str).find(|glob| !names.iter().any(|name| matches(glob, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, text) in [
            ("*", ""),
            ("*", "abc"),
            ("a*c", "abbc"),
            ("a?c", "abc"),
            ("*b*", "abc"),
            ("abc", "abc"),
            ("a*b*c", "a-b-b-c"),
            ("**", "x"),
        ] {
            assert!(matches(glob, text), "{glob} {text}");
        }
        for (glob, text) in [("", "a"), ("?", ""), ("a*c", "ab"), ("abc", "abcd"), ("b*", "abc"), ("a?c", "ac")] {
            assert!(!matches(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn a_glob_that_matches_nothing_is_named() {
        let globs = ["pre-*".to_owned(), "nope".to_owned()];
        assert_eq!(useless(&globs, &["pre-001", "frm-001"]), Some("nope"));
        assert_eq!(useless(&globs, &["pre-001", "nope"]), None);
        assert!(selected(&[], "anything"));
        assert!(!selected(&globs, "frm-001"));
    }
}
