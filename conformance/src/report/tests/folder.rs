//! A folder with a report, read back as a site.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};

pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every page, by its name in the folder.
    pub(super) fn pages(&self) -> BTreeMap<String, String> {
        let mut pages = BTreeMap::new();
        for place in ["", "vector/"] {
            for entry in std::fs::read_dir(self.path().join(place)).into_iter().flatten() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                if name.ends_with(".html") {
                    let name = format!("{place}{name}");
                    let text = self.read(&name);
                    pages.insert(name, text);
                }
            }
        }
        assert!(pages.len() > 2);
        pages
    }

    /// Follows every link of every page. Gives how many there were.
    pub(super) fn check_links(&self) -> usize {
        let pages = self.pages();
        let documents: BTreeMap<&str, Document<'_>> =
            pages.iter().map(|(name, text)| (name.as_str(), parse(name, text))).collect();
        let ids = |name: &str| -> BTreeSet<&str> {
            documents[name].descendants().filter_map(|node| node.attribute("id")).collect()
        };
        let ids: BTreeMap<&str, BTreeSet<&str>> = documents.keys().map(|name| (*name, ids(name))).collect();
        let mut count = 0;
        for (page, document) in &documents {
            for link in document.descendants().flat_map(links) {
                if link == "data:," {
                    continue;
                }
                count += 1;
                let (path, fragment) = link.split_once('#').map_or((link, None), |(path, id)| (path, Some(id)));
                let target = if path.is_empty() { (*page).to_owned() } else { join(page, path) };
                assert!(self.path().join(&target).is_file(), "{page}: {link} leads nowhere");
                let Some(fragment) = fragment else { continue };
                let fine = match fragment.split_once('=') {
                    None => ids[target.as_str()].contains(fragment),
                    Some((name, value)) => documents[target.as_str()].descendants().any(|node| {
                        node.has_tag_name("option")
                            && node.attribute("value") == Some(value)
                            && node.parent().and_then(|select| select.attribute("name")) == Some(name)
                    }),
                };
                assert!(fine, "{page}: {link} leads to no place in {target}");
            }
        }
        count
    }
}

fn links<'d>(node: Node<'d, '_>) -> impl Iterator<Item = &'d str> {
    ["href", "src"].into_iter().filter_map(move |name| node.attribute(name))
}

/// The name of what a page links to. A link to another place than the folder is a failure.
fn join(page: &str, link: &str) -> String {
    assert!(!link.contains(':') && !link.starts_with('/'), "{page}: {link} needs a network");
    let mut place = PathBuf::from(page);
    place.pop();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => assert!(place.pop(), "{page}: {link} leaves the folder"),
            part => place.push(part),
        }
    }
    place.display().to_string()
}

/// Pages are XML too.
pub(super) fn parse<'t>(name: &str, text: &'t str) -> Document<'t> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All text of a node.
pub(super) fn texts(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// The names of the controls of a page's form.
pub(super) fn controls(text: &str) -> Vec<String> {
    let document = parse("the form", text);
    let form = document.descendants().find(|node| node.has_tag_name("form")).unwrap();
    form.descendants().filter_map(|node| node.attribute("name").map(str::to_owned)).collect()
}
