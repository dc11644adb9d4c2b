//! Brokers that are to be believed, and those that are not.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::error::Error;
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use dashstream_stream::security::{
    Config, Identity, Login, Pem, Sasl, Secret, SecretSource, Security, SecurityError, Tls, Token, TokenSource,
};
use dashstream_stream::transport::kafka::{
    Commit, Group, KafkaCommits, KafkaCommitsConfig, KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig,
};
use dashstream_stream::transport::{Event, From, Message, Sink as _, Source as _, TransportError};

use rdkafka::admin::{NewTopic, TopicReplication};

const WRONG: &str = "wrong-secret-0815";

/// Everything that is logged in this process.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logged;

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut all = LOGGED.lock().unwrap();
        all.push_str(&record.args().to_string());
        all.push('\n');
    }

    fn flush(&self) {}
}

fn hear_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Logged).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

fn tls() -> Tls {
    Tls { ca: Some(Pem::File(broker::path("CA"))), identity: None }
}

fn login(password: &str) -> Login {
    Login { user: broker::known()["USER_NAME"].clone(), password: Secret::new(password).into() }
}

/// A token that nobody has signed.
fn token(seconds: u64) -> Secret {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let claims = format!(r#"{{"sub":"alice","iat":{now},"exp":{}}}"#, now + seconds);
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    Secret::new(format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims)))
}

fn with(listener: &str, tls: Option<Tls>, sasl: Option<Sasl>) -> Config {
    Config { security: Security { tls, sasl, allow_plaintext: false }, ..broker::listener(listener) }
}

/// Producer, consumer, and what saves, all by one configuration.
async fn works(config: &Config) {
    hear_logs();
    let topic = broker::topic(1).await;
    let sink = KafkaSink::connect(config, &KafkaSinkConfig::new(&topic)).await.unwrap();
    let message = Message { value: Some(b"hello".to_vec()), ..Message::default() };
    let outcome = sink.send(0, message, broker::later()).await;
    assert!(outcome.is_persisted(), "{outcome:?}");
    let group = Group::new(broker::fresh("group"));
    // With tokens it is not made by itself.
    let state = format!("{}-dashstream-state", group.id);
    if matches!(config.security.sasl, Some(Sasl::OauthBearer(_))) {
        let new = NewTopic::new(&state, 1, TopicReplication::Fixed(-1)).set("cleanup.policy", "compact");
        broker::make_topic(&new).await;
    }
    let mut source = KafkaSource::connect(config, &KafkaSourceConfig::new(&topic, Some(group))).await.unwrap();
    let wait = Duration::from_secs(30);
    let event = tokio::time::timeout(wait, source.next()).await.unwrap().unwrap();
    assert!(matches!(event, Event::Assigned(_)));
    source.seek(0, From::Start).await.unwrap();
    let event = tokio::time::timeout(wait, source.next()).await.unwrap().unwrap();
    assert!(matches!(event, Event::Message(_)));
    let commits = KafkaCommits::open(&source.group().unwrap(), &KafkaCommitsConfig::new("one")).await.unwrap();
    commits.commit(Commit { next: 1, ..Commit::default() }).await.unwrap();
    assert_eq!(commits.load(0).await.unwrap().next, Some(1));
    says_nothing(&format!("{config:?} {sink:?} {source:?} {commits:?}"), &[]);
}

/// Neither a text nor what was logged has a secret in it.
fn says_nothing(said: &str, secrets: &[&str]) {
    let logged = LOGGED.lock().unwrap().clone();
    assert!(logged.contains("librdkafka"), "nothing was logged");
    let key = std::fs::read_to_string(broker::path("CLIENT_KEY")).unwrap();
    let key = key.lines().nth(1).unwrap();
    for secret in secrets.iter().copied().chain([&*broker::known()["PASSWORD"], key]) {
        assert!(!said.contains(secret) && !logged.contains(secret), "{secret} was said: {said} {logged}");
    }
}

/// Every part of the library says the same of a configuration that brokers do not take. Nothing that is said has a secret in it.
async fn refused(config: &Config, secrets: &[&str]) -> TransportError {
    hear_logs();
    let topic = broker::topic(1).await;
    let begin = Instant::now();
    let sink = KafkaSink::connect(config, &KafkaSinkConfig::new(&topic)).await.unwrap_err();
    let source = KafkaSource::connect(config, &KafkaSourceConfig::new(&topic, None)).await.unwrap_err();
    // It is told at once, and not when the brokers have been waited for.
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    assert_eq!(std::mem::discriminant(&sink), std::mem::discriminant(&source), "{sink:?} {source:?}");
    let mut said = format!("{config:?} {sink:?} {source:?} ");
    let mut link: Option<&dyn Error> = Some(&sink);
    while let Some(error) = link {
        said.push_str(&format!("{error} {error:?} "));
        link = error.source();
    }
    says_nothing(&said, secrets);
    sink
}

fn client_identity() -> Identity {
    let key = SecretSource::File(broker::path("CLIENT_KEY"));
    Identity { certificate: Pem::File(broker::path("CLIENT_CERT")), key, key_password: None }
}

#[tokio::test]
async fn tls_works() {
    works(&with("TLS", Some(tls()), None)).await;
    let text = std::fs::read_to_string(broker::path("CA")).unwrap();
    works(&with("TLS", Some(Tls { ca: Some(Pem::Text(text)), identity: None }), None)).await;
}

#[tokio::test]
async fn mutual_tls_works() {
    works(&with("MTLS", Some(Tls { identity: Some(client_identity()), ..tls() }), None)).await;
}

#[tokio::test]
async fn plain_works() {
    let password = &broker::known()["PASSWORD"];
    works(&with("SASL_TLS", Some(tls()), Some(Sasl::Plain(login(password))))).await;
    works(&with("SASL", None, Some(Sasl::Plain(login(password))))).await;
}

#[tokio::test]
async fn scram_works() {
    let password = &broker::known()["PASSWORD"];
    works(&with("SASL_TLS", Some(tls()), Some(Sasl::ScramSha256(login(password))))).await;
    works(&with("SASL_TLS", Some(tls()), Some(Sasl::ScramSha512(login(password))))).await;
}

#[tokio::test]
async fn oauthbearer_works() {
    let fixed = TokenSource::Fixed { token: token(3600).into(), principal: "alice".to_owned() };
    works(&with("SASL_TLS", Some(tls()), Some(Sasl::OauthBearer(fixed)))).await;
    // One that is asked for, again and again as it comes to its end.
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let callback = TokenSource::Callback(Arc::new(move || {
        *count.lock().unwrap() += 1;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
        let expires_ms = i64::try_from(now).unwrap() + 10_000;
        Ok(Token { token: token(3600), principal: "alice".to_owned(), expires_ms })
    }));
    works(&with("SASL_TLS", Some(tls()), Some(Sasl::OauthBearer(callback)))).await;
    assert!(*asked.lock().unwrap() >= 2);
}

#[tokio::test]
async fn a_wrong_authority_is_refused() {
    let wrong = Tls { ca: Some(Pem::File(broker::path("WRONG_CA"))), identity: None };
    let error = refused(&with("TLS", Some(wrong.clone()), None), &[]).await;
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
    // The password is not even sent.
    let sasl = Sasl::Plain(login(&broker::known()["PASSWORD"]));
    let error = refused(&with("SASL_TLS", Some(wrong), Some(sasl)), &[]).await;
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wrong_host_name_is_refused() {
    let error = refused(&with("WRONG_HOST", Some(tls()), None), &[]).await;
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_missing_certificate_is_refused() {
    let error = refused(&with("MTLS", Some(tls()), None), &[]).await;
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    for sasl in [Sasl::Plain(login(WRONG)), Sasl::ScramSha256(login(WRONG)), Sasl::ScramSha512(login(WRONG))] {
        let error = refused(&with("SASL_TLS", Some(tls()), Some(sasl)), &[WRONG]).await;
        assert!(matches!(error, TransportError::Authentication { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let expired = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSIsImlhdCI6MSwiZXhwIjoyfQ.";
    let fixed = TokenSource::Fixed { token: Secret::new(expired).into(), principal: "alice".to_owned() };
    let error = refused(&with("SASL_TLS", Some(tls()), Some(Sasl::OauthBearer(fixed))), &[expired]).await;
    assert!(matches!(error, TransportError::Authentication { .. }), "{error:?}");
    let none = TokenSource::Callback(Arc::new(|| Err("the issuer is away".to_owned())));
    let error = refused(&with("SASL_TLS", Some(tls()), Some(Sasl::OauthBearer(none))), &[]).await;
    assert!(
        matches!(&error, TransportError::Authentication { why } if why.contains("the issuer is away")),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_open_is_refused_before_any_connection() {
    // An address that swallows what is sent to it: whoever tried would wait.
    let config = Config { brokers: vec!["192.0.2.1:9092".to_owned()], ..Config::default() };
    let sasl = Config {
        security: Security { sasl: Some(Sasl::Plain(login(WRONG))), ..Security::default() },
        ..config.clone()
    };
    for config in [config, sasl] {
        let begin = Instant::now();
        let error = KafkaSink::connect(&config, &KafkaSinkConfig::new("topic")).await.unwrap_err();
        assert!(matches!(error, TransportError::Security(SecurityError::Plaintext { .. })), "{error:?}");
        assert!(error.to_string().contains("allow_plaintext"));
        let error = KafkaSource::connect(&config, &KafkaSourceConfig::new("topic", None)).await.unwrap_err();
        assert!(matches!(error, TransportError::Security(SecurityError::Plaintext { .. })), "{error:?}");
        assert!(begin.elapsed() < Duration::from_millis(300));
    }
}
