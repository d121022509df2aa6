#include "model_core/transformer/sequence.h"

#include "model_core/base/strings.h"

namespace model_core {

Sequence::Sequence(const Device& device, const ModelConfig& config, size_t team_size, Dtype kept,
                   size_t pass_tokens)
    : layout_(config, kept),
      pool_(layout_.page_bytes(), 0, device.memory()),
      cache(layout_, pool_),
      room(device, config, team_size, pass_tokens, /*drafts_max=*/0, kept) {}

absl::Status Sequence::Reserve(size_t tokens) {
  const size_t pages = layout_.PagesFor(tokens);
  pool_.Allow(pages);
  pool_.Back(pages);
  cache.Reserve(tokens);
  RETURN_IF_ERROR(room.ReserveScores(tokens));
  if (pool_.pages_max() >= pages) return absl::OkStatus();
  const std::string bytes = base::StrCat(layout_.BytesFor(tokens));
  return NoMemory(pool_.memory(),
                  base::StrCat("keys and values of ", tokens, " tokens, ", bytes, " bytes"),
                  base::StrCat("토큰 ", tokens, "개의 키와 값 ", bytes, "바이트"));
}

}  // namespace model_core
