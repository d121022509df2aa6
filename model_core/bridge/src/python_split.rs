//! The methods of Python's str that take a text apart or cut its ends off.

use crate::python_methods::{bad, named, Result};
use minijinja::value::{from_args, Kwargs, Tuple, Value};

/// Python counts the separators of files and records as white space too.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

pub fn strip(text: &str, method: &str, args: &[Value]) -> Result<Value> {
    let (chars,): (Option<&str>,) = from_args(args)?;
    let strips = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    let left = if method == "rstrip" { text } else { text.trim_start_matches(strips) };
    Ok(if method == "lstrip" { left } else { left.trim_end_matches(strips) }.into())
}

pub fn split(text: &str, from_right: bool, args: &[Value]) -> Result<Value> {
    let (separator, most, kwargs): (Option<Value>, Option<i64>, Kwargs) = from_args(args)?;
    let separator = named(separator, &kwargs, "sep")?;
    let most = named(most, &kwargs, "maxsplit")?.unwrap_or(-1);
    kwargs.assert_all_used()?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let parts: Vec<&str> = match separator.as_ref().filter(|value| !value.is_none()) {
        None if from_right => rsplit_space(text, most),
        None => split_space(text, most),
        Some(value) => {
            let separator = value.as_str().filter(|separator| !separator.is_empty());
            let separator = separator.ok_or_else(|| bad("split: the separator is empty or no text".into()))?;
            let count = most.saturating_add(1);
            if from_right {
                let mut parts: Vec<&str> = text.rsplitn(count, separator).collect();
                parts.reverse();
                parts
            } else {
                text.splitn(count, separator).collect()
            }
        }
    };
    Ok(parts.into_iter().map(Value::from).collect())
}

/// At runs of white space; what is left after `most` words keeps what it ends with.
fn split_space(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let end = if parts.len() == most { rest.len() } else { rest.find(is_space).unwrap_or(rest.len()) };
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    parts
}

fn rsplit_space(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        let before = rest.trim_end_matches(|c| !is_space(c)).len();
        let from = if parts.len() == most { 0 } else { before };
        parts.push(&rest[from..]);
        rest = rest[..from].trim_end_matches(is_space);
    }
    parts.reverse();
    parts
}

pub fn split_lines(text: &str, args: &[Value]) -> Result<Value> {
    let (keep, kwargs): (Option<bool>, Kwargs) = from_args(args)?;
    let keep = named(keep, &kwargs, "keepends")?.unwrap_or(false);
    kwargs.assert_all_used()?;
    const BREAKS: &[char] = &[
        '\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(BREAKS).unwrap_or(rest.len());
        let tail = &rest[end..];
        let ending = if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(0, char::len_utf8) };
        lines.push(Value::from(&rest[..end + if keep { ending } else { 0 }]));
        rest = &tail[ending..];
    }
    Ok(lines.into())
}

pub fn partition(text: &str, from_right: bool, args: &[Value]) -> Result<Value> {
    let (separator,): (&str,) = from_args(args)?;
    if separator.is_empty() {
        return Err(bad("partition: the separator is empty".into()));
    }
    let cut = if from_right { text.rsplit_once(separator) } else { text.split_once(separator) };
    let parts = match cut {
        Some((before, after)) => [before, separator, after],
        None if from_right => ["", "", text],
        None => [text, "", ""],
    };
    Ok(Tuple::from(parts.map(Value::from)).into())
}
