//! A topic of Kafka, and the brokers that have it.

use std::collections::BTreeMap;
use std::time::Duration;

use dashstream_codec::constants::DEFAULT_MAX_FRAME_LEN;
use dashstream_stream::security::Config;
use dashstream_stream::transport::TransportError;
use dashstream_stream::transport::kafka::{Survey, SurveyedPartition, ends, survey};

use super::finding::Finding;
use crate::exit::Failure;
use crate::places::SecurityArgs;
use crate::term::{counted, grouped};

/// How long brokers are waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes that a broker counts beside the value of a message, headers for tools included; more than there are.
const AROUND: u64 = 4_096;
/// Messages that are thrown away sooner than this may be gone before a reader that was restarted has them.
const SHORT_MS: u64 = 3_600_000;

/// Looks at it, and at the state of a group that reads it.
pub(super) fn look(
    brokers: &[String],
    topic: &str,
    group: Option<&str>,
    security: &SecurityArgs,
) -> Result<Vec<Finding>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::io("runtime"))?;
    let config = match security.config(brokers) {
        Ok(config) => config,
        Err(failure) => {
            let advice = "spec/operations.md has the keys of --security; a broker elsewhere needs TLS, or allow_plaintext = true";
            return Ok(vec![Finding::wrong(format!("nothing is asked: {failure}"), advice)]);
        }
    };
    let found = runtime.block_on(ask(&config, topic, group));
    runtime.shutdown_background();
    Ok(found)
}

async fn ask(config: &Config, topic: &str, group: Option<&str>) -> Vec<Finding> {
    let told = match survey(config, topic, PATIENCE).await {
        Ok(told) => told,
        Err(error) => return vec![unreachable(&error)],
    };
    let mut found = vec![reached(config, &told)];
    let Some(partitions) = &told.partitions else {
        let advice = "make it, with cleanup.policy=delete: topics are not made by those who send";
        found.push(Finding::wrong(format!("there is no topic {topic}"), advice));
        return found;
    };
    found.push(Finding::good(counted((partitions.len() as u64, "partition"))));
    let least = told.settings.as_ref().ok().and_then(|settings| number(settings, "min.insync.replicas"));
    for (number, partition) in (0..).zip(partitions) {
        found.extend(of_partition(number, partition, least));
    }
    if partitions.iter().all(|partition| partition.leader.is_some()) {
        found.extend(of_ends(ends(config, topic, PATIENCE).await));
    }
    match &told.settings {
        Ok(settings) => of_settings(settings, partitions, &mut found),
        Err(why) => found.push(Finding::doubtful(
            format!("the settings of the topic are not known: {why}"),
            "retention, cleanup.policy, max.message.bytes and min.insync.replicas were not looked at",
        )),
    }
    if let Some(group) = group {
        found.push(of_group(config, group, partitions.len()).await);
    }
    found
}

fn unreachable(error: &TransportError) -> Finding {
    let advice = match error {
        TransportError::Tls { .. } => {
            "does tls.ca vouch for the broker, has its certificate the name that stands in the place, does it want a certificate of ours?"
        }
        TransportError::Authentication { .. } => "are mechanism, user and password those that the broker knows?",
        TransportError::Security(_) => {
            "a broker names another one that may not be spoken to like this: see advertised.listeners"
        }
        TransportError::NoTopic { .. } => "a name has letters, digits, `.`, `_` and `-`, 249 at most",
        _ => "is the broker up, are host and port right, does this port want TLS or SASL?",
    };
    Finding::wrong(error.to_string(), advice)
}

fn reached(config: &Config, told: &Survey) -> Finding {
    let way = match (&config.security.tls, &config.security.sasl) {
        (Some(_), Some(_)) => "TLS and SASL",
        (Some(_), None) => "TLS",
        (None, Some(_)) => "SASL without TLS",
        (None, None) => "neither TLS nor SASL",
    };
    let there = counted((told.brokers.len() as u64, "broker"));
    let what = format!("{there} by {way}: {}", told.brokers.join(", "));
    if config.security.tls.is_none() && config.security.allow_plaintext {
        return Finding::doubtful(what, "allow_plaintext is set: whoever is on the way reads and changes what is sent");
    }
    Finding::good(what)
}

fn of_partition(number: u32, partition: &SurveyedPartition, least: Option<u64>) -> Option<Finding> {
    let SurveyedPartition { leader, replicas, in_sync } = *partition;
    let name = format!("partition {number}");
    let Some(leader) = leader else {
        let advice = "nothing can be sent to it or read from it until a broker that has it is there again";
        return Some(Finding::wrong(format!("{name} has no leader"), advice));
    };
    let what = format!("{name}: broker {leader} leads, {in_sync} of {} in sync", counted((replicas as u64, "replica")));
    if least.is_some_and(|least| (in_sync as u64) < least) {
        return Some(Finding::wrong(
            what,
            "fewer than min.insync.replicas: what is sent is refused until they are back",
        ));
    }
    (in_sync < replicas).then(|| Finding::doubtful(what, "a broker is away or behind"))
}

fn of_ends(ends: Result<Vec<(u64, u64)>, TransportError>) -> Vec<Finding> {
    match ends {
        Ok(ends) => (0..)
            .zip(ends)
            .map(|(partition, (low, high)): (u32, _)| {
                Finding::good(format!("partition {partition}: offsets {low} to {high}"))
            })
            .collect(),
        Err(error) => vec![unreachable(&error)],
    }
}

fn number(settings: &BTreeMap<String, String>, name: &str) -> Option<u64> {
    settings.get(name)?.parse().ok()
}

fn of_settings(settings: &BTreeMap<String, String>, partitions: &[SurveyedPartition], found: &mut Vec<Finding>) {
    let replicas = partitions.iter().map(|partition| partition.replicas as u64).min().unwrap_or(0);
    let least = number(settings, "min.insync.replicas").unwrap_or(1);
    let what = format!("{}, of which {least} acknowledge at the least", counted((replicas, "replica")));
    found.push(if least > replicas {
        Finding::wrong(what, "min.insync.replicas is more than there are: everything that is sent is refused")
    } else if least < 2 {
        Finding::doubtful(
            what,
            "what is acknowledged is lost with one broker; 3 replicas and min.insync.replicas=2 are usual",
        )
    } else if least == replicas {
        Finding::doubtful(what, "one broker that is away stops all that is sent")
    } else {
        Finding::good(what)
    });
    if let Some(most) = number(settings, "max.message.bytes") {
        let frame = DEFAULT_MAX_FRAME_LEN as u64;
        let what = format!("max.message.bytes={}, frames of {} at most", grouped(most), counted((frame, "byte")));
        found.push(if most >= frame + AROUND {
            Finding::good(what)
        } else {
            Finding::wrong(what, "larger frames are refused, and their records dropped: raise it")
        });
    }
    if let Some(policy) = settings.get("cleanup.policy") {
        let what = format!("cleanup.policy={policy}");
        found.push(if policy == "delete" {
            Finding::good(what)
        } else {
            Finding::wrong(what, "set cleanup.policy=delete: compaction makes holes that look like loss")
        });
    }
    found.push(of_retention(settings));
}

fn of_retention(settings: &BTreeMap<String, String>) -> Finding {
    // -1, which is no number here, is for ever.
    let time = number(settings, "retention.ms");
    let len = number(settings, "retention.bytes").map(|len| format!("{} a partition", counted((len, "byte"))));
    let told = [time.map(in_words), len].into_iter().flatten().collect::<Vec<_>>();
    let what =
        if told.is_empty() { "kept for ever".to_owned() } else { format!("kept for {} at most", told.join(", and ")) };
    if time.is_some_and(|time| time < SHORT_MS) {
        return Finding::doubtful(what, "a reader that is away for longer loses what it has not read");
    }
    Finding::good(what)
}

fn in_words(ms: u64) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let unit = units.into_iter().find(|(unit, _)| ms >= *unit && ms.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{} ms", grouped(ms)), |(unit, name)| counted((ms / unit, name)))
}

/// The topic in which a group keeps its state (KAF-009).
async fn of_group(config: &Config, group: &str, partitions: usize) -> Finding {
    let topic = format!("{group}-dashstream-state");
    let told = match survey(config, &topic, PATIENCE).await {
        Ok(told) => told,
        Err(error) => return unreachable(&error),
    };
    let Some(its) = &told.partitions else {
        return Finding::doubtful(
            format!("there is no topic {topic}"),
            "the first reader of the group makes it, if it may",
        );
    };
    if its.len() != partitions {
        let what = format!("{topic} has {}, not {partitions}", counted((its.len() as u64, "partition")));
        return Finding::wrong(
            what,
            "it has to have as many as the topic that is read: another group name begins anew",
        );
    }
    match told.settings.as_ref().map(|settings| settings.get("cleanup.policy").map(String::as_str)) {
        Ok(Some("compact")) => Finding::good(format!("{topic} has the state of the group, compacted")),
        Ok(policy) => {
            let what = format!("{topic} has cleanup.policy={}", policy.unwrap_or("?"));
            Finding::wrong(what, "set cleanup.policy=compact: else the group forgets what it has seen")
        }
        Err(why) => {
            Finding::doubtful(format!("{topic} is there; its settings are not known: {why}"), "is it compacted?")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    fn settings(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn levels(replicas: usize, all: &[(&str, &str)]) -> Vec<Level> {
        let mut found = Vec::new();
        let partition = SurveyedPartition { leader: Some(1), replicas, in_sync: replicas };
        of_settings(&settings(all), &[partition], &mut found);
        found.iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn settings_that_lose_or_refuse_frames_are_said() {
        use Level::{Doubtful, Good, Wrong};
        let usual = [("min.insync.replicas", "2"), ("max.message.bytes", "1048588"), ("cleanup.policy", "delete")];
        assert_eq!(levels(3, &usual), [Good, Good, Good, Good]);
        let with = |name: &'static str, value: &'static str| {
            let mut all = usual.to_vec();
            all.retain(|(other, _)| *other != name);
            all.push((name, value));
            all
        };
        assert_eq!(levels(2, &usual), [Doubtful, Good, Good, Good]);
        assert_eq!(levels(1, &usual), [Wrong, Good, Good, Good]);
        assert_eq!(levels(3, &with("min.insync.replicas", "1")), [Doubtful, Good, Good, Good]);
        assert_eq!(levels(3, &with("max.message.bytes", "1000000")), [Good, Wrong, Good, Good]);
        assert_eq!(levels(3, &with("cleanup.policy", "compact,delete")), [Good, Good, Wrong, Good]);
        assert_eq!(levels(3, &with("retention.ms", "60000")), [Good, Good, Good, Doubtful]);
    }

    #[test]
    fn retention_is_said_in_words() {
        let said = |all: &[(&str, &str)]| of_retention(&settings(all)).what;
        assert_eq!(said(&[("retention.ms", "604800000"), ("retention.bytes", "-1")]), "kept for 7 days at most");
        assert_eq!(said(&[("retention.ms", "-1"), ("retention.bytes", "5")]), "kept for 5 bytes a partition at most");
        assert_eq!(said(&[("retention.ms", "-1")]), "kept for ever");
        assert_eq!(said(&[("retention.ms", "90061")]), "kept for 90,061 ms at most");
    }

    #[test]
    fn a_partition_that_takes_nothing_is_wrong() {
        let of = |leader, in_sync| {
            let partition = SurveyedPartition { leader, replicas: 3, in_sync };
            of_partition(0, &partition, Some(2)).map(|finding| finding.level)
        };
        assert_eq!(of(Some(1), 3), None);
        assert_eq!(of(Some(1), 2), Some(Level::Doubtful));
        assert_eq!(of(Some(1), 1), Some(Level::Wrong));
        assert_eq!(of(None, 3), Some(Level::Wrong));
    }
}
