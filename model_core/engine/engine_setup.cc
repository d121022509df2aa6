#include "model_core/engine/engine_setup.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/engine/engine_sizes.h"
#include "model_core/engine/row_pages.h"

namespace model_core {

using base::StrCat;

namespace {

absl::Status CheckDrafts(const std::string& drafts, const Transformer& model) {
  const bool always = drafts == "always", known = always || drafts.empty() || drafts == "off";
  if (known && (!always || model.draft_head() != nullptr)) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     known ? std::string("drafts 'always': the weights carry no draft head")
                           : StrCat("drafts '", drafts, "' are unknown; known are always and off"),
                     known ? std::string("drafts 'always': 가중치에 드래프트 헤드가 없습니다")
                           : StrCat("drafts '", drafts, "'", base::Particle(drafts, "은"),
                                    " 없습니다 (always, off)"));
}

}  // namespace

absl::StatusOr<EngineOptions> Complete(EngineOptions options, const Transformer& model) {
  RETURN_IF_ERROR(CheckDrafts(options.drafts, model));
  const ModelConfig& config = model.config();
  if (options.threads == 0) options.threads = ThreadsFor(config);
  options.sequences_max = std::max<size_t>(options.sequences_max, 1);
  if (options.pass_tokens_max == 0) options.pass_tokens_max = PassTokensFor(config.router);
  if (model.draft_head() == nullptr) options.drafts = "off";
  const size_t rows_each = options.drafts == "off" ? 1 : 2;
  options.pass_tokens_max = std::max(options.pass_tokens_max, rows_each * options.sequences_max);
  return options;
}

absl::Status CheckImagePages(const ModelConfig& config, const std::string& kv) {
  const size_t page = KvLayout(config, *ParseKept(kv)).page_bytes();
  if (RowPages::PageRows(page, config.hidden) > 0) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("kv '", kv, "': a page of ", page, " bytes holds no row of an image (",
                            config.hidden, " floats)"),
                     StrCat("kv '", kv, "': ", page, "바이트 페이지에 이미지의 한 행(",
                            config.hidden, "개 실수)이 들어가지 않습니다"));
}

}  // namespace model_core
