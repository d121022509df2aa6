//! Where in a text something stands, and what is wrong there, as people look for it.

use miette::Diagnostic;

/// Line and column from 1, the column in characters, of the byte at `offset`; behind the text's end is its last line.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
}

pub fn line(text: &str, offset: usize) -> usize {
    line_and_column(text, offset).0
}

/// "FILE:LINE:COLUMN: MESSAGE: THE LINE"; without a place in the text "FILE: MESSAGE".
pub fn fault(file: &str, text: &str, error: &dyn Diagnostic) -> String {
    let Some((offset, expected)) = label(error) else {
        return format!("{file}: {error}");
    };
    let offset = offset.min(text.trim_end().len());
    let (line, column) = line_and_column(text, offset);
    let source = text.lines().nth(line - 1).unwrap_or_default().trim();
    let expected = expected.map(|more| format!(", {more}")).unwrap_or_default();
    format!("{file}:{line}:{column}: {error}{expected}: {source}")
}

/// The first place that the error, or one of those within it, names, and what it says of it.
fn label(error: &dyn Diagnostic) -> Option<(usize, Option<String>)> {
    if let Some(first) = error.labels().and_then(|mut labels| labels.next()) {
        return Some((first.offset(), first.label().map(str::to_string)));
    }
    let within = error.diagnostic_source().and_then(label);
    within.or_else(|| error.related().and_then(|mut others| others.find_map(label)))
}
