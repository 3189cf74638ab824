//! One pass over the raw text, in bytes, before anything else reads it. It divides the text the way the
//! parser's grammar does (`graphql.pest`), refuses what that grammar divides in two ways, and leaves every
//! other fault to the parser. It must never count less nesting than the parser finds.

use super::{Limits, Refusal, check};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const QUOTES: &[u8] = b"\"\"\"";
const ESCAPED_QUOTES: &[u8] = b"\\\"\"\"";

/// Counts brackets, tokens, names, `@`, `$` and `...` of a document's text, in linear time.
pub fn scan(text: &str, limits: &Limits) -> Result<(), Refusal> {
    check("query_bytes", limits.query_bytes, text.len() as u64)?;
    let mut seen = Seen::default();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        rest = &rest[seen.take(rest)..];
    }
    check("unterminated_block_strings", 0, seen.unterminated)?;
    check("nesting", limits.nesting, seen.nesting)?;
    check("tokens", limits.tokens, seen.tokens)?;
    check("name_length", limits.name_length, seen.name_length)?;
    check("directives", limits.directives, seen.directives)?;
    check("spreads", limits.spreads, seen.spreads)?;
    check("variables", limits.variables, seen.variables)
}

/// Counts the values of a JSON text, in linear time, without judging it: at least as many as a parser
/// finds.
pub fn scan_json(text: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let (mut values, mut is_string, mut is_escaped) = (1, false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b',' | b'[' | b'{' if !is_string => values += 1,
            _ => {}
        }
    }
    check("body_values", limits.body_values, values)
}

#[derive(Default)]
struct Seen {
    open: u64,
    nesting: u64,
    tokens: u64,
    name_length: u64,
    directives: u64,
    spreads: u64,
    variables: u64,
    unterminated: u64,
}

impl Seen {
    /// Counts what the text begins with and says how many bytes that takes, at least 1.
    fn take(&mut self, text: &[u8]) -> usize {
        match text {
            [b' ' | b',' | b'\t' | b'\n' | b'\r', ..] => return 1,
            [b'#', ..] => return until_line_end(text),
            _ if text.starts_with(BYTE_ORDER_MARK) => return BYTE_ORDER_MARK.len(),
            _ => self.tokens += 1,
        }
        match text {
            _ if text.starts_with(QUOTES) => return self.block_string(text),
            [b'"', ..] => return string(text),
            [b'.', b'.', b'.', ..] => {
                self.spreads += 1;
                return 3;
            }
            [byte, ..] if is_name(*byte) => {
                let length = text.iter().take_while(|byte| is_name(**byte)).count();
                self.name_length = self.name_length.max(length as u64);
                return length;
            }
            [b'{' | b'[' | b'(', ..] => {
                self.open += 1;
                self.nesting = self.nesting.max(self.open);
            }
            // One that closes nothing, or another kind: the parser stops there.
            [b'}' | b']' | b')', ..] => self.open = self.open.saturating_sub(1),
            [b'@', ..] => self.directives += 1,
            [b'$', ..] => self.variables += 1,
            _ => {}
        }
        1
    }

    /// From the first of three quotation marks to the next three that are not escaped. Without those the
    /// parser would read an empty string and go on: never so here.
    fn block_string(&mut self, text: &[u8]) -> usize {
        let mut at = QUOTES.len();
        while at < text.len() {
            let rest = &text[at..];
            if rest.starts_with(QUOTES) {
                return at + QUOTES.len();
            }
            at += if rest.starts_with(ESCAPED_QUOTES) { ESCAPED_QUOTES.len() } else { 1 };
        }
        self.unterminated += 1;
        text.len()
    }
}

/// From a quotation mark to the next that is not escaped, or to the end of the line, where the parser
/// stops.
fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' if matches!(text.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn until_line_end(text: &[u8]) -> usize {
    text.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count()
}

fn is_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
