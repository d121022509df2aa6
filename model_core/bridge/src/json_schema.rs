//! `jsonschema`: validation of a value against a JSON Schema.

use crate::ffi::{guard, text, Buffer};

/// Empty text if the value is valid, else the first error with its place.
fn first_error(schema: &str, value: &str) -> Result<String, String> {
    let schema: serde_json::Value =
        serde_json::from_str(schema).map_err(|e| format!("schema: {e}"))?;
    let value: serde_json::Value = serde_json::from_str(value).map_err(|e| format!("value: {e}"))?;
    let validator = jsonschema::validator_for(&schema).map_err(|e| format!("schema: {e}"))?;
    let error = validator.iter_errors(&value).next();
    Ok(error.map_or(String::new(), |e| format!("{}: {e}", e.instance_path())))
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_json_schema_check(
    schema: *const u8,
    schema_size: usize,
    value: *const u8,
    value_size: usize,
    out: *mut Buffer,
) -> i32 {
    guard(out, || {
        first_error(text(schema, schema_size)?, text(value, value_size)?).map(String::into_bytes)
    })
}
