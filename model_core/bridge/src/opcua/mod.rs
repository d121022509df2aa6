//! `async-opcua`: an OPC UA client that keeps one session and opens it when it is needed. Requests and answers are
//! JSON (opcua.h). A broken session is replaced at the next request; nothing is retried behind the caller's back.

mod client;
mod conditions;
mod connect;
mod failure;
mod request;
mod values;
mod write;

use std::time::Duration;

use crate::ffi::{free_handle, guard, guard_new, text, Buffer};
use client::OpcUaClient;

/// # Safety
/// Pointers as in opcua.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_new(
    options: *const u8,
    options_size: usize,
    handle: *mut *mut OpcUaClient,
    error: *mut Buffer,
) -> i32 {
    guard_new(handle, error, || OpcUaClient::new(text(options, options_size)?))
}

/// # Safety
/// As for every handle in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_free(client: *mut OpcUaClient) {
    free_handle(client)
}

/// # Safety
/// Pointers as in opcua.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_call(
    client: *const OpcUaClient,
    request: *const u8,
    request_size: usize,
    timeout_ms: u64,
    out: *mut Buffer,
) -> i32 {
    guard(out, || {
        let request = text(request, request_size)?;
        let answer = (*client).call(request, Duration::from_millis(timeout_ms));
        answer.map(|value| value.to_string().into_bytes()).map_err(|failure| failure.json())
    })
}
