//! The words of the reader: objects, lists, texts, numbers, dates and times, each with its place.

use jiff::civil::{Date, DateTime};
use percuta_terminology::{
    input::{Problem, Unusable, did_you_mean, short},
    nearest,
};
use serde_json::{Map, Value};

use super::LIMIT_PROBLEMS;
use crate::{
    model::{Minute, Span},
    zone::{self, Moments, Zone},
};

/// Collects what is wrong while it reads.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    problems: Vec<Problem>,
    more: usize,
}

/// A value of an object that is there and not null.
pub(super) fn given<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    object.get(key).filter(|value| !value.is_null())
}

impl Reader {
    /// What was read, if nothing was wrong.
    pub(crate) fn finish<T>(mut self, read: Option<T>) -> Result<T, Unusable> {
        if self.more > 0 {
            let what = format!("and {} more places are wrong", self.more);
            self.problems.push(Problem { path: "input".to_owned(), what });
        }
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => Err(Unusable { problems: self.problems }),
        }
    }

    pub(crate) fn problem(&mut self, path: impl Into<String>, what: impl Into<String>) {
        if self.problems.len() < LIMIT_PROBLEMS {
            self.problems.push(Problem { path: path.into(), what: what.into() });
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn object<'v>(
        &mut self,
        path: &str,
        value: &'v Value,
        keys: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Value::Object(object) = value else {
            self.problem(path, format!("an object is expected, not {}", kind_of(value)));
            return None;
        };
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            let hint = hint(key, keys.iter().copied());
            let what = format!("there is no such key{hint}; the keys are {}", keys.join(", "));
            self.problem(format!("{path}.{}", short(key)), what);
        }
        Some(object)
    }

    /// A value that must be there.
    pub(crate) fn required<'v>(
        &mut self,
        path: &str,
        object: &'v Map<String, Value>,
        key: &str,
    ) -> Option<&'v Value> {
        let value = given(object, key);
        if value.is_none() {
            self.problem(format!("{path}.{key}"), "this is required");
        }
        value
    }

    /// A list within its limit; one that is missing is empty.
    pub(crate) fn list<'v>(
        &mut self,
        path: &str,
        value: Option<&'v Value>,
        limit: usize,
    ) -> &'v [Value] {
        match value {
            None | Some(Value::Null) => &[],
            Some(Value::Array(entries)) if entries.len() <= limit => entries,
            Some(Value::Array(entries)) => {
                let what = format!(
                    "the list has {} entries, and no more than {limit} can be answered for: \
                     leave out what is not needed",
                    entries.len()
                );
                self.problem(path, what);
                &[]
            }
            Some(other) => {
                self.problem(path, format!("a list is expected, not {}", kind_of(other)));
                &[]
            }
        }
    }

    pub(crate) fn text<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v str> {
        let Some(text) = value.as_str() else {
            self.problem(path, format!("a text is expected, not {}", kind_of(value)));
            return None;
        };
        if text.is_empty() || text.len() > 200 {
            self.problem(path, "the text is empty or longer than 200 bytes");
            return None;
        }
        Some(text)
    }

    /// The text of a key that must be there.
    pub(crate) fn word(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        key: &str,
    ) -> Option<String> {
        let value = self.required(path, object, key)?;
        self.text(&format!("{path}.{key}"), value).map(str::to_owned)
    }

    /// A whole number between two others.
    pub(crate) fn whole(&mut self, path: &str, value: &Value, bounds: (i64, i64)) -> Option<i64> {
        let (least, most) = bounds;
        match value.as_i64() {
            Some(number) if (least..=most).contains(&number) => Some(number),
            Some(number) => {
                self.problem(path, format!("{number} is not between {least} and {most}"));
                None
            }
            None if value.is_number() => {
                let what = format!("a whole number between {least} and {most} is expected");
                self.problem(path, what);
                None
            }
            None => {
                let what = format!("a whole number is expected, not {}", kind_of(value));
                self.problem(path, what);
                None
            }
        }
    }

    /// A whole number that may be missing.
    pub(crate) fn whole_or(
        &mut self,
        at: (&str, &Map<String, Value>, &str),
        bounds: (i64, i64),
        otherwise: i64,
    ) -> Option<i64> {
        let (path, object, key) = at;
        match given(object, key) {
            None => Some(otherwise),
            Some(value) => self.whole(&format!("{path}.{key}"), value, bounds),
        }
    }

    /// A depth in millimetres, as micrometres.
    pub(crate) fn depth(&mut self, path: &str, value: &Value) -> Option<u32> {
        let depth = value.as_f64().filter(|depth| (0.0..=10.0).contains(depth));
        // A text of the number keeps its decimal digits: no float is cut off.
        let depth = depth.and_then(|depth| format!("{:.0}", depth * 1_000.0).parse().ok());
        if depth.is_none() {
            self.problem(path, "a depth between 0 and 10 millimetres is expected");
        }
        depth
    }

    pub(crate) fn date(&mut self, path: &str, value: &Value) -> Option<Date> {
        let text = self.text(path, value)?;
        let date = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        match date {
            Some(date) if date < zone::FIRST_DAY || date > zone::LAST_DAY => {
                let (first, last) = (zone::FIRST_DAY, zone::LAST_DAY);
                self.problem(path, format!("{date} is not between {first} and {last}"));
                None
            }
            Some(date) => Some(date),
            None => {
                let what = format!("`{}` is no date: write it as 2026-03-02", short(text));
                self.problem(path, what);
                None
            }
        }
    }

    /// A time of day in minutes after midnight; `24:00` is the end of the day.
    pub(crate) fn clock(&mut self, path: &str, value: &Value) -> Option<Minute> {
        let text = self.text(path, value)?;
        let read = clock(text);
        if read.is_none() {
            let what = format!("`{}` is no time of day: write it as 09:00", short(text));
            self.problem(path, what);
        }
        read
    }

    /// A civil time, without looking at a zone.
    pub(crate) fn civil(&mut self, path: &str, value: &Value) -> Option<(Minute, Option<Minute>)> {
        let text = self.text(path, value)?;
        let read = civil(text);
        if read.is_none() {
            let what = format!(
                "`{}` is no time: write it as 2026-03-02T09:00, in whole minutes, where needed with its offset from UTC",
                short(text)
            );
            self.problem(path, what);
        }
        read
    }

    /// A moment on the clock of a place.
    pub(crate) fn moment(&mut self, path: &str, value: &Value, zone: &Zone) -> Option<Minute> {
        let (civil, offset) = self.civil(path, value)?;
        match resolve(civil, offset, zone) {
            Ok(moment) => Some(moment),
            Err(what) => {
                self.problem(path, what);
                None
            }
        }
    }

    /// Stretches of time in order, none empty, none longer than a year; sorted by their beginning.
    pub(crate) fn spans(
        &mut self,
        path: &str,
        value: Option<&Value>,
        zone: &Zone,
    ) -> Vec<(usize, Span)> {
        let mut spans = Vec::new();
        for (index, entry) in self.list(path, value, super::LIMIT_SHIFTS).iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Some(object) = self.object(&path, entry, &["start", "end", "reason"]) else {
                continue;
            };
            if let Some(reason) = given(object, "reason") {
                self.text(&format!("{path}.reason"), reason);
            }
            if let Some(span) = self.span(&path, object, zone) {
                spans.push((index, span));
            }
        }
        spans.sort_by_key(|(_, span)| *span);
        spans
    }

    /// `start` and `end` of an object.
    pub(crate) fn span(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        zone: &Zone,
    ) -> Option<Span> {
        let start = self.required(path, object, "start");
        let end = self.required(path, object, "end");
        let from = start.and_then(|value| self.moment(&format!("{path}.start"), value, zone));
        let to = end.and_then(|value| self.moment(&format!("{path}.end"), value, zone));
        let span = Span { from: from?, to: to? };
        if span.from >= span.to {
            self.problem(format!("{path}.end"), "it ends before it begins, or has no length");
            return None;
        }
        if span.to - span.from > 366 * zone::DAY {
            self.problem(format!("{path}.end"), "it is longer than a year");
            return None;
        }
        Some(span)
    }
}

/// "; did you mean `x`?", or nothing.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    did_you_mean(nearest(word, known))
}

/// What a value is, in words.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn clock(text: &str) -> Option<Minute> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<Minute>().ok())
            .flatten()
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= zone::DAY).then_some(all)
}

/// A civil time, and the offset from UTC that stands behind it.
pub(crate) fn civil(text: &str) -> Option<(Minute, Option<Minute>)> {
    let (time, offset) = match text.get(11..)?.find(['+', '-', 'Z']) {
        None => (text, None),
        Some(at) => {
            let (time, offset) = text.split_at_checked(11 + at)?;
            (time, Some(read_offset(offset)?))
        }
    };
    if !(16..=19).contains(&time.len()) {
        return None;
    }
    let at: DateTime = time.parse().ok()?;
    if at.second() != 0 || at.date() < zone::FIRST_DAY || at.date() > zone::LAST_DAY {
        return None;
    }
    let minute = Minute::from(at.hour()) * 60 + Minute::from(at.minute());
    Some((zone::midnight(at.date()) + minute, offset))
}

fn read_offset(text: &str) -> Option<Minute> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Some(sign * clock(text.get(1..)?)?)
}

/// The moment that a civil time stands for.
pub(crate) fn resolve(
    civil: Minute,
    offset: Option<Minute>,
    zone: &Zone,
) -> Result<Minute, String> {
    let written = zone::write_civil(civil);
    let moments = zone.moments(civil);
    let is_meant = |at: Minute| offset.is_none_or(|offset| civil - offset == at);
    match moments {
        Moments::Missing => {
            Err(format!("{written} does not exist in {}: the clocks jump over it", zone.name()))
        }
        Moments::Once(at) if is_meant(at) => Ok(at),
        Moments::Twice(first, second) => match offset {
            Some(_) if is_meant(first) => Ok(first),
            Some(_) if is_meant(second) => Ok(second),
            _ => Err(format!(
                "{written} happens twice in {}: write {} or {}",
                zone.name(),
                zone.write(first),
                zone.write(second)
            )),
        },
        Moments::Once(at) => Err(format!(
            "{written} has another offset in {}: write {}",
            zone.name(),
            zone.write(at)
        )),
    }
}
