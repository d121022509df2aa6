//! Hugging Face `tokenizers`: text ↔ token ids, and the bytes of every token for the grammar's trie.

use crate::ffi::{free_handle, guard, guard_new, id_bytes, panics_as_errors, text, Buffer, Text};
use std::collections::HashMap;
use std::sync::Arc;
use tokenizers::Tokenizer as HfTokenizer;

/// Shared: safe from many threads.
pub struct Tokenizer {
    /// Spellings of control tokens in the text become control tokens.
    pub with_control: HfTokenizer,
    /// The same, but such spellings stay ordinary text: for what users and documents say.
    pub plain: HfTokenizer,
    pub token_bytes: Arc<Vec<Vec<u8>>>,
}

impl Tokenizer {
    fn new(json: &str) -> Result<Self, String> {
        let marked = with_controls_marked(json)?; // and so it is JSON
        let with_control = parse(json)?;
        let mut plain = parse(&marked)?;
        plain.set_encode_special_tokens(true);
        let token_bytes = Arc::new(token_bytes(&with_control, json)?);
        Ok(Tokenizer { with_control, plain, token_bytes })
    }

    pub fn encode(&self, text: &str, control: bool) -> Result<Vec<u32>, String> {
        let chosen = if control { &self.with_control } else { &self.plain };
        let encoding = chosen.encode_fast(text, false).map_err(|e| e.to_string())?;
        Ok(encoding.get_ids().to_vec())
    }
}

/// The library panics on some files that are JSON but no tokenizer.
fn parse(json: &str) -> Result<HfTokenizer, String> {
    let mut parsed: HfTokenizer =
        panics_as_errors(|| json.parse().map_err(|e: tokenizers::Error| e.to_string()))
            .map_err(|e| format!("tokenizer.json: {e}"))?;
    // What was set when the file was saved: a prompt is neither cut nor filled up.
    parsed.with_truncation(None).map_err(|e| format!("tokenizer.json: {e}"))?;
    parsed.with_padding(None);
    Ok(parsed)
}

/// A tokenizer that leaves merges to chance encodes the same text in different ways.
fn refuse_dropout(spec: &serde_json::Value) -> Result<(), String> {
    match &spec["model"]["dropout"] {
        serde_json::Value::Null => Ok(()),
        dropout if dropout.as_f64() == Some(0.0) => Ok(()),
        dropout => Err(format!("tokenizer.json: 'model.dropout' is {dropout}; read is 0 or null")),
    }
}

/// Some families register control tokens as ordinary added ones (Solar's `<|end|>`), which would be found in what a
/// user writes. In the tokenizer for such text everything in brackets counts as special; other added tokens, like
/// runs of white space, stay.
fn with_controls_marked(json: &str) -> Result<String, String> {
    let mut spec: serde_json::Value =
        serde_json::from_str(json).map_err(|e| format!("tokenizer.json: {e}"))?;
    let bracketed = |t: &str| {
        (t.starts_with('<') && t.ends_with('>')) || (t.starts_with('[') && t.ends_with(']'))
    };
    refuse_dropout(&spec)?;
    let added = spec.get_mut("added_tokens").and_then(|t| t.as_array_mut());
    for token in added.into_iter().flatten() {
        if token["content"].as_str().is_some_and(bracketed) {
            token["special"] = true.into();
        }
    }
    Ok(spec.to_string())
}

/// GPT-2's byte ↔ character table: printable bytes stand for themselves, the rest are moved above U+0100.
fn byte_of_char() -> HashMap<char, u8> {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut moved = 0;
    (0..=255u8)
        .map(|b| {
            let c = if printable(b) {
                b as u32
            } else {
                moved += 1;
                255 + moved
            };
            (char::from_u32(c).expect("below U+0200"), b)
        })
        .collect()
}

/// Ids may leave gaps, since families keep places free, but not more than there are tokens: the table has a row for
/// every id.
fn table_size(tokenizer: &HfTokenizer) -> Result<u32, String> {
    const GAPS: u32 = 1024; // also of a small vocabulary
    let vocabulary = tokenizer.get_vocab(true);
    let most = 2 * vocabulary.len() as u32 + GAPS;
    let Some((token, &id)) = vocabulary.iter().max_by_key(|(_, id)| **id) else { return Ok(0) };
    if id < most {
        return Ok(id + 1);
    }
    let count = vocabulary.len();
    Err(format!("tokenizer.json: token '{token}' has the id {id}; of {count} tokens ids go up to {}", most - 1))
}

/// The bytes each token stands for. Added tokens are their own text; sentencepiece's `▁` is a space and
/// `<0xNN>` one byte.
fn token_bytes(tokenizer: &HfTokenizer, json: &str) -> Result<Vec<Vec<u8>>, String> {
    let spec: serde_json::Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
    let byte_level = spec["decoder"].to_string().contains("ByteLevel");
    let table = byte_of_char();
    let added = tokenizer.get_added_tokens_decoder();
    let size = table_size(tokenizer)?;
    let bytes_of = |id: u32| -> Vec<u8> {
        let Some(token) = tokenizer.id_to_token(id) else { return Vec::new() };
        if added.contains_key(&id) {
            return token.into_bytes();
        }
        if byte_level {
            return token.chars().filter_map(|c| table.get(&c).copied()).collect();
        }
        let hex = token.strip_prefix("<0x").and_then(|t| t.strip_suffix('>'));
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => vec![byte],
            None => token.replace('\u{2581}', " ").into_bytes(),
        }
    };
    Ok((0..size).map(bytes_of).collect())
}

/// # Safety
/// `json` points to `size` bytes; `handle` and `error` are writable.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_new(
    json: *const u8,
    size: usize,
    handle: *mut *mut Tokenizer,
    error: *mut Buffer,
) -> i32 {
    guard_new(handle, error, || Tokenizer::new(text(json, size)?))
}

/// # Safety
/// `tokenizer` came from `maru_tokenizer_new`.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_free(tokenizer: *mut Tokenizer) {
    free_handle(tokenizer)
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_encode(
    tokenizer: *const Tokenizer,
    data: *const u8,
    size: usize,
    control: bool,
    out: *mut Buffer,
) -> i32 {
    guard(out, || Ok(id_bytes(&(*tokenizer).encode(text(data, size)?, control)?)))
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_decode(
    tokenizer: *const Tokenizer,
    ids: *const u32,
    count: usize,
    skip_control: bool,
    out: *mut Buffer,
) -> i32 {
    guard(out, || {
        let ids = if count == 0 { &[] } else { std::slice::from_raw_parts(ids, count) };
        let decoded = (*tokenizer).with_control.decode(ids, skip_control);
        decoded.map(String::into_bytes).map_err(|e| e.to_string())
    })
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_vocabulary_size(tokenizer: *const Tokenizer) -> usize {
    (*tokenizer).token_bytes.len()
}

/// The id of the token spelled `data`, or −1.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_token_id(
    tokenizer: *const Tokenizer,
    data: *const u8,
    size: usize,
) -> i64 {
    let id = text(data, size).ok().and_then(|t| (*tokenizer).with_control.token_to_id(t));
    id.map_or(-1, i64::from)
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_tokenizer_token_bytes(
    tokenizer: *const Tokenizer,
    id: u32,
) -> Text {
    match (&*tokenizer).token_bytes.get(id as usize) {
        Some(bytes) => Text { data: bytes.as_ptr(), size: bytes.len() },
        None => Text { data: std::ptr::null(), size: 0 },
    }
}
