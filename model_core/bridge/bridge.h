/* C ABI of the Rust bridge (src/). Every function that returns int32_t gives 0 on success, 1 for
 * invalid input, 2 if the other side panicked; `out`/`error` then holds the result or the error
 * text (UTF-8), and is always to be freed with maru_buffer_free. Handles are freed by their own
 * _free; null is allowed there. Tokenizers and grammar factories are safe to share between threads;
 * a matcher belongs to one thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint8_t* data;
  size_t size;
} maru_buffer;
void maru_buffer_free(maru_buffer buffer);
typedef struct {
  const uint8_t* data;
  size_t size;
} maru_text;

typedef struct maru_tokenizer maru_tokenizer;
int32_t maru_tokenizer_new(const uint8_t* json, size_t size, maru_tokenizer** handle,
                           maru_buffer* error);
void maru_tokenizer_free(maru_tokenizer* tokenizer);
/* out: token ids as native-endian u32. control: spellings of control tokens become these tokens. */
int32_t maru_tokenizer_encode(const maru_tokenizer* tokenizer, const uint8_t* text, size_t size,
                              bool control, maru_buffer* out);
int32_t maru_tokenizer_decode(const maru_tokenizer* tokenizer, const uint32_t* ids, size_t count,
                              bool skip_control, maru_buffer* out);
size_t maru_tokenizer_vocabulary_size(const maru_tokenizer* tokenizer);
int64_t maru_tokenizer_token_id(const maru_tokenizer* tokenizer, const uint8_t* token, size_t size);
/* Of the tokenizer, for as long as it lives; null: the vocabulary has no such id. */
maru_text maru_tokenizer_token_bytes(const maru_tokenizer* tokenizer, uint32_t id);

typedef struct maru_grammar_factory maru_grammar_factory;
typedef struct maru_matcher maru_matcher;
/* hidden: control tokens that no grammar may produce as text. */
int32_t maru_grammar_factory_new(const maru_tokenizer* tokenizer, uint32_t eos,
                                 const uint32_t* hidden, size_t hidden_count,
                                 maru_grammar_factory** handle, maru_buffer* error);
void maru_grammar_factory_free(maru_grammar_factory* factory);
/* kind: "lark", "json_schema" or "regex". */
int32_t maru_grammar_new(const maru_grammar_factory* factory, const uint8_t* kind, size_t kind_size,
                         const uint8_t* grammar, size_t grammar_size, maru_matcher** handle,
                         maru_buffer* error);
void maru_grammar_free(maru_matcher* matcher);
int32_t maru_grammar_forced(maru_matcher* matcher, maru_buffer* out);      /* token ids */
int32_t maru_grammar_forced_text(maru_matcher* matcher, maru_buffer* out); /* bytes */
int32_t maru_grammar_mask(maru_matcher* matcher, uint32_t* mask, size_t words, maru_buffer* error);
int32_t maru_grammar_consume(maru_matcher* matcher, const uint32_t* ids, size_t count,
                             maru_buffer* error);
/* 1: the text may end here; 2: it can only end; 0: more must come; -1: error. */
int32_t maru_grammar_state(maru_matcher* matcher);

/* context: a JSON object; its "now" is what strftime_now gives. */
int32_t maru_chat_template_render(const uint8_t* chat_template, size_t template_size,
                                  const uint8_t* context, size_t context_size, maru_buffer* out);

/* out: empty if valid, else the first error and its place. */
int32_t maru_json_schema_check(const uint8_t* schema, size_t schema_size, const uint8_t* value,
                               size_t value_size, maru_buffer* out);

/* Cedar: one engine is one loaded policy version; it never changes and is safe to share between
 * threads. */
typedef struct maru_cedar maru_cedar;
typedef struct {
  const maru_text* data;
  size_t size;
} maru_texts;
typedef struct {
  int64_t n2sf, mil, privacy, integrity; /* places in their lattices, from 0 */
} maru_grades;
typedef struct {
  maru_text person, unit;
  maru_texts roles, person_purposes, person_tools;
  int64_t clearance_n2sf, clearance_mil;
  maru_text tool, domain, kind, approval;
  maru_texts tool_purposes;
  maru_text purpose; /* of the run; empty: none */
  maru_grades input, output;
  bool sink_untrusted, confirm, related;
  /* Those that the schema's type Arguments lacks are not seen. */
  maru_texts argument_names, argument_values;
} maru_cedar_call;
typedef struct {
  bool permitted;  /* no forbid but those that an obligation cures; `rules` then holds these too */
  bool errored;    /* some policy could not be evaluated; never permitted then */
  uint32_t* rules; /* room for every rule; places in the list of maru_cedar_new, ascending */
  size_t count;
} maru_cedar_answer;
/* files: JSON [{"file","text"}]. rules: JSON [{"file","id","permit","annotations"}]; with code 1
 * the faults (src/cedar/fault.rs) as a JSON list of objects by "what": syntax, template, no_id,
 * twice (an @id), invalid (what strict validation finds), no_arguments, argument (of the schema's
 * type Arguments), not_utf8, other. */
int32_t maru_cedar_new(const uint8_t* schema, size_t schema_size, const uint8_t* files,
                       size_t files_size, maru_cedar** handle, maru_buffer* rules);
void maru_cedar_free(maru_cedar* engine);
/* whole: by the crate's own authorizer over every policy, with nothing settled beforehand; gives
 * the same, slower. */
int32_t maru_cedar_decide(const maru_cedar* engine, const maru_cedar_call* call, bool whole,
                          maru_cedar_answer* answer, maru_buffer* error);

#ifdef __cplusplus
}
#endif
