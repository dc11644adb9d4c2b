//! What all pages have: head, navigation, foot. A page is XML too, so that a test can read it back.

use super::escape;

/// The looks of all pages, `style.css`.
pub(crate) const STYLE: &str = include_str!("style.css");
/// The filters, `script.js`.
pub(crate) const SCRIPT: &str = include_str!("script.js");

/// The pages that the navigation names: file, name, whether there is nothing in it without a run of `conform`.
const PAGES: [(&str, &str, bool); 4] = [
    ("report.html", "Overview", false),
    ("clauses.html", "Clauses", true),
    ("vectors.html", "Vectors", true),
    ("matrix.html", "Matrix", false),
];

/// One page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// Its title in the browser, as text.
    pub(super) title: &'a str,
    /// Its file, from the folder of the report; empty where the navigation does not name it.
    pub(super) here: &'a str,
    /// The way from it to the folder of the report: empty or `../`.
    pub(super) up: &'a str,
    /// Whether there are the pages of a run of `conform`.
    pub(super) run: bool,
    /// Whether it has filters.
    pub(super) filters: bool,
    /// What stands above its main part.
    pub(super) header: String,
    /// Its main part.
    pub(super) main: String,
    /// What stands in its foot.
    pub(super) foot: String,
}

impl Page<'_> {
    /// The page as a file.
    pub(super) fn render(&self) -> String {
        let Self { up, header, main, foot, .. } = self;
        let script =
            if self.filters { format!("<script src=\"{up}script.js\" defer=\"\"></script>\n") } else { String::new() };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}</title>\n\
             <link rel=\"icon\" href=\"data:,\"/>\n<link rel=\"stylesheet\" href=\"{up}style.css\"/>\n{script}</head>\n<body>\n\
             <a class=\"jump\" href=\"#main\">Skip to the results</a>\n{}\
             <header>\n{header}</header>\n<main id=\"main\">\n{main}</main>\n<footer>\n{foot}</footer>\n</body>\n</html>\n",
            escape(self.title),
            self.navigation(),
        )
    }

    fn navigation(&self) -> String {
        let there = PAGES.iter().filter(|(_, _, of_run)| self.run || !of_run);
        let links = there.map(|(file, name, _)| {
            let current = if *file == self.here { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"{}{file}\"{current}>{name}</a></li>\n", self.up)
        });
        format!(
            "<nav class=\"site\" aria-label=\"Pages of this report\"><ul>\n{}</ul></nav>\n",
            links.collect::<String>()
        )
    }
}

/// The way from the name of the folder to its first page.
pub(crate) const INDEX: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
     <meta http-equiv=\"refresh\" content=\"0; url=report.html\"/>\n<title>DashStream conformance</title>\n</head>\n<body>\n\
     <main><p><a href=\"report.html\">The report</a></p></main>\n</body>\n</html>\n";
