// What else is in a pass, how tokens are cut into passes, how many threads work on them, and which
// beginnings others have left changes no bit of a sequence, however weights, keys and values are
// kept.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/engine/prefix_cache.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

constexpr size_t kAnswer = 4;  // tokens
constexpr size_t kRows = 40;   // of a pass
constexpr size_t kPages = 10'000;

int32_t Likeliest(std::span<const float> logits) {
  return static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// How weights are kept, and keys and values; whether sequences share what they begin with.
struct Kind {
  Precision weights;
  Dtype kept;
  bool prefixes;
};

// As most installations run: a byte each.
Kind Packed(uint64_t seed) { return {Precision::kQ8, Dtype::kQ8Rows, seed % 2 == 1}; }

// 18 seeds in a row have all kinds.
Kind AnyKind(uint64_t seed) {
  constexpr Precision kWeights[] = {Precision::kStored, Precision::kQ8, Precision::kQ4};
  constexpr Dtype kKept[] = {Dtype::kF32, Dtype::kF16, Dtype::kQ8Rows};
  return {kWeights[seed % 3], kKept[seed / 3 % 3], seed / 9 % 2 == 1};
}

struct Answer {
  std::vector<int32_t> prompt;
  std::vector<std::vector<float>> logits;  // of each choice
};

Answer Alone(const Transformer& model, Dtype kept, std::vector<int32_t> prompt) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), 1, kept);
  EXPECT_TRUE(sequence.Reserve(prompt.size() + kAnswer).ok());
  Answer answer{prompt, {}};
  std::vector<float> logits(model.config().vocabulary);
  while (answer.logits.size() < kAnswer) {
    for (size_t at = 0; at < prompt.size(); at += kPrefillTokensMax) {
      const size_t count = std::min(kPrefillTokensMax, prompt.size() - at);
      model.Forward(std::span(prompt).subspan(at, count), sequence, team);
      model.Logits(sequence, count - 1, {}, team, logits);
    }
    answer.logits.push_back(logits);
    prompt = {Likeliest(logits)};
  }
  return answer;
}

// Four prompts, of which the last two begin with the same page.
std::vector<std::vector<int32_t>> Prompts(const std::string& family) {
  const Golden golden(family);
  const auto ids = [&](const char* prompt, size_t count) {
    std::vector<int32_t> tokens = golden.Ids(base::StrCat(prompt, ".input_ids"));
    tokens.resize(std::min(tokens.size(), count));
    return tokens;
  };
  std::vector<int32_t> other = ids("p2", kPageTokens);
  const std::vector<int32_t> end = ids("p1", 5);
  other.insert(other.end(), end.begin(), end.end());
  return {ids("p0", 8), ids("p1", 21), ids("p2", 34), other};
}

// A family's model, and what each prompt gives alone; made when first asked for.
class Family {
 public:
  explicit Family(const std::string& name) : name_(name), prompts_(Prompts(name)) {}

  const Transformer& Model(Precision weights) {
    std::unique_ptr<Transformer>& model = models_[weights];
    if (model == nullptr) {
      LoadOptions options;
      options.precision = weights;
      options.keep_packed = false;
      model = *Transformer::Load(GoldenDirectory(name_), CpuDevice(*FindKernels("")), options);
    }
    return *model;
  }
  const std::vector<Answer>& Answers(const Kind& kind) {
    std::vector<Answer>& answers = answers_[{kind.weights, kind.kept}];
    if (answers.empty()) {
      for (const auto& prompt : prompts_)
        answers.push_back(Alone(Model(kind.weights), kind.kept, prompt));
    }
    return answers;
  }

 private:
  const std::string name_;
  const std::vector<std::vector<int32_t>> prompts_;
  std::map<Precision, std::unique_ptr<Transformer>> models_;
  std::map<std::pair<Precision, Dtype>, std::vector<Answer>> answers_;
};

// One sequence of a schedule.
struct Stream {
  Stream(const Answer& wanted, const KvLayout& layout, KvPool& pool)
      : wanted(wanted), tokens(wanted.prompt), cache(layout, pool) {}
  bool done() const { return choices == kAnswer; }
  std::span<const int32_t> pending() const { return std::span(tokens).subspan(cache.tokens()); }
  // Those of the next pass at most: one ends where the prefix is to be remembered.
  size_t most() const {
    size_t count = pending().size();
    for (size_t end : remember_at)
      if (end > cache.tokens()) count = std::min(count, end - cache.tokens());
    return count;
  }
  const Answer& wanted;
  std::vector<int32_t> tokens;
  KvCache cache;
  size_t choices = 0;
  bool begun = false;
  std::array<size_t, 2> remember_at{};
};

class Schedule {
 public:
  Schedule(Family& family, const Kind& kind, Team& team, uint64_t seed)
      : model_(family.Model(kind.weights)),
        layout_(model_.config(), kind.kept),
        pool_(layout_.page_bytes(), kPages),
        prefixes_(layout_, pool_, kind.prefixes ? kPages : 0),
        shares_(kind.prefixes),
        team_(team),
        room_(model_.device(), model_.config(), team.size(), kRows, /*drafts_max=*/0, kind.kept),
        seed_(seed) {
    EXPECT_TRUE(room_.ReserveScores(500).ok());
    for (const Answer& answer : family.Answers(kind))
      streams_.push_back(std::make_unique<Stream>(answer, layout_, pool_));
  }

  // False: some sequence got other logits than alone.
  bool Run() {
    while (std::any_of(streams_.begin(), streams_.end(), [](auto& s) { return !s->done(); })) {
      Choose();
      if (parts_.empty()) continue;
      model_.Forward(parts_, room_, team_);
      if (shares_) Remember();
      if (!Compare()) return false;
    }
    streams_.clear();
    while (prefixes_.EvictOne()) {
    }
    return pool_.used() == 0;
  }

  size_t adopted() const { return adopted_; }  // tokens that others had left

 private:
  double Random() { return CounterUniform(seed_, drawn_++); }

  // As the scheduler does where it lets one in.
  void Begin(Stream& stream) {
    stream.begun = true;
    if (!shares_) return;
    const PrefixCache::Match match = prefixes_.Adopt("", stream.tokens, stream.cache);
    adopted_ += match.usable;
    stream.remember_at = {match.known, stream.tokens.size() / kPageTokens * kPageTokens};
  }

  void Remember() {
    for (Stream* stream : chosen_) {
      const size_t tokens = stream->cache.tokens();
      if (std::ranges::count(stream->remember_at, tokens) == 0) continue;
      stream->cache.Pin();
      prefixes_.Remember("", std::span(stream->tokens).first(tokens), stream->cache);
    }
  }

  // Some of the streams, with some of their pending tokens. Most begin while others are on their
  // way.
  void Choose() {
    parts_.clear();
    chosen_.clear();
    size_t left = kRows;
    for (const auto& stream : streams_) {
      if (stream->done() || left == 0 || Random() < (stream->begun ? 0.3 : 0.7)) continue;
      if (!stream->begun) Begin(*stream);
      const size_t most = std::min(left, stream->most());
      const size_t count = 1 + static_cast<size_t>(Random() * static_cast<double>(most));
      parts_.push_back({stream->pending().first(std::min(count, most)), &stream->cache});
      chosen_.push_back(stream.get());
      left -= parts_.back().tokens.size();
    }
  }

  bool Compare() {
    std::vector<LogitsRow> rows;
    std::vector<Stream*> asked;
    size_t row = 0;
    for (size_t i = 0; i < parts_.size(); ++i) {
      row += parts_[i].tokens.size();
      if (!chosen_[i]->pending().empty()) continue;
      rows.push_back({row - 1, {}});
      asked.push_back(chosen_[i]);
    }
    if (rows.empty()) return true;
    const size_t vocabulary = model_.config().vocabulary;
    std::vector<float> logits(rows.size() * vocabulary);
    model_.Logits(room_, rows, team_, logits);
    for (size_t i = 0; i < asked.size(); ++i) {
      const std::span<const float> made = std::span(logits).subspan(i * vocabulary, vocabulary);
      const std::vector<float>& wanted = asked[i]->wanted.logits[asked[i]->choices++];
      if (!std::equal(made.begin(), made.end(), wanted.begin())) return false;
      asked[i]->tokens.push_back(Likeliest(made));
    }
    return true;
  }

  const Transformer& model_;
  const KvLayout layout_;
  KvPool pool_;
  PrefixCache prefixes_;
  const bool shares_;
  Team& team_;
  PassRoom room_;
  const uint64_t seed_;
  uint64_t drawn_ = 0;
  size_t adopted_ = 0;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<PassPart> parts_;
  std::vector<Stream*> chosen_;
};

struct Case {
  const char* family;
  uint64_t schedules;
  Kind (*kind)(uint64_t seed);
};

class Schedules : public testing::TestWithParam<Case> {};

TEST_P(Schedules, GiveTheBitsOfEachSequenceAlone) {
  Family family(GetParam().family);
  TeamOfOne one;
  ThreadTeam two(2), three(3);
  Team* const teams[] = {&one, &two, &three};
  const Cases cases = CasesFrom(/*seed=*/0, GetParam().schedules);
  size_t adopted = 0;
  for (uint64_t seed = cases.seed; seed < cases.seed + cases.count; ++seed) {
    // Threads that wait for each other are slow on a busy machine: one in 25 has them.
    Team& team = *teams[seed % 25 == 0 ? 1 + seed / 25 % 2 : 0];
    Schedule schedule(family, GetParam().kind(seed), team, seed);
    ASSERT_TRUE(schedule.Run()) << Again(seed);
    adopted += schedule.adopted();
  }
  if (cases.all) {
    EXPECT_GT(adopted, GetParam().schedules);
  }
}

// 1,000 in all of each; most for the families with windows.
std::vector<Case> Thousand(Kind (*kind)(uint64_t seed)) {
  return {{"k_exaone", 300, kind},     {"vaetki", 250, kind},     {"ax_k1", 150, kind},
          {"hyperclova_x", 100, kind}, {"solar_open", 100, kind}, {"exaone4", 100, kind}};
}
std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.family; }
INSTANTIATE_TEST_SUITE_P(OfAnyKind, Schedules, testing::ValuesIn(Thousand(&AnyKind)), Name);
INSTANTIATE_TEST_SUITE_P(OfBytes, Schedules, testing::ValuesIn(Thousand(&Packed)), Name);

}  // namespace
}  // namespace model_core
