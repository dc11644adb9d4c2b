//! Verdicts of the ledger, by the names of spec/registry/verdicts.toml.

use core::fmt;

/// What the ledger says about a frame, or at the end of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// First sight of a lane at this sequence number, above 1, with nothing known of it.
    Baseline(u64),
    /// So many numbers are missing.
    Gap(u64),
    /// So many epochs in which the lane may have carried records were never seen.
    EpochMissing(u64),
    /// How this epoch ended is not known.
    TailUnknown(u32),
    /// So many records that were missing or unreadable arrived after all.
    Late(u64),
    /// The frame is one that was counted before.
    Duplicate,
    /// The frame covers counted numbers and others: it is not counted.
    Overlap,
    /// The frame belongs to what was left behind and fills nothing that is missing: it is not counted.
    StaleEpoch,
    /// Two producers use one identity: the frame is not counted.
    Fork,
    /// The lane changed its tenant or its partition. The frame is counted.
    LaneMoved,
    /// The frame follows the end of its epoch or lane: it is not counted.
    AfterEnd,
    /// What would tell whether the frame was counted is forgotten: it is not counted.
    Forgotten,
}

impl Verdict {
    /// The verdict's name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline(_) => "BASELINE",
            Self::Gap(_) => "GAP",
            Self::EpochMissing(_) => "EPOCH_MISSING",
            Self::TailUnknown(_) => "TAIL_UNKNOWN",
            Self::Late(_) => "LATE",
            Self::Duplicate => "DUPLICATE",
            Self::Overlap => "OVERLAP",
            Self::StaleEpoch => "STALE_EPOCH",
            Self::Fork => "FORK",
            Self::LaneMoved => "LANE_MOVED",
            Self::AfterEnd => "AFTER_END",
            Self::Forgotten => "FORGOTTEN",
        }
    }

    /// Whether the frame is not counted: it has been, or nobody can say (a step of `spec/loss.md` that says *stop*). Such a verdict
    /// is the last one on its frame.
    #[must_use]
    pub const fn stops(self) -> bool {
        match self {
            Self::Duplicate | Self::Overlap | Self::StaleEpoch | Self::Fork | Self::AfterEnd | Self::Forgotten => true,
            Self::Baseline(_)
            | Self::Gap(_)
            | Self::EpochMissing(_)
            | Self::TailUnknown(_)
            | Self::Late(_)
            | Self::LaneMoved => false,
        }
    }

    /// The number beside the verdict, where it has one.
    #[must_use]
    pub const fn arg(self) -> Option<u64> {
        match self {
            Self::Baseline(n) | Self::Gap(n) | Self::EpochMissing(n) | Self::Late(n) => Some(n),
            Self::TailUnknown(epoch) => Some(epoch as u64),
            Self::Duplicate
            | Self::Overlap
            | Self::StaleEpoch
            | Self::Fork
            | Self::LaneMoved
            | Self::AfterEnd
            | Self::Forgotten => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arg() {
            Some(arg) => write!(f, "{}({arg})", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    const ALL: [Verdict; 12] = [
        Verdict::Baseline(2),
        Verdict::Gap(2),
        Verdict::EpochMissing(2),
        Verdict::TailUnknown(2),
        Verdict::Late(2),
        Verdict::Duplicate,
        Verdict::Overlap,
        Verdict::StaleEpoch,
        Verdict::Fork,
        Verdict::LaneMoved,
        Verdict::AfterEnd,
        Verdict::Forgotten,
    ];

    /// The value of `key = "value"` in each entry of the registry, in its order.
    fn registry(key: &str) -> Vec<String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/verdicts.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let prefix = format!("{key} = \"");
        text.lines().filter_map(|line| line.strip_prefix(&prefix)?.strip_suffix('"')).map(str::to_owned).collect()
    }

    #[test]
    fn verdicts_are_those_of_the_registry() {
        let names: Vec<_> = ALL.iter().map(|verdict| verdict.name()).collect();
        assert_eq!(registry("name"), names);
        let with_arg: Vec<_> = registry("arg").iter().map(|arg| arg != "-").collect();
        assert_eq!(with_arg, ALL.map(|verdict| verdict.arg().is_some()));
    }

    #[test]
    fn those_stop_of_which_the_registry_says_that_the_frame_is_not_counted() {
        let stops = |text: &String| text.contains("is not counted") || text.contains("was counted before");
        let said: Vec<_> = registry("text").iter().map(stops).collect();
        assert_eq!(said, ALL.map(Verdict::stops));
    }

    #[test]
    fn a_verdict_is_shown_with_its_number() {
        for verdict in ALL {
            let number = if verdict.arg().is_some() { "(2)" } else { "" };
            assert_eq!(verdict.to_string(), format!("{}{number}", verdict.name()));
        }
    }
}
