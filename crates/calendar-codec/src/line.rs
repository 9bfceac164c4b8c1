//! Content lines as they are written: escaped, folded, ended.
//!
//! INVARIANT (one line): no value that is handed in can end its line and begin a property of its own.

/// Octets of a line at most, its end not counted (RFC 5545, 3.1).
const OCTETS: usize = 75;

/// An iCalendar object while it is written.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    /// A line whose name, parameters and value are in order already.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            // A letter is never broken, however many octets it has.
            if octets + letter.len_utf8() > OCTETS {
                self.out.push_str("\r\n ");
                octets = 1;
            }
            self.out.push(letter);
            octets += letter.len_utf8();
        }
        self.out.push_str("\r\n");
    }

    /// A line whose value is somebody's words.
    pub(crate) fn text(&mut self, name: &str, words: &str) {
        self.line(name, &text(words));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

/// Words as the value of a property: escaped, without control characters.
pub(crate) fn text(words: &str) -> String {
    let mut value = String::with_capacity(words.len());
    let mut letters = words.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ';' | ',' => value.extend(['\\', letter]),
            '\n' => value.push_str("\\n"),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => value.push_str("\\n"),
            '\t' => value.push('\t'),
            _ if letter.is_control() => {}
            _ => value.push(letter),
        }
    }
    value
}

/// Words as the value of a parameter: in quotes, with the signs that cannot stand there as RFC 6868 writes them.
pub(crate) fn parameter(words: &str) -> String {
    let mut value = String::from("\"");
    for letter in words.chars() {
        match letter {
            '"' => value.push_str("^'"),
            '^' => value.push_str("^^"),
            '\n' => value.push_str("^n"),
            _ if letter.is_control() => {}
            _ => value.push(letter),
        }
    }
    value.push('"');
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters() {
        let words = "Künstliche Wörter – nichts als Wörter, ".repeat(9);
        let mut writer = Writer::default();
        writer.text("DESCRIPTION", &words);
        let bytes = writer.finish();
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        assert!(lines.len() > 4);
        for line in &lines {
            assert!(line.strip_suffix(b"\r").unwrap_or(line).len() <= OCTETS);
            assert!(std::str::from_utf8(line).is_ok(), "a letter was broken");
        }
        let whole = String::from_utf8(bytes).unwrap_or_default().replace("\r\n ", "");
        assert_eq!(whole, format!("DESCRIPTION:{}\r\n", words.replace(',', "\\,")));
    }

    #[test]
    fn words_cannot_begin_a_property() {
        assert_eq!(text("a\r\nATTENDEE:x\rb\nc\\;,\u{7}"), "a\\nATTENDEE:x\\nb\\nc\\\\\\;\\,");
        assert_eq!(parameter("Ann \"A\" ^\r\nB"), "\"Ann ^'A^' ^^^nB\"");
    }
}
