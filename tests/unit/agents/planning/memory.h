// Memory: a model that would say the texts it knows with the probabilities given, and no other.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "agents/planning/plan_constraint.h"
#include "model_core/engine.h"

namespace agents {

class Memory : public model_core::Engine {
 public:
  // `vocabulary` outlives it. Of the tokens that could come next it takes the longest.
  Memory(const PlanVocabulary& vocabulary, std::map<std::string, double> texts)
      : vocabulary_(vocabulary), texts_(std::move(texts)) {}

  // What is said so far stands behind the prompt's last token for that.
  absl::StatusOr<model_core::GenerateResult> Generate(
      const model_core::GenerateRequest& request) override {
    ++asked;
    const auto& prompt = request.prompt;
    std::string said;
    for (auto at = std::find(prompt.rbegin(), prompt.rend(), vocabulary_.plan).base();
         at != prompt.end(); ++at)
      said += Bytes(*at);
    model_core::GenerateResult result;
    result.finish = model_core::GenerateResult::Finish::kLength;
    while (result.tokens.size() < static_cast<size_t>(request.tokens_max)) {
      const int32_t token = Next(said, *request.constraint, result);
      RETURN_IF_ERROR(request.constraint->Accept(token));
      if (token == vocabulary_.end) {
        result.finish = model_core::GenerateResult::Finish::kStop;
        break;
      }
      result.tokens.push_back(token);
      said += Bytes(token);
    }
    return result;
  }

  const std::string& id() const override { return id_; }
  const std::string& weights_sha256() const override { return id_; }
  size_t vocabulary_size() const override { return vocabulary_.bytes.size(); }
  size_t context_tokens_max() const override { return 4096; }
  model_core::EngineFigures Figures() const override { return {}; }
  const std::vector<int32_t>& end_tokens() const override { return end_tokens_; }
  absl::StatusOr<std::vector<int32_t>> PlaceImages(std::span<const int32_t>,
                                                   std::span<const std::string>) const override {
    return absl::InvalidArgumentError("it sees nothing");
  }

  int asked = 0;

 private:
  const std::string& Bytes(int32_t token) const {
    return vocabulary_.bytes[static_cast<size_t>(token)];
  }

  // The longest that `text` goes on with; its end where it is said.
  int32_t Following(std::string_view text) const {
    int32_t longest = vocabulary_.end;
    size_t size = 0;
    for (size_t token = 0; token < vocabulary_.bytes.size() && !text.empty(); ++token) {
      const std::string& bytes = vocabulary_.bytes[token];
      if (bytes.size() <= size || !text.starts_with(bytes)) continue;
      longest = static_cast<int32_t>(token);
      size = bytes.size();
    }
    return longest;
  }

  int32_t Next(const std::string& said, model_core::TokenConstraint& constraint,
               model_core::GenerateResult& result) const {
    const auto forced = constraint.ForcedTokens();
    if (!forced.empty()) return forced[0];
    std::map<int32_t, double> next;
    double all = 0;
    for (const auto& [text, probability] : texts_) {
      if (!text.starts_with(said)) continue;
      next[Following(std::string_view(text).substr(said.size()))] += probability;
      all += probability;
    }
    const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [token, weight] = *std::max_element(next.begin(), next.end(), less);
    next.erase(token);
    model_core::TokenChoice choice{.index = static_cast<int32_t>(result.tokens.size()),
                                   .share = static_cast<float>(weight / all)};
    if (!next.empty()) {
      const auto other = std::max_element(next.begin(), next.end(), less);
      choice.other = other->first;
      choice.other_share = static_cast<float>(other->second / all);
    }
    result.choices.push_back(choice);
    return token;
  }

  const PlanVocabulary& vocabulary_;
  const std::map<std::string, double> texts_;
  const std::string id_ = "memory";
  const std::vector<int32_t> end_tokens_ = {};
};

}  // namespace agents
