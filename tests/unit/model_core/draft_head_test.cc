// The draft head (multi-token prediction): its logits beside the reference, and that a verified
// draft changes no bit of its sequence, whether it holds or not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/parameters.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"
#include "tests/unit/model_core/model_weights.h"
#include "tests/unit/model_core/noise.h"

namespace model_core {
namespace {

int32_t Likeliest(std::span<const float> logits) {
  return static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// Logits of the draft head after each token of `tokens`, the token after the last being `after`;
// model and head run over stretches of `chunk`.
std::vector<float> DraftLogits(const Transformer& model, std::vector<int32_t> tokens, int32_t after,
                               size_t chunk) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), 1);
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  const ModelConfig& head = model.draft_head()->config;
  const KvLayout layout(head);
  KvPool pool(layout.page_bytes(), layout.PagesFor(tokens.size()));
  KvCache cache(layout, pool);
  PassRoom room(model.device(), head, 1, kPrefillTokensMax);
  EXPECT_TRUE(room.ReserveScores(tokens.size()).ok());
  const size_t count = tokens.size(), vocabulary = model.config().vocabulary;
  tokens.push_back(after);
  std::vector<float> logits(count * vocabulary);
  for (size_t at = 0; at < count; at += chunk) {
    const size_t some = std::min(chunk, count - at);
    model.Forward(std::span(tokens).subspan(at, some), sequence, team);
    const DraftPart part{std::span(tokens).subspan(at + 1, some), &cache, 0};
    model.Draft({&part, 1}, sequence.room, room, team);
    std::vector<LogitsRow> rows;
    for (size_t row = 0; row < some; ++row) rows.push_back({row, {}});
    model.Logits(room, rows, team, std::span(logits).subspan(at * vocabulary));
  }
  return logits;
}

std::unique_ptr<Transformer> Load(const std::string& directory) {
  auto model = Transformer::Load(directory, CpuDevice(*FindKernels("")));
  EXPECT_TRUE(model.ok()) << model.status();
  return model.ok() ? *std::move(model) : nullptr;
}

class DraftHeads : public testing::TestWithParam<const char*> {};

TEST_P(DraftHeads, GiveTheLogitsOfTheReference) {
  const Golden golden(GetParam());
  const auto model = Load(GoldenDirectory(GetParam()));
  ASSERT_NE(model->draft_head(), nullptr);
  for (const std::string prompt : {"p0", "p1"}) {
    const auto tokens = golden.Ids(prompt + ".input_ids");
    const int32_t after = golden.Ids(prompt + ".greedy")[0];
    const std::vector<float> made = DraftLogits(*model, tokens, after, kPrefillTokensMax);
    EXPECT_LE(Nmse(made, golden.Floats(prompt + ".mtp_logits")), kNmseMax) << prompt;
    for (size_t chunk : {1, 7, 16}) EXPECT_EQ(DraftLogits(*model, tokens, after, chunk), made);
  }
}

// The other reading of its attention, of which published engines differ.
TEST_P(DraftHeads, GiveThoseOfFullAttentionAsWell) {
  const Golden golden(GetParam());
  const std::string directory = GoldenDirectory(GetParam());
  ModelConfig config = *ParseModelConfig(ReadConfig(directory)->json);
  config.draft.attention.window = 0;
  config.draft.attention.rope = -1;
  const auto model = *Transformer::FromWeights(config, *WeightFiles::Open(directory),
                                               CpuDevice(*FindKernels("")), Precision::kStored);
  const std::vector<float> made = DraftLogits(*model, golden.Ids("p1.input_ids"),
                                              golden.Ids("p1.greedy")[0], kPrefillTokensMax);
  EXPECT_LE(Nmse(made, golden.Floats("p1.mtp_logits_full_nope")), kNmseMax);
}

INSTANTIATE_TEST_SUITE_P(Families, DraftHeads, testing::Values("k_exaone", "k_exaone_fp8"),
                         [](const auto& info) { return std::string(info.param); });

TEST(DraftHead, OfAGgufFileIsTheSame) {
  const Golden golden("k_exaone");
  const auto model = Load(GoldenDirectory("gguf") + "/k_exaone-f32.gguf");
  ASSERT_NE(model->draft_head(), nullptr);
  const std::vector<float> made = DraftLogits(*model, golden.Ids("p1.input_ids"),
                                              golden.Ids("p1.greedy")[0], kPrefillTokensMax);
  EXPECT_LE(Nmse(made, golden.Floats("p1.mtp_logits")), kNmseMax);
}

TEST(DraftHead, IsAbsentWhereTheWeightsCarryNone) {
  for (const char* family : {"ax_k1", "exaone4", "hyperclova_x", "vaetki", "solar_open"})
    EXPECT_EQ(Load(GoldenDirectory(family))->draft_head(), nullptr) << family;
}

TEST(DraftHead, MissesNoTensorUnnoticed) {
  for (const char* name :
       {"mtp.norm.weight", "mtp.pre_fc_norm_hidden.weight", "mtp.layers.0.mlp.up_proj.weight",
        "mtp.layers.0.self_attn.k_norm.weight"}) {
    const ModelFolder folder("k_exaone");
    DropTensor(folder, name);
    const auto model = Transformer::Load(folder.path(), CpuDevice(*FindKernels("")));
    EXPECT_EQ(model.status().code(), absl::StatusCode::kDataLoss) << name;
    EXPECT_NE(std::string(model.status().message()).find(name), std::string::npos)
        << model.status();
  }
}

// Published: 528,513,280 of 237,099,669,632.
TEST(DraftHead, HasThePublishedNumberOfParameters) {
  base::Json json = ReadConfig(GoldenDirectory("k_exaone"))->json;
  const std::pair<const char*, int> sizes[] = {
      {"hidden_size", 6144},       {"intermediate_size", 18432},
      {"num_attention_heads", 64}, {"num_key_value_heads", 8},
      {"head_dim", 128},           {"vocab_size", 153600}};
  for (const auto& [key, size] : sizes) json[key] = size;
  EXPECT_EQ(CountDraftParameters(*ParseModelConfig(json)).total, 528'513'280U);
}

// A.X K1 with a head made for it, in the layout of its kin: one more layer like the last.
class AxK1Draft : public testing::Test {
 protected:
  static constexpr const char* kHead = "model.layers.4.";
  AxK1Draft() {
    ModelWeights weights(folder_);
    weights.Copy("model.layers.3.", kHead);
    hidden_ = weights.tensors.at("model.norm.weight").shape[0];
    weights.SetF32(base::StrCat(kHead, "eh_proj.weight"), {hidden_, 2 * hidden_},
                   Noise(2 * hidden_ * hidden_, 1));
    for (const char* norm : {"enorm", "hnorm", "shared_head.norm"})
      weights.SetF32(base::StrCat(kHead, norm, ".weight"), {hidden_}, Noise(hidden_, 2));
    weights.WriteTo(folder_);
  }

  // norm(x) · w, in double.
  std::vector<double> Normed(const float* x, const std::vector<float>& w, double epsilon) const {
    double squares = 0;
    for (size_t i = 0; i < hidden_; ++i) squares += static_cast<double>(x[i]) * x[i];
    const double scale = 1 / std::sqrt(squares / static_cast<double>(hidden_) + epsilon);
    std::vector<double> made(hidden_);
    for (size_t i = 0; i < hidden_; ++i) made[i] = x[i] * scale * w[i];
    return made;
  }

  // join [norm embedding, norm output], for each token.
  std::vector<float> Joined(const ModelWeights& weights, std::span<const float> output,
                            std::span<const int32_t> next, double epsilon) const {
    const auto join = weights.Values(base::StrCat(kHead, "eh_proj.weight"));
    const auto enorm = weights.Values(base::StrCat(kHead, "enorm.weight"));
    const auto hnorm = weights.Values(base::StrCat(kHead, "hnorm.weight"));
    const auto table = weights.Values("model.embed_tokens.weight");
    std::vector<float> joined;
    for (size_t t = 0; t < next.size(); ++t) {
      std::vector<double> both =
          Normed(&table[static_cast<size_t>(next[t]) * hidden_], enorm, epsilon);
      const std::vector<double> above = Normed(&output[t * hidden_], hnorm, epsilon);
      both.insert(both.end(), above.begin(), above.end());
      for (size_t row = 0; row < hidden_; ++row) {
        double sum = 0;
        for (size_t i = 0; i < both.size(); ++i) sum += both[i] * join[row * both.size() + i];
        joined.push_back(static_cast<float>(sum));
      }
    }
    return joined;
  }

  const ModelFolder folder_{"ax_k1"}, alone_{"ax_k1"};
  size_t hidden_ = 0;
};

// The head's layer as a model of its own, whose embedding table holds what the test has joined:
// token i of it is row i.
TEST_F(AxK1Draft, GivesTheLogitsOfItsLayerAlone) {
  const auto model = Load(folder_.path());
  ASSERT_NE(model->draft_head(), nullptr);
  std::vector<int32_t> tokens = Golden("ax_k1").Ids("p1.input_ids");
  const std::vector<float> made = DraftLogits(*model, tokens, 5, kPrefillTokensMax);
  TeamOfOne team;
  Sequence sequence(model->device(), model->config(), 1);
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  Trace trace;
  model->Forward(tokens, sequence, team, &trace);
  std::vector<int32_t> next(tokens.begin() + 1, tokens.end());
  next.push_back(5);

  ModelWeights weights(folder_);
  std::vector<float> table =
      Joined(weights, trace.hidden.back(), next, model->config().norm_epsilon);
  const size_t vocabulary = model->config().vocabulary;
  table.resize(vocabulary * hidden_);
  weights.SetF32("model.embed_tokens.weight", {vocabulary, hidden_}, table);
  std::erase_if(weights.tensors,
                [](const auto& tensor) { return tensor.first.starts_with("model.layers.0."); });
  weights.Copy(kHead, "model.layers.0.");
  weights.Copy(base::StrCat(kHead, "shared_head.norm."), "model.norm.");
  std::erase_if(weights.tensors, [](const auto& tensor) {
    const std::string& name = tensor.first;
    const bool layer = name.starts_with("model.layers.0.");
    const bool join = name.find("eh_proj") != name.npos || name.find("enorm") != name.npos ||
                      name.find("hnorm") != name.npos || name.find("shared_head") != name.npos;
    return name.starts_with("model.layers.") && (!layer || join);
  });
  weights.WriteTo(alone_);
  alone_.EditConfig([](base::Json& config) {
    config["num_hidden_layers"] = 1;
    config["first_k_dense_replace"] = 0;
  });
  const auto layer = Load(alone_.path());
  std::vector<int32_t> rows(tokens.size());
  std::iota(rows.begin(), rows.end(), 0);
  Sequence other(layer->device(), layer->config(), 1);
  EXPECT_TRUE(other.Reserve(rows.size()).ok());
  layer->Forward(rows, other, team);
  std::vector<float> wanted(rows.size() * vocabulary);
  for (size_t row = 0; row < rows.size(); ++row)
    layer->Logits(other, row, {}, team, std::span(wanted).subspan(row * vocabulary, vocabulary));
  EXPECT_LE(Nmse(made, wanted), kNmseMax);
}

constexpr size_t kAnswer = 40;  // tokens, more than twice a window
constexpr size_t kRows = 48;    // of a pass
constexpr size_t kStreams = 4;

struct Answer {
  std::vector<int32_t> tokens;             // the prompt's, then the likeliest
  std::vector<std::vector<float>> logits;  // of each choice
};

Answer Alone(const Transformer& model, std::vector<int32_t> prompt, Dtype kept) {
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
    answer.tokens.push_back(Likeliest(logits));
    prompt = {answer.tokens.back()};
  }
  return answer;
}

// Sequences that are decoded together, with a draft now and then that holds or does not.
class Verified {
 public:
  Verified(const Transformer& model, const std::vector<Answer>& answers, Dtype kept, uint64_t seed)
      : model_(model),
        layout_(model.config(), kept),
        pool_(layout_.page_bytes(), 10'000),
        room_(model.device(), model.config(), 1, kRows, kStreams, kept),
        seed_(seed) {
    EXPECT_TRUE(room_.ReserveScores(500).ok());
    for (const Answer& answer : answers)
      streams_.push_back(std::make_unique<Stream>(answer, layout_, pool_));
  }

  bool Run() {
    while (std::any_of(streams_.begin(), streams_.end(), [](auto& s) { return s->left() > 0; })) {
      Choose();
      if (parts_.empty()) continue;
      model_.Forward(parts_, room_, team_);
      if (!Compare()) return false;
    }
    streams_.clear();
    return pool_.used() == 0;
  }

 private:
  struct Stream {
    Stream(const Answer& answer, const KvLayout& layout, KvPool& pool)
        : answer(answer), prompt(answer.tokens.size() - kAnswer), cache(layout, pool) {}
    size_t left() const { return answer.tokens.size() - 1 - cache.tokens(); }
    const Answer& answer;
    const size_t prompt;
    KvCache cache;
  };
  double Random() { return CounterUniform(seed_, drawn_++); }

  // Prompts in stretches, then a token at a time, of some of the streams.
  void Choose() {
    parts_.clear();
    fed_.clear();
    size_t rows = kRows;
    for (const auto& s : streams_) {
      const size_t at = s->cache.tokens();
      if (s->left() == 0 || rows < 2 || Random() < 0.2) continue;
      const size_t known = at < s->prompt ? s->prompt - at : 1;
      const size_t most = std::min(known, rows - 1);
      const auto count = 1 + static_cast<size_t>(Random() * static_cast<double>(most) * 0.999);
      PassPart part{std::span(s->answer.tokens).subspan(at, count), &s->cache};
      if (s->left() > count && Random() < 0.8) {
        const int32_t next = s->answer.tokens[at + count];
        part.draft = Random() < 0.5 ? next : (next + 1) % 300;
      }
      parts_.push_back(part);
      fed_.push_back(s.get());
      rows -= count + 1;
    }
  }

  // The last token that `s` holds stands in `row`.
  bool SameLogits(const Stream& s, size_t row) {
    if (s.cache.tokens() < s.prompt) return true;
    const LogitsRow asked{row, {}};
    std::vector<float> made(model_.config().vocabulary);
    model_.Logits(room_, {&asked, 1}, team_, made);
    return made == s.answer.logits[s.cache.tokens() - s.prompt];
  }

  bool Compare() {
    size_t row = 0;
    for (size_t i = 0; i < parts_.size(); ++i) {
      const Stream& s = *fed_[i];
      row += parts_[i].tokens.size();
      if (!SameLogits(s, row - 1)) return false;
      if (parts_[i].draft == kNoDraft) continue;
      if (parts_[i].draft == s.answer.tokens[s.cache.tokens()]) {
        room_.Accept(row);
        if (!SameLogits(s, row)) return false;
      }
      ++row;
    }
    return true;
  }

  const Transformer& model_;
  const KvLayout layout_;
  KvPool pool_;
  TeamOfOne team_;
  PassRoom room_;
  const uint64_t seed_;
  uint64_t drawn_ = 0;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<PassPart> parts_;
  std::vector<Stream*> fed_;
};

struct Case {
  const char* family;
  Dtype kept;
};

class Verification : public testing::TestWithParam<Case> {};

TEST_P(Verification, LeavesEverySequenceTheBitsItHasAlone) {
  const auto [family, kept] = GetParam();
  const auto model = Load(GoldenDirectory(family));
  const Golden golden(family);
  std::vector<Answer> answers;
  for (size_t i = 0; i < kStreams; ++i) {
    std::vector<int32_t> prompt = golden.Ids(base::StrCat("p", i % 3, ".input_ids"));
    prompt.resize(std::min(prompt.size(), 3 + 17 * i));
    answers.push_back(Alone(*model, prompt, kept));
  }
  const Cases cases = CasesFrom(/*seed=*/0, 30);
  for (uint64_t seed = cases.seed; seed < cases.seed + cases.count; ++seed)
    ASSERT_TRUE(Verified(*model, answers, kept, seed).Run()) << Again(seed);
}

INSTANTIATE_TEST_SUITE_P(
    Families, Verification,
    testing::Values(Case{"exaone4", Dtype::kF32}, Case{"k_exaone", Dtype::kF32},
                    Case{"k_exaone", Dtype::kF16}, Case{"k_exaone", Dtype::kQ8Rows},
                    Case{"ax_k1", Dtype::kF32}, Case{"ax_k1", Dtype::kQ8Rows},
                    Case{"vaetki", Dtype::kF32}, Case{"solar_open", Dtype::kF32}));

}  // namespace
}  // namespace model_core
