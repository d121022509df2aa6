// The words of an answer: captions, values and counts, each in the reader's language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "agents/answer.h"
#include "agents/answering/caption_tables.h"
#include "agents/captions.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tests/fakes/fake_tools.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/agents/running/succeeded.h"
#include "tools/part.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;
using testing::Not;

bool HoldsHangul(const std::string& text) {
  const std::u32string points = base::CodePoints(text);
  return std::any_of(points.begin(), points.end(), base::IsHangulSyllable);
}

TEST(AnswerWords, EveryArgumentAndFieldHasAKoreanCaption) {
  for (const tools::ToolSpec& tool : catalogue().tools()) {
    const auto spoken = [](const std::string& caption) {
      const std::u32string points = base::CodePoints(caption);
      return std::any_of(points.begin(), points.end(), base::IsHangulSyllable);
    };
    for (const tools::ArgumentSpec& argument : tool.arguments) {
      EXPECT_TRUE(spoken(ArgumentCaption(tool.name, argument.name, base::Language::kKorean)))
          << tool.name << " " << argument.name;
    }
    for (const tools::ResultSpec& field : tool.results) {
      std::string name = field.path.substr(field.path.rfind('.') + 1);
      if (name.ends_with("[]")) name.resize(name.size() - 2);
      const std::string caption = FieldCaption(tool.name, name, base::Language::kKorean);
      EXPECT_TRUE(spoken(caption) || caption == "OEE" || caption == "Cpk")
          << tool.name << " " << field.path;
    }
  }
}

TEST(AnswerWords, EveryToolSaysInKoreanWhatItIsFor) {
  for (const tools::ToolSpec& tool : catalogue().tools()) {
    const std::string purpose = ToolPurpose(tool, base::Language::kKorean);
    EXPECT_TRUE(purpose.ends_with("니다")) << tool.name << ": " << purpose;
    EXPECT_EQ(fakes::EnglishWordsIn(purpose), "") << tool.name << ": " << purpose;
    EXPECT_EQ(ToolPurpose(tool, base::Language::kEnglish), tool.purpose);
  }
  for (const auto& [name, words] : PurposeWords())
    EXPECT_NE(catalogue().Find(name), nullptr) << name << " is no tool";
}

// What the tables lack would be shown by its id, which is no word of anybody's.
TEST(AnswerWords, EveryToolArgumentAndFieldHasAnEnglishCaption) {
  const auto english = [](const std::string& words) {
    return !words.empty() && words.find_first_of("_.") == std::string::npos;
  };
  for (const tools::ToolSpec& tool : catalogue().tools()) {
    EXPECT_TRUE(english(ToolTitle(tool, base::Language::kEnglish))) << tool.name;
    EXPECT_TRUE(TitleWords().contains(tool.name)) << tool.name;
    for (const tools::ArgumentSpec& argument : tool.arguments) {
      EXPECT_TRUE(english(ArgumentCaption(tool.name, argument.name, base::Language::kEnglish)))
          << tool.name << " " << argument.name;
    }
    for (const tools::ResultSpec& field : tool.results) {
      std::string name = field.path.substr(field.path.rfind('.') + 1);
      if (name.ends_with("[]")) name.resize(name.size() - 2);
      EXPECT_TRUE(FieldWords().contains(name) ||
                  FieldWords().contains(StrCat(tool.name, ":", name)))
          << tool.name << " " << field.path;
      EXPECT_TRUE(english(FieldCaption(tool.name, name, base::Language::kEnglish)))
          << tool.name << " " << field.path;
    }
  }
  for (const auto* table :
       {&ArgumentWords(), &FieldWords(), &ValueWords(), &TermWords(), &ErrorWords()}) {
    for (const auto& [name, words] : *table) {
      EXPECT_FALSE(words.korean.empty() || words.english.empty()) << name;
    }
  }
}

TEST(AnswerWords, EnumerationsAreShownByTheirKoreanWords) {
  const std::string text = Text(OneStep(
      "maint.orders", {{"equipment", "발전기"}, {"status", "waiting_parts"}},
      Succeeded("maint.orders",
                {{"count", 1},
                 {"items",
                  {{{"mo_id", "MO-7"}, {"equipment", "발전기"}, {"status", "waiting_parts"}}}}})));
  EXPECT_THAT(text, HasSubstr("상태: 부품대기"));
  EXPECT_THAT(text, HasSubstr("상태 부품대기"));
  EXPECT_THAT(text, Not(HasSubstr("waiting_parts")));
}

TEST(AnswerWords, OfEveryEnumerationAreEnglishForEnglishReaders) {
  for (const tools::ToolSpec& tool : catalogue().tools()) {
    for (const tools::ResultSpec& field : tool.results) {
      const auto* values = catalogue().Enumeration(field.enumeration);
      if (values == nullptr) continue;
      for (const auto& [value, korean] : *values) {
        const std::string word =
            EnumWord(catalogue(), field.enumeration, value, base::Language::kEnglish);
        EXPECT_FALSE(HoldsHangul(word) || word.find('_') != std::string::npos) << word;
      }
    }
  }
  const auto word = [](const char* of, const char* value) {
    return EnumWord(catalogue(), of, value, base::Language::kEnglish);
  };
  EXPECT_EQ(word("grade", "S"), "S (sensitive)");
  EXPECT_EQ(word("grade", "III"), "grade III secret");
  EXPECT_EQ(word("queue", "it"), "IT");
  EXPECT_EQ(word("shift", "day"), "day shift");
}

TEST(AnswerWords, OfADrugRuleAndOfWhoTakesItAreInTheReadersLanguage) {
  const Json finding = {{"rule", "병용금기"},
                        {"drug", "simvastatin"},
                        {"with", "clarithromycin"},
                        {"reason", "myopathy"}};
  const auto said = [&](const std::string& language) {
    return Text(OneStep("med.safety_check", {{"patient", "P-1027"}},
                        Succeeded("med.safety_check", {{"check_id", "CHK-1"},
                                                       {"outcome", "contraindicated"},
                                                       {"items", Json::array({finding})}}),
                        language));
  };
  EXPECT_THAT(said("en"), HasSubstr("rule not to be taken together, medicine simvastatin"));
  EXPECT_FALSE(HoldsHangul(said("en"))) << said("en");
  EXPECT_THAT(said("ko"), HasSubstr("규칙 병용금기, 약 simvastatin"));
  const auto sex = [&](const char* value, const std::string& language) {
    return Text(OneStep(
        "patient.summary", {{"patient", "P-1027"}},
        Succeeded("patient.summary", {{"age", 61}, {"sex", value}, {"items", Json::array()}}),
        language));
  };
  EXPECT_THAT(sex("남", "en"), HasSubstr("sex: male."));
  EXPECT_THAT(sex("unknown", "ko"), HasSubstr("성별은 미상입니다."));
  EXPECT_THAT(sex("남", "ko"), HasSubstr("성별은 남입니다."));
}

TEST(AnswerWords, OfAReleaseAreNoCodes) {
  const auto said = [&](const std::string& language) {
    return Text(
        OneStep("release.check", {{"document", "DOC-1"}, {"recipient", "R"}},
                Succeeded("release.check",
                          {{"allowed", false},
                           {"grade", "S"},
                           {"binding", "valid"},
                           {"reasons", {{{"rule", "grade.above_recipient"}, {"text", "S > O"}}}}}),
                language));
  };
  for (const char* language : {"ko", "en"})
    EXPECT_THAT(said(language), Not(HasSubstr("grade.above_recipient")));
  EXPECT_THAT(said("ko"), HasSubstr("규칙 받는 곳의 허용 등급 초과, 내용 S > O"));
  EXPECT_THAT(said("ko"), HasSubstr("등급 표시 결속은 유효입니다."));
  EXPECT_THAT(said("en"), HasSubstr("rule grade above what the recipient may have"));
}

TEST(AnswerWords, ALongListIsCutAndSaysSo) {
  const Json value = fakes::LeastValue(*catalogue().Find("law.search"), 57);
  EXPECT_THAT(Text(OneStep("law.search", {{"query", "제한"}}, Succeeded("law.search", value))),
              HasSubstr("그 밖에 37건이 더 있습니다. [1]"));
}

// What a tool left out is said beside what the answer leaves out.
TEST(AnswerWords, AListThatALimitCutSaysOfHowMany) {
  const auto said = [&](size_t items, std::optional<int64_t> total, const std::string& language) {
    Json value = fakes::LeastValue(*catalogue().Find("law.search"), items);
    tools::MarkPart(value, total);
    return Text(OneStep("law.search", {{"query", "x"}}, Succeeded("law.search", value), language));
  };
  EXPECT_THAT(said(500, 714, "ko"), HasSubstr("모두 714건 중 처음 500건입니다. [1]\n"));
  EXPECT_THAT(said(500, 714, "ko"), HasSubstr("· 그 밖에 694건이 더 있습니다. [1]\n"));
  EXPECT_THAT(said(500, 714, "en"), HasSubstr("The first 500 of 714 entries. [1]\n"));
  EXPECT_THAT(said(500, 714, "en"), HasSubstr("· and 694 more. [1]\n"));
  EXPECT_THAT(said(3, 7, "en"), HasSubstr("The first 3 of 7 entries. [1]\n"));
  EXPECT_THAT(said(3, 7, "en"), Not(HasSubstr("more")));
  EXPECT_THAT(said(500, std::nullopt, "ko"), HasSubstr("처음 500건이며, 더 있습니다. [1]\n"));
  EXPECT_THAT(said(500, std::nullopt, "ko"), HasSubstr("그 밖에 480건 넘게 더 있습니다."));
  EXPECT_THAT(said(500, std::nullopt, "en"), HasSubstr("The first 500 entries; there are more."));
  EXPECT_THAT(said(500, 500, "ko"), HasSubstr("모두 500건입니다. [1]\n"));
  EXPECT_THAT(said(0, 5, "ko"), HasSubstr("모두 5건 중 처음 0건입니다."));
  EXPECT_THAT(said(0, 5, "ko"), Not(HasSubstr("없습니다")));
}

TEST(AnswerWords, PiecesLeftOutAreTold) {
  const auto said = [](int64_t count, const std::string& language) {
    Json value = fakes::LeastValue(*catalogue().Find("mail.search"));
    tools::MarkLeftOut(value, count);
    return Text(
        OneStep("mail.search", {{"query", "x"}}, Succeeded("mail.search", value), language));
  };
  EXPECT_THAT(said(2, "ko"), HasSubstr("첨부 등 2건은 여기에 담지 못했습니다. [1]\n"));
  EXPECT_THAT(said(1, "en"), HasSubstr("1 piece, such as an attachment, is left out. [1]\n"));
  EXPECT_THAT(said(2, "en"), HasSubstr("2 pieces, such as attachments, are left out"));
  EXPECT_THAT(said(0, "ko"), Not(HasSubstr("담지 못했습니다")));
}

}  // namespace
}  // namespace agents
