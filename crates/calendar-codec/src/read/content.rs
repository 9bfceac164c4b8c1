//! Bytes to lines, and lines to their parts: encodings, unfolding, names, parameters, values.
//!
//! It knows no property. Lines are unfolded before their letters are read, because some programs break a line in the
//! middle of a letter.

/// Parameters of a line at most.
const LIMIT_PARAMETERS: usize = 50;

/// A line of a file that may have been folded, with the number of its first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) line: usize,
    /// In capitals.
    pub(super) name: String,
    /// Names in capitals; the values of one parameter in its order.
    pub(super) parameters: Vec<(String, Vec<String>)>,
    pub(super) value: String,
}

impl Property {
    /// The first value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, values) = self.parameters.iter().find(|(known, _)| known == name)?;
        values.first().map(String::as_str)
    }

    pub(super) fn place(&self) -> String {
        format!("line {}", self.line)
    }
}

/// The letters of a text, and whether they had to be guessed.
pub(super) fn letters(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), true),
    }
}

/// A file as UTF-8 where it says that it is something else.
pub(super) fn without_mark(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let wide = |rest: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks().0.iter().map(|pair| join(*pair)).collect();
        String::from_utf16_lossy(&units).into_bytes().into()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.into(),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => bytes.into(),
    }
}

/// What Western Europe's Windows means by a byte.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or(char::from(byte))
}

/// The unfolded lines of a file, each with the number of its first.
pub(super) fn lines(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line, lines.last_mut()) {
            ([b' ' | b'\t', rest @ ..], Some((_, before))) => before.extend_from_slice(rest),
            ([], _) => {}
            (whole, _) => lines.push((index + 1, whole.to_vec())),
        }
    }
    lines
}

/// The parts of a line; `None` for one that has no name or no value.
pub(super) fn property(line: usize, text: &str) -> Option<Property> {
    let end = text.find([':', ';'])?;
    let (name, mut rest) = text.split_at_checked(end)?;
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&letter);
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let mut parameters = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let (parameter, after) = read_parameter(after)?;
        parameters.push(parameter);
        if parameters.len() > LIMIT_PARAMETERS {
            return None;
        }
        rest = after;
    }
    let value = rest.strip_prefix(':')?.to_owned();
    // Some programs put the name of a group before a property, as in `item1.DTSTART`.
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_uppercase();
    Some(Property { line, name, parameters, value })
}

/// A parameter with its values, and what stands behind it.
fn read_parameter(text: &str) -> Option<((String, Vec<String>), &str)> {
    let (name, mut rest) = text.split_once('=')?;
    let mut values = Vec::new();
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at_checked(rest.find([',', ';', ':'])?)?,
        };
        values.push(unescape_parameter(value));
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Some(((name.to_ascii_uppercase(), values), after)),
        }
    }
}

fn unescape_parameter(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '^' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => text.push('\n'),
            Some('\'') => text.push('"'),
            Some('^') => text.push('^'),
            Some(other) => text.extend(['^', other]),
            None => text.push('^'),
        }
    }
    text
}

/// The words that a text's value stands for.
pub(super) fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            _ if letter.is_control() && letter != '\t' => {}
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_before_their_letters_are_read() {
        let bytes = [b"A:x\xc3\r\n \xa9y\r\n\r\nB:1\n\t2".as_slice()].concat();
        let lines = lines(&bytes);
        assert_eq!(lines.first(), Some(&(1, "A:xéy".into())));
        assert_eq!(lines.last(), Some(&(4, b"B:12".to_vec())));
    }

    #[test]
    fn parameters_may_hold_what_ends_them() {
        let read = property(3, "dtstart;TZID=\"a;b:c\";x=1,\"2,^'\":20260302T090000").unwrap();
        assert_eq!((read.name.as_str(), read.value.as_str()), ("DTSTART", "20260302T090000"));
        assert_eq!(read.parameter("TZID"), Some("a;b:c"));
        assert_eq!(read.parameters.last().unwrap().1, ["1", "2,\""]);
        for bad in ["", ":x", "A", "A;B:c", "A;B=\"c:d", "A;B=c", "A B:c"] {
            assert_eq!(property(1, bad), None, "{bad}");
        }
        assert_eq!(property(1, &format!("A{}:x", ";B=c".repeat(51))), None);
    }
}
