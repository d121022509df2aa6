// What a grammar's mask costs a token, over a vocabulary as large as those of Korean models.
//
//   mask_bench [TOKENIZER.json END_TOKEN]      prints one JSON object; times in microseconds
//
// Without arguments: 150,000 made-up tokens. Texts are followed as if a model wrote them: forced
// tokens are taken, before every other one a mask is computed, and the longest token of the text is
// taken. plans: the named examples under the schemas that planners of large models are held to.
// report: an object with free texts, under a schema that anyone might send. first: of each text.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "agents/plan_reading.h"
#include "model_core/base/check.h"
#include "model_core/grammar.h"
#include "tests/bench/made_vocabulary.h"
#include "tests/unit/agents/planning/examples.h"

namespace {

using base::Json;
using model_core::GrammarFactory;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kTokens = 150'000, kRounds = 20;

constexpr const char* kReportSchema = R"({"type":"object","additionalProperties":false,
 "required":["title","date","summary","items","approved"],"properties":{
 "title":{"type":"string","maxLength":80},"date":{"type":"string","format":"date"},
 "summary":{"type":"string"},"items":{"type":"array","minItems":1,"items":{"type":"object",
 "additionalProperties":false,"required":["name","amount","state"],"properties":{
 "name":{"type":"string"},"amount":{"type":"number"},"state":{"enum":["정상","점검","고장"]},
 "note":{"type":"string","pattern":"^[가-힣 ]{1,40}$"}}}},"approved":{"type":"boolean"}}})";
constexpr const char* kReport =
    R"({"title":"3라인 프레스 점검 결과와 다음 달 교체 계획","date":"2026-11-24","summary":)"
    R"("유압이 기준보다 12 % 낮아 펌프를 바꾸기로 했습니다.\n예산은 4,200,000원이고 담당은 )"
    R"(설비팀 Kim입니다. See work order WO-2026-1187 for the parts list.","items":[{"name":)"
    R"("유압 펌프","amount":1,"state":"고장","note":"다음 주 입고 예정"},{"name":"O-ring 24 mm",)"
    R"("amount":12.5,"state":"정상"}],"approved":false})";

struct Text {
  std::string schema, text;
};

class Bench {
 public:
  Bench(const std::string& path, const std::string& end) {
    auto tokenizer = model_core::Tokenizer::Load(path);
    CHECK(tokenizer.ok(), "%s", tokenizer.status().ToString().c_str());
    tokenizer_ = *std::move(tokenizer);
    end_ = tokenizer_->TokenId(end);
    CHECK(end_ >= 0, "no token %s", end.c_str());
    auto factory = GrammarFactory::Make(*tokenizer_, end_, {end});
    CHECK(factory.ok(), "%s", factory.status().ToString().c_str());
    factory_ = *std::move(factory);
    mask_.resize((tokenizer_->vocabulary_size() + 31) / 32);
    for (size_t id = 0; id < tokenizer_->vocabulary_size(); ++id) {
      const auto token = static_cast<int32_t>(id);
      bytes_.push_back(*tokenizer_->Bytes({&token, 1}));
      longest_ = std::max(longest_, bytes_.back().size());
      if (token != end_) ids_.emplace(bytes_.back(), token);
    }
  }

  size_t vocabulary() const { return bytes_.size(); }

  Json Measure(const std::vector<Text>& texts) {
    first_.clear();
    masks_.clear();
    forced_ = 0;
    std::vector<double> made;
    for (size_t round = 0; round < kRounds; ++round) {
      for (const Text& text : texts) {
        const auto begin = SteadyClock::now();
        auto constraint = factory_->Make(GrammarFactory::Kind::kJsonSchema, text.schema);
        CHECK(constraint.ok(), "%s", constraint.status().ToString().c_str());
        made.push_back(Microseconds(begin));
        Follow(**constraint, text.text);
      }
    }
    return {{"texts", texts.size() * kRounds},
            {"forced_tokens", forced_},
            {"grammar", Summary(std::move(made))},
            {"first", Summary(first_)},
            {"mask", Summary(masks_)}};
  }

 private:
  static double Microseconds(SteadyClock::time_point begin) {
    return std::chrono::duration<double, std::micro>(SteadyClock::now() - begin).count();
  }

  static Json Summary(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    double sum = 0;
    for (const double time : times) sum += time;
    const auto at = [&](double share) {
      return times[static_cast<size_t>(share * static_cast<double>(times.size() - 1))];
    };
    return {{"count", times.size()}, {"mean", sum / static_cast<double>(times.size())},
            {"p50", at(0.5)},        {"p99", at(0.99)},
            {"p99.9", at(0.999)},    {"most", times.back()}};
  }

  bool Allows(int32_t token) const {
    return (mask_[static_cast<size_t>(token) / 32] >> (token % 32) & 1) != 0;
  }

  // The longest token that `rest` begins with and the mask allows.
  int32_t Next(std::string_view rest) const {
    for (size_t size = std::min(rest.size(), longest_); size > 0; --size) {
      const auto it = ids_.find(std::string(rest.substr(0, size)));
      if (it != ids_.end() && Allows(it->second)) return it->second;
    }
    return end_;
  }

  void Follow(model_core::TokenConstraint& constraint, std::string_view text) {
    bool first = true;
    for (size_t at = 0; at < text.size();) {
      const auto forced = constraint.ForcedTokens();
      std::vector<int32_t> tokens(forced.begin(), forced.end());
      forced_ += tokens.size();
      if (tokens.empty()) {
        const auto begin = SteadyClock::now();
        CHECK(constraint.ComputeMask(mask_).ok());
        (first ? first_ : masks_).push_back(Microseconds(begin));
        first = false;
        tokens.push_back(Next(text.substr(at)));
      }
      for (const int32_t token : tokens) {
        const std::string& bytes = bytes_[static_cast<size_t>(token)];
        CHECK(token != end_ && text.substr(at, bytes.size()) == bytes,
              "the schema does not allow what follows '%s'",
              std::string(text.substr(0, at)).c_str());
        CHECK(constraint.Accept(token).ok());
        at += bytes.size();
      }
    }
  }

  std::unique_ptr<model_core::Tokenizer> tokenizer_;
  std::unique_ptr<GrammarFactory> factory_;
  int32_t end_ = -1;
  std::vector<std::string> bytes_;
  std::map<std::string, int32_t> ids_;
  size_t longest_ = 0;
  std::vector<uint32_t> mask_;
  std::vector<double> first_, masks_;
  size_t forced_ = 0;
};

std::vector<Text> Plans() {
  const tools::Catalogue& catalogue = tools::Catalogue::BuiltIn();
  std::vector<Text> texts;
  for (const Json& example : agents::Examples()) {
    agents::PlanRequest request;
    request.text = example["request"].get<std::string>();
    request.now = agents::Tuesday();
    for (const tools::ToolSpec& tool : catalogue.tools()) request.offered.insert(tool.name);
    request.allowed = request.offered;
    const auto plan = agents::ParsePlan(example["expected"]);
    CHECK(plan.ok());
    texts.push_back({base::DumpJson(agents::PlanSchema(request, catalogue)),
                     base::DumpJson(agents::ToJson(*plan, false))});
  }
  return texts;
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 1 || argc == 3, "mask_bench [TOKENIZER.json END_TOKEN]");
  std::string path = argc == 3 ? argv[1] : "";
  if (path.empty()) {
    path = (std::filesystem::temp_directory_path() / "maru-mask-bench.json").string();
    std::ofstream(path) << bench::MadeTokenizerJson(kTokens);
  }
  Bench bench(path, argc == 3 ? argv[2] : bench::kEndToken);
  if (argc == 1) std::filesystem::remove(path);
  std::cout << base::DumpJson({{"bench", "mask"},
                               {"vocabulary", bench.vocabulary()},
                               {"plans", bench.Measure(Plans())},
                               {"report", bench.Measure({{kReportSchema, kReport}})}},
                              2)
            << "\n";
}
