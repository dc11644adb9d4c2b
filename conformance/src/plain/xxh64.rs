//! XXH64 with seed 0, step by step as its specification has it.

use super::bytes::{little, wide};

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// The hash of the bytes.
#[must_use]
pub(super) fn xxh64(bytes: &[u8]) -> u64 {
    let mut at = 0;
    let mut hash = PRIME_5;
    if bytes.len() >= 32 {
        let mut lanes = [PRIME_1.wrapping_add(PRIME_2), PRIME_2, 0, PRIME_1.wrapping_neg()];
        while bytes.len() - at >= 32 {
            for lane in &mut lanes {
                *lane = round(*lane, little(bytes, at, 8));
                at += 8;
            }
        }
        hash = converge(lanes);
    }
    hash = hash.wrapping_add(wide(bytes.len()));
    while bytes.len() - at >= 8 {
        hash ^= round(0, little(bytes, at, 8));
        hash = hash.rotate_left(27).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
        at += 8;
    }
    if bytes.len() - at >= 4 {
        hash ^= little(bytes, at, 4).wrapping_mul(PRIME_1);
        hash = hash.rotate_left(23).wrapping_mul(PRIME_2).wrapping_add(PRIME_3);
        at += 4;
    }
    while at < bytes.len() {
        hash ^= little(bytes, at, 1).wrapping_mul(PRIME_5);
        hash = hash.rotate_left(11).wrapping_mul(PRIME_1);
        at += 1;
    }
    avalanche(hash)
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}

fn converge(lanes: [u64; 4]) -> u64 {
    let [a, b, c, d] = lanes;
    let mut hash = a.rotate_left(1);
    hash = hash.wrapping_add(b.rotate_left(7));
    hash = hash.wrapping_add(c.rotate_left(12));
    hash = hash.wrapping_add(d.rotate_left(18));
    for lane in lanes {
        hash = (hash ^ round(0, lane)).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
    }
    hash
}

fn avalanche(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(PRIME_2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(PRIME_3);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::xxh64;

    /// The first two stand in spec/codecs.md.
    #[test]
    fn published_values_come_out() {
        assert_eq!(xxh64(b""), 0xef46_db37_51d8_e999);
        assert_eq!(xxh64(b"123456789"), 0x8cb8_41db_40e6_ae83);
        assert_eq!(xxh64(b"a"), 0xd24e_c4f1_a98c_6e5b);
        assert_eq!(xxh64(b"abc"), 0x44bc_2cf5_ad77_0999);
        assert_eq!(xxh64(b"Nobody inspects the spammish repetition"), 0xfbce_a83c_8a37_8bf1);
    }
}
