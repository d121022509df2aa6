// Tokenizer: text ↔ token ids, as a model's tokenizer.json says. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"
#include "model_core/bridge/bridge.h"

namespace model_core {

class Tokenizer {
 public:
  // InvalidArgument names the file and what is wrong with it.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> Load(const std::string& tokenizer_json_path);
  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  // What people and documents say: a control token spelled in it stays ordinary text.
  absl::StatusOr<std::vector<int32_t>> Encode(std::string_view text) const;
  // What Maru itself writes: spellings of control tokens become control tokens.
  absl::StatusOr<std::vector<int32_t>> EncodeControl(std::string_view text) const;
  absl::StatusOr<std::string> Decode(std::span<const int32_t> ids, bool skip_control) const;
  // The bytes of the tokens one after the other, without any rule of presentation.
  absl::StatusOr<std::string> Bytes(std::span<const int32_t> ids) const;
  // Of one token, without allocating; the tokenizer holds them. None: there is no such token.
  std::optional<std::string_view> BytesOf(int32_t id) const;

  size_t vocabulary_size() const;
  int32_t TokenId(std::string_view token) const;  // -1: no such token
  const maru_tokenizer* handle() const { return handle_; }

 private:
  explicit Tokenizer(maru_tokenizer* handle) : handle_(handle) {}
  maru_tokenizer* handle_;
};

}  // namespace model_core
