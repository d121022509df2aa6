//! `llguidance`: constrained decoding. A factory holds the token trie of one tokenizer; a matcher follows one
//! sequence.

use crate::ffi::{free_handle, guard, guard_new, id_bytes, text, Buffer};
use crate::tokenizer::Tokenizer;
use llguidance::api::TopLevelGrammar;
use llguidance::earley::SlicedBiasComputer;
use llguidance::toktrie::{InferenceCapabilities, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};
use llguidance::{Matcher, ParserFactory};
use std::sync::Arc;

/// From so many tokens on, slices save more in a mask than each costs whenever a grammar is made.
const MANY_TOKENS: usize = 32_768;

/// Tokens by what they are made of: a grammar that allows all of a slice, as free text does, need not look at its
/// tokens one by one. llguidance's own slices are of texts in JSON; within them, and so tried only where a text is
/// not free, stand the two kinds that most tokens of a Korean model are of.
fn slices(tokens: usize) -> Vec<String> {
    let mut slices = SlicedBiasComputer::general_slices();
    if tokens >= MANY_TOKENS {
        slices.extend(["[가-힣 ]{1,4}", "[가-힣 ]{1,10}", "[A-Za-z0-9 ]{1,10}"].map(String::from));
    }
    slices
}

struct Environment {
    trie: TokTrie,
    tokenizer: tokenizers::Tokenizer,
}

impl TokenizerEnv for Environment {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    /// Text that the grammar forces: encoded as the model saw it in training, control spellings included.
    fn tokenize_bytes(&self, s: &[u8]) -> Vec<TokenId> {
        self.trie.tokenize_with_greedy_fallback(s, |text| {
            let encoding = self.tokenizer.encode_fast(text, false);
            encoding.map(|e| e.get_ids().to_vec()).unwrap_or_default()
        })
    }
}

/// Shared: safe from many threads.
pub struct Factory {
    inner: ParserFactory,
}

impl Factory {
    /// `hidden`: control tokens that no grammar may produce as text.
    fn new(tokenizer: &Tokenizer, eos: u32, hidden: &[u32]) -> Result<Self, String> {
        let mut words = tokenizer.token_bytes.as_ref().clone();
        for &id in hidden {
            let word = words.get_mut(id as usize).ok_or("control token outside the vocabulary")?;
            word.insert(0, TokTrie::SPECIAL_TOKEN_MARKER);
        }
        let info = TokRxInfo::new(words.len() as u32, eos);
        let environment: TokEnv = Arc::new(Environment {
            trie: TokTrie::from(&info, &words),
            tokenizer: tokenizer.with_control.clone(),
        });
        let capabilities = InferenceCapabilities { ff_tokens: true, ..Default::default() };
        let mut inner = ParserFactory::new(&environment, capabilities, &slices(words.len()))
            .map_err(|e| e.to_string())?;
        inner.quiet();
        Ok(Factory { inner })
    }

    fn matcher(&self, kind: &str, grammar: &str) -> Result<Matcher, String> {
        let parsed = TopLevelGrammar::from_tagged_str(kind, grammar).map_err(|e| e.to_string())?;
        let matcher = Matcher::new(self.inner.create_parser(parsed));
        match matcher.get_error() {
            Some(error) => Err(error),
            None => Ok(matcher),
        }
    }
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_factory_new(
    tokenizer: *const Tokenizer,
    eos: u32,
    hidden: *const u32,
    hidden_count: usize,
    handle: *mut *mut Factory,
    error: *mut Buffer,
) -> i32 {
    guard_new(handle, error, || {
        let hidden =
            if hidden_count == 0 { &[] } else { std::slice::from_raw_parts(hidden, hidden_count) };
        Factory::new(&*tokenizer, eos, hidden)
    })
}

/// # Safety
/// `factory` came from `maru_grammar_factory_new`.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_factory_free(factory: *mut Factory) {
    free_handle(factory)
}

/// `kind`: lark, json_schema or regex.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_new(
    factory: *const Factory,
    kind: *const u8,
    kind_size: usize,
    grammar: *const u8,
    grammar_size: usize,
    handle: *mut *mut Matcher,
    error: *mut Buffer,
) -> i32 {
    guard_new(handle, error, || {
        (*factory).matcher(text(kind, kind_size)?, text(grammar, grammar_size)?)
    })
}

/// # Safety
/// `matcher` came from `maru_grammar_new`.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_free(matcher: *mut Matcher) {
    free_handle(matcher)
}

/// Tokens that the grammar forces next; empty if there is a choice.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_forced(matcher: *mut Matcher, out: *mut Buffer) -> i32 {
    guard(out, || Ok(id_bytes(&(*matcher).compute_ff_tokens())))
}

/// The bytes that the grammar forces next, whatever tokens spell them; empty if there is a choice.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_forced_text(matcher: *mut Matcher, out: *mut Buffer) -> i32 {
    guard(out, || Ok((*matcher).compute_ff_bytes()))
}

/// Bit i of `mask` (32 tokens a word, `words` of them) = token i may come next.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_mask(
    matcher: *mut Matcher,
    mask: *mut u32,
    words: usize,
    error: *mut Buffer,
) -> i32 {
    guard(error, || {
        let allowed = (*matcher).compute_mask_or_eos().map_err(|e| e.to_string())?;
        let source = allowed.as_slice();
        let target = std::slice::from_raw_parts_mut(mask, words);
        target.fill(0);
        let count = words.min(source.len());
        target[..count].copy_from_slice(&source[..count]);
        Ok(Vec::new())
    })
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_consume(
    matcher: *mut Matcher,
    ids: *const u32,
    count: usize,
    error: *mut Buffer,
) -> i32 {
    guard(error, || {
        let ids = if count == 0 { &[] } else { std::slice::from_raw_parts(ids, count) };
        (*matcher).consume_tokens(ids).map(|_| Vec::new()).map_err(|e| e.to_string())
    })
}

/// 1: the text so far may end here; 2: it can only end; 0: more must come; −1: an error.
///
/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_grammar_state(matcher: *mut Matcher) -> i32 {
    let mut out = Buffer { data: std::ptr::null_mut(), size: 0 };
    let mut state = -1;
    let code = guard(&mut out, || {
        state = if (*matcher).is_error() {
            -1
        } else if (*matcher).is_stopped() {
            2
        } else {
            i32::from((*matcher).is_accepting().map_err(|e| e.to_string())?)
        };
        Ok(Vec::new())
    });
    crate::ffi::maru_buffer_free(out);
    if code == crate::ffi::OK { state } else { -1 }
}
