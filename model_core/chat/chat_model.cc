#include <algorithm>
#include <utility>

#include "model_core/base/strings.h"
#include "model_core/chat.h"
#include "model_core/chat/answer_grammars.h"
#include "model_core/chat/chat_files.h"
#include "model_core/chat/conversation.h"
#include "model_core/chat/reply_builder.h"
#include "model_core/chat/shown_tools.h"
#include "model_core/text/chat_format.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

// What holds one answer; in the order in which one uses the other.
struct Constraints {
  std::unique_ptr<GrammarConstraint> answer;
  std::unique_ptr<TokenConstraint> thinking;
  TokenConstraint* all() const { return thinking != nullptr ? thinking.get() : answer.get(); }
};

class FolderChatModel : public ChatModel {
 public:
  FolderChatModel(ChatFiles files, std::unique_ptr<Engine> engine, base::Clock& clock)
      : files_(std::move(files)), engine_(std::move(engine)), clock_(clock) {}

  absl::StatusOr<ChatReply> Reply(const ChatRequest& request) override;
  absl::StatusOr<ChatPrompt> Prompt(const ChatRequest& request) const override;
  const Sampling& sampling() const override { return files_.sampling; }
  bool sees_images() const override { return files_.sees_images; }
  Engine& engine() override { return *engine_; }

 private:
  absl::StatusOr<Json> Context(const ChatRequest& request) const;
  absl::StatusOr<Constraints> Constrain(const ChatRequest& request, const ChatPrompt& prompt);
  GenerateRequest Generation(const ChatRequest& request, const ChatPrompt& prompt) const;

  const ChatFiles files_;
  const Tokenizer& tokenizer_ = *files_.tokenizer;
  const std::unique_ptr<Engine> engine_;
  base::Clock& clock_;
  AnswerGrammars grammars_{files_};
};

Json ShownTools(const ChatRequest& request) {
  return request.tool_choice.kind == ChatToolChoice::Kind::kNone ? Json() : request.tools;
}

absl::StatusOr<Json> FolderChatModel::Context(const ChatRequest& request) const {
  Json context = files_.special_tokens;
  ASSIGN_OR_RETURN(context["messages"], TemplateMessages(request.messages));
  RETURN_IF_ERROR(CheckTools(request.tools));
  if (const Json tools = ShownTools(request); !tools.empty()) context["tools"] = tools;
  context["add_generation_prompt"] = true;
  context["now"] = request.date.empty() ? absl::FormatTime("%Y-%m-%d", clock_.Now(), base::Seoul())
                                        : request.date;
  return context;
}

absl::StatusOr<ChatPrompt> FolderChatModel::Prompt(const ChatRequest& request) const {
  const std::vector<std::string> images = ImageFiles(request.messages);
  if (!images.empty() && !files_.sees_images) {
    return base::Error(
        absl::StatusCode::kInvalidArgument,
        StrCat("images: the messages hold ", images.size(), ", '", engine_->id(), "' sees none"),
        StrCat("메시지에 이미지가 ", images.size(), "개 있으나, '", engine_->id(),
               "' 모델은 이미지를 볼 수 없습니다"));
  }
  ASSIGN_OR_RETURN(Json context, Context(request));
  RETURN_IF_ERROR(CheckToolsShown(files_.chat_template, context, engine_->id()));
  ASSIGN_OR_RETURN(ChatPrompt prompt,
                   MakeChatPrompt(tokenizer_, *files_.format, files_.chat_template,
                                  std::move(context), request.thinking.on));
  ASSIGN_OR_RETURN(prompt.tokens, engine_->PlaceImages(prompt.tokens, images));
  return prompt;
}

absl::StatusOr<Constraints> FolderChatModel::Constrain(const ChatRequest& request,
                                                       const ChatPrompt& prompt) {
  Constraints made;
  ASSIGN_OR_RETURN(made.answer, grammars_.Make(request));
  Thinking thinking = request.thinking;
  if (ReasoningClosed(*files_.format, prompt.text)) thinking.on = false;
  const bool can_think = tokenizer_.TokenId(files_.format->think_begin) >= 0;
  if (!thinking.on && !can_think) return made;
  ASSIGN_OR_RETURN(
      made.thinking,
      MakeThinkingConstraint(tokenizer_, *files_.format, thinking, prompt.reasoning_open,
                             made.answer.get(), {CallRequired(request), files_.stop_tokens}));
  return made;
}

GenerateRequest FolderChatModel::Generation(const ChatRequest& request,
                                            const ChatPrompt& prompt) const {
  GenerateRequest generation;
  generation.prompt = prompt.tokens;
  generation.images = ImageFiles(request.messages);
  generation.sampling = request.sampling;
  generation.stop_tokens = files_.stop_tokens;
  generation.stop_strings = request.stop_strings;
  generation.wants_text = true;
  generation.tokens_max = request.tokens_max;
  generation.deadline = request.deadline;
  generation.tenant = request.tenant;
  generation.cancelled = request.cancelled;
  return generation;
}

absl::StatusOr<ChatReply> FolderChatModel::Reply(const ChatRequest& request) {
  ASSIGN_OR_RETURN(const ChatPrompt prompt, Prompt(request));
  ASSIGN_OR_RETURN(const Constraints constraints, Constrain(request, prompt));
  ReplyBuilder builder(MakeOutputParser(*files_.format, prompt.reasoning_open, ShownTools(request)),
                       CountCalls(request.messages), request.on_event);
  GenerateRequest generation = Generation(request, prompt);
  generation.constraint = constraints.all();
  generation.on_part = [&](const GeneratedPart& part) { builder.Add(part.text); };
  ASSIGN_OR_RETURN(const GenerateResult result, engine_->Generate(generation));

  ChatReply reply = builder.Finish();
  const bool cut = result.finish == GenerateResult::Finish::kLength;
  reply.finish = cut                                 ? ChatReply::Finish::kLength
                 : !reply.message.tool_calls.empty() ? ChatReply::Finish::kToolCalls
                                                     : ChatReply::Finish::kStop;
  reply.usage = {.prompt_tokens = prompt.tokens.size(),
                 .cached_tokens = result.cached_tokens,
                 .completion_tokens = result.tokens.size(),
                 .reasoning_tokens = CountReasoning(tokenizer_, *files_.format, result.tokens,
                                                    prompt.reasoning_open),
                 .wait_ms = result.wait_ms,
                 .prefill_ms = result.prefill_ms,
                 .decode_ms = result.decode_ms};
  return reply;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChatModel>> MakeChatModel(const std::string& directory,
                                                         EngineOptions options) {
  base::Clock& clock = *options.clock;
  ASSIGN_OR_RETURN(ChatFiles files, ReadChatFiles(directory));
  ASSIGN_OR_RETURN(auto engine, MakeEngine(directory, std::move(options)));
  files.stop_tokens = engine->end_tokens();
  const auto& ends = files.stop_tokens;
  if (files.turn_end >= 0 && std::find(ends.begin(), ends.end(), files.turn_end) == ends.end())
    files.stop_tokens.push_back(files.turn_end);
  return std::make_unique<FolderChatModel>(std::move(files), std::move(engine), clock);
}

}  // namespace model_core
