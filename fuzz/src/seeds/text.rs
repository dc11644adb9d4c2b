//! Texts of each kind that is read: whole ones, and each cut off and changed.

use super::Seed;

const ID: &str = "0123456789abcdef0123456789abcdef";
const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// Id and hash are put right by the law.
const HEADERS: &str = "other=x\nds-dl-id=!\nds-dl-topic=events\nds-dl-partition=3\nds-dl-offset=17\nds-dl-group=billing\n\
    ds-dl-stage=record\nds-dl-code=PAYLOAD\nds-dl-attempt=2\nds-dl-first-failure-us=1\nds-dl-last-failure-us=2\nds-dl-replays=1\n\
    ds-dl-timestamp-ms=-5\nds-dl-code-offset=9\nds-dl-record=2\nds-dl-producer=000102030405060708090a0b0c0d0e0f\nds-dl-epoch=1\n\
    ds-dl-lane=0\nds-dl-base=1\nds-dl-count=3\nds-dl-tenant=acme\nds-dl-contexts=[{\"run\":\"r\",\"task\":\"t\"}]\nds-dl-sha256=!\n\nvalue";
/// The letter of a null value.
const FILE: &str = "{\"id\":\"de2374e0b650547b908e192cb0fe8beb\",\"topic\":\"events\",\"partition\":\"3\",\"offset\":\"258\",\
    \"group\":\"billing\",\"stage\":\"judge\",\"code\":\"NULL_VALUE\",\"attempt\":\"1\",\"first-failure-us\":\"1\",\
    \"last-failure-us\":\"1\",\"replays\":\"0\",\"key\":\"YQ==\",\"headers\":[[\"name\",\"dmFsdWU=\"],[\"none\",null]]}";

const SECURITY: &str = "brokers = [\"broker.example:9093\"]\nclient_id = \"x\"\n[tls]\nca_file = \"ca.pem\"\n\
    certificate_file = \"c.pem\"\nkey_file = \"c.key\"\nkey_password = \"p\"\n[sasl]\nmechanism = \"SCRAM-SHA-512\"\nuser = \"a\"\n\
    password_env = \"P\"\n";
const TOKEN: &str =
    "{\"brokers\":[\"b:1\"],\"tls\":{},\"sasl\":{\"mechanism\":\"OAUTHBEARER\",\"user\":\"a\",\"token_file\":\"t\"}}";

pub(super) fn seeds() -> Vec<Seed> {
    whole().iter().enumerate().flat_map(|(number, text)| around(number, text)).collect()
}

fn whole() -> Vec<String> {
    let replays = ["1/0", "01/0", "+1/0", "4294967295/7", "1/4294967296", "0/0"].map(|rest| format!("r{ID}/{rest}"));
    let names = ["", ".2", ".1", ".02"].map(|rest| format!("n{ID}{rest}"));
    let headers = HEADERS.replace("ds-dl-record=2\n", "").replace("record", "damage");
    let others = [format!("i{ID}"), format!("t{TRACE}"), format!("t{TRACE}-x").replace("t00", "t01")];
    let letters = [format!("h{HEADERS}"), format!("h{headers}"), format!("f{FILE}")];
    let security = [format!("s{SECURITY}"), format!("s{TOKEN}"), "sbrokers = []\nallow_plaintext = true".to_owned()];
    [&replays[..], &names, &others, &letters, &security].concat()
}

/// A text, its beginnings, and the same with a byte that is another.
fn around(number: usize, text: &str) -> Vec<Seed> {
    let bytes = text.as_bytes();
    let quarters = (1..4).filter_map(|quarter| bytes.get(..bytes.len() * quarter / 4)).map(<[u8]>::to_vec);
    let mut changed = bytes.to_vec();
    let middle = changed.len() / 2;
    if let Some(byte) = changed.get_mut(middle) {
        *byte ^= 1;
    }
    let all = [bytes.to_vec(), changed].into_iter().chain(quarters);
    all.enumerate().map(|(which, bytes)| Seed { id: format!("text-{number}-{which}"), bytes }).collect()
}
