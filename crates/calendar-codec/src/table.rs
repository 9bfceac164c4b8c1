//! Tables as text: rows of cells, apart by commas, semicolons or tabs, in quotes where they must be (RFC 4180).
//!
//! It knows no heading. A cell that a spreadsheet would work out as a formula is written so that it does not, and read
//! back as it was.

/// A cell that begins with one of these is a formula to a spreadsheet.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A row with its number as spreadsheets count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cells {
    pub(crate) row: usize,
    pub(crate) cells: Vec<String>,
}

/// What is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTable {
    /// A quote was opened in this row and never closed.
    Unclosed {
        /// Which.
        row: usize,
    },
    /// This row has more than [`LIMIT_CELLS`].
    Wide {
        /// Which.
        row: usize,
    },
}

/// Cells of a row at most.
pub(crate) const LIMIT_CELLS: usize = 500;

/// Writes a table: a heading and rows.
pub(crate) fn write<'r>(rows: impl IntoIterator<Item = &'r [String]>) -> Vec<u8> {
    // Without the mark a spreadsheet on Windows takes the letters for others.
    let mut out = String::from("\u{feff}");
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_cell(&mut out, cell);
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn write_cell(out: &mut String, cell: &str) {
    let cell = guarded(cell);
    if cell.contains([',', ';', '\t', '"', '\n', '\r'])
        || cell.starts_with(' ')
        || cell.ends_with(' ')
    {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&cell);
    }
}

/// A cell that is text to a spreadsheet, whatever it begins with.
///
/// A spreadsheet of another country takes semicolons for the signs between cells and the quotes for letters, so that a
/// cell may also begin in the middle of ours.
fn guarded(cell: &str) -> String {
    pieces(cell)
        .map(|piece| if is_formula(piece) { format!("'{piece}") } else { piece.to_owned() })
        .collect()
}

/// A cell as it was before it was guarded.
fn unguarded(cell: &str) -> String {
    let was = |piece| match str::strip_prefix(piece, '\'') {
        Some(rest) if is_formula(rest) => rest,
        Some(_) | None => piece,
    };
    pieces(cell).map(was).collect()
}

/// A cell from each place on where a spreadsheet might begin one, up to the next.
fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split_inclusive([';', '\t', '\n', '\r'])
}

/// Whether it is a formula, or looks like one that was guarded: that is guarded once more, so that reading takes off
/// exactly what was put on.
fn is_formula(piece: &str) -> bool {
    piece.trim_start_matches('\'').trim_start_matches(' ').starts_with(FORMULA)
}

/// Reads a table whose cells are apart by `apart`; cells come without the spaces around them and the guard. Rows without any word are left out.
pub(crate) fn read(text: &str, apart: char) -> Result<Vec<Cells>, NoTable> {
    let mut rows = Vec::new();
    let (mut cells, mut cell, mut row) = (Vec::new(), String::new(), 1);
    let mut letters = text.chars().peekable();
    let mut in_quotes = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if in_quotes && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if in_quotes => in_quotes = false,
            // A quote counts at the beginning of a cell only; in its middle it is a letter, as in 5' 10".
            '"' if cell.trim().is_empty() => {
                cell.clear();
                in_quotes = true;
            }
            '\r' | '\n' if !in_quotes => {
                if letter == '\r' && letters.peek() == Some(&'\n') {
                    letters.next();
                }
                cells.push(std::mem::take(&mut cell));
                end(&mut rows, &mut cells, row);
                row += 1;
            }
            _ if letter == apart && !in_quotes => {
                cells.push(std::mem::take(&mut cell));
                if cells.len() >= LIMIT_CELLS {
                    return Err(NoTable::Wide { row });
                }
            }
            _ => cell.push(letter),
        }
    }
    if in_quotes {
        return Err(NoTable::Unclosed { row });
    }
    cells.push(cell);
    end(&mut rows, &mut cells, row);
    Ok(rows)
}

fn end(rows: &mut Vec<Cells>, cells: &mut Vec<String>, row: usize) {
    let cells: Vec<String> =
        std::mem::take(cells).iter().map(|cell| unguarded(cell.trim())).collect();
    if cells.iter().any(|cell| !cell.trim().is_empty()) {
        rows.push(Cells { row, cells });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_each_comes_back() {
        let cells: Vec<String> = [
            "=1+1",
            "+44 1632 960000",
            "-3",
            "@x",
            "\tx",
            "\rx",
            "'=1",
            "''=1",
            "'",
            "plain",
            "a,\"b\"\nc",
            " =1",
            "' =1",
            "5' 10\"",
            "",
            "O'Hara",
            "'tis",
            "a;=1",
            "a; =1",
            "b\n- c\n'- d",
            "\t=x",
        ]
        .map(str::to_owned)
        .to_vec();
        let bytes = write([cells.as_slice()]);
        let text = String::from_utf8(bytes).unwrap();
        for part in text.split([',', ';', '\n']) {
            let part = part.trim_start_matches([' ', '"', '\u{feff}']);
            assert!(!part.starts_with(FORMULA), "{part:?} is a formula");
        }
        let rows = read(text.trim_start_matches('\u{feff}'), ',').unwrap();
        let read = &rows.first().unwrap().cells;
        for (cell, back) in cells.iter().zip(read) {
            assert_eq!(back.trim(), cell.trim());
        }
        assert_eq!(cells.len(), read.len());
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts() {
        let rows = read("a;b\r\n\r\n;;\n\"x\ny\";z\rlast", ';').unwrap();
        let numbers: Vec<usize> = rows.iter().map(|row| row.row).collect();
        assert_eq!(numbers, [1, 4, 5]);
        assert_eq!(rows.get(1).unwrap().cells, ["x\ny", "z"]);
        assert_eq!(read("a\nb,\"c\nd\n", ','), Err(NoTable::Unclosed { row: 2 }));
    }
}
