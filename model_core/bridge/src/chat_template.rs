//! `minijinja` in the environment that Hugging Face chat templates are written for: trimmed blocks, Python
//! string methods, `raise_exception`, `strftime_now`, and a `tojson` that is Python's `json.dumps`.

use crate::ffi::{guard, text, Buffer};
use crate::python_json::to_json;
use crate::python_methods::call_method;
use crate::strftime::strftime;
use crate::template_limits::{explain, fuel_for, Bounded, NESTING_MAX};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

/// `context` is a JSON object: messages, tools, add_generation_prompt, bos_token … and `now` ("2026-11-24"),
/// which `strftime_now` writes: the date is the caller's, never the clock's.
fn render(template: &str, json: &str) -> Result<Vec<u8>, String> {
    let context: serde_json::Value =
        serde_json::from_str(json).map_err(|e| format!("chat template context: {e}"))?;
    let now = context["now"].as_str().unwrap_or_default().to_string();
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build().map_err(|e| e.to_string())?);
    let fuel = fuel_for(json.len());
    environment.set_fuel(Some(fuel));
    environment.set_recursion_limit(NESTING_MAX);
    environment.set_unknown_method_callback(call_method);
    environment.add_filter("tojson", to_json);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", move |format: String| strftime(&now, &format));
    environment.add_template("chat", template).map_err(|e| format!("chat template: {e:#}"))?;
    let chat = environment.get_template("chat").map_err(|e| e.to_string())?;
    let mut out = Bounded::default();
    chat.render_captured_to(Value::from(Serde(&context)), &mut out)
        .map_err(|e| explain(&e, fuel))?;
    Ok(out.bytes)
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
        render(text(template, template_size)?, text(context, context_size)?)
    })
}
