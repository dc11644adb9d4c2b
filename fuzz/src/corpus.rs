//! What is kept of long runs: `fuzz/corpus/TARGET.hex`, an input a line, in hexadecimal digits.

use std::fs;
use std::io;
use std::path::Path;

use crate::target::Target;

/// The inputs that are kept for a target, in the order of the lines.
///
/// # Errors
/// The file cannot be read, or a line of it is not hexadecimal bytes; a target without a file has no inputs.
pub fn of(target: &Target) -> io::Result<Vec<Vec<u8>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name).with_extension("hex");
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text).map_err(|why| io::Error::other(format!("{}: {why}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let bytes = |(index, line)| hex::decode(line).map_err(|why| format!("line {}: {why}", index + 1));
    text.lines().enumerate().map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_a_line() {
        assert_eq!(parse("be01\n\nFF\n"), Ok(vec![vec![0xbe, 1], vec![], vec![0xff]]));
        assert_eq!(parse("be\n0"), Err("line 2: Odd number of digits".to_owned()));
        assert_eq!(parse("xx"), Err("line 1: Invalid character 'x' at position 0".to_owned()));
    }
}
