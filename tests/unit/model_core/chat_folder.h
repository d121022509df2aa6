// A golden model that can be talked to.
#pragma once

#include "model_core/chat.h"
#include "tests/unit/model_core/chat_templates.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {

// `family`, with the chat template of `as`.
class ChatFolder : public ModelFolder {
 public:
  ChatFolder(std::string_view family, std::string_view as) : ModelFolder(family) {
    Write("chat_template.jinja", ChatTemplate(as));
  }
  explicit ChatFolder(std::string_view family) : ChatFolder(family, family) {}

  std::unique_ptr<ChatModel> Load(EngineOptions options = {}) const {
    auto model = MakeChatModel(path(), options);
    EXPECT_TRUE(model.ok()) << model.status();
    return *std::move(model);
  }
  std::vector<int32_t> Stops() const {
    const auto json = base::ParseJson(Read("generation_config.json"), "generation");
    const base::Json& stops = json->at("eos_token_id");
    return (stops.is_array() ? stops : base::Json::array({stops})).get<std::vector<int32_t>>();
  }
  // Answers go on to the most tokens.
  void Endless(Sampling& sampling) const {
    for (int32_t stop : Stops()) sampling.logit_bias.emplace_back(stop, -100.0F);
  }
};

inline ChatRequest Asks(std::string text) {
  ChatRequest request;
  request.messages = {TextMessage("system", "짧게 답한다."), TextMessage("user", std::move(text))};
  request.tokens_max = 40;
  request.date = "2026-11-26";
  return request;
}

// The engine alone, with what a chat model puts before it.
inline GenerateRequest Alone(const ChatFolder& folder, const ChatPrompt& prompt,
                             TokenConstraint* constraint) {
  GenerateRequest request;
  request.prompt = prompt.tokens;
  request.constraint = constraint;
  request.wants_text = true;
  request.tokens_max = 40;
  request.stop_tokens = folder.Stops();
  return request;
}

inline base::Json Tool(std::string name, base::Json parameters) {
  return {{"type", "function"},
          {"function", {{"name", std::move(name)}, {"parameters", std::move(parameters)}}}};
}

// law.search(kind, n, deep?) and now().
inline base::Json Tools() {
  const base::Json kind = {{"type", "string"}, {"enum", {"전세", "월세 \"보증금\""}}};
  const base::Json properties = {{"kind", kind},
                                 {"n", {{"type", "integer"}, {"enum", {1, 2, 17}}}},
                                 {"deep", {{"$ref", "#/$defs/deep"}}}};
  return base::Json::array({Tool("law.search", {{"type", "object"},
                                                {"properties", properties},
                                                {"required", {"kind", "n"}},
                                                {"$defs", {{"deep", {{"type", "boolean"}}}}},
                                                {"additionalProperties", false}}),
                            Tool("now", {{"type", "object"}, {"additionalProperties", false}})});
}

}  // namespace model_core
