//! What rendering a chat template may take. Templates come with a model's folder, from whoever made that.

use minijinja::{Error, ErrorKind};
use std::io::{self, Write};

/// Steps of one rendering: an operation each, or 64 bytes of text made, looked through or written; so they bound
/// memory as well. Templates of the families take some thousands a message.
const FUEL: u64 = 1 << 23;
/// Further steps for each byte of what is rendered.
const FUEL_PER_BYTE: u64 = 4;
/// Scopes inside of one another; the call of a macro counts for several.
pub const NESTING_MAX: usize = 500;
/// Bytes of a prompt, and of one `tojson`. A context of a million tokens is about 4 MiB.
pub const TEXT_MAX: usize = 16 << 20;

pub fn fuel_for(context_bytes: usize) -> u64 {
    FUEL + FUEL_PER_BYTE * context_bytes as u64
}

/// Text up to TEXT_MAX.
#[derive(Default)]
pub struct Bounded {
    pub bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > TEXT_MAX - self.bytes.len() {
            return Err(io::Error::other(format!("more than {TEXT_MAX} bytes")));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error, and where it is one of a limit, which.
pub fn explain(error: &Error, fuel: u64) -> String {
    let what = match error.kind() {
        ErrorKind::OutOfFuel => format!("it takes more than {fuel} steps"),
        ErrorKind::WriteFailure => format!("it writes more than {TEXT_MAX} bytes"),
        ErrorKind::InvalidOperation if error.detail() == Some("recursion limit exceeded") => {
            format!("it nests deeper than {NESTING_MAX}")
        }
        _ => return format!("chat template: {error:#}"),
    };
    format!("chat template: {what} (limit)")
}
