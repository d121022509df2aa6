//! `minijinja` in the environment that Hugging Face chat templates are written for: trimmed blocks, Python
//! string methods, `raise_exception`, `strftime_now`, and a `tojson` that is Python's `json.dumps`.

use crate::ffi::{guard, text, Buffer};
use crate::python_json::to_json;
use crate::python_methods::call_method;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Day of the week by Zeller's congruence as Sakamoto writes it; 0: Sunday.
fn weekday(year: i32, month: usize, day: i32) -> usize {
    const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + SHIFT[month - 1] + day).rem_euclid(7) as usize
}

/// `now` is "YYYY-MM-DD". What a template may ask of a day; the time of day is nobody's to know.
fn strftime(now: &str, format: &str) -> Result<String, Error> {
    let bad = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let parts: Vec<i32> = now.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else {
        return Err(bad(format!("strftime_now: '{now}' is no date")));
    };
    if !(1..=12).contains(&month) {
        return Err(bad(format!("strftime_now: '{now}' is no date")));
    }
    let (index, name) = (weekday(year, month as usize, day), MONTHS[month as usize - 1]);
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('%') => out.push('%'),
            Some('Y') => out += &format!("{year:04}"),
            Some('y') => out += &format!("{:02}", year.rem_euclid(100)),
            Some('m') => out += &format!("{month:02}"),
            Some('d') => out += &format!("{day:02}"),
            Some('F') => out += &format!("{year:04}-{month:02}-{day:02}"),
            Some('B') => out += name,
            Some('b') => out += &name[..3],
            Some('A') => out += DAYS[index],
            Some('a') => out += &DAYS[index][..3],
            other => {
                let letter = other.map_or(String::new(), String::from);
                return Err(bad(format!("strftime_now: '%{letter}' is not known")));
            }
        }
    }
    Ok(out)
}

/// `context` is a JSON object: messages, tools, add_generation_prompt, bos_token … and `now` ("2026-11-24"),
/// which `strftime_now` writes: the date is the caller's, never the clock's.
fn render(template: &str, context: &str) -> Result<String, String> {
    let context: serde_json::Value =
        serde_json::from_str(context).map_err(|e| format!("chat template context: {e}"))?;
    let now = context["now"].as_str().unwrap_or_default().to_string();
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build().map_err(|e| e.to_string())?);
    environment.set_unknown_method_callback(call_method);
    environment.add_filter("tojson", to_json);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", move |format: String| strftime(&now, &format));
    environment.add_template("chat", template).map_err(|e| format!("chat template: {e:#}"))?;
    let chat = environment.get_template("chat").map_err(|e| e.to_string())?;
    chat.render(Value::from(Serde(&context))).map_err(|e| format!("chat template: {e:#}"))
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_chat_template_render(
    template: *const u8,
    template_size: usize,
    context: *const u8,
    context_size: usize,
    out: *mut Buffer,
) -> i32 {
    guard(out, || {
        render(text(template, template_size)?, text(context, context_size)?).map(String::into_bytes)
    })
}
