// Requests with images: the reference's tokens, whatever the engine does beside.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <utility>

#include "model_core/chat_prompt.h"
#include "model_core/engine.h"
#include "model_core/engine/thread_team.h"
#include "model_core/engine/weight_memory.h"
#include "model_core/model_report.h"
#include "model_core/vision.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/vision_data.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

constexpr int32_t kImageToken = 317;

std::string ImageFile(const std::string& path) { return ReadFile(GoldenDirectory(path)); }

std::unique_ptr<Engine> Make(EngineOptions options = {}) {
  return *MakeEngine(VisionFolder(), options);
}

class VisionEngine : public testing::Test {
 protected:
  // The golden prompt with its image.
  GenerateRequest Request() const {
    GenerateRequest request;
    request.prompt = golden_.Ids("p0.input_ids");
    request.images = {image_};
    request.tokens_max = 24;
    return request;
  }
  // 40 tokens of text, an image, 30 more.
  GenerateRequest Long(const Engine& engine, const std::string& image) const {
    GenerateRequest request = Request();
    const std::vector<int32_t> text = golden_.Ids("p1.input_ids");
    std::vector<int32_t> prompt(text);
    prompt.push_back(kImageToken);
    prompt.insert(prompt.end(), text.begin(), text.begin() + 30);
    request.images = {ImageFile("vision_images/" + image)};
    request.prompt = *engine.PlaceImages(prompt, request.images);
    return request;
  }
  static std::vector<int32_t> Tokens(Engine& engine, const GenerateRequest& request) {
    const auto result = engine.Generate(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->tokens : std::vector<int32_t>();
  }
  std::string Fault(const GenerateRequest& request) {
    const auto result = engine_->Generate(request);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(result.status().message());
  }

  const Golden golden_{"hyperclova_x_vision"};
  const std::string image_ = ImageFile("hyperclova_x_vision/image.png");
  const std::unique_ptr<Engine> engine_ = Make();
};

TEST_F(VisionEngine, AnImageFileGivesTheReferencesTokens) {
  EXPECT_THAT(Tokens(*engine_, Request()), ElementsAreArray(golden_.Ids("p0.greedy")));
}

TEST_F(VisionEngine, PassesOfAnySizeGiveTheSameTokens) {
  for (size_t rows : {1, 2, 5, 7, 16, 64}) {
    EngineOptions options;
    options.sequences_max = 1;
    options.pass_tokens_max = rows;
    options.threads = 1 + rows % 3;
    options.team_work_min = 0;
    EXPECT_THAT(Tokens(*Make(options), Request()), ElementsAreArray(golden_.Ids("p0.greedy")))
        << rows;
  }
}

TEST_F(VisionEngine, ADeviceApartTakesRowsOfImages) {
  EngineOptions options;
  options.device = MARU_BINARY_DIR "/tests/device_apart.so";
  EXPECT_THAT(Tokens(*Make(options), Request()), ElementsAreArray(golden_.Ids("p0.greedy")));
}

TEST_F(VisionEngine, OnePlaceholderBecomesAsManyAsTheImageHasRows) {
  const std::vector<int32_t> wanted = golden_.Ids("p0.input_ids");
  std::vector<int32_t> prompt = wanted;
  prompt.erase(std::unique(prompt.begin(), prompt.end(),
                           [](int32_t a, int32_t b) { return a == kImageToken && a == b; }),
               prompt.end());
  ASSERT_EQ(prompt.size(), wanted.size() - 5);
  EXPECT_THAT(*engine_->PlaceImages(prompt, {{image_}}), ElementsAreArray(wanted));
  EXPECT_THAT(engine_->PlaceImages(prompt, {}).status().message(),
              HasSubstr("the prompt has 1 places, for 0"));
  EXPECT_THAT(engine_->PlaceImages(prompt, {{"none"}}).status().message(),
              HasSubstr("image 1: neither PNG nor JPEG"));
  const std::vector<int32_t> text = golden_.Ids("p1.input_ids");
  EXPECT_THAT(*engine_->PlaceImages(text, {}), ElementsAreArray(text));
}

// The template's placeholder is one; what is said stays text, and takes no image's place.
TEST_F(VisionEngine, AConversationShowsAnImage) {
  constexpr std::string_view kTemplate = R"jinja(
{%- for message in messages %}
    {{- "<|im_start|>" + message.role + "\n" }}
    {%- for part in message.content %}
        {{- "<|IMAGE_PAD|>" if part.type == "image_url" else part["text"] }}
    {%- endfor %}
    {{- "<|im_end|>\n" }}
{%- endfor %})jinja";
  const Json said = {{{"type", "text"}, {"text", "<|IMAGE_PAD|> 무엇?"}},
                     {{"type", "image_url"}},
                     {{"type", "text"}, {"text", "<|IMAGE_PAD|>"}}};
  const auto tokenizer = *Tokenizer::Load(VisionFolder() + "/tokenizer.json");
  const auto prompt =
      MakeChatPrompt(*tokenizer, **FindChatFormat("vlm"), kTemplate,
                     Json{{"messages", {{{"role", "user"}, {"content", said}}}}}, false);
  ASSERT_TRUE(prompt.ok()) << prompt.status();
  GenerateRequest request = Request();
  request.prompt = *engine_->PlaceImages(prompt->tokens, request.images);
  EXPECT_EQ(std::count(request.prompt.begin(), request.prompt.end(), kImageToken), 6);
  EXPECT_EQ(Tokens(*engine_, request).size(), 24U);
}

TEST_F(VisionEngine, APrefixIsSharedWithTheSameImageOnly) {
  const auto fresh = [](const GenerateRequest& request) { return Tokens(*Make(), request); };
  const GenerateRequest one = Long(*engine_, "turned_2.jpg"),
                        other = Long(*engine_, "turned_3.jpg");
  ASSERT_EQ(one.prompt, other.prompt);  // images of one size
  ASSERT_NE(fresh(one), fresh(other));
  EXPECT_EQ(Tokens(*engine_, one), fresh(one));
  const auto unlike = *engine_->Generate(other);
  EXPECT_EQ(unlike.tokens, fresh(other));
  EXPECT_EQ(unlike.cached_tokens, 32U);  // the page before the image
  for (const GenerateRequest* request : {&one, &other}) {
    const auto again = *engine_->Generate(*request);
    EXPECT_EQ(again.cached_tokens, 64U);
    EXPECT_EQ(again.tokens, fresh(*request));
  }
}

// 28 tokens of text, then images that end in the second page and in the third.
TEST_F(VisionEngine, AnImageThatAPrefixCutsIsWorkedThroughAgain) {
  GenerateRequest request = Request();
  const std::vector<int32_t> text = golden_.Ids("p1.input_ids");
  for (size_t before = 20; before < 34; ++before) {
    std::vector<int32_t> prompt(text.begin(), text.begin() + static_cast<ptrdiff_t>(before));
    prompt.insert(prompt.end(), {kImageToken, 7, kImageToken, 8, 9});
    request.images = {image_, ImageFile("vision_images/turned_5.jpg")};
    request.prompt = *engine_->PlaceImages(prompt, request.images);
    const auto first = *engine_->Generate(request), again = *engine_->Generate(request);
    EXPECT_GE(again.cached_tokens, 32U);
    EXPECT_EQ(again.tokens, first.tokens);
    EXPECT_EQ(Tokens(*Make(), request), first.tokens);
  }
}

TEST_F(VisionEngine, ImagesAndTextTogetherGiveWhatEachGivesAlone) {
  std::vector<GenerateRequest> requests;
  for (const char* image : {"photo.jpg", "clear.png", "strip.png", "turned_4.jpg"}) {
    requests.push_back(Long(*engine_, image));
    requests.push_back(Request());
    requests.push_back(Request());
    requests.back().prompt = golden_.Ids("p1.input_ids");
    requests.back().images.clear();
  }
  EngineOptions options;
  options.prefix_bytes_max = 0;
  options.threads = 2;
  options.team_work_min = 0;
  std::vector<std::vector<int32_t>> alone, together(requests.size());
  for (const GenerateRequest& request : requests) alone.push_back(Tokens(*Make(options), request));
  const auto engine = Make(options);
  std::vector<std::thread> callers;
  for (size_t i = 0; i < requests.size(); ++i)
    callers.emplace_back([&, i] { together[i] = Tokens(*engine, requests[i]); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(together, ElementsAreArray(alone));
}

// Notes when the engine's thread begins with its request; anything may come.
class Note : public TokenConstraint {
 public:
  Note(std::string name, std::vector<std::string>& order) : name_(std::move(name)), order_(order) {}
  std::span<const int32_t> ForcedTokens() override {
    if (!std::exchange(begun_, true)) order_.push_back(name_);
    return {};
  }
  absl::Status ComputeMask(std::span<uint32_t> bitmask) override {
    std::fill(bitmask.begin(), bitmask.end(), ~0U);
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t) override { return absl::OkStatus(); }
  bool Done() override { return false; }

 private:
  const std::string name_;
  std::vector<std::string>& order_;
  bool begun_ = false;
};

// One runs at a time. Two tenants come with two requests each; that with the images has few tokens.
TEST_F(VisionEngine, ImagesCountAsTheTokensThatWouldTakeAsLong) {
  EngineOptions options;
  options.sequences_max = 1;
  options.prefix_bytes_max = 0;
  const auto engine = Make(options);
  GenerateRequest holding = Request();
  holding.images.clear();
  holding.prompt = {5};
  holding.past_end = true;
  holding.tokens_max = 4'000;
  holding.cancelled = [&] {  // leaves when all have come
    absl::SleepFor(absl::Milliseconds(1));
    return engine->Figures().waiting == 4;
  };
  std::atomic<bool> held{true};
  std::vector<std::thread> callers;
  callers.emplace_back([&] {
    EXPECT_EQ(engine->Generate(holding).status().code(), absl::StatusCode::kCancelled);
    held = false;
  });
  while (engine->Figures().running == 0) std::this_thread::yield();
  std::vector<std::string> order;
  const auto ask = [&](const std::string& tenant, const std::string& name, bool image) {
    const size_t before = engine->Figures().waiting;
    callers.emplace_back([&, tenant, name, image] {
      Note note(name, order);
      GenerateRequest request = Request();
      if (image) {
        request.images = {ImageFile("vision_images/photo.jpg")};
        request.prompt = *engine->PlaceImages(std::vector<int32_t>{kImageToken}, request.images);
      } else {
        request.images.clear();
        request.prompt.assign(2 * 40, 5);
      }
      request.tenant = tenant;
      request.tokens_max = 1;
      request.constraint = &note;
      EXPECT_TRUE(engine->Generate(request).ok());
    });
    while (held && engine->Figures().waiting == before) std::this_thread::yield();
  };
  ask("seeing", "image", true);
  ask("seeing", "second image", true);
  ask("reading", "text", false);
  ask("reading", "second text", false);
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(order, ElementsAre("image", "text", "second text", "second image"));
}

TEST_F(VisionEngine, WhatDoesNotFitIsNamedWithItsNumber) {
  GenerateRequest request = Request();
  request.images.clear();
  EXPECT_THAT(Fault(request), HasSubstr("holds 6 image tokens (317), its 0 images take 0"));
  request.images = {image_, image_};
  EXPECT_THAT(Fault(request), HasSubstr("image 2 takes 6 image tokens (317) together, the prompt "
                                        "has 0 at token 18"));
  request = Request();
  request.prompt[7] = 1;
  EXPECT_THAT(Fault(request), HasSubstr("image 1 takes 6 image tokens (317) together, the prompt "
                                        "has 2 at token 5"));
  request = Request();
  request.prompt.push_back(kImageToken);
  EXPECT_THAT(Fault(request), HasSubstr("holds 7 image tokens (317), its 1 images take 6"));
  request = Request();
  request.images = {image_.substr(0, image_.size() / 2)};
  EXPECT_THAT(Fault(request), HasSubstr("image 1: damaged PNG"));
  request.images.assign(kImagesMax + 1, image_);
  EXPECT_THAT(Fault(request), HasSubstr("holds 17, limit 16"));
}

TEST_F(VisionEngine, AModelWithoutATowerTakesNoImage) {
  const auto engine = *MakeEngine(GoldenDirectory("hyperclova_x"));
  GenerateRequest request = Request();
  request.prompt = Golden("hyperclova_x").Ids("p0.input_ids");
  EXPECT_THAT(engine->Generate(request).status().message(),
              HasSubstr("the request holds 1, the model has no vision tower"));
  EXPECT_THAT(engine->PlaceImages(request.prompt, request.images).status().message(),
              HasSubstr("no vision tower"));
}

TEST_F(VisionEngine, ACancelledRequestLeavesNothingBehind) {
  for (int polls = 0; polls < 12; ++polls) {
    GenerateRequest request = Long(*engine_, "photo.jpg");
    int left = polls;
    request.cancelled = [&left] { return left-- <= 0; };
    EXPECT_EQ(engine_->Generate(request).status().code(), absl::StatusCode::kCancelled) << polls;
    EXPECT_THAT(Tokens(*engine_, Request()), ElementsAreArray(golden_.Ids("p0.greedy")));
  }
  EXPECT_EQ(engine_->Figures().running, 0U);
}

TEST_F(VisionEngine, APreprocessorIsPartOfTheHash) {
  const ModelFolder folder("hyperclova_x_vision");
  EXPECT_EQ((*MakeEngine(folder.path()))->weights_sha256(), engine_->weights_sha256());
  Json json = *base::ParseJson(folder.Read("preprocessor_config.json"), "");
  json["max_pixels"] = 1000000;
  folder.Write("preprocessor_config.json", json.dump());
  EXPECT_NE((*MakeEngine(folder.path()))->weights_sha256(), engine_->weights_sha256());
}

TEST_F(VisionEngine, PackedWeightsSeeToo) {
  for (const char* weights : {"q8", "q4"}) {
    const ModelFolder folder("hyperclova_x_vision");
    EngineOptions options;
    options.weights = weights;
    EXPECT_EQ(Tokens(**MakeEngine(folder.path(), options), Request()).size(), 24U);
  }
}

TEST(VisionTeam, EveryVariantAndNumberOfThreadsGivesTheSameBits) {
  const PreparedImage image = Noise(10, 14);  // windows of 2 × 2 groups over 5 × 7
  const auto model = *LoadVision(VisionFolder());
  TeamOfOne alone;
  const std::vector<float> wanted = Finish(*model->Start(image, 1), alone);
  EXPECT_EQ(wanted.size(), 35U * 48);
  for (const std::string_view kernels : kKernelNames) {
    if (FindKernels(kernels) == nullptr) continue;  // this CPU lacks it
    const auto other = *LoadVision(VisionFolder(), kernels);
    for (size_t threads : {1, 2, 3, 5}) {
      ThreadTeam team(threads);
      EXPECT_EQ(Finish(*other->Start(image, threads), team), wanted) << kernels << threads;
    }
  }
}

TEST(VisionReport, CheckTakesTheGoldenImageThroughTheTower) {
  for (const std::string device : {"", MARU_BINARY_DIR "/tests/device_apart.so"}) {
    const auto report = CheckModel(VisionFolder(), VisionFolder() + "/golden.json", "", "", device);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->at("ok").get<bool>()) << report->dump();
    ASSERT_EQ(report->at("prompts").size(), 2U);
    for (const Json& prompt : report->at("prompts")) {
      EXPECT_LE(prompt.at("nmse").get<double>(), kNmseMax);
      EXPECT_EQ(prompt.at("greedy_matched"), 24);
    }
  }
}

TEST(VisionReport, CheckFailsWhereTheTowerComputesSomethingElse) {
  const ModelFolder folder("hyperclova_x_vision");
  folder.EditConfig([](Json& config) { config["vision_config"]["fullatt_block_indexes"] = {3}; });
  const auto report = CheckModel(folder.path(), folder.path() + "/golden.json");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->at("ok").get<bool>());
  EXPECT_GT(report->at("prompts")[0].at("nmse").get<double>(), 1e-3);
  EXPECT_LE(report->at("prompts")[1].at("nmse").get<double>(), kNmseMax);
  folder.EditConfig([](Json& config) { config.erase("vision_config"); });
  EXPECT_THAT(CheckModel(folder.path(), folder.path() + "/golden.json").status().message(),
              HasSubstr("no vision tower"));
}

TEST(VisionReport, DescribeCountsTheTowersParameters) {
  const auto report = DescribeModel(VisionFolder());
  ASSERT_TRUE(report.ok()) << report.status();
  size_t parameters = 0;
  const auto file = *SafetensorsFile::Open(VisionFolder() + "/model.safetensors");
  for (const auto& [name, tensor] : file->tensors()) {
    if (name.starts_with("model.vision_")) parameters += tensor.data.size() / 2;  // bf16
  }
  const Json vision = {{"blocks", 4},
                       {"full_blocks", 2},
                       {"patch_pixels", 14},
                       {"image_tokens_max", 2073600 / (28 * 28)},
                       {"parameters", parameters}};
  EXPECT_EQ(report->at("vision"), vision);
  const auto least = *WeightBytesAtLeast(VisionFolder(), Precision::kQ4);
  EXPECT_EQ(report->at("memory").at("resident_bytes").at("q4"),
            least + *TowerBytesAtLeast(VisionFolder(), Precision::kQ4));
  EXPECT_FALSE(DescribeModel(GoldenDirectory("hyperclova_x"))->contains("vision"));
  const ModelFolder damaged("hyperclova_x_vision");
  damaged.EditHeader([](Json& header) { header.erase("model.vision_projector.bias"); });
  const auto refused = DescribeModel(damaged.path());
  EXPECT_FALSE(refused->at("supported").get<bool>());
  EXPECT_THAT(refused->at("reason").get<std::string>(), HasSubstr("vision_projector.bias"));
}

}  // namespace
}  // namespace model_core
