//! `tojson` as Hugging Face gives it to chat templates: Python's `json.dumps`, with its arguments.

use crate::python_methods::named;
use crate::template_limits::Bounded;
use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{Error, ErrorKind};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// Separators, line breaks and numbers as `json.dumps` writes them.
struct PythonFormatter {
    indent: Option<String>,
    between_items: String,
    after_key: String,
    depth: usize,
    empty: bool, // nothing yet in the list or object that was opened last
}

impl PythonFormatter {
    fn open<W: ?Sized + Write>(&mut self, w: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        w.write_all(bracket)
    }
    fn close<W: ?Sized + Write>(&mut self, w: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !std::mem::replace(&mut self.empty, false) {
            self.break_line(w)?;
        }
        w.write_all(bracket)
    }
    fn item<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.empty = false;
        if !first {
            w.write_all(self.between_items.as_bytes())?;
        }
        self.break_line(w)
    }
    fn break_line<W: ?Sized + Write>(&self, w: &mut W) -> io::Result<()> {
        let Some(indent) = &self.indent else { return Ok(()) };
        w.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| w.write_all(indent.as_bytes()))
    }
}

impl Formatter for PythonFormatter {
    fn begin_array<W: ?Sized + Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.open(w, b"[")
    }
    fn end_array<W: ?Sized + Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.close(w, b"]")
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.open(w, b"{")
    }
    fn end_object<W: ?Sized + Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.close(w, b"}")
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, w: &mut W) -> io::Result<()> {
        w.write_all(self.after_key.as_bytes())
    }
    fn write_f64<W: ?Sized + Write>(&mut self, w: &mut W, value: f64) -> io::Result<()> {
        w.write_all(number(value).as_bytes())
    }
}

/// As Python's repr: an exponent has a sign and two digits, and stands below 1e-4 and from 1e16 on.
fn number(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) || value == 0.0 {
        return format!("{value:?}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn escape_non_ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\x7f' {
            out.push(c);
        } else {
            let mut units = [0u16; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("tojson: {what}"))
}

/// Of a level: so many blanks, or text; none: all in one line.
fn indent_of(value: &Value) -> Result<Option<String>, Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(None),
        ValueKind::String => Ok(value.as_str().map(String::from)),
        _ => match value.as_i64() {
            Some(width) if width <= 100 => Ok(Some(" ".repeat(width.max(0) as usize))),
            _ => Err(bad("indent must be text or a number up to 100")),
        },
    }
}

/// Between items and after a key.
fn separators_of(value: &Value, indented: bool) -> Result<(String, String), Error> {
    if value.is_undefined() || value.is_none() {
        return Ok((if indented { "," } else { ", " }.into(), ": ".into()));
    }
    let pair: Vec<Value> = value.try_iter()?.collect();
    match pair.iter().map(Value::as_str).collect::<Vec<_>>()[..] {
        [Some(items), Some(keys)] => Ok((items.into(), keys.into())),
        _ => Err(bad("separators must be two texts")),
    }
}

/// The arguments in Hugging Face's order.
const ARGUMENTS: [&str; 4] = ["ensure_ascii", "indent", "separators", "sort_keys"];

pub fn to_json(value: Value, given: Rest<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let mut arguments: [Value; 4] = Default::default();
    for (at, name) in ARGUMENTS.into_iter().enumerate() {
        arguments[at] = named(given.get(at).cloned(), &kwargs, name)?.unwrap_or_default();
    }
    kwargs.assert_all_used()?;
    if given.len() > ARGUMENTS.len() {
        return Err(Error::from(ErrorKind::TooManyArguments));
    }
    let [ascii, indent, separators, sorted] = arguments;
    let indent = indent_of(&indent)?;
    let (between_items, after_key) = separators_of(&separators, indent.is_some())?;
    let formatter = PythonFormatter { indent, between_items, after_key, depth: 0, empty: false };
    let json = write(&value, formatter, sorted.is_true()).map_err(|e| bad(&e.to_string()))?;
    Ok(Value::from_safe_string(if ascii.is_true() { escape_non_ascii(&json) } else { json }))
}

fn write(value: &Value, formatter: PythonFormatter, sorted: bool) -> serde_json::Result<String> {
    let mut out = Bounded::default();
    let mut serializer = Serializer::with_formatter(&mut out, formatter);
    if sorted {
        let mut copy = serde_json::to_value(value)?;
        copy.sort_all_objects();
        copy.serialize(&mut serializer)?;
    } else {
        value.serialize(&mut serializer)?;
    }
    Ok(String::from_utf8(out.bytes).expect("serde_json writes UTF-8"))
}
