//! What is rejected: it is said, and saved where one asks for it.

use std::sync::Arc;

use dashstream_stream::consumer::{Failure as Failed, Letters, Why};
use dashstream_stream::deadletter::{ConsumerLetters, Keeper, KeeperConfig};
use dashstream_stream::transport::file::FileSink;

use super::TailArgs;
use super::screen::Shared;
use crate::exit::Failure;
use crate::places::Place;

/// Says what is rejected.
#[derive(Debug)]
pub(super) struct Aside {
    screen: Shared,
    /// There is no topic of dead letters, whatever its type.
    letters: Option<ConsumerLetters<FileSink>>,
}

impl Aside {
    pub(super) async fn open(args: &TailArgs, screen: Shared) -> Result<Self, Failure> {
        let Some(folder) = &args.dead_letters else { return Ok(Self { screen, letters: None }) };
        let keeper = Keeper::open(folder, None, KeeperConfig::default()).await;
        let keeper = keeper.map_err(|error| Failure::Io {
            place: folder.display().to_string(),
            source: std::io::Error::other(error.to_string()),
        })?;
        let topic = match &args.from {
            Place::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Place::Kafka { topic, .. } => topic.clone(),
        };
        let group = args.group.clone().unwrap_or_else(|| "tail".to_owned());
        Ok(Self { screen, letters: Some(ConsumerLetters { keeper: Arc::new(keeper), topic, group }) })
    }
}

impl Letters for Aside {
    async fn save(&mut self, failed: &Failed) -> Result<(), String> {
        let position = failed.position;
        let what = match &failed.why {
            Why::Reader(error) => error.to_string(),
            Why::Skipped(code) => {
                format!("{} bytes skipped: {code}", failed.message.value.as_ref().map_or(0, Vec::len))
            }
            Why::Application(why) => why.clone(),
        };
        let record = if failed.record == 0 { String::new() } else { format!(", record {}", failed.record) };
        let place = format!("partition {} at {}{record}", position.partition, position.offset);
        if let Some(letters) = &mut self.letters
            && let Err(why) = letters.save(failed).await
        {
            self.screen.lock().wrong(&format!("{place}: not saved: {why}"));
            return Err(why);
        }
        self.screen.lock().wrong(&format!("{place}: {what}"));
        Ok(())
    }
}
