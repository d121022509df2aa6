#include "model_core/chat_template.h"

#include "model_core/base/strings.h"
#include "model_core/bridge/buffer.h"
#include "model_core/bridge/generation_tags.h"
#include "model_core/bridge/python_format.h"

namespace model_core {
namespace {

// The text that Python's Jinja sees: line breaks are \n, and the last one is none.
std::string AsJinjaReads(std::string_view chat_template) {
  std::string text = base::ReplaceAll(chat_template, "\r\n", "\n");
  text = base::ReplaceAll(text, "\r", "\n");
  if (text.ends_with('\n')) text.pop_back();
  return WithFormatFilter(WithoutGenerationTags(text));
}

}  // namespace

absl::StatusOr<std::string> RenderChat(std::string_view chat_template, const base::Json& context) {
  const std::string text = AsJinjaReads(chat_template);
  const std::string json = base::DumpJson(context);
  BridgeBuffer out;
  const int32_t code =
      maru_chat_template_render(Data(text), text.size(), Data(json), json.size(), out.out());
  RETURN_IF_ERROR(out.Check(code, "chat template", "대화 템플릿을 적용할 수 없습니다"));
  return std::string(out.text());
}

absl::StatusOr<std::string> CheckJsonSchema(const base::Json& schema, const base::Json& value) {
  const std::string schema_text = base::DumpJson(schema);
  const std::string value_text = base::DumpJson(value);
  BridgeBuffer out;
  const int32_t code = maru_json_schema_check(Data(schema_text), schema_text.size(),
                                              Data(value_text), value_text.size(), out.out());
  RETURN_IF_ERROR(out.Check(code, "JSON Schema", "JSON 스키마가 올바르지 않습니다"));
  return std::string(out.text());
}

}  // namespace model_core
