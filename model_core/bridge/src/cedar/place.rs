//! Where in a text something stands, as people look for it.

use miette::Diagnostic;

/// Line and column from 1, the column in characters, of the byte at `offset`; behind the text's end is its last line.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
}

pub fn line(text: &str, offset: usize) -> usize {
    line_and_column(text, offset).0
}

/// The first place that the error, or one of those within it, names, and what it says of it.
pub fn label(error: &dyn Diagnostic) -> Option<(usize, Option<String>)> {
    if let Some(first) = error.labels().and_then(|mut labels| labels.next()) {
        return Some((first.offset(), first.label().map(str::to_string)));
    }
    let within = error.diagnostic_source().and_then(label);
    within.or_else(|| error.related().and_then(|mut others| others.find_map(label)))
}
