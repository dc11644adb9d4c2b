//! Where frames go and where they come from, as arguments say it: `file:FOLDER`, `kafka://HOST:PORT[,HOST:PORT]/TOPIC`.

mod failure;
mod folder;
mod security;
mod sink;
mod source;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) use failure::transport;
use folder::before_the_end;
pub(crate) use folder::{partitions_of, segments_of};
pub(crate) use security::SecurityArgs;
pub(crate) use sink::AnySink;
pub(crate) use source::{AnySource, Opened, Reach};

/// What a place of Kafka is told where the program cannot speak to brokers.
pub(crate) const NO_KAFKA: &str = "this program was built without Kafka: build it with `--features kafka`";

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder of files of frames.
    File(PathBuf),
    /// A topic of Kafka. It is not made where the program cannot speak to brokers.
    Kafka {
        /// Brokers to begin with, `HOST:PORT` each.
        brokers: Vec<String>,
        /// The name of the topic.
        topic: String,
    },
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            return if path.file_name().is_some() {
                Ok(Self::File(path))
            } else {
                Err("a folder has a name".to_owned())
            };
        }
        let Some(rest) = text.strip_prefix("kafka://") else {
            return Err("has to be file:FOLDER or kafka://HOST:PORT/TOPIC".to_owned());
        };
        let (brokers, topic) = rest.split_once('/').unwrap_or((rest, ""));
        let brokers: Vec<String> = brokers.split(',').map(str::to_owned).collect();
        if topic.is_empty() || topic.contains('/') || brokers.iter().any(|broker| !broker.contains(':')) {
            return Err("has to be kafka://HOST:PORT[,HOST:PORT]/TOPIC".to_owned());
        }
        if cfg!(feature = "kafka") {
            Ok(Self::Kafka { brokers, topic: topic.to_owned() })
        } else {
            Err(NO_KAFKA.to_owned())
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Kafka { brokers, topic } => write!(f, "kafka://{}/{topic}", brokers.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_topic_of_brokers() {
        assert_eq!("file:a/b".parse(), Ok(Place::File("a/b".into())));
        for wrong in
            ["", "file:", "file:/", "a/b", "kafka:t", "kafka://h:1", "kafka://h:1/", "kafka://h/t", "kafka://h:1/t/u"]
        {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
        let text = "kafka://a:1,[::1]:2/t";
        let place = text.parse::<Place>();
        if cfg!(feature = "kafka") {
            assert_eq!(place.unwrap().to_string(), text);
        } else {
            assert!(place.unwrap_err().contains("--features kafka"));
        }
    }
}
