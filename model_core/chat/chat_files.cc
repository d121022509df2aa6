#include "model_core/chat/chat_files.h"

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/library_keys.h"
#include "model_core/vision/vision_config.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

std::string ReadText(const std::string& path) {  // empty: there is none
  return base::ReadFile(path).value_or("");
}

// An object; empty where the folder has no such file.
absl::StatusOr<Json> ReadObject(const std::string& directory, const std::string& name) {
  const std::string text = ReadText(StrCat(directory, "/", name));
  if (text.empty()) return Json::object();
  ASSIGN_OR_RETURN(Json json, base::ParseJson(text, name));
  if (json.is_object()) return json;
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(name, ": is no object"),
                     StrCat(name, ": 객체가 아닙니다"));
}

absl::StatusOr<std::string> ChatTemplate(const std::string& directory,
                                         const Json& tokenizer_config) {
  std::string text = ReadText(StrCat(directory, "/chat_template.jinja"));
  if (text.empty()) text = base::StringOr(tokenizer_config, "chat_template", "");
  if (const auto named = tokenizer_config.find("chat_template");
      text.empty() && named != tokenizer_config.end() && named->is_array()) {
    for (const Json& each : *named) {
      if (!each.is_object() || base::StringOr(each, "name", "") != "default") continue;
      text = base::StringOr(each, "template", "");
    }
  }
  if (!text.empty()) return text;
  return base::Error(
      absl::StatusCode::kNotFound,
      StrCat("'", directory,
             "' has no chat template, neither chat_template.jinja nor in tokenizer_config.json"),
      StrCat("'", directory,
             "'에 대화 템플릿이 없습니다 (chat_template.jinja 또는 tokenizer_config.json)"));
}

// "bos_token": text, or an object that holds it as "content".
Json SpecialTokens(const Json& tokenizer_config) {
  Json tokens = Json::object();
  for (const auto& [key, value] : tokenizer_config.items()) {
    if (!key.ends_with("_token")) continue;
    const Json& text = value.is_object() && value.contains("content") ? value["content"] : value;
    if (text.is_string()) tokens[key] = text;
  }
  return tokens;
}

// As the makers advise to draw; without do_sample the likeliest token is taken.
absl::StatusOr<Sampling> AdvisedSampling(const Json& generation) {
  ConfigReader reader(generation, "generation_config.json");
  const auto number = [&](const char* key, double fallback) {
    return static_cast<float>(reader.Number(key, fallback));
  };
  Sampling drawn;
  drawn.temperature = number("temperature", 1);
  drawn.top_k = static_cast<int>(reader.Size("top_k", 0));
  drawn.top_p = number("top_p", 1);
  drawn.min_p = number("min_p", 0);
  drawn.repetition_penalty = number("repetition_penalty", 1);
  drawn.presence_penalty = number("presence_penalty", 0);
  drawn.frequency_penalty = number("frequency_penalty", 0);
  const bool draws = reader.Bool("do_sample", false);
  PassGenerationKeys(reader);
  RETURN_IF_ERROR(reader.Finish());
  if (!draws) drawn.temperature = 0, drawn.top_k = 0, drawn.top_p = 1, drawn.min_p = 0;
  return drawn;
}

}  // namespace

absl::StatusOr<ChatFiles> ReadChatFiles(const std::string& directory) {
  ChatFiles files;
  ASSIGN_OR_RETURN(const ConfigSource config, ReadConfig(directory));
  ASSIGN_OR_RETURN(files.format, FindChatFormat(base::StringOr(config.json, "model_type", "")));
  ASSIGN_OR_RETURN(files.tokenizer, Tokenizer::Load(StrCat(directory, "/tokenizer.json")));
  ASSIGN_OR_RETURN(const Json names, ReadObject(directory, "tokenizer_config.json"));
  ASSIGN_OR_RETURN(const Json generation, ReadObject(directory, "generation_config.json"));
  ASSIGN_OR_RETURN(files.chat_template, ChatTemplate(directory, names));
  files.special_tokens = SpecialTokens(names);
  files.turn_end = files.tokenizer->TokenId(base::StringOr(files.special_tokens, "eos_token", ""));
  ASSIGN_OR_RETURN(files.sampling, AdvisedSampling(generation));
  files.sees_images = HasVision(config.json);
  return files;
}

}  // namespace model_core
