pub struct CommitError; pub struct Committed; pub struct KafkaCommits; pub struct KafkaCommitsConfig; pub struct Loaded;
