//! What metrics and events call a topic.

/// The names of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The system, `messaging.system` of the semantic conventions: `kafka`, or a name of our own.
    pub system: &'static str,
    /// The topic; empty where it has no name.
    pub name: String,
}

impl Default for Destination {
    fn default() -> Self {
        Self { system: "dashstream", name: String::new() }
    }
}
