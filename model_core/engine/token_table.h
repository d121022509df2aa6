// TokenTable: the bytes of every token of a vocabulary, looked up once, so that turning tokens into
// text allocates nothing. Immutable; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/tokenizer.h"

namespace model_core {

class TokenTable {
 public:
  explicit TokenTable(const Tokenizer& tokenizer);

  // Of a model folder's tokenizer.json; null: there is none. InvalidArgument: it is damaged.
  static absl::StatusOr<std::unique_ptr<const TokenTable>> Read(const std::string& directory);

  size_t size() const { return ends_.size() - 1; }  // tokens

  // Empty for an id outside the vocabulary.
  std::string_view Bytes(int32_t token) const {
    const auto at = static_cast<size_t>(token);
    if (token < 0 || at + 1 >= ends_.size()) return {};
    return std::string_view(bytes_).substr(ends_[at], ends_[at + 1] - ends_[at]);
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;  // token i lies from ends_[i] to ends_[i + 1]
};

}  // namespace model_core
