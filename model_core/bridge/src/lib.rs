//! The bridge: the field's own Rust libraries behind a small C ABI (bridge.h). One module per library.
//!
//! Every entry point catches panics, returns a code and writes through out-pointers; a buffer is freed by
//! `maru_buffer_free`. Handles are opaque; those documented as shared are safe to use from many threads.

mod cedar;
mod chat_template;
mod ffi;
mod grammar;
mod json_schema;
mod opcua;
mod python_json;
mod python_methods;
mod python_split;
mod strftime;
mod template_limits;
mod tokenizer;
