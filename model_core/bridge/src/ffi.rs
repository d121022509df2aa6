//! Codes, buffers and the panic guard that every entry point goes through.

use std::cell::{Cell, RefCell};
use std::panic::{catch_unwind, set_hook, take_hook, AssertUnwindSafe};
use std::sync::Once;

pub const OK: i32 = 0;
pub const INVALID: i32 = 1;
pub const PANIC: i32 = 2;

/// Bytes owned by this side until `maru_buffer_free`.
#[repr(C)]
pub struct Buffer {
    pub data: *mut u8,
    pub size: usize,
}

impl Buffer {
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let boxed = bytes.into_boxed_slice();
        let size = boxed.len();
        Buffer { data: Box::into_raw(boxed) as *mut u8, size }
    }
}

/// Bytes that are not the receiver's; null where there are none.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pub data: *const u8,
    pub size: usize,
}

/// # Safety
/// `buffer` is one that this library filled, not freed yet.
#[no_mangle]
pub unsafe extern "C" fn maru_buffer_free(buffer: Buffer) {
    if !buffer.data.is_null() {
        drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(buffer.data, buffer.size)));
    }
}

/// # Safety
/// `data` points to `size` readable bytes, or `size` is 0.
pub unsafe fn bytes<'a>(data: *const u8, size: usize) -> &'a [u8] {
    if size == 0 {
        &[]
    } else {
        std::slice::from_raw_parts(data, size)
    }
}

/// # Safety
/// As for `bytes`.
pub unsafe fn text<'a>(data: *const u8, size: usize) -> Result<&'a str, String> {
    std::str::from_utf8(bytes(data, size)).map_err(|e| format!("text is not UTF-8: {e}"))
}

/// Token ids as bytes of native-endian u32.
pub fn id_bytes(ids: &[u32]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.to_ne_bytes()).collect()
}

thread_local! {
    /// How many guards this thread is inside of.
    static GUARDS: Cell<usize> = const { Cell::new(0) };
    /// Where this thread panicked last.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What a panic prints is for a crash; one that is caught is told by its error alone. Elsewhere it prints as ever.
fn quieten() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if GUARDS.get() == 0 {
                return usual(info);
            }
            let place = info.location().map(|l| format!("{}:{}", below_registry(l.file()), l.line()));
            PLACE.set(place.unwrap_or_default());
        }));
    });
}

/// A crate's file without where this machine keeps crates.
fn below_registry(file: &str) -> &str {
    let below = file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    below.map_or(file, |(_, rest)| rest)
}

/// `body`'s result, or what it panicked with.
fn catch<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    quieten();
    GUARDS.set(GUARDS.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(body));
    GUARDS.set(GUARDS.get() - 1);
    result.map_err(panic_text)
}

/// `body`'s result; a panic is an error as well. For libraries that panic on bad input.
pub fn panics_as_errors<T>(body: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch(body)?
}

/// Runs `body`; on success writes its bytes to `out`, on failure the error text.
///
/// # Safety
/// `out` points to a writable Buffer.
pub unsafe fn guard(out: *mut Buffer, body: impl FnOnce() -> Result<Vec<u8>, String>) -> i32 {
    let (code, bytes) = match catch(body) {
        Ok(Ok(bytes)) => (OK, bytes),
        Ok(Err(message)) => (INVALID, message.into_bytes()),
        Err(message) => (PANIC, format!("bridge panicked: {message}").into_bytes()),
    };
    out.write(Buffer::from_bytes(bytes));
    code
}

/// As `guard`, for entry points that make a handle: writes it to `handle`, or null.
///
/// # Safety
/// `handle` and `error` are writable.
pub unsafe fn guard_new<T>(
    handle: *mut *mut T,
    error: *mut Buffer,
    body: impl FnOnce() -> Result<T, String>,
) -> i32 {
    handle.write(std::ptr::null_mut());
    guard(error, || {
        let made = Box::into_raw(Box::new(body()?));
        handle.write(made);
        Ok(Vec::new())
    })
}

/// # Safety
/// `handle` came from `guard_new` and is not freed yet, or is null.
pub unsafe fn free_handle<T>(handle: *mut T) {
    if !handle.is_null() {
        let _ = catch(|| drop(Box::from_raw(handle)));
    }
}

fn panic_text(payload: Box<dyn std::any::Any + Send>) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|s| s.to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    format!("{} ({})", text.unwrap_or_default(), PLACE.take())
}
