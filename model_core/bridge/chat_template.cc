#include "model_core/chat_template.h"

#include "model_core/bridge/buffer.h"

namespace model_core {

absl::StatusOr<std::string> RenderChat(std::string_view chat_template, const base::Json& context) {
  const std::string json = base::DumpJson(context);
  BridgeBuffer out;
  const int32_t code = maru_chat_template_render(Data(chat_template), chat_template.size(),
                                                 Data(json), json.size(), out.out());
  RETURN_IF_ERROR(out.Check(code, "chat template"));
  return std::string(out.text());
}

absl::StatusOr<std::string> CheckJsonSchema(const base::Json& schema, const base::Json& value) {
  const std::string schema_text = base::DumpJson(schema);
  const std::string value_text = base::DumpJson(value);
  BridgeBuffer out;
  const int32_t code = maru_json_schema_check(Data(schema_text), schema_text.size(),
                                              Data(value_text), value_text.size(), out.out());
  RETURN_IF_ERROR(out.Check(code, "JSON Schema"));
  return std::string(out.text());
}

}  // namespace model_core
