//! What every client of Kafka needs: its settings, and what went wrong with its connections.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::ClientContext;
use rdkafka::client::{Client, OAuthToken};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::super::TransportError;
use super::failure::{failed, says};
use crate::security::{Config, Identity, Login, Pem, Sasl, SecurityError, Tls, TokenSource};

/// How long one question to the brokers may take before what else has happened is looked at.
const ASK: Duration = Duration::from_millis(500);

/// A broker that hangs is given up after this, so that its partitions are asked for elsewhere.
pub(super) const SOCKET_TIMEOUT_MS: u128 = 12_000;

/// Events that are looked at between two questions.
const EVENTS: usize = 100;

/// The settings of a client. Reads the secrets, which may be in files; checks before that what may be spoken to how (SEC-002).
pub(super) fn settings(config: &Config) -> Result<ClientConfig, SecurityError> {
    config.check()?;
    let mut out = ClientConfig::new();
    out.set("bootstrap.servers", config.brokers.join(","));
    out.set("client.id", if config.client_id.is_empty() { "dashstream" } else { &config.client_id });
    let security = &config.security;
    let protocol = match (&security.tls, &security.sasl) {
        (None, None) => "plaintext",
        (Some(_), None) => "ssl",
        (None, Some(_)) => "sasl_plaintext",
        (Some(_), Some(_)) => "sasl_ssl",
    };
    out.set("security.protocol", protocol);
    out.set("socket.timeout.ms", SOCKET_TIMEOUT_MS.to_string());
    out.set("reconnect.backoff.max.ms", "2000");
    if let Some(tls) = &security.tls {
        set_tls(&mut out, tls)?;
    }
    if let Some(sasl) = &security.sasl {
        set_sasl(&mut out, sasl)?;
    }
    Ok(out)
}

fn set_tls(out: &mut ClientConfig, tls: &Tls) -> Result<(), SecurityError> {
    // SEC-005
    out.set("enable.ssl.certificate.verification", "true");
    out.set("ssl.endpoint.identification.algorithm", "https");
    if let Some(ca) = &tls.ca {
        set_pem(out, ca, "ssl.ca.location", "ssl.ca.pem");
    }
    if let Some(Identity { certificate, key, key_password }) = &tls.identity {
        set_pem(out, certificate, "ssl.certificate.location", "ssl.certificate.pem");
        out.set("ssl.key.pem", key.get()?.expose());
        if let Some(password) = key_password {
            out.set("ssl.key.password", password.get()?.expose());
        }
    }
    Ok(())
}

fn set_pem(out: &mut ClientConfig, pem: &Pem, file: &str, text: &str) {
    match pem {
        Pem::File(path) => out.set(file, path.to_string_lossy()),
        Pem::Text(pem) => out.set(text, pem),
    };
}

fn set_sasl(out: &mut ClientConfig, sasl: &Sasl) -> Result<(), SecurityError> {
    let (mechanism, login) = match sasl {
        Sasl::Plain(login) => ("PLAIN", Some(login)),
        Sasl::ScramSha256(login) => ("SCRAM-SHA-256", Some(login)),
        Sasl::ScramSha512(login) => ("SCRAM-SHA-512", Some(login)),
        Sasl::OauthBearer(_) => ("OAUTHBEARER", None),
    };
    out.set("sasl.mechanisms", mechanism);
    if let Some(Login { user, password }) = login {
        out.set("sasl.username", user);
        out.set("sasl.password", password.get()?.expose());
    }
    Ok(())
}

/// What a client tells us besides what it was asked.
#[derive(Debug, Default)]
pub(super) struct Watch {
    tokens: Option<TokenSource>,
    trouble: Mutex<Option<Trouble>>,
}

/// What keeps a client from speaking to brokers, and does not pass by itself.
#[derive(Clone, Debug)]
enum Trouble {
    Tls(String),
    Authentication(String),
}

impl Watch {
    pub(super) fn new(config: &Config) -> Self {
        let tokens = match &config.security.sasl {
            Some(Sasl::OauthBearer(tokens)) => Some(tokens.clone()),
            _ => None,
        };
        Self { tokens, trouble: Mutex::default() }
    }

    fn trouble(&self) -> Option<TransportError> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(match trouble {
            Trouble::Tls(why) => TransportError::Tls { why },
            Trouble::Authentication(why) => TransportError::Authentication { why },
        })
    }
}

impl ClientContext for Watch {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn error(&self, error: KafkaError, reason: &str) {
        let trouble = match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::SSL) => Trouble::Tls(reason.to_owned()),
            // A broker that wants a certificate says so when the client takes the connection for made.
            Some(RDKafkaErrorCode::BrokerTransportFailure) if reason.contains("SSL alert") => {
                Trouble::Tls(reason.to_owned())
            }
            Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed) => {
                Trouble::Authentication(reason.to_owned())
            }
            _ => return,
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    }

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let tokens = self.tokens.as_ref().ok_or("no token is needed")?;
        // A text with a zero byte in it is no text to the library.
        let token = tokens.get().map_err(|error| error.to_string().replace('\0', " "))?;
        Ok(OAuthToken {
            token: token.token.expose().to_owned(),
            principal_name: token.principal,
            lifetime_ms: token.expires_ms,
        })
    }
}

/// Asks for a topic until a broker answers, or it is clear that none will. Returns how many partitions it has. Blocks.
pub(super) fn partitions<C: ClientContext>(
    client: &Client<C>,
    config: &Config,
    topic: &str,
    patience: Duration,
    watch: &Watch,
    serve: impl Fn(),
) -> Result<u32, TransportError> {
    let until = Instant::now() + patience;
    // One call takes one event off the queue, and lines of the log are events.
    let serve = || (0..EVENTS).for_each(|_| serve());
    loop {
        serve();
        let answer = client.fetch_metadata(Some(topic), ASK.min(patience));
        serve();
        let failure = match answer {
            Ok(metadata) => {
                for broker in metadata.brokers() {
                    // SEC-002: the brokers that were named may name others, to which passwords and frames go then.
                    let host = broker.host();
                    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
                    config.security.check(&format!("{host}:{}", broker.port()))?;
                }
                let found = metadata.topics().first();
                let count = found.filter(|topic| topic.error().is_none()).map_or(0, |topic| topic.partitions().len());
                if count > 0 {
                    return Ok(u32::try_from(count).unwrap_or(u32::MAX));
                }
                TransportError::NoTopic { topic: topic.to_owned() }
            }
            Err(error) => match watch.trouble() {
                Some(trouble) => return Err(trouble),
                None => TransportError::Kafka { doing: "ask the brokers for the topic", why: says(&error) },
            },
        };
        if Instant::now() >= until {
            return Err(failure);
        }
        // A topic that was made just now is not known everywhere yet.
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs what blocks where it may.
pub(super) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, TransportError> + Send + 'static,
) -> Result<T, TransportError> {
    let ended = |_| TransportError::System { why: "a thread that blocks has ended".to_owned() };
    tokio::task::spawn_blocking(job).await.map_err(ended)?
}

/// A topic whose name the library cannot take is not there.
pub(super) fn check_topic(topic: &str) -> Result<(), TransportError> {
    let fits = |one: char| one.is_ascii_alphanumeric() || "._-".contains(one);
    if topic.is_empty() || topic.len() > 249 || !topic.chars().all(fits) {
        return Err(TransportError::NoTopic { topic: topic.to_owned() });
    }
    Ok(())
}

pub(super) fn created<T>(client: Result<T, KafkaError>) -> Result<T, TransportError> {
    client.map_err(failed("make a client of Kafka"))
}
