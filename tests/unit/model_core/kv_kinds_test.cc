// Keys and values kept in halves or bytes: how far that moves a model's logits, and that chunks,
// threads and kernels still change no bit.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

std::unique_ptr<Transformer> Load(const std::string& family, std::string_view kernels = "") {
  auto model = Transformer::Load(GoldenDirectory(family), CpuDevice(*FindKernels(kernels)));
  if (!model.ok()) ADD_FAILURE() << model.status();
  return *std::move(model);
}

// Logits of every position: [tokens, vocabulary].
std::vector<float> Logits(const Transformer& model, Dtype kind, std::span<const int32_t> tokens,
                          size_t chunk, Team& team) {
  Sequence sequence(model.device(), model.config(), team.size(), kind);
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  const size_t vocabulary = model.config().vocabulary;
  std::vector<float> all(tokens.size() * vocabulary);
  for (size_t at = 0; at < tokens.size(); at += chunk) {
    const size_t count = std::min(chunk, tokens.size() - at);
    model.Forward(tokens.subspan(at, count), sequence, team);
    for (size_t row = 0; row < count; ++row) {
      model.Logits(sequence, row, {}, team,
                   std::span(all).subspan((at + row) * vocabulary, vocabulary));
    }
  }
  return all;
}

// Largest NMSE of a family's prompts beside the reference, rounded up; the same on every machine.
// Where it is large a token chose other experts: the tiny mixtures of random weights choose by
// margins down to 1e-4 (see packed_parity_test.cc). The dense families say what the kind itself
// does.
struct Limits {
  const char* family;
  double f16, q8;
};
constexpr Limits kLimits[] = {{"exaone4", 4e-7, 4e-4}, {"k_exaone", 5e-7, 1.5e-2},
                              {"ax_k1", 5e-7, 1.5e-1}, {"hyperclova_x", 3e-7, 1e-4},
                              {"vaetki", 1e-4, 7e-2},  {"solar_open", 4e-7, 6e-3}};

class KvKinds : public testing::TestWithParam<Limits> {
 protected:
  double WorstNmse(Dtype kind) {
    double worst = 0;
    for (const char* prompt : {"p0", "p1", "p2"}) {
      const auto tokens = golden_.Ids(base::StrCat(prompt, ".input_ids"));
      worst = std::max(worst, Nmse(Logits(*model_, kind, tokens, kPrefillTokensMax, alone_),
                                   golden_.Floats(base::StrCat(prompt, ".logits"))));
    }
    return worst;
  }
  void ExpectWithin(double nmse, double limit, const std::string& name) {
    RecordProperty(name, base::StrCat(nmse));
    EXPECT_LE(nmse, limit) << name;
    EXPECT_GT(nmse, limit / 5) << name << ": the limit is too wide";
  }

  TeamOfOne alone_;
  const Golden golden_{GetParam().family};
  const std::unique_ptr<Transformer> model_ = Load(GetParam().family);
};

TEST_P(KvKinds, StayNearTheReference) {
  ExpectWithin(WorstNmse(Dtype::kF16), GetParam().f16, "f16");
  ExpectWithin(WorstNmse(Dtype::kQ8Rows), GetParam().q8, "q8");
}

TEST_P(KvKinds, GiveTheSameBitsForAnyChunkThreadsAndKernels) {
  std::vector<int32_t> tokens = golden_.Ids("p2.input_ids");
  tokens.resize(std::min<size_t>(tokens.size(), 150));
  ThreadTeam two(2), three(3);
  for (const Dtype kind : {Dtype::kF16, Dtype::kQ8Rows}) {
    const std::vector<float> wanted = Logits(*model_, kind, tokens, kPrefillTokensMax, alone_);
    for (size_t chunk : {1, 2, 7, 33})
      EXPECT_EQ(Logits(*model_, kind, tokens, chunk, alone_), wanted) << "chunks of " << chunk;
    for (ThreadTeam* team : {&two, &three})
      EXPECT_EQ(Logits(*model_, kind, tokens, 40, *team), wanted) << team->size() << " threads";
    for (const std::string_view variant : kKernelNames) {
      if (FindKernels(variant) == nullptr) continue;  // this CPU lacks it
      const auto other = Load(GetParam().family, variant);
      EXPECT_EQ(Logits(*other, kind, tokens, 16, alone_), wanted) << variant;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, KvKinds, testing::ValuesIn(kLimits),
                         [](const auto& info) { return std::string(info.param.family); });

absl::StatusOr<std::unique_ptr<Engine>> EngineWith(const std::string& kv) {
  EngineOptions options;
  options.kv = kv;
  return MakeEngine(GoldenDirectory("k_exaone"), options);
}

TEST(KvOption, HalvesWhatRequestsTakeAndShowsInTheHash) {
  std::vector<size_t> bytes;
  std::vector<std::string> hashes;
  for (const char* kv : {"", "f16", "q8"}) {
    const auto engine = EngineWith(kv);
    ASSERT_TRUE(engine.ok()) << engine.status();
    GenerateRequest request;
    request.prompt.assign(640, 7);
    request.tokens_max = 4;
    ASSERT_TRUE((*engine)->Generate(request).ok());
    bytes.push_back((*engine)->Figures().memory_bytes_most);
    hashes.push_back((*engine)->weights_sha256());
  }
  EXPECT_EQ(bytes[1] * 2, bytes[0]);
  EXPECT_EQ(bytes[2] * 16, bytes[1] * 17);  // heads of 16: half of a group is empty
  EXPECT_NE(hashes[0], hashes[1]);
  EXPECT_NE(hashes[1], hashes[2]);
  EXPECT_EQ((*EngineWith("f32"))->weights_sha256(), hashes[0]);
}

TEST(KvOption, RefusesAnUnknownKind) {
  const absl::Status status = EngineWith("f8").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "kv 'f8' is unknown; known are f32, f16 and q8");
}

}  // namespace
}  // namespace model_core
