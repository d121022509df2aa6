//! Methods of Python's str, list and dict that `minijinja_contrib` lacks, or reads less exactly than Python;
//! all others are its own. What changes a value is refused, as Jinja's sandbox does.

use crate::python_split::{is_space, partition, split, split_lines, strip};
use minijinja::value::{from_args, Kwargs, Value, ValueKind};
use minijinja::{Error, ErrorKind, State};
use minijinja_contrib::pycompat::unknown_method_callback;

pub type Result<T> = std::result::Result<T, Error>;

pub fn call_method(state: &mut State, value: &Value, method: &str, args: &[Value]) -> Result<Value> {
    let known = match (value.kind(), value.as_str()) {
        (_, Some(text)) => text_method(state, text, method, args)?,
        (ValueKind::Seq, _) => list_method(value, method, args)?,
        (ValueKind::Map, _) if method == "copy" => from_args::<()>(args).map(|()| Some(value.clone()))?,
        _ => None,
    };
    known.map_or_else(|| unknown_method_callback(state, value, method, args), Ok)
}

pub fn bad(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

fn text_method(state: &mut State, text: &str, method: &str, args: &[Value]) -> Result<Option<Value>> {
    let value = match method {
        "strip" | "lstrip" | "rstrip" => strip(text, method, args)?,
        "split" | "rsplit" => split(text, method == "rsplit", args)?,
        "splitlines" => split_lines(text, args)?,
        "partition" | "rpartition" => partition(text, method == "rpartition", args)?,
        "startswith" | "endswith" => has_affix(text, method == "endswith", args)?,
        "find" | "rfind" | "index" | "rindex" | "count" => find(text, method, args)?,
        "replace" => return replace(state, text, args),
        "removeprefix" => {
            let (affix,): (&str,) = from_args(args)?;
            text.strip_prefix(affix).unwrap_or(text).into()
        }
        "removesuffix" => {
            let (affix,): (&str,) = from_args(args)?;
            text.strip_suffix(affix).unwrap_or(text).into()
        }
        "title" => title(state, text, args)?,
        "swapcase" => from_args::<()>(args).map(|()| swap_case(text).into())?,
        "isspace" => {
            from_args::<()>(args)?;
            Value::from(!text.is_empty() && text.chars().all(is_space))
        }
        "ljust" | "rjust" | "center" | "zfill" => pad(text, method, args)?,
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// An argument given in its place, else the one given by its name.
pub fn named<'a, T: minijinja::value::ArgType<'a, Output = T>>(
    given: Option<T>,
    kwargs: &'a Kwargs,
    name: &'a str,
) -> Result<Option<T>> {
    match given {
        Some(value) => Ok(Some(value)),
        None if kwargs.has(name) => kwargs.get(name).map(Some),
        None => Ok(None),
    }
}

/// The part of `text` between two places counted in characters, and how many characters lie before it; places
/// as in a slice. None: it ends before it begins.
fn window(text: &str, start: Option<i64>, end: Option<i64>) -> Option<(&str, usize)> {
    let count = text.chars().count() as i64;
    let place = |at: i64| if at < 0 { (at + count).max(0) } else { at };
    let (start, end) = (place(start.unwrap_or(0)), place(end.unwrap_or(count)).min(count));
    let byte = |at: i64| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
    (start <= end).then(|| (&text[byte(start)..byte(end)], start as usize))
}

fn has_affix(text: &str, at_end: bool, args: &[Value]) -> Result<Value> {
    let (affix, start, end): (&Value, Option<i64>, Option<i64>) = from_args(args)?;
    let Some((part, _)) = window(text, start, end) else { return Ok(false.into()) };
    let affixes: Vec<Value> = match affix.kind() {
        ValueKind::Seq | ValueKind::Iterable => affix.try_iter()?.collect(),
        _ => vec![affix.clone()],
    };
    for affix in &affixes {
        let affix = affix.as_str().ok_or_else(|| bad("startswith and endswith take texts".into()))?;
        let has = if at_end { part.ends_with(affix) } else { part.starts_with(affix) };
        if has {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

fn find(text: &str, method: &str, args: &[Value]) -> Result<Value> {
    let (what, start, end): (&str, Option<i64>, Option<i64>) = from_args(args)?;
    let part = window(text, start, end);
    if method == "count" {
        return Ok(part.map_or(0, |(part, _)| part.matches(what).count()).into());
    }
    let from_right = method.starts_with('r');
    let place = part.and_then(|(part, before)| {
        let byte = if from_right { part.rfind(what) } else { part.find(what) }?;
        Some(before + part[..byte].chars().count())
    });
    match place {
        Some(place) => Ok(place.into()),
        None if method.ends_with("find") => Ok((-1).into()),
        None => Err(bad(format!("{method}: the text is not there"))),
    }
}

/// Only a count by name is read here.
fn replace(state: &mut State, text: &str, args: &[Value]) -> Result<Option<Value>> {
    let (old, new, count, kwargs): (&str, &str, Option<i64>, Kwargs) = from_args(args)?;
    let count = named(count, &kwargs, "count")?.unwrap_or(-1).clamp(-1, i64::from(i32::MAX));
    kwargs.assert_all_used()?;
    let plain = [Value::from(old), Value::from(new), Value::from(count)];
    unknown_method_callback(state, &Value::from(text), "replace", &plain).map(Some)
}

/// Every run of letters begins with a capital, also after an apostrophe.
fn title(state: &mut State, text: &str, args: &[Value]) -> Result<Value> {
    from_args::<()>(args)?;
    let cased = |c: char| c.is_lowercase() || c.is_uppercase();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(cased) {
        out.push_str(&rest[..from]);
        let end = rest[from..].find(|c| !cased(c)).map_or(rest.len(), |size| from + size);
        let word = unknown_method_callback(state, &Value::from(&rest[from..end]), "capitalize", &[])?;
        out.push_str(word.as_str().unwrap_or_default());
        rest = &rest[end..];
    }
    Ok((out + rest).into())
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| -> String {
        if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
    };
    text.chars().map(swap).collect()
}

/// A width beyond what a prompt could mean is refused, since it is memory.
const WIDTH_MAX: usize = 1 << 16;

fn pad(text: &str, method: &str, args: &[Value]) -> Result<Value> {
    let (width, fill): (i64, Option<&str>) = from_args(args)?;
    let fill = if method == "zfill" { "0" } else { fill.unwrap_or(" ") };
    let width = usize::try_from(width).unwrap_or(0);
    if width > WIDTH_MAX || fill.chars().count() != 1 {
        return Err(bad(format!("{method}: a width up to {WIDTH_MAX} and one character are needed")));
    }
    let count = text.chars().count();
    let missing = width.saturating_sub(count);
    let left = match method {
        "ljust" => 0,
        "center" => missing / 2 + (missing & width & 1),
        _ => missing,
    };
    let (sign, digits) = match (method, text.chars().next()) {
        ("zfill", Some('+' | '-')) => text.split_at(1),
        _ => ("", text),
    };
    Ok(format!("{sign}{}{digits}{}", fill.repeat(left), fill.repeat(missing - left)).into())
}

fn list_method(list: &Value, method: &str, args: &[Value]) -> Result<Option<Value>> {
    match method {
        "index" => {
            let (what,): (&Value,) = from_args(args)?;
            let place = list.try_iter()?.position(|item| item == *what);
            place.map(|at| Some(at.into())).ok_or_else(|| bad("index: the value is not in the list".into()))
        }
        "copy" => from_args::<()>(args).map(|()| Some(list.clone())),
        _ => Ok(None),
    }
}
