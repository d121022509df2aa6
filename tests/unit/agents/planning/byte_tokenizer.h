// A tokenizer in which every byte is a token, made from code, for tests of grammars.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "model_core/base/check.h"
#include "model_core/base/json.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/tokenizer.h"

namespace agents {

// The byte-level alphabet of GPT-2: printable bytes stand for themselves, the others for U+0100 and
// on.
inline std::string ByteSymbol(int byte) {
  const auto printable = [](int b) {
    return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  };
  if (printable(byte)) return base::Utf8(std::u32string(1, static_cast<char32_t>(byte)));
  char32_t next = 256;
  for (int b = 0; b < byte; ++b) next += printable(b) ? 0 : 1;
  return base::Utf8(std::u32string(1, next));
}

// `more`: whole words that are tokens as well.
inline base::Json ByteTokenizerJson(const std::vector<std::string>& more = {}) {
  base::Json vocabulary = base::Json::object();
  for (int byte = 0; byte < 256; ++byte) vocabulary[ByteSymbol(byte)] = byte;
  base::Json added = base::Json::array();
  std::vector<std::string> tokens = {"<|pad|>", "<|bos|>", "<|end|>", "<|values|>", "<|plan|>"};
  tokens.insert(tokens.end(), more.begin(), more.end());
  for (const std::string& token : tokens) {
    added.push_back({{"id", 256 + added.size()},
                     {"content", token},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  }
  const base::Json level = {{"type", "ByteLevel"},
                            {"add_prefix_space", false},
                            {"trim_offsets", false},
                            {"use_regex", false}};
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added},
          {"normalizer", nullptr},
          {"pre_tokenizer", level},
          {"post_processor", nullptr},
          {"decoder", level},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"vocab", vocabulary},
            {"merges", base::Json::array()}}}};
}

inline void WriteByteTokenizer(const std::string& path, const std::vector<std::string>& more = {}) {
  std::ofstream(path) << base::DumpJson(ByteTokenizerJson(more));
}

inline std::unique_ptr<model_core::Tokenizer> MakeByteTokenizer(
    const std::vector<std::string>& more = {}) {
  const std::string path = std::filesystem::temp_directory_path() /
                           base::StrCat("maru_byte_tokenizer_", ::getpid(), ".json");
  WriteByteTokenizer(path, more);
  auto tokenizer = model_core::Tokenizer::Load(path);
  std::filesystem::remove(path);
  CHECK(tokenizer.ok(), "%s", std::string(tokenizer.status().message()).c_str());
  return *std::move(tokenizer);
}

}  // namespace agents
