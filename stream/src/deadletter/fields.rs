//! What a letter says beside its message, as names and texts: the headers of a message, and the line of a file.

use std::str::FromStr;

use super::failure::{Failure, Reason, Stage, Tries};
use super::id::LetterId;
use super::letter::{FrameRange, Letter, Owner};
use crate::transport::{Message, Position};

/// Why something is no letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// It does not say something that every letter says.
    #[error("a letter without {name}")]
    Missing {
        /// What; the header's name is `ds-dl-` and this.
        name: &'static str,
    },
    /// It says something that cannot be.
    #[error("a letter whose {name} is none")]
    Bad {
        /// What.
        name: &'static str,
    },
    /// Its id is not that of its place.
    #[error("a letter with the id {said} from the place of {id}")]
    OtherId {
        /// The id that it says.
        said: LetterId,
        /// The id of the place that it says.
        id: LetterId,
    },
    /// Its value is another than the one that was saved.
    #[error("a letter whose value has another SHA-256")]
    OtherValue,
    /// A file is no letter at all, or has changed: its line, or what stands around it.
    #[error("not a file of a letter, or one that has changed")]
    Form,
}

/// Names and texts, in the order in which they are written.
pub(super) fn write(letter: &Letter) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        (ID, letter.id().to_string()),
        ("topic", letter.topic.clone()),
        ("partition", letter.position.partition.to_string()),
        ("offset", letter.position.offset.to_string()),
        ("group", letter.group.clone()),
        ("stage", letter.failure.stage.name().to_owned()),
        ("code", letter.failure.reason.name().to_owned()),
        ("attempt", letter.tries.count.to_string()),
        ("first-failure-us", letter.tries.first_us.to_string()),
        ("last-failure-us", letter.tries.last_us.to_string()),
        ("replays", letter.replays.to_string()),
    ];
    let mut add = |name, text: Option<String>| fields.extend(text.map(|text| (name, text)));
    add("timestamp-ms", letter.message.timestamp_ms.map(|ms| ms.to_string()));
    add("code-offset", letter.failure.offset.map(|offset| offset.to_string()));
    add("record", Some(letter.failure.record).filter(|record| *record != 0).map(|record| record.to_string()));
    if let Some(frame) = letter.frame {
        add("producer", Some(hex::encode(frame.producer_id)));
        add("epoch", Some(frame.epoch.to_string()));
        add("lane", Some(frame.lane.to_string()));
        add("base", Some(frame.base_sequence.to_string()));
        add("count", Some(frame.record_count.to_string()));
    }
    if let Some(owner) = &letter.owner {
        add("tenant", Some(owner.tenant.clone()));
        // Texts in a list: there is nothing in it that could fail.
        add("contexts", Some(serde_json::to_string(&owner.contexts).unwrap_or_else(|_| "[]".to_owned())));
    }
    add("traceparent", letter.traceparent.map(|trace| trace.to_string()));
    add("sha256", letter.sha256().map(hex::encode));
    fields
}

/// Name of the field that comes first.
pub(super) const ID: &str = "id";

/// Makes a letter again of what `get` has by the names, and of its message, whose timestamp is taken from there.
/// What is there and is no text is `Some(None)`.
pub(super) fn read<'f>(
    get: impl Fn(&str) -> Option<Option<&'f str>>,
    mut message: Message,
) -> Result<Letter, LetterError> {
    let fields = Fields(get);
    message.timestamp_ms = fields.number("timestamp-ms")?;
    let failure = Failure {
        stage: Stage::from_name(fields.text("stage")?).ok_or(LetterError::Bad { name: "stage" })?,
        reason: Reason::from_name(fields.text("code")?).ok_or(LetterError::Bad { name: "code" })?,
        offset: fields.number("code-offset")?,
        record: fields.number("record")?.unwrap_or(0),
    };
    let tries = Tries {
        count: fields.needed("attempt")?,
        first_us: fields.needed("first-failure-us")?,
        last_us: fields.needed("last-failure-us")?,
    };
    let letter = Letter {
        topic: fields.text("topic")?.to_owned(),
        position: Position { partition: fields.needed("partition")?, offset: fields.needed("offset")? },
        group: fields.text("group")?.to_owned(),
        failure,
        tries,
        frame: fields.frame()?,
        owner: fields.owner()?,
        traceparent: fields.parsed("traceparent")?,
        replays: fields.needed("replays")?,
        message,
    };
    fields.check(&letter)?;
    Ok(letter)
}

struct Fields<G>(G);

impl<'f, G: Fn(&str) -> Option<Option<&'f str>>> Fields<G> {
    fn get(&self, name: &'static str) -> Result<Option<&'f str>, LetterError> {
        (self.0)(name).map(|text| text.ok_or(LetterError::Bad { name })).transpose()
    }

    fn text(&self, name: &'static str) -> Result<&'f str, LetterError> {
        self.get(name)?.ok_or(LetterError::Missing { name })
    }

    fn parsed<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, LetterError> {
        self.get(name)?.map(|text| text.parse().map_err(|_| LetterError::Bad { name })).transpose()
    }

    /// A decimal number in its one form.
    fn number<T: FromStr + ToString>(&self, name: &'static str) -> Result<Option<T>, LetterError> {
        let number = self.parsed::<T>(name)?;
        let same = number.as_ref().map(ToString::to_string).as_deref() == self.get(name)?;
        if same { Ok(number) } else { Err(LetterError::Bad { name }) }
    }

    fn needed<T: FromStr + ToString>(&self, name: &'static str) -> Result<T, LetterError> {
        self.number(name)?.ok_or(LetterError::Missing { name })
    }

    fn frame(&self) -> Result<Option<FrameRange>, LetterError> {
        let Some(producer) = self.get("producer")? else { return Ok(None) };
        let mut producer_id = [0; 16];
        hex::decode_to_slice(producer, &mut producer_id).map_err(|_| LetterError::Bad { name: "producer" })?;
        Ok(Some(FrameRange {
            producer_id,
            epoch: self.needed("epoch")?,
            lane: self.needed("lane")?,
            base_sequence: self.needed("base")?,
            record_count: self.needed("count")?,
        }))
    }

    fn owner(&self) -> Result<Option<Owner>, LetterError> {
        let Some(tenant) = self.get("tenant")? else { return Ok(None) };
        let contexts = serde_json::from_str(self.text("contexts")?);
        let contexts = contexts.map_err(|_| LetterError::Bad { name: "contexts" })?;
        Ok(Some(Owner { tenant: tenant.to_owned(), contexts }))
    }

    /// What a letter says twice is the same.
    fn check(&self, letter: &Letter) -> Result<(), LetterError> {
        let said = self.parsed::<LetterId>(ID)?.ok_or(LetterError::Missing { name: ID })?;
        let id = letter.id();
        if said != id {
            return Err(LetterError::OtherId { said, id });
        }
        match (self.get("sha256")?, letter.sha256().map(hex::encode)) {
            (None, None) => Ok(()),
            (Some(said), Some(is)) if said == is => Ok(()),
            _ => Err(LetterError::OtherValue),
        }
    }
}
