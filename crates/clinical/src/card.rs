//! Reading cards: typed access to nodes, with a fault for everything that does not fit.
//!
//! Nothing is passed over: a node, property or argument that a card does not know is a fault with the nearest
//! known word.

use percuta_terminology::{Window, nearest};

use crate::{
    fault::{Fault, Place, did_you_mean},
    kdl::{Node, Value},
};

/// Reads the nodes of one file and collects what is wrong.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    file: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a str, faults: &'a mut Vec<Fault>) -> Self {
        Self { file, faults }
    }

    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    pub(crate) fn fault(&mut self, at: Place, what: impl Into<String>) {
        self.faults.push(Fault { file: self.file.to_owned(), at, what: what.into() });
    }

    /// A fault for a word that is not one of those known.
    pub(crate) fn unknown_word<'w>(
        &mut self,
        at: Place,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        let hint = did_you_mean(nearest(word, known));
        self.fault(at, format!("`{word}` is no {what}{hint}"));
    }

    /// Holds a node to the arguments, properties and children that it may have.
    pub(crate) fn shape(
        &mut self,
        node: &Node,
        arguments: std::ops::RangeInclusive<usize>,
        properties: &[&str],
        children: &[&str],
    ) {
        let count = node.arguments.len();
        if !arguments.contains(&count) {
            let (least, most) = (arguments.start(), arguments.end());
            let wanted =
                if least == most { format!("{least}") } else { format!("{least} to {most}") };
            self.fault(
                node.at,
                format!("`{}` takes {wanted} arguments and has {count}", node.name),
            );
        }
        for property in &node.properties {
            if !properties.contains(&property.name.as_str()) {
                let what = format!("property of `{}`", node.name);
                self.unknown_word(property.at, &what, &property.name, properties.iter().copied());
            }
        }
        for child in &node.children {
            if !children.contains(&child.name.as_str()) {
                let what = format!("part of `{}`", node.name);
                self.unknown_word(child.at, &what, &child.name, children.iter().copied());
            }
        }
    }

    /// The text of an argument; a fault when it is missing or no text.
    pub(crate) fn text(&mut self, node: &Node, index: usize) -> String {
        match node.arguments.get(index) {
            Some(argument) => match &argument.value {
                Value::Text(text) if !text.trim().is_empty() => return text.clone(),
                Value::Text(_) => {
                    self.fault(argument.at, format!("`{}` is given an empty text", node.name));
                }
                Value::Number(_) | Value::Truth(_) | Value::Null => {
                    self.fault(argument.at, format!("`{}` takes a text in quotes", node.name));
                }
            },
            None => self.fault(node.at, format!("`{}` lacks its text", node.name)),
        }
        String::new()
    }

    /// Every argument as text.
    pub(crate) fn texts(&mut self, node: &Node) -> Vec<String> {
        (0..node.arguments.len()).map(|index| self.text(node, index)).collect()
    }

    /// The number of an argument.
    pub(crate) fn number(&mut self, node: &Node, index: usize) -> f64 {
        match node.arguments.get(index).map(|argument| (&argument.value, argument.at)) {
            Some((Value::Number(number), _)) => return *number,
            Some((Value::Text(_) | Value::Truth(_) | Value::Null, at)) => {
                self.fault(at, format!("`{}` takes a number", node.name));
            }
            None => self.fault(node.at, format!("`{}` lacks its number", node.name)),
        }
        0.0
    }

    /// A property as text.
    pub(crate) fn property(&mut self, node: &Node, name: &str) -> Option<String> {
        let property = node.properties.iter().find(|property| property.name == name)?;
        match &property.value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(_) | Value::Truth(_) | Value::Null => {
                self.fault(property.at, format!("`{name}` takes a text in quotes"));
                None
            }
        }
    }

    /// A property as a number.
    pub(crate) fn number_property(&mut self, node: &Node, name: &str) -> Option<f64> {
        let property = node.properties.iter().find(|property| property.name == name)?;
        match &property.value {
            Value::Number(number) => Some(*number),
            Value::Text(_) | Value::Truth(_) | Value::Null => {
                self.fault(property.at, format!("`{name}` takes a number"));
                None
            }
        }
    }

    /// A property as a whole number between bounds.
    pub(crate) fn whole_property(
        &mut self,
        node: &Node,
        name: &str,
        bounds: std::ops::RangeInclusive<i16>,
    ) -> Option<i16> {
        let number = self.number_property(node, name)?;
        let whole = whole(number).filter(|whole| bounds.contains(whole));
        if whole.is_none() {
            let what =
                format!("`{name}` is a whole number from {} to {}", bounds.start(), bounds.end());
            self.fault(node.at, what);
        }
        whole
    }

    /// A property as a truth; absent is false.
    pub(crate) fn truth_property(&mut self, node: &Node, name: &str) -> bool {
        match node.properties.iter().find(|property| property.name == name) {
            None => false,
            Some(property) => match &property.value {
                Value::Truth(truth) => *truth,
                Value::Text(_) | Value::Number(_) | Value::Null => {
                    self.fault(property.at, format!("`{name}` takes #true or #false"));
                    false
                }
            },
        }
    }

    /// A property as a window.
    pub(crate) fn window(&mut self, node: &Node, name: &str) -> Option<Window> {
        let text = self.property(node, name)?;
        let window = Window::read(&text);
        if window.is_none() {
            let what = format!("`{text}` is no length of time: write \"14 days\" or \"6 months\"");
            self.fault(node.at, what);
        }
        window
    }

    /// One of a closed set of words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        at: Place,
        what: &str,
        word: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            self.unknown_word(at, what, word, choices.iter().map(|(name, _)| *name));
        }
        found
    }
}

/// A number as a whole one, when it is.
pub(crate) fn whole(number: f64) -> Option<i16> {
    if number.fract() == 0.0 && (-30_000.0..=30_000.0).contains(&number) {
        format!("{number:.0}").parse().ok()
    } else {
        None
    }
}

/// The children of a name.
pub(crate) fn named<'n>(node: &'n Node, name: &'n str) -> impl Iterator<Item = &'n Node> {
    node.children.iter().filter(move |child| child.name == name)
}

/// The first child of a name.
pub(crate) fn first<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.children.iter().find(|child| child.name == name)
}
