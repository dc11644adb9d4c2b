//! The configuration, as a text: TOML, or JSON where it begins with a brace.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, ConfigError, Identity, Login, Pem, Sasl, Secret, SecretSource, Security, Tls, TokenSource};

impl Config {
    /// Reads a text. Nothing else is read: neither files nor variables that it names.
    ///
    /// # Errors
    /// [`ConfigError`], with the place: no TOML or JSON, a key that is not known (SEC-004), a value of another type, one that is
    /// missing, or two that say the same thing.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: File = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| of_json(&error))?
        } else {
            toml::from_str(text).map_err(|error| of_toml(text, &error))?
        };
        let security = Security { tls: file.tls, sasl: file.sasl, allow_plaintext: file.allow_plaintext };
        Ok(Self { brokers: file.brokers, client_id: file.client_id, security })
    }
}

fn of_toml(text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(text.len(), |span| span.start);
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    let (line, column) = (before.matches('\n').count() + 1, line.chars().count() + 1);
    ConfigError { line, column, what: without_values(error.message()) }
}

fn of_json(error: &serde_json::Error) -> ConfigError {
    let what = error.to_string();
    let what = what.split_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    ConfigError { line: error.line(), column: error.column(), what: without_values(what) }
}

/// SEC-003: what the libraries say without the values that they say it of, which may be secrets in the wrong place.
fn without_values(message: &str) -> String {
    for (begins, says) in
        [("invalid type", "another type"), ("invalid value", "another value"), ("unknown variant", "another name")]
    {
        if message.starts_with(begins) {
            // What is expected stands last, and a value may have the same word in it.
            let expected = message.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
            return format!("{says} is expected: {expected}");
        }
    }
    message.to_owned()
}

// SEC-004
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    brokers: Vec<String>,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    allow_plaintext: bool,
    tls: Option<Tls>,
    sasl: Option<Sasl>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsFile {
    ca: Option<String>,
    ca_file: Option<PathBuf>,
    certificate: Option<String>,
    certificate_file: Option<PathBuf>,
    key: Option<Secret>,
    key_env: Option<String>,
    key_file: Option<PathBuf>,
    key_password: Option<Secret>,
    key_password_env: Option<String>,
    key_password_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaslFile {
    mechanism: String,
    user: Option<String>,
    password: Option<Secret>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    token: Option<Secret>,
    token_env: Option<String>,
    token_file: Option<PathBuf>,
}

impl<'de> Deserialize<'de> for Tls {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TlsFile::deserialize(deserializer)?.tls().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Sasl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SaslFile::deserialize(deserializer)?.sasl().map_err(serde::de::Error::custom)
    }
}

impl TlsFile {
    fn tls(self) -> Result<Tls, String> {
        let ca = pem("ca", self.ca, self.ca_file)?;
        let certificate = pem("certificate", self.certificate, self.certificate_file)?;
        let key = secret("key", self.key, self.key_env, self.key_file)?;
        let key_password = secret("key_password", self.key_password, self.key_password_env, self.key_password_file)?;
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Identity { certificate, key, key_password }),
            (None, None) if key_password.is_none() => None,
            (None, None) => return Err("`key_password` is for a `key`, which is missing".to_owned()),
            (Some(_), None) => return Err("`certificate` needs a `key`".to_owned()),
            (None, Some(_)) => return Err("`key` needs a `certificate`".to_owned()),
        };
        Ok(Tls { ca, identity })
    }
}

impl SaslFile {
    fn sasl(self) -> Result<Sasl, String> {
        let password = secret("password", self.password, self.password_env, self.password_file)?;
        let token = secret("token", self.token, self.token_env, self.token_file)?;
        let user = self.user.ok_or("`user` is missing")?;
        let login = |user: String, password: Option<SecretSource>, token: Option<SecretSource>| {
            if token.is_some() {
                return Err("`token` is for OAUTHBEARER only".to_owned());
            }
            Ok(Login { user, password: password.ok_or("`password`, `password_env` or `password_file` is missing")? })
        };
        match self.mechanism.as_str() {
            "PLAIN" => login(user, password, token).map(Sasl::Plain),
            "SCRAM-SHA-256" => login(user, password, token).map(Sasl::ScramSha256),
            "SCRAM-SHA-512" => login(user, password, token).map(Sasl::ScramSha512),
            "OAUTHBEARER" if password.is_some() => Err("OAUTHBEARER has a `token` and no `password`".to_owned()),
            "OAUTHBEARER" => {
                let token = token.ok_or("`token`, `token_env` or `token_file` is missing")?;
                Ok(Sasl::OauthBearer(TokenSource::Fixed { token, principal: user }))
            }
            _ => Err("`mechanism` is one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER".to_owned()),
        }
    }
}

fn pem(name: &str, text: Option<String>, file: Option<PathBuf>) -> Result<Option<Pem>, String> {
    match (text, file) {
        (Some(_), Some(_)) => Err(format!("`{name}` and `{name}_file` say the same thing: one of them")),
        (text, file) => Ok(text.map(Pem::Text).or(file.map(Pem::File))),
    }
}

fn secret(
    name: &str,
    given: Option<Secret>,
    env: Option<String>,
    file: Option<PathBuf>,
) -> Result<Option<SecretSource>, String> {
    let all = [given.map(SecretSource::Given), env.map(SecretSource::Env), file.map(SecretSource::File)];
    let mut all = all.into_iter().flatten();
    match (all.next(), all.next()) {
        (_, Some(_)) => Err(format!("`{name}`, `{name}_env` and `{name}_file` say the same thing: one of them")),
        (one, None) => Ok(one),
    }
}
