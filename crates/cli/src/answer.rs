//! `screen`, `triage` and `plan`: one question, or one a line.

use std::io::{BufWriter, Write};

use indicatif::{ProgressBar, ProgressStyle};
use percuta_clinical::{
    Rulebook, intake, json,
    plan::{self, plan},
    screen, triage, wire,
};
use serde_json::Value;

use crate::{
    Failure, Question,
    input::{self, Line},
    text,
};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Screen,
    Triage,
    Plan,
}

impl Job {
    fn input(self) -> &'static str {
        match self {
            Self::Screen => "intake",
            Self::Triage => "checkin",
            Self::Plan => "plan",
        }
    }

    /// The answer as JSON and, where wanted, as text; or what is wrong, by place.
    fn answer(self, book: &Rulebook, json: &Value) -> Result<(Value, String), String> {
        match self {
            Self::Screen => {
                let intake = intake::read(book, json, &[]).map_err(|error| error.to_string())?;
                let answer = screen(book, &intake);
                Ok((wire::screening(book, &answer), text::screening(book, &answer)))
            }
            Self::Triage => {
                let checkin = triage::read(book, json).map_err(|error| error.to_string())?;
                let answer = triage::triage(book, &checkin);
                Ok((wire::triage(book, &answer), text::triage(book, &answer)))
            }
            Self::Plan => {
                let request = plan::read(book, json).map_err(|error| error.to_string())?;
                let course = plan(book, &request);
                let json = wire::plan(book, &course);
                let words = text::plan(book, &json);
                Ok((json, words))
            }
        }
    }

    fn read(self, book: &Rulebook, text: &str) -> Result<(Value, String), String> {
        let json: Value = json::read(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("{}: no JSON at line {line}, column {column}: {}", self.input(), reason(&error))
        })?;
        self.answer(book, &json)
    }
}

/// What is wrong with JSON, without its place, which is given apart.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Answers one question, or many.
pub(crate) fn run(question: &Question, job: Job) -> Result<(), Failure> {
    let book = input::rulebook(question.rulebook.as_deref())?;
    if question.ndjson {
        return many(&book, question, job);
    }
    let text = input::whole(&question.file)?;
    let (json, words) = job.read(&book, &text).map_err(Failure::unusable)?;
    // The process ends with this answer: taking the rulebook apart first would cost more than the answer.
    std::mem::forget(book);
    if question.json {
        let json = serde_json::to_string_pretty(&json)
            .map_err(|error| Failure::unusable(format!("cannot write the answer: {error}")))?;
        input::say(&format!("{json}\n"))
    } else {
        input::say(&words)
    }
}

fn bar(length: Option<u64>) -> ProgressBar {
    if !input::is_watched() {
        return ProgressBar::hidden();
    }
    let template = "{elapsed_precise} [{wide_bar}] {bytes}/{total_bytes} {msg} ({eta} left)";
    match length {
        Some(length) => {
            let bar = ProgressBar::new(length);
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        }
        None => ProgressBar::new_spinner(),
    }
}

/// One answer a line, in order; memory does not grow with the number of lines.
fn many(book: &Rulebook, question: &Question, job: Job) -> Result<(), Failure> {
    let (mut reader, length) = input::open(&question.file)?;
    let bar = bar(length);
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let (mut lines, mut bad) = (0_u64, 0_u64);
    loop {
        let (line, read) = input::line(&mut *reader).map_err(|error| {
            Failure::unusable(format!("cannot read `{}`: {error}", question.file))
        })?;
        let answer = match line {
            Line::End => break,
            Line::Text(text) if text.trim().is_empty() => {
                bar.inc(read);
                continue;
            }
            Line::Text(text) => job.read(book, text.trim_end()).map(|(json, _)| json),
            Line::Bad(why) => Err(format!("{}: {why}", job.input())),
        };
        lines += 1;
        let json = answer.unwrap_or_else(|error| {
            bad += 1;
            serde_json::json!({ "error": error, "line": lines })
        });
        let written = serde_json::to_writer(&mut out, &json)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"));
        if let Err(error) = written {
            if error.kind() == std::io::ErrorKind::BrokenPipe {
                return Ok(());
            }
            return Err(Failure::unusable(format!("cannot write the answers: {error}")));
        }
        bar.inc(read);
        if lines % 1_000 == 0 {
            bar.set_message(format!("{lines} answers"));
        }
    }
    out.flush().map_err(|error| Failure::unusable(format!("cannot write the answers: {error}")))?;
    bar.finish_and_clear();
    if bad > 0 {
        return Err(Failure::failed(format!("{bad} of {lines} lines could not be answered")));
    }
    Ok(())
}
