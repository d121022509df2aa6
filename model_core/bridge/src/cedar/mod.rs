//! `cedar-policy`: decisions over a resident schema, policy set and entities.
//!
//! One engine is one loaded policy version and never changes; a swap is the caller exchanging engines. A person
//! and a tool become entities once and stay (resident.rs), with the rules that they alone do not settle; only
//! these are evaluated for each call, over its context. Whatever fails here is an error code, and the caller
//! forbids.

mod call;
mod engine;
mod entities;
mod fault;
mod judge;
mod place;
mod resident;
mod rules;

use crate::ffi::{free_handle, guard, guard_new, text, Buffer};
use call::Call;
use engine::Engine;
use fault::Faults;
use serde_json::json;

#[repr(C)]
pub struct Answer {
    permitted: bool,
    errored: bool,
    rules: *mut u32,
    count: usize,
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_new(
    schema: *const u8,
    schema_size: usize,
    files: *const u8,
    files_size: usize,
    handle: *mut *mut Engine,
    rules: *mut Buffer,
) -> i32 {
    let mut described = Vec::new();
    let mut error = Buffer { data: std::ptr::null_mut(), size: 0 };
    let code = guard_new(handle, &mut error, || {
        let load = || {
            let schema = text(schema, schema_size)
                .map_err(|_| Faults::one("not_utf8", json!({ "file": "schema" })))?;
            Engine::load(schema, text(files, files_size)?)
        };
        let (engine, list) = load().map_err(Faults::into_text)?;
        described = list.to_string().into_bytes();
        Ok(engine)
    });
    if code == crate::ffi::OK {
        crate::ffi::maru_buffer_free(error);
        rules.write(Buffer::from_bytes(described));
    } else {
        rules.write(error);
    }
    code
}

/// # Safety
/// As for `free_handle`.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_free(engine: *mut Engine) {
    free_handle(engine);
}

/// # Safety
/// Pointers as in bridge.h; `answer.rules` has room for every rule of the engine.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_decide(
    engine: *const Engine,
    call: *const Call,
    whole: bool,
    answer: *mut Answer,
    error: *mut Buffer,
) -> i32 {
    (*answer).permitted = false;
    (*answer).errored = true;
    (*answer).count = 0;
    guard(error, || {
        let engine = engine.as_ref().ok_or("no engine")?;
        let verdict = if whole { engine.decide_whole(&*call)? } else { engine.decide(&*call)? };
        if verdict.rules.len() > engine.rule_count() {
            return Err("more rules decided than this engine has".to_string());
        }
        std::ptr::copy_nonoverlapping(verdict.rules.as_ptr(), (*answer).rules, verdict.rules.len());
        (*answer).permitted = verdict.permitted;
        (*answer).errored = verdict.errored;
        (*answer).count = verdict.rules.len();
        Ok(Vec::new())
    })
}
