//! Files, standard input and standard output, with bounds: no input is read past its limit.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    path::Path,
};

use percuta_clinical::{
    Rulebook,
    book::{self, layer},
};

use crate::Failure;

/// No single question is longer.
pub(crate) const LIMIT_BYTES: u64 = 4 << 20;
/// No calendar with its bookings is longer.
pub(crate) const LIMIT_CALENDAR: u64 = 64 << 20;
/// No line of many is longer.
pub(crate) const LIMIT_LINE: u64 = 1 << 20;
const LIMIT_FILES: usize = 5_000;

/// Writes to standard output; a reader that went away is no error.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unusable(format!("cannot write the answer: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error. Nothing is left to tell when that fails.
pub(crate) fn complain(text: &str) {
    let line = format!("percuta: {text}\n");
    if io::stderr().lock().write_all(line.as_bytes()).is_err() {}
}

/// Whether a person is looking at standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Opens a file, or standard input for `-`.
pub(crate) fn open(file: &str) -> Result<(Box<dyn BufRead>, Option<u64>), Failure> {
    if file == "-" {
        return Ok((Box::new(BufReader::new(io::stdin())), None));
    }
    let opened = File::open(file)
        .map_err(|error| Failure::unusable(format!("cannot read `{file}`: {error}")))?;
    let about = opened
        .metadata()
        .map_err(|error| Failure::unusable(format!("cannot read `{file}`: {error}")))?;
    if about.is_dir() {
        return Err(Failure::unusable(format!("cannot read `{file}`: it is a folder")));
    }
    Ok((Box::new(BufReader::with_capacity(1 << 16, opened)), Some(about.len())))
}

/// Reads one question whole.
pub(crate) fn whole(file: &str) -> Result<String, Failure> {
    whole_within(file, LIMIT_BYTES)
}

/// Reads a file of bytes whole, up to a limit.
pub(crate) fn bytes_within(file: &str, limit: u64) -> Result<Vec<u8>, Failure> {
    let (reader, _) = open(file)?;
    let mut bytes = Vec::new();
    reader
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::unusable(format!("cannot read `{file}`: {error}")))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(Failure::unusable(format!("`{file}` is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Reads a file of text whole, up to a limit.
pub(crate) fn whole_within(file: &str, limit: u64) -> Result<String, Failure> {
    let bytes = bytes_within(file, limit)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::unusable(format!("`{file}` is no UTF-8 text: byte {at} is not"))
    })
}

/// The default rulebook, with a clinic's folder laid over it.
pub(crate) fn rulebook(over: Option<&str>) -> Result<Rulebook, Failure> {
    Rulebook::load(rulebook_files(over)?).map_err(|faults| {
        let lines: Vec<String> = faults.iter().take(50).map(ToString::to_string).collect();
        let more = faults.len().saturating_sub(50);
        let tail = if more > 0 { format!("\n… and {more} more") } else { String::new() };
        Failure::failed(format!("the rulebook cannot be used\n{}{tail}", lines.join("\n")))
    })
}

fn rulebook_files(over: Option<&str>) -> Result<Vec<book::File>, Failure> {
    let mut files = Vec::new();
    if let Some(dir) = over {
        let root = Path::new(dir);
        if !root.is_dir() {
            return Err(Failure::unusable(format!("`{dir}` is no folder")));
        }
        collect(root, root, 0, &mut files)?;
    }
    Ok(layer(percuta_rulebook::FILES, &files))
}

fn collect(
    folder: &Path,
    root: &Path,
    depth: usize,
    files: &mut Vec<book::File>,
) -> Result<(), Failure> {
    let fail = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::unusable(format!("cannot read `{}`: {error}", path.display()))
    };
    if depth > 8 {
        return Err(fail(folder, &"folders nest deeper than 8"));
    }
    for entry in fs::read_dir(folder).map_err(|error| fail(folder, &error))? {
        let path = entry.map_err(|error| fail(folder, &error))?.path();
        if path.is_dir() {
            collect(&path, root, depth + 1, files)?;
        } else if path.extension().is_some_and(|ending| ending == "kdl") {
            let size = fs::metadata(&path).map_err(|error| fail(&path, &error))?.len();
            if size > LIMIT_LINE || files.len() >= LIMIT_FILES {
                return Err(fail(
                    &path,
                    &"the file is larger than 1 MiB, or there are more than 5000",
                ));
            }
            let text = fs::read_to_string(&path).map_err(|error| fail(&path, &error))?;
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, text));
        }
    }
    Ok(())
}

/// One line of many: its text, or why it cannot be used.
pub(crate) enum Line {
    /// A line.
    Text(String),
    /// A line that cannot be used.
    Bad(&'static str),
    /// There is no further line.
    End,
}

/// Reads the next line within its limit; the rest of a longer one is passed over.
pub(crate) fn line(reader: &mut dyn BufRead) -> io::Result<(Line, u64)> {
    let mut bytes = Vec::new();
    let mut read =
        u64::try_from((&mut *reader).take(LIMIT_LINE).read_until(b'\n', &mut bytes)?).unwrap_or(0);
    if bytes.is_empty() {
        return Ok((Line::End, 0));
    }
    let is_whole = bytes.last() == Some(&b'\n');
    if !is_whole && read >= LIMIT_LINE {
        loop {
            let available = reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            let (used, ended) = match available.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (available.len(), false),
            };
            reader.consume(used);
            read += u64::try_from(used).unwrap_or(0);
            if ended {
                break;
            }
        }
        return Ok((Line::Bad("the line is longer than 1 MiB"), read));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((Line::Text(text), read)),
        Err(_not_text) => Ok((Line::Bad("the line is no UTF-8 text"), read)),
    }
}
