//! A reader for the part of KDL 2 that the rulebook uses, with a place for every word.
//!
//! It exists beside the `kdl` library because reading the whole rulebook is on the way to every answer of the command
//! line: the library takes about a microsecond a byte and recurses without a limit. Tests hold the two to the same
//! reading of every shipped file (`docs/decisions/0003-own-kdl-reader.md`). Type annotations are refused; nothing
//! here knows what a rule is.
//!
//! INVARIANT (bounded): a file over [`LIMIT_BYTES`] or nested deeper than [`LIMIT_DEPTH`] is refused before it costs
//! anything.

use crate::fault::Place;

/// No rulebook file is larger.
pub const LIMIT_BYTES: usize = 1 << 20;
/// No rulebook file nests deeper.
pub const LIMIT_DEPTH: usize = 24;

/// A value of an argument or a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// `#true` or `#false`.
    Truth(bool),
    /// `#null`.
    Null,
}

/// An argument: a value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// The value.
    pub value: Value,
    /// Where it begins.
    pub at: Place,
}

/// A property: a name, a value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
    /// Where the name begins.
    pub at: Place,
}

/// One node with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The name.
    pub name: String,
    /// Where it begins.
    pub at: Place,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// Properties in order.
    pub properties: Vec<Property>,
    /// Children in order.
    pub children: Vec<Node>,
}

/// Why a file is no KDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Where.
    pub at: Place,
    /// What, as a sentence.
    pub what: String,
}

/// Reads a document.
pub fn read(text: &str) -> Result<Vec<Node>, Malformed> {
    if text.len() > LIMIT_BYTES {
        let what = format!("the file is larger than {LIMIT_BYTES} bytes");
        return Err(Malformed { at: Place::START, what });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, at: 0, line: 1, line_start: 0 };
    reader.nodes(0)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn place(&self) -> Place {
        let column = self.text.get(self.line_start..self.at).map_or(0, |line| line.chars().count());
        Place { line: self.line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T, Malformed> {
        Err(Malformed { at: self.place(), what: what.into() })
    }

    fn bump(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        if is_newline(letter) && !(letter == '\r' && self.peek() == Some('\n')) {
            self.line = self.line.saturating_add(1);
            self.line_start = self.at;
        }
        Some(letter)
    }

    fn eat(&mut self, word: &str) -> bool {
        if self.rest().starts_with(word) {
            for _ in word.chars() {
                self.bump();
            }
            return true;
        }
        false
    }

    /// Skips blanks and comments; newlines too when `lines`. A line ended by `\` goes on.
    fn blanks(&mut self, lines: Lines) -> Result<(), Malformed> {
        loop {
            match self.peek() {
                Some(letter) if is_blank(letter) => {
                    self.bump();
                }
                Some(letter) if lines == Lines::Cross && is_newline(letter) => {
                    self.bump();
                }
                Some('\\') => {
                    self.bump();
                    while self.peek().is_some_and(is_blank) {
                        self.bump();
                    }
                    self.line_comment();
                    match self.peek() {
                        Some(letter) if is_newline(letter) => {
                            self.bump();
                        }
                        None => {}
                        Some(_) => return self.fail("only a comment may follow `\\` on its line"),
                    }
                }
                Some('/') if self.rest().starts_with("//") => {
                    if lines == Lines::Stay {
                        return Ok(());
                    }
                    self.line_comment();
                }
                Some('/') if self.rest().starts_with("/*") => self.block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn line_comment(&mut self) {
        if self.rest().starts_with("//") {
            while self.peek().is_some_and(|letter| !is_newline(letter)) {
                self.bump();
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), Malformed> {
        let mut depth = 0_usize;
        loop {
            if self.eat("/*") {
                depth += 1;
            } else if self.eat("*/") {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.bump().is_none() {
                return self.fail("the comment that began with `/*` is never closed");
            }
        }
    }

    fn nodes(&mut self, depth: usize) -> Result<Vec<Node>, Malformed> {
        let mut nodes = Vec::new();
        loop {
            self.blanks(Lines::Cross)?;
            while self.eat(";") {
                self.blanks(Lines::Cross)?;
            }
            let dropped = self.eat("/-");
            if dropped {
                self.blanks(Lines::Cross)?;
            }
            match self.peek() {
                None if depth == 0 && !dropped => return Ok(nodes),
                None => return self.fail("the block that began with `{` is never closed"),
                Some('}') if depth > 0 && !dropped => return Ok(nodes),
                Some('}') => return self.fail("this `}` closes nothing"),
                Some(_) => {
                    let node = self.node(depth)?;
                    if !dropped {
                        nodes.push(node);
                    }
                }
            }
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node, Malformed> {
        let at = self.place();
        if self.peek() == Some('(') {
            return self.fail("type annotations are not used in a rulebook");
        }
        let name = match self.value()? {
            Value::Text(name) => name,
            Value::Number(_) | Value::Truth(_) | Value::Null => {
                return Err(Malformed { at, what: "a node begins with its name".to_owned() });
            }
        };
        let mut node =
            Node { name, at, arguments: Vec::new(), properties: Vec::new(), children: Vec::new() };
        let mut has_children = false;
        loop {
            let before = self.at;
            self.blanks(Lines::Stay)?;
            let dropped = self.eat("/-");
            if dropped {
                self.blanks(Lines::Cross)?;
            }
            match self.peek() {
                None => break,
                Some(';') => {
                    self.bump();
                    break;
                }
                Some('}') => break,
                Some('/') if self.rest().starts_with("//") => {
                    self.line_comment();
                    break;
                }
                Some(letter) if is_newline(letter) => {
                    self.bump();
                    break;
                }
                Some('{') => {
                    let children = self.children(depth)?;
                    if !dropped {
                        if has_children {
                            return self.fail("a node has one block of children");
                        }
                        has_children = true;
                        node.children = children;
                    }
                }
                Some(_) if has_children => return self.fail("a node ends after its children"),
                Some(_) if before == self.at => return self.fail("a space is missing here"),
                Some(_) => self.entry(&mut node, dropped)?,
            }
        }
        Ok(node)
    }

    fn children(&mut self, depth: usize) -> Result<Vec<Node>, Malformed> {
        if depth + 1 > LIMIT_DEPTH {
            return self.fail(format!("blocks nest deeper than {LIMIT_DEPTH}"));
        }
        self.bump();
        let children = self.nodes(depth + 1)?;
        self.bump();
        Ok(children)
    }

    fn entry(&mut self, node: &mut Node, dropped: bool) -> Result<(), Malformed> {
        let at = self.place();
        let quoted = matches!(self.peek(), Some('"' | '#'));
        let value = self.value()?;
        if self.peek() == Some('=') {
            let Value::Text(name) = value else {
                return Err(Malformed { at, what: "a property begins with its name".to_owned() });
            };
            self.bump();
            let value = self.value()?;
            if !dropped {
                // The last of equal names counts, as the language says.
                node.properties.retain(|property| property.name != name);
                node.properties.push(Property { name, value, at });
            }
            return Ok(());
        }
        if !quoted && let Value::Text(word) = &value {
            let what = format!("text stands in quotes: write \"{word}\"");
            return Err(Malformed { at, what });
        }
        if !dropped {
            node.arguments.push(Argument { value, at });
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Value, Malformed> {
        match self.peek() {
            Some('"') => self.quoted(0).map(Value::Text),
            Some('#') => self.hashed(),
            Some('(') => self.fail("type annotations are not used in a rulebook"),
            Some(letter) if letter.is_ascii_digit() => self.number(),
            Some('+' | '-') if self.rest().chars().nth(1).is_some_and(|n| n.is_ascii_digit()) => {
                self.number()
            }
            Some(letter) if is_bare(letter) => {
                let at = self.place();
                let word = self.bare();
                if ["true", "false", "null", "inf", "-inf", "nan"].contains(&word.as_str()) {
                    return Err(Malformed {
                        at,
                        what: format!("write #{word}, or \"{word}\" for the text"),
                    });
                }
                Ok(Value::Text(word))
            }
            Some(letter) => self.fail(format!("`{}` cannot stand here", letter.escape_default())),
            None => self.fail("the file ends where a value is expected"),
        }
    }

    fn bare(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(is_bare) {
            self.bump();
        }
        self.text.get(start..self.at).unwrap_or_default().to_owned()
    }

    fn hashed(&mut self) -> Result<Value, Malformed> {
        let hashes = self.rest().chars().take_while(|letter| *letter == '#').count();
        if self.rest().chars().nth(hashes) == Some('"') {
            for _ in 0..hashes {
                self.bump();
            }
            return self.quoted(hashes).map(Value::Text);
        }
        let place = self.place();
        self.bump();
        match self.bare().as_str() {
            "true" => Ok(Value::Truth(true)),
            "false" => Ok(Value::Truth(false)),
            "null" => Ok(Value::Null),
            word => Err(Malformed {
                at: place,
                what: format!("`#{word}` is not a value: write #true, #false or #null"),
            }),
        }
    }

    fn number(&mut self) -> Result<Value, Malformed> {
        let at = self.place();
        let start = self.at;
        while self.peek().is_some_and(|n| is_bare(n) || n == '+') {
            self.bump();
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        let digits = written.replace('_', "");
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            _ => Err(Malformed { at, what: format!("`{written}` is not a number") }),
        }
    }

    /// A quoted text, raw when hashes came before it.
    fn quoted(&mut self, hashes: usize) -> Result<String, Malformed> {
        let at = self.place();
        if self.rest().starts_with("\"\"\"") {
            return Err(Malformed {
                at,
                what: "texts over several lines are not used in a rulebook".to_owned(),
            });
        }
        self.bump();
        let end = format!("\"{}", "#".repeat(hashes));
        let mut text = String::new();
        loop {
            if self.eat(&end) {
                return Ok(text);
            }
            match self.bump() {
                None => {
                    return Err(Malformed { at, what: "this text is never closed".to_owned() });
                }
                Some(letter) if is_newline(letter) => {
                    let what = "this text is not closed on its line".to_owned();
                    return Err(Malformed { at, what });
                }
                Some('\\') if hashes == 0 => self.escape(&mut text)?,
                Some(letter) => text.push(letter),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Malformed> {
        match self.bump() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('s') => text.push(' '),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some(letter @ ('"' | '\\')) => text.push(letter),
            Some('u') => return self.code_point(text),
            Some(letter) if is_blank(letter) || is_newline(letter) => {
                while self.peek().is_some_and(|next| is_blank(next) || is_newline(next)) {
                    self.bump();
                }
            }
            _ => return self.fail("this is no escape of the language"),
        }
        Ok(())
    }

    fn code_point(&mut self, text: &mut String) -> Result<(), Malformed> {
        let rest = self.rest();
        let inner = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let letter = inner
            .filter(|(digits, _)| digits.len() <= 6)
            .and_then(|(digits, _)| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        let (Some((digits, _)), Some(letter)) = (inner, letter) else {
            return self.fail("write a code point as \\u{1f600}");
        };
        for _ in 0..digits.len() + 2 {
            self.bump();
        }
        text.push(letter);
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Cross,
    Stay,
}

fn is_newline(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_bare(letter: char) -> bool {
    !is_blank(letter)
        && !is_newline(letter)
        && !letter.is_control()
        && !matches!(letter, '\\' | '/' | '(' | ')' | '{' | '}' | ';' | '[' | ']' | '"' | '#' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(text: &str) -> (u32, u32, String) {
        let malformed = read(text).unwrap_err();
        (malformed.at.line, malformed.at.column, malformed.what)
    }

    #[test]
    fn a_card_reads_with_places() {
        let nodes =
            read("// a comment\nrule \"x\" a=1 {\n  decide \"defer\"; ends \"healed\"\n}\n")
                .unwrap();
        assert_eq!(nodes.len(), 1);
        assert_eq!(nodes[0].at, Place { line: 2, column: 1 });
        assert_eq!(nodes[0].children[1].name, "ends");
        assert_eq!(nodes[0].children[1].at, Place { line: 3, column: 19 });
        assert_eq!(nodes[0].properties[0].value, Value::Number(1.0));
    }

    #[test]
    fn a_fault_names_its_line_and_column() {
        assert_eq!(
            fails("rule \"x {\n}"),
            (1, 6, "this text is not closed on its line".to_owned())
        );
        assert_eq!(fails("rule {\n  a\n").0, 3);
        assert_eq!(fails("rule }").2, "this `}` closes nothing");
        assert_eq!(fails("rule x").2, "text stands in quotes: write \"x\"");
        assert_eq!(fails("rule a=#yes").2, "`#yes` is not a value: write #true, #false or #null");
    }

    #[test]
    fn hostile_files_are_refused_and_cost_nothing() {
        assert!(fails(&"a {".repeat(100_000)).2.contains("deeper than 24"));
        assert!(fails(&" ".repeat(LIMIT_BYTES + 1)).2.contains("larger than"));
        assert!(fails(&"/*".repeat(100_000)).2.contains("never closed"));
        assert!(fails("a \"\\u{110000}\"").2.contains("code point"));
    }

    #[test]
    fn comments_and_dropped_nodes_are_passed_over() {
        let nodes =
            read("/* a /* b */ c */ a /-1 2 \\\n 3 // end\n/- b {\n c }\nd /-{\n e }\n").unwrap();
        assert_eq!(nodes.len(), 2);
        assert_eq!(nodes[0].arguments.len(), 2);
        assert!(nodes[1].children.is_empty());
    }
}
