#include "model_core/transformer/library_keys.h"

namespace model_core {
namespace {

using base::Json;

struct NeutralKey {
  const char* name;
  Json value;
};

const std::vector<NeutralKey>& GenerationKeys() {
  static const std::vector<NeutralKey> kKeys = {{"num_beams", 1},
                                                {"num_beam_groups", 1},
                                                {"num_return_sequences", 1},
                                                {"early_stopping", false},
                                                {"length_penalty", 1.0},
                                                {"diversity_penalty", 0.0},
                                                {"encoder_repetition_penalty", 1.0},
                                                {"typical_p", 1.0},
                                                {"epsilon_cutoff", 0.0},
                                                {"eta_cutoff", 0.0},
                                                {"penalty_alpha", 0.0},
                                                {"guidance_scale", 1.0},
                                                {"min_length", 0},
                                                {"min_new_tokens", 0},
                                                {"no_repeat_ngram_size", 0},
                                                {"encoder_no_repeat_ngram_size", 0},
                                                {"bad_words_ids", Json::array()},
                                                {"suppress_tokens", Json::array()},
                                                {"begin_suppress_tokens", Json::array()},
                                                {"forced_bos_token_id", nullptr},
                                                {"forced_eos_token_id", nullptr},
                                                {"exponential_decay_length_penalty", nullptr},
                                                {"remove_invalid_values", false},
                                                {"renormalize_logits", false}};
  return kKeys;
}

}  // namespace

void PassLibraryKeys(ConfigReader& reader) {
  reader.Ignore({"_attn_implementation",
                 "_name_or_path",
                 "architectures",
                 "auto_map",
                 "bos_token_id",
                 "chunk_size_feed_forward",
                 "decoder_start_token_id",
                 "dtype",
                 "finetuning_task",
                 "id2label",
                 "initializer_range",
                 "is_decoder",
                 "label2id",
                 "name",
                 "num_labels",
                 "output_attentions",
                 "output_hidden_states",
                 "pad_token_id",
                 "prefix",
                 "problem_type",
                 "return_dict",
                 "sep_token_id",
                 "task_specific_params",
                 "tf_legacy_loss",
                 "tie_encoder_decoder",
                 "tokenizer_class",
                 "torch_dtype",
                 "torchscript",
                 "transformers_version",
                 "use_bfloat16",
                 "use_cache"});
  reader.Expect("add_cross_attention", false);
  reader.Expect("is_encoder_decoder", false);
  reader.Expect("pruned_heads", Json::object());
  for (const NeutralKey& key : GenerationKeys()) reader.Expect(key.name, key.value);
  // Neutral or not, callers say how they draw; a model's advice is in generation_config.json.
  reader.Ignore({"do_sample", "temperature", "top_k", "top_p", "repetition_penalty", "max_length",
                 "output_scores", "return_dict_in_generate"});
}

void PassGenerationKeys(ConfigReader& reader) {
  for (const NeutralKey& key : GenerationKeys()) reader.Expect(key.name, key.value);
  // How much to write callers say; the rest is about the library's own returns and caches.
  reader.Ignore({"_from_model_config", "bos_token_id", "cache_implementation", "eos_token_id",
                 "max_length", "max_new_tokens", "output_attentions", "output_hidden_states",
                 "output_logits", "output_scores", "pad_token_id", "return_dict_in_generate",
                 "transformers_version", "use_cache"});
}

}  // namespace model_core
