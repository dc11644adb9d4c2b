//! The filters above a list. The script shows them: without it all is shown, and they would do nothing.

use std::collections::BTreeMap;

use super::escape;
use super::parts::grouped;

/// One thing to filter by.
pub(super) struct Choice<'a> {
    /// Its name in the address, and that of the attribute `data-NAME` of the rows.
    pub(super) name: &'a str,
    /// Its name on the page.
    pub(super) label: &'a str,
    /// Its values: in the address, on the page, and how many rows have it.
    pub(super) values: Vec<(String, String, usize)>,
}

impl<'a> Choice<'a> {
    /// A choice between the values that occur, in the order of their names.
    pub(super) fn of<'v>(name: &'a str, label: &'a str, values: impl Iterator<Item = &'v str>) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        let values = counts.into_iter().map(|(value, count)| (value.to_owned(), value.to_owned(), count)).collect();
        Self { name, label, values }
    }
}

/// The form. `things` are what the rows are called.
pub(super) fn filters(things: &str, choices: &[Choice<'_>], total: usize) -> String {
    let total = grouped(total);
    format!(
        "<form id=\"filter\" class=\"filter\" role=\"search\" aria-label=\"Filter the {things}\" hidden=\"\">\n{}\
         <label class=\"wide\">Text <input type=\"search\" name=\"text\" autocomplete=\"off\" placeholder=\"words, in any order\"/></label>\n\
         <button type=\"reset\">Show all</button>\n\
         <p class=\"count\"><output id=\"count\" data-things=\"{things}\">{total} of {total} {things}</output></p>\n</form>\n",
        choices.iter().map(choice).collect::<String>()
    )
}

fn choice(choice: &Choice<'_>) -> String {
    let option = |(value, text, count): &(String, String, usize)| {
        format!("<option value=\"{}\">{} ({})</option>\n", escape(value), escape(text), grouped(*count))
    };
    format!(
        "<label>{} <select name=\"{}\">\n<option value=\"\">any</option>\n{}</select></label>\n",
        choice.label,
        choice.name,
        choice.values.iter().map(option).collect::<String>()
    )
}
