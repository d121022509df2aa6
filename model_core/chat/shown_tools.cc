#include "model_core/chat/shown_tools.h"

#include "model_core/base/strings.h"
#include "model_core/chat/conversation.h"
#include "model_core/chat_template.h"

namespace model_core {

using base::Json;
using base::StrCat;

namespace {

// Nobody writes them by chance, and none is the beginning of another.
std::string ToolMark(size_t index) { return StrCat("shown_tool_", index, "_mark"); }
std::string ParameterMark(size_t index) { return StrCat("shown_parameter_", index, "_mark"); }

// One more than there are. False: the tool takes none.
bool AddParameter(Json& function, const std::string& name) {
  const auto parameters = function.find("parameters");
  if (parameters == function.end() || !parameters->is_object()) return false;
  const auto properties = parameters->find("properties");
  if (properties == parameters->end() || !properties->is_object() || properties->empty())
    return false;
  (*properties)[name] = {{"type", "string"}, {"description", "of its own"}};
  const auto required = parameters->find("required");
  if (required != parameters->end() && required->is_array()) required->push_back(name);
  return true;
}

absl::Status NotShown(const std::string& model, std::string_view english, std::string_view korean) {
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("tools: the chat template of '", model, "' does not show ", english),
      StrCat("'", model, "' 모델의 대화 템플릿은 ", korean, " 모델에 보여 주지 않습니다"));
}

}  // namespace

// By marks in place of names, and one more parameter: a name itself may stand in the messages, or
// be part of another word.
absl::Status CheckToolsShown(std::string_view chat_template, const Json& context,
                             const std::string& model) {
  const auto tools = context.find("tools");
  if (tools == context.end() || tools->empty()) return absl::OkStatus();
  Json marked = context;
  std::vector<bool> takes(tools->size());
  for (size_t i = 0; i < tools->size(); ++i) {
    Json& function = marked["tools"][i]["function"];
    function["name"] = ToolMark(i);
    takes[i] = AddParameter(function, ParameterMark(i));
  }
  const auto shown = RenderChat(chat_template, marked);
  if (!shown.ok()) return absl::OkStatus();  // or says so itself
  for (size_t i = 0; i < tools->size(); ++i) {
    const std::string name = ToolName((*tools)[i]);
    if (shown->find(ToolMark(i)) == shown->npos)
      return NotShown(model, StrCat("tool '", name, "'"), StrCat("'", name, "' 도구를"));
    if (takes[i] && shown->find(ParameterMark(i)) == shown->npos)
      return NotShown(model, StrCat("the parameters of tool '", name, "'"),
                      StrCat("'", name, "' 도구의 매개변수를"));
  }
  return absl::OkStatus();
}

}  // namespace model_core
