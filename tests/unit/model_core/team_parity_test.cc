// Any number of threads gives the bits that one gives.
#include <unistd.h>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

std::vector<float> LogitsWith(const Transformer& model, const std::vector<int32_t>& tokens,
                              Team& team) {
  Sequence sequence(model.device(), model.config(), team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  std::vector<float> all, logits(model.config().vocabulary);
  for (size_t at = 0; at < tokens.size();) {
    const size_t count = std::min(at == 0 ? kPrefillTokensMax : size_t{3}, tokens.size() - at);
    model.Forward(std::span(tokens).subspan(at, count), sequence, team);
    model.Logits(sequence, count - 1, {}, team, logits);
    all.insert(all.end(), logits.begin(), logits.end());
    at += count;
  }
  return all;
}

class Teams : public testing::TestWithParam<const char*> {};

TEST_P(Teams, OfAnySizeGiveTheSameBits) {
  const auto model = Transformer::Load(GoldenDirectory(GetParam()), CpuDevice(*FindKernels("")));
  ASSERT_TRUE(model.ok()) << model.status();
  const Golden golden(GetParam());
  TeamOfOne alone;
  std::vector<int32_t> tokens = golden.Ids("p2.input_ids");
  tokens.resize(100);
  const std::vector<float> wanted = LogitsWith(**model, tokens, alone);
  for (size_t size : {1, 2, 3, 5}) {
    ThreadTeam team(size);
    EXPECT_EQ(LogitsWith(**model, tokens, team), wanted) << size << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Teams,
                         testing::Values("k_exaone", "ax_k1", "hyperclova_x", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
