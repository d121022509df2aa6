// A byte-level vocabulary made up from a seed, as large and as varied as those of Korean models:
// bytes, syllables, words of Hangul and of Latin letters with and without a space before them,
// numbers, punctuation as JSON has it, white space.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

constexpr const char* kEndToken = "<|end|>";  // the only control token, the last of all

// A tokenizer.json (BPE without merges) of `size` tokens.
std::string MadeTokenizerJson(size_t size);

}  // namespace bench
