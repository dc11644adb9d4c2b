//! What an error of the client library means.

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

use super::super::{Cause, Outcome, TransportError};

/// What the library says, without the values of settings: they may be secrets (SEC-003).
pub(super) fn says(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, _, key, _) => format!("the setting {key} is refused"),
        other => other.to_string(),
    }
}

pub(super) fn failed(doing: &'static str) -> impl Fn(KafkaError) -> TransportError {
    move |error| TransportError::Kafka { doing, why: says(&error) }
}

/// Whether trying again does not help, whoever tries it.
fn is_permanent(code: Code) -> bool {
    use Code::{
        ClusterAuthorizationFailed, InvalidConfig, InvalidRecord, InvalidTimestamp, InvalidTopic, MessageSizeTooLarge,
        PolicyViolation, SaslAuthenticationFailed, TopicAuthorizationFailed, UnknownPartition, UnknownTopic,
        UnknownTopicOrPartition, UnsupportedForMessageFormat,
    };
    matches!(
        code,
        MessageSizeTooLarge
            | InvalidRecord
            | InvalidTimestamp
            | InvalidTopic
            | InvalidConfig
            | PolicyViolation
            | UnsupportedForMessageFormat
            | TopicAuthorizationFailed
            | ClusterAuthorizationFailed
            | SaslAuthenticationFailed
            | UnknownTopic
            | UnknownPartition
            | UnknownTopicOrPartition
    )
}

/// What a broker refuses because of what the message is. It would have refused an earlier try as well, so the message is
/// nowhere, whatever became of the answers.
const fn is_about_the_message(code: Code) -> bool {
    matches!(
        code,
        Code::MessageSizeTooLarge
            | Code::InvalidRecord
            | Code::InvalidTimestamp
            | Code::PolicyViolation
            | Code::UnsupportedForMessageFormat
    )
}

/// Why a message is not known to be there.
pub(super) fn cause(error: &KafkaError) -> Cause {
    match error.rdkafka_error_code() {
        Some(Code::QueueFull) => Cause::Full,
        Some(Code::MessageTimedOut) => Cause::Deadline,
        Some(Code::Fatal | Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch) => Cause::Broken,
        Some(Code::PurgeQueue | Code::PurgeInflight | Code::BrokerDestroy) => Cause::Closed,
        Some(code) if is_permanent(code) => Cause::Refused(says(error)),
        _ => Cause::Io(std::io::Error::other(says(error))),
    }
}

/// What became of a message that the library had taken. It keeps whether it ever sent the message to itself, out of reach of
/// safe code, so that only what the message's own content explains is certain.
pub(super) fn delivered(error: &KafkaError) -> Outcome {
    let certain = error.rdkafka_error_code().is_some_and(is_about_the_message);
    if certain { Outcome::NotPersisted(cause(error)) } else { Outcome::PossiblyPersisted(cause(error)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_refused_is_named_without_its_value() {
        let refused = rdkafka::types::RDKafkaConfRes::RD_KAFKA_CONF_INVALID;
        let text = |text: &str| text.to_owned();
        let error = KafkaError::ClientConfig(refused, text("no \"s3cret\""), text("sasl.password"), text("s3cret"));
        assert_eq!(says(&error), "the setting sasl.password is refused");
    }

    #[test]
    fn only_what_the_message_explains_is_certain() {
        let of = |code| delivered(&KafkaError::MessageProduction(code));
        assert!(matches!(of(Code::MessageSizeTooLarge), Outcome::NotPersisted(Cause::Refused(_))));
        assert!(matches!(of(Code::TopicAuthorizationFailed), Outcome::PossiblyPersisted(Cause::Refused(_))));
        assert!(matches!(of(Code::MessageTimedOut), Outcome::PossiblyPersisted(Cause::Deadline)));
        assert!(matches!(of(Code::NotEnoughReplicas), Outcome::PossiblyPersisted(Cause::Io(_))));
        assert!(matches!(of(Code::PurgeInflight), Outcome::PossiblyPersisted(Cause::Closed)));
        assert!(matches!(of(Code::Fatal), Outcome::PossiblyPersisted(Cause::Broken)));
    }
}
