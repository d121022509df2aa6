#include "model_core/weights/gguf_names.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::StrCat;

struct Rename {
  std::string_view from, to;
};

constexpr Rename kModel[] = {{"token_embd.weight", "model.embed_tokens.weight"},
                             {"output_norm.weight", "model.norm.weight"},
                             {"output.weight", "lm_head.weight"},
                             {kGgufRopeDivisors, kGgufRopeDivisors}};

// Below "blk.N." and "model.layers.N.". Two names lead to post_attention_layernorm: the norm before
// the feed-forward, and the one that its makers named so.
constexpr Rename kLayer[] = {{"attn_norm.weight", "input_layernorm.weight"},
                             {"attn_q.weight", "self_attn.q_proj.weight"},
                             {"attn_k.weight", "self_attn.k_proj.weight"},
                             {"attn_v.weight", "self_attn.v_proj.weight"},
                             {"attn_output.weight", "self_attn.o_proj.weight"},
                             {"attn_q_norm.weight", "self_attn.q_norm.weight"},
                             {"attn_k_norm.weight", "self_attn.k_norm.weight"},
                             {"ffn_norm.weight", "post_attention_layernorm.weight"},
                             {"post_attention_norm.weight", "post_attention_layernorm.weight"},
                             {"post_ffw_norm.weight", "post_feedforward_layernorm.weight"},
                             {"ffn_gate.weight", "mlp.gate_proj.weight"},
                             {"ffn_up.weight", "mlp.up_proj.weight"},
                             {"ffn_down.weight", "mlp.down_proj.weight"},
                             {"ffn_gate_inp.weight", "mlp.gate.weight"},
                             {"exp_probs_b.bias", "mlp.e_score_correction_bias"},
                             {"ffn_gate_shexp.weight", "mlp.shared_experts.gate_proj.weight"},
                             {"ffn_up_shexp.weight", "mlp.shared_experts.up_proj.weight"},
                             {"ffn_down_shexp.weight", "mlp.shared_experts.down_proj.weight"}};

constexpr Rename kExperts[] = {{"ffn_gate_exps.weight", "gate_proj.weight"},
                               {"ffn_up_exps.weight", "up_proj.weight"},
                               {"ffn_down_exps.weight", "down_proj.weight"}};

// Below the "blk.N." of a draft layer and "mtp.".
constexpr Rename kDraft[] = {{"nextn.eh_proj.weight", "fc.weight"},
                             {"nextn.enorm.weight", "pre_fc_norm_embedding.weight"},
                             {"nextn.hnorm.weight", "pre_fc_norm_hidden.weight"},
                             {"nextn.shared_head_norm.weight", "norm.weight"}};

constexpr size_t kExpertsMax = 1024;

// Empty: there is no such name.
std::string_view Renamed(std::span<const Rename> names, std::string_view from) {
  const auto it = std::find_if(names.begin(), names.end(),
                               [from](const Rename& name) { return name.from == from; });
  return it == names.end() ? "" : it->to;
}

class Publisher {
 public:
  Publisher(const GgufFile& file, const GgufLayers& count,
            std::map<std::string, TensorView>& published)
      : file_(file), count_(count), published_(published) {}

  absl::Status Run() {
    for (const auto& [name, view] : file_.tensors()) RETURN_IF_ERROR(Tensor(name, view));
    return absl::OkStatus();
  }

 private:
  absl::Status Tensor(const std::string& name, const TensorView& view) {
    if (const auto to = Renamed(kModel, name); !to.empty()) return Add(name, to, view);
    const std::vector<std::string_view> parts = base::StrSplit(name, '.');
    int64_t block = -1;
    if (parts.size() < 3 || parts[0] != "blk" || !base::ParseInt(parts[1], block) || block < 0)
      return Unknown(name);
    const auto below = std::string_view(name).substr(parts[1].end() - name.data() + 1);
    const auto index = static_cast<size_t>(block);
    if (index >= count_.layers) return Draft(name, index - count_.layers, below, view);
    const std::string layer = StrCat("model.layers.", index, ".");
    if (const auto to = Renamed(kExperts, below); !to.empty())
      return Experts(name, StrCat(layer, "mlp.experts."), to, view);
    const auto to = Renamed(kLayer, below);
    return to.empty() ? Unknown(name) : Add(name, StrCat(layer, to), view);
  }

  absl::Status Draft(const std::string& name, size_t index, std::string_view below,
                     const TensorView& view) {
    if (index >= count_.drafts) return Unknown(name);
    if (const auto to = Renamed(kDraft, below); !to.empty())
      return Add(name, StrCat("mtp.", to), view);
    const auto to = Renamed(kLayer, below);
    return to.empty() ? Unknown(name) : Add(name, StrCat("mtp.layers.", index, ".", to), view);
  }

  absl::Status Experts(const std::string& name, const std::string& prefix, std::string_view to,
                       const TensorView& view) {
    if (view.shape.size() != 3 || view.shape[0] > kExpertsMax)
      return Bad(name, StrCat("is not a stack of up to ", kExpertsMax, " matrices"),
                 StrCat("행렬 ", kExpertsMax, "개까지를 쌓은 것이 아닙니다"));
    const size_t experts = view.shape[0], bytes = view.data.size() / experts;
    for (size_t e = 0; e < experts; ++e) {
      const TensorView one{
          view.dtype, {view.shape[1], view.shape[2]}, view.data.subspan(e * bytes, bytes)};
      RETURN_IF_ERROR(Add(name, StrCat(prefix, e, ".", to), one));
    }
    return absl::OkStatus();
  }

  absl::Status Add(const std::string& name, std::string_view to, const TensorView& view) {
    if (published_.emplace(to, view).second) return absl::OkStatus();
    return Bad(name, StrCat("is there twice, as '", to, "'"),
               StrCat("'", to, "'", base::Particle(to, "으로"), " 두 번 있습니다"));
  }

  absl::Status Unknown(const std::string& name) const {
    return Bad(name, "is not understood, and may change the result",
               "무엇인지 알 수 없고, 결과를 바꿀 수 있습니다");
  }
  absl::Status Bad(const std::string& name, std::string_view english,
                   std::string_view korean) const {
    return file_.file()->Damaged(StrCat("tensor '", name, "' ", english),
                                 StrCat("텐서 '", name, "': ", korean));
  }

  const GgufFile& file_;
  const GgufLayers& count_;
  std::map<std::string, TensorView>& published_;
};

}  // namespace

std::optional<GgufLayers> CountGgufLayers(const GgufFile& file) {
  const std::string name = file.Text("general.architecture");
  const int64_t blocks = file.Whole(name + ".block_count").value_or(-1);
  const int64_t drafts = file.Whole(name + ".nextn_predict_layers").value_or(0);
  if (drafts < 0 || drafts > blocks) return std::nullopt;
  return GgufLayers{static_cast<size_t>(blocks - drafts), static_cast<size_t>(drafts)};
}

absl::Status PublishGgufTensors(const GgufFile& file, const GgufLayers& count,
                                std::map<std::string, TensorView>& published) {
  return Publisher(file, count, published).Run();
}

}  // namespace model_core
