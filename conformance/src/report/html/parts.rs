//! What several sections have in common.

use super::escape;
use crate::runner::account::Counts;

/// A section with its heading.
pub(super) fn section(id: &str, title: &str, inside: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{inside}</section>\n")
}

/// A word in a colour that means the same.
pub(super) fn chip(class: &str, text: &str) -> String {
    format!("<span class=\"chip {class}\">{}</span>", escape(text))
}

/// The class of what has these outcomes.
pub(super) const fn class(counts: &Counts) -> &'static str {
    if counts.total == 0 {
        "none"
    } else if counts.total == counts.pass {
        "pass"
    } else if counts.total == counts.pass + counts.skip {
        "skip"
    } else {
        "fail"
    }
}

/// A stacked bar, for the eye only: the numbers stand beside it.
pub(super) fn bar(parts: &[(&str, usize)]) -> String {
    let parts = parts.iter().filter(|(_, count)| *count > 0);
    let parts = parts.map(|(class, count)| format!("<span class=\"part {class}\" style=\"flex-grow:{count}\"></span>"));
    format!("<div class=\"bar\" aria-hidden=\"true\">{}</div>\n", parts.collect::<String>())
}

/// A list of numbers with the colours of a bar.
pub(super) fn legend(label: &str, parts: &[(&str, usize, &str)]) -> String {
    let items = parts.iter().map(|(class, count, text)| {
        let empty = if *count == 0 { " class=\"zero\"" } else { "" };
        let count = grouped(*count);
        format!("<li{empty}><span class=\"dot {class}\" aria-hidden=\"true\"></span><b>{count}</b> {text}</li>\n")
    });
    format!("<ul class=\"legend\" aria-label=\"{}\">\n{}</ul>\n", escape(label), items.collect::<String>())
}

/// The heads of a table's columns: those that begin with `#` are of numbers, those with `+` need a wide page.
pub(super) fn heads(names: &[&str]) -> String {
    let head = |name: &&str| match (name.strip_prefix('#'), name.strip_prefix('+')) {
        (Some(name), _) => format!("<th scope=\"col\" class=\"n\">{name}</th>"),
        (_, Some(name)) => format!("<th scope=\"col\" class=\"more\">{name}</th>"),
        _ => format!("<th scope=\"col\">{name}</th>"),
    };
    names.iter().map(head).collect()
}

/// Links to requirements in the section on coverage.
pub(super) fn requirements(ids: &[String]) -> String {
    let links: Vec<String> = ids.iter().map(|id| format!("<a href=\"#{0}\">{0}</a>", escape(id))).collect();
    links.join(", ")
}

/// A link to a vector in the list of all.
pub(super) fn vector_link(id: &str) -> String {
    format!("<a href=\"#vector-{0}\"><code>{0}</code></a>", escape(id))
}

/// A number with its digits in groups of three.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_class_says_the_worst() {
        let counts = |total, pass, skip| Counts { total, pass, skip, ..Counts::default() };
        assert_eq!(
            [counts(0, 0, 0), counts(2, 2, 0), counts(2, 1, 1), counts(2, 1, 0)].map(|counts| class(&counts)),
            ["none", "pass", "skip", "fail"]
        );
    }
}
