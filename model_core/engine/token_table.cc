#include "model_core/engine/token_table.h"

namespace model_core {

TokenTable::TokenTable(const Tokenizer& tokenizer) : ends_{0} {
  const size_t count = tokenizer.vocabulary_size();
  ends_.reserve(count + 1);
  for (size_t i = 0; i < count; ++i) {
    const auto token = static_cast<int32_t>(i);
    const absl::StatusOr<std::string> bytes = tokenizer.Bytes({&token, 1});
    if (bytes.ok()) bytes_.append(*bytes);  // an id without a token has no bytes
    ends_.push_back(bytes_.size());
  }
}

absl::StatusOr<std::unique_ptr<const TokenTable>> TokenTable::Read(const std::string& directory) {
  const auto tokenizer = Tokenizer::Load(directory + "/tokenizer.json");
  if (absl::IsNotFound(tokenizer.status())) return nullptr;
  RETURN_IF_ERROR(tokenizer.status());
  return std::make_unique<const TokenTable>(**tokenizer);
}

}  // namespace model_core
