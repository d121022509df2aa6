#include "model_core/chat/shown_tools.h"

#include "model_core/base/strings.h"
#include "model_core/chat/conversation.h"
#include "model_core/chat_template.h"

namespace model_core {

using base::StrCat;

absl::Status CheckToolsShown(std::string_view chat_template, const base::Json& context,
                             const std::string& model) {
  const auto tools = context.find("tools");
  if (tools == context.end() || tools->empty()) return absl::OkStatus();
  base::Json without = context;
  without.erase("tools");
  const auto shown = RenderChat(chat_template, context), bare = RenderChat(chat_template, without);
  if (!shown.ok() || !bare.ok() || *shown != *bare) return absl::OkStatus();  // or says so itself
  const std::string first = ToolName(tools->front());
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("tools: the chat template of '", model, "' shows none, the request gives ",
             tools->size(), " ('", first, "' first)"),
      StrCat("'", model, "' 모델의 대화 템플릿은 도구를 보여 주지 않으나, 요청에 도구가 ",
             tools->size(), "개 있습니다 ('", first, "' 등)"));
}

}  // namespace model_core
