//! Which letters.

use clap::Args;
use dashstream_stream::deadletter::{Filter, LetterId, Reason, Stage};

use super::place::Letters;
use crate::places::SecurityArgs;

/// Which letters a command is about.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Where the letters are: `file:FOLDER`, or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`
    #[arg(long, value_name = "PLACE")]
    pub(super) from: Letters,
    #[command(flatten)]
    pub(super) security: SecurityArgs,
    /// Those with this id; may be said again, as what follows may
    #[arg(long, value_name = "ID")]
    id: Vec<LetterId>,
    /// Those that failed with this code, such as BODY_CRC, or APPLICATION
    #[arg(long, value_name = "CODE", value_parser = code)]
    code: Vec<String>,
    /// Those that failed at this stage: judge, record, damage, handle, passed
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    stage: Vec<Stage>,
    /// Those from this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Those of this tenant, as far as that is known
    #[arg(long, value_name = "TENANT")]
    tenant: Vec<String>,
}

impl Which {
    /// What letters have to be.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            ids: self.id.clone(),
            codes: self.code.clone(),
            stages: self.stage.clone(),
            topics: self.topic.clone(),
            tenants: self.tenant.clone(),
        }
    }
}

fn code(text: &str) -> Result<String, String> {
    match Reason::from_name(text) {
        Some(reason) => Ok(reason.name().to_owned()),
        None => Err("a code has capital letters, digits and _".to_owned()),
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    let names = || Stage::ALL.map(Stage::name).join(", ");
    Stage::from_name(text).ok_or_else(|| format!("has to be one of {}", names()))
}
