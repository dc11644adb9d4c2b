//! The configuration of security: what it reads, what it refuses, and what it never says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by a panic")]

use dashstream_stream::security::{
    Config, Identity, Login, Pem, Sasl, Secret, SecretSource, Security, SecurityError, Tls, TokenSource,
};

const WHOLE: &str = r#"# All there is.
brokers = ["broker.example:9093", "[2001:db8::1]:9093"]
client_id = "telemetry"
allow_plaintext = false

[tls]
ca_file = "ca.pem"
certificate_file = "client.pem"
key_file = "client.key"
key_password = "hunter2"

[sasl]
mechanism = "SCRAM-SHA-512"
user = "alice"
password_env = "KAFKA_PASSWORD"
"#;

fn whole() -> Config {
    let identity = Identity {
        certificate: Pem::File("client.pem".into()),
        key: SecretSource::File("client.key".into()),
        key_password: Some(Secret::new("hunter2").into()),
    };
    let login = Login { user: "alice".to_owned(), password: SecretSource::Env("KAFKA_PASSWORD".to_owned()) };
    Config {
        brokers: vec!["broker.example:9093".to_owned(), "[2001:db8::1]:9093".to_owned()],
        client_id: "telemetry".to_owned(),
        security: Security {
            tls: Some(Tls { ca: Some(Pem::File("ca.pem".into())), identity: Some(identity) }),
            sasl: Some(Sasl::ScramSha512(login)),
            allow_plaintext: false,
        },
    }
}

#[test]
fn one_configuration_is_read_from_toml_and_json() {
    assert_eq!(Config::parse(WHOLE).unwrap(), whole());
    let value: serde_json::Value = toml::from_str(WHOLE).unwrap();
    assert_eq!(Config::parse(&format!("\n {value}")).unwrap(), whole());
    let small = Config::parse(r#"brokers = ["localhost:9092"]"#).unwrap();
    assert_eq!(small, Config { brokers: vec!["localhost:9092".to_owned()], ..Config::default() });
    let token =
        "brokers = [\"b:1\"]\ntls = {}\nsasl = { mechanism = \"OAUTHBEARER\", user = \"alice\", token_file = \"t\" }";
    let fixed = TokenSource::Fixed { token: SecretSource::File("t".into()), principal: "alice".to_owned() };
    assert_eq!(Config::parse(token).unwrap().security.sasl, Some(Sasl::OauthBearer(fixed)));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        ("brokers = [\"b:1\"]\n  brokrs = 1", 2, 3, "unknown field `brokrs`"),
        ("brokers = [\"b:1\"]\n[tls]\nca_fil = \"x\"", 3, 1, "unknown field `ca_fil`"),
        (
            "brokers = [\"b:1\"]\n[sasl]\nmechanism = \"PLAIN\"\nuser = \"a\"\npasswort = \"x\"",
            5,
            1,
            "unknown field `passwort`",
        ),
        ("brokers = \"b:1\"", 1, 11, "another type is expected: a sequence"),
        ("client_id = \"x\"", 1, 1, "missing field `brokers`"),
        ("brokers = [\n", 1, 12, "unclosed array"),
        ("brokers = [\"b:1\"]\n[sasl]\nmechanism = \"GSSAPI\"\nuser = \"a\"", 2, 1, "`mechanism` is one of"),
        ("brokers = [\"b:1\"]\n[sasl]\nmechanism = \"PLAIN\"\nuser = \"a\"", 2, 1, "`password`, `password_env` or"),
        ("brokers = [\"b:1\"]\n[sasl]\nmechanism = \"PLAIN\"\npassword = \"a\"", 2, 1, "`user` is missing"),
        ("brokers = [\"b:1\"]\n[tls]\ncertificate_file = \"x\"", 2, 1, "`certificate` needs a `key`"),
        ("brokers = [\"b:1\"]\n[tls]\nkey_file = \"x\"", 2, 1, "`key` needs a `certificate`"),
        ("brokers = [\"b:1\"]\n[tls]\nca = \"x\"\nca_file = \"y\"", 2, 1, "`ca` and `ca_file` say the same"),
        ("{\"brokers\": [\"b:1\"],\n \"brokrs\": 1}", 2, 9, "unknown field `brokrs`"),
        ("{\"brokers\": [\"b:1\"],\n", 2, 0, "EOF"),
        ("{\"brokers\": [\"b:1\"]} x", 1, 22, "trailing characters"),
    ];
    for (text, line, column, what) in cases {
        let error = Config::parse(text).unwrap_err();
        assert!(error.what.contains(what), "{text:?}: {error}");
        assert_eq!((error.line, error.column), (line, column), "{text:?}: {error}");
    }
}

#[test]
fn a_secret_is_in_no_text() {
    const SECRET: &str = "5up3r-s3cret";
    let secret = Secret::new(SECRET);
    assert_eq!(secret.expose(), SECRET);
    let login = Login { user: "alice".to_owned(), password: secret.clone().into() };
    let fixed = TokenSource::Fixed { token: secret.clone().into(), principal: "alice".to_owned() };
    let identity = Identity {
        certificate: Pem::File("c".into()),
        key: secret.clone().into(),
        key_password: Some(secret.clone().into()),
    };
    let tls = Some(Tls { ca: None, identity: Some(identity) });
    for sasl in [
        Sasl::Plain(login.clone()),
        Sasl::ScramSha256(login.clone()),
        Sasl::ScramSha512(login),
        Sasl::OauthBearer(fixed),
    ] {
        let config =
            Config { security: Security { tls: tls.clone(), sasl: Some(sasl), ..Security::default() }, ..whole() };
        let shown = format!("{config:?} {config:#?} {secret} {secret:?} {}", serde_json::to_string(&secret).unwrap());
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(shown.contains("***"));
    }
}

#[test]
fn an_error_has_no_value_of_the_text_in_it() {
    // A secret in every place in which a value may stand, where it belongs and where it does not.
    let secret = "s3cret4711";
    let json = |value: &str| value.replace('@', secret);
    let texts = [
        "brokers = \"@\"",
        "brokers = [[\"@\"]]",
        "tls = \"@\"\nbrokers = []",
        "sasl = \"@\"\nbrokers = []",
        "allow_plaintext = \"@\"",
        "brokers = []\n[sasl]\nmechanism = \"@\"\nuser = \"a\"",
        "brokers = []\n[sasl]\nmechanism = \"PLAIN\"\nuser = [\"@\"]",
        "brokers = []\n[sasl]\nmechanism = \"PLAIN\"\npassword = \"@\"\npassword_env = \"@\"\nuser=\"a\"",
        "brokers = []\n[sasl]\npassword = [\"@\"]",
        "brokers = []\n[sasl]\npassword = \"@",
        "brokers = []\n[sasl]\npassword = @\n",
        "{\"brokers\": \"@\"}",
        "{\"brokers\": [], \"tls\": \"@\"}",
        "{\"brokers\": [], \"sasl\": {\"password\": [\"@\"]}}",
        "{\"brokers\": [], \"sasl\": {\"mechanism\": {\"@\": 1}}}",
        "{\"brokers\": [], \"sasl\": {\"password\": \"@",
    ];
    for text in texts.map(json) {
        let error = Config::parse(&text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{text:?}: {error}");
    }
    for number in ["5551234", "-5551234", "555.1234", "true"] {
        let text = format!("brokers = []\n[sasl]\npassword = {number}");
        let error = Config::parse(&text).unwrap_err();
        assert!(error.what.contains("a secret has to be a text") && !error.what.contains("555"), "{error}");
    }
}

/// Every text is read or refused. The texts are made of a right one, from a seed that is printed.
#[test]
fn no_text_ends_in_a_panic() {
    let json = serde_json::to_string(&toml::from_str::<serde_json::Value>(WHOLE).unwrap()).unwrap();
    let pieces =
        ["\"", "[", "]", "{", "}", "\n", "=", "'''", "\u{0}", "é", "\\u", "1e999", "[tls]", "password", ".", "#"];
    for seed in 0..4_000 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut text = if rng.bool() { WHOLE.to_owned() } else { json.clone() };
        for _ in 0..rng.usize(1..4) {
            let cut = |rng: &mut fastrand::Rng, text: &str| {
                let at = rng.usize(..=text.len());
                (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
            };
            let (from, to) = (cut(&mut rng, &text), cut(&mut rng, &text));
            let (from, to) = (from.min(to), from.max(to));
            match rng.u8(..3) {
                0 => text.replace_range(from..to, ""),
                1 => text.insert_str(from, pieces[rng.usize(..pieces.len())]),
                _ => {
                    let piece = text[from..to].to_owned();
                    text.insert_str(to, &piece);
                }
            }
        }
        let read = std::panic::catch_unwind(|| Config::parse(&text));
        let Ok(read) = read else { panic!("seed {seed}: {text:?}") };
        if let Err(error) = read {
            assert!(error.line >= 1 && error.line <= text.matches('\n').count() + 1, "seed {seed}: {error}: {text:?}");
        }
    }
}

fn check(brokers: &[&str], security: Security) -> Result<(), SecurityError> {
    Config { brokers: brokers.iter().map(|&one| one.to_owned()).collect(), security, ..Config::default() }.check()
}

#[test]
fn what_is_open_to_others_has_to_be_spelled_out() {
    let login = Login { user: "alice".to_owned(), password: Secret::new("x").into() };
    let open = [
        Security::default(),
        Security { sasl: Some(Sasl::Plain(login.clone())), ..Security::default() },
        Security { sasl: Some(Sasl::ScramSha512(login)), ..Security::default() },
    ];
    let ours = ["localhost:9092", "127.0.0.1:9092", "127.8.9.10:1", "[::1]:9092", "[::ffff:127.0.0.1]:9092"];
    let others = [
        "broker:9092",
        "192.0.2.1:9092",
        "[2001:db8::1]:9092",
        "localhost.example:9092",
        "127.0.0.1.example:9092",
        "0.0.0.0:9092",
        "LOCALHOST:9092",
        "[::]:9092",
    ];
    for security in open {
        check(&ours, security.clone()).unwrap();
        for other in others {
            let error = check(&["localhost:9092", other], security.clone()).unwrap_err();
            assert_eq!(error, SecurityError::Plaintext { broker: other.to_owned() });
            assert!(error.to_string().contains("set `tls`, or say `allow_plaintext = true`"));
            check(&[other], Security { allow_plaintext: true, ..security.clone() }).unwrap();
            check(&[other], Security { tls: Some(Tls::default()), ..security.clone() }).unwrap();
        }
    }
}

#[test]
fn what_is_no_broker_is_refused() {
    assert_eq!(check(&[], Security::default()), Err(SecurityError::NoBroker));
    let bad = [
        "",
        "localhost",
        ":9092",
        "localhost:",
        "localhost:x",
        "localhost:0",
        "localhost:65536",
        "a b:1",
        "localhost:1,broker:2",
        "SSL://broker:1",
        "broker,localhost:1",
        "::1:9092",
        "[::1:9092",
        "localhost:1/x",
        "user@localhost:1",
        "local\0host:1",
    ];
    for broker in bad {
        let all = Security { allow_plaintext: true, ..Security::default() };
        assert_eq!(check(&[broker], all), Err(SecurityError::Broker { broker: broker.to_owned() }));
    }
}

#[test]
fn secrets_come_from_variables_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    for (text, secret) in [("x", "x"), ("x\n", "x"), ("x\r\n", "x"), ("x\n\n", "x\n"), (" x ", " x "), ("", "")] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(SecretSource::File(path.clone()).get().unwrap(), Secret::new(secret), "{text:?}");
    }
    let gone = SecretSource::File(folder.path().join("gone")).get().unwrap_err();
    assert!(matches!(gone, SecurityError::File { .. }) && gone.to_string().contains("gone"), "{gone}");
    assert_eq!(SecretSource::Env("PATH".to_owned()).get().unwrap(), Secret::new(std::env::var("PATH").unwrap()));
    let name = "DASHSTREAM_THAT_IS_NOT_THERE";
    let missing = SecretSource::Env(name.to_owned()).get().unwrap_err();
    assert_eq!(missing, SecurityError::Env { name: name.to_owned() });
}
