#include "model_core/tokenizer.h"

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/bridge/buffer.h"

namespace model_core {
namespace {
absl::StatusOr<std::vector<int32_t>> EncodeWith(const maru_tokenizer* handle, std::string_view text,
                                                bool control) {
  BridgeBuffer out;
  const int32_t code = maru_tokenizer_encode(handle, Data(text), text.size(), control, out.out());
  RETURN_IF_ERROR(out.Check(code, "tokenizer", "토크나이저가 처리할 수 없습니다"));
  return out.ids();
}
}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path, {"tokenizer", "토크나이저 파일"}));
  maru_tokenizer* handle = nullptr;
  BridgeBuffer error;
  const int32_t code = maru_tokenizer_new(Data(text), text.size(), &handle, error.out());
  RETURN_IF_ERROR(error.Check(code, base::StrCat("tokenizer '", path, "'"),
                              base::StrCat("토크나이저 파일 '", path, "'",
                                           base::Particle(path, "이"), " 올바르지 않습니다")));
  return std::unique_ptr<Tokenizer>(new Tokenizer(handle));  // the constructor is private
}

Tokenizer::~Tokenizer() { maru_tokenizer_free(handle_); }

absl::StatusOr<std::vector<int32_t>> Tokenizer::Encode(std::string_view text) const {
  return EncodeWith(handle_, text, /*control=*/false);
}

absl::StatusOr<std::vector<int32_t>> Tokenizer::EncodeControl(std::string_view text) const {
  return EncodeWith(handle_, text, /*control=*/true);
}

absl::StatusOr<std::string> Tokenizer::Decode(std::span<const int32_t> ids,
                                              bool skip_control) const {
  BridgeBuffer out;
  const int32_t code = maru_tokenizer_decode(handle_, reinterpret_cast<const uint32_t*>(ids.data()),
                                             ids.size(), skip_control, out.out());
  RETURN_IF_ERROR(out.Check(code, "tokenizer", "토크나이저가 처리할 수 없습니다"));
  return std::string(out.text());
}

absl::StatusOr<std::string> Tokenizer::Bytes(std::span<const int32_t> ids) const {
  std::string bytes;
  for (const int32_t id : ids) {
    const std::optional<std::string_view> token = BytesOf(id);
    if (!token.has_value()) {
      return base::Error(absl::StatusCode::kInvalidArgument,
                         base::StrCat("tokenizer: token ", id, " is not in the vocabulary"),
                         base::StrCat("토크나이저에 ", id, "번 토큰이 없습니다"));
    }
    bytes.append(*token);
  }
  return bytes;
}

std::optional<std::string_view> Tokenizer::BytesOf(int32_t id) const {
  const maru_text token = maru_tokenizer_token_bytes(handle_, static_cast<uint32_t>(id));
  if (token.data == nullptr) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(token.data), token.size);
}

size_t Tokenizer::vocabulary_size() const { return maru_tokenizer_vocabulary_size(handle_); }

int32_t Tokenizer::TokenId(std::string_view token) const {
  return static_cast<int32_t>(maru_tokenizer_token_id(handle_, Data(token), token.size()));
}

}  // namespace model_core
