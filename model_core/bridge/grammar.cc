#include "model_core/grammar.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/bridge/buffer.h"

namespace model_core {
namespace {

constexpr std::string_view Name(GrammarFactory::Kind kind) {
  switch (kind) {
    case GrammarFactory::Kind::kJsonSchema:
      return "json_schema";
    case GrammarFactory::Kind::kRegex:
      return "regex";
    case GrammarFactory::Kind::kLark:
      break;
  }
  return "lark";
}

class Matcher : public GrammarConstraint {
 public:
  Matcher(maru_matcher* handle, int32_t eos) : handle_(handle), eos_(eos) {}
  ~Matcher() override { maru_grammar_free(handle_); }

  std::span<const int32_t> ForcedTokens() override {
    forced_.clear();
    BridgeBuffer out;
    if (!ended_ && maru_grammar_forced(handle_, out.out()) == 0) forced_ = out.ids();
    return forced_;
  }

  std::string ForcedText() override {
    BridgeBuffer out;
    const bool forced = !ended_ && maru_grammar_forced_text(handle_, out.out()) == 0;
    return forced ? std::string(out.text()) : "";
  }

  absl::Status ComputeMask(std::span<uint32_t> bitmask) override {
    BridgeBuffer error;
    return error.Check(maru_grammar_mask(handle_, bitmask.data(), bitmask.size(), error.out()),
                       "grammar", "문법으로 다음 토큰을 고를 수 없습니다");
  }

  absl::Status Accept(int32_t token) override {
    if (token == eos_) {
      const int32_t state = maru_grammar_state(handle_);
      if (state != 1 && state != 2) {
        return base::Error(absl::StatusCode::kInvalidArgument, "grammar: the text cannot end here",
                           "문법에 따르면 글이 여기서 끝날 수 없습니다");
      }
      ended_ = true;
      return absl::OkStatus();
    }
    const auto id = static_cast<uint32_t>(token);
    BridgeBuffer error;
    return error.Check(maru_grammar_consume(handle_, &id, 1, error.out()), "grammar",
                       "문법에 맞지 않는 토큰입니다");
  }

  bool Done() override { return ended_ || maru_grammar_state(handle_) == 2; }

 private:
  maru_matcher* handle_;
  int32_t eos_;
  bool ended_ = false;
  std::vector<int32_t> forced_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrammarFactory>> GrammarFactory::Make(
    const Tokenizer& tokenizer, int32_t eos, const std::vector<std::string>& control_tokens) {
  std::vector<uint32_t> hidden;
  for (const std::string& token : control_tokens) {
    const int32_t id = tokenizer.TokenId(token);
    if (id < 0) {
      return base::Error(
          absl::StatusCode::kInvalidArgument,
          base::StrCat("control token '", token, "' is not in the vocabulary"),
          base::StrCat("제어 토큰 '", token, "'", base::Particle(token, "이"), " 어휘에 없습니다"));
    }
    hidden.push_back(static_cast<uint32_t>(id));
  }
  maru_grammar_factory* handle = nullptr;
  BridgeBuffer error;
  const int32_t code = maru_grammar_factory_new(tokenizer.handle(), static_cast<uint32_t>(eos),
                                                hidden.data(), hidden.size(), &handle, error.out());
  RETURN_IF_ERROR(error.Check(code, "grammar factory", "문법을 준비할 수 없습니다"));
  return std::unique_ptr<GrammarFactory>(
      new GrammarFactory(handle, eos));  // the constructor is private
}

GrammarFactory::~GrammarFactory() { maru_grammar_factory_free(handle_); }

absl::StatusOr<std::unique_ptr<GrammarConstraint>> GrammarFactory::Make(
    Kind kind, std::string_view grammar) const {
  const std::string_view name = Name(kind);
  maru_matcher* matcher = nullptr;
  BridgeBuffer error;
  const int32_t code = maru_grammar_new(handle_, Data(name), name.size(), Data(grammar),
                                        grammar.size(), &matcher, error.out());
  RETURN_IF_ERROR(error.Check(code, "grammar", "문법이 올바르지 않습니다"));
  return std::make_unique<Matcher>(matcher, eos_);
}

}  // namespace model_core
