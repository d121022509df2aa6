// med.safety_check against the rules of the sample hospital.
#include <gtest/gtest.h>

#include "tests/unit/connectors/hospital.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallOptions;

class MedicalDur : public testing::Test {
 public:
  static void SetUpTestSuite() { hospital_ = std::make_unique<Hospital>(); }
  static void TearDownTestSuite() { hospital_.reset(); }
  static inline std::unique_ptr<Hospital> hospital_;
};

TEST_F(MedicalDur, FindsNothingAgainstASafeCombination) {
  const Json check = hospital_->Value("med.safety_check",
                                      {{"patient", "P-1027"}, {"drugs", {"클래리스로마이신"}}});
  EXPECT_EQ(check["outcome"], "clear") << check;
  EXPECT_EQ(check["items"].size(), 0u);
}

TEST_F(MedicalDur, FindsAContraindicatedPairInEitherDirection) {
  for (const char* drug : {"클래리스로마이신", "Clarithromycin", "가온클래정"}) {
    const Json check =
        hospital_->Value("med.safety_check", {{"patient", "P-1031"}, {"drugs", {drug}}});
    EXPECT_EQ(check["outcome"], "contraindicated") << drug;
    EXPECT_EQ(check["items"][0]["drug"], drug);
    EXPECT_EQ(check["items"][0]["with"], "가온심바정20밀리그램");
    EXPECT_EQ(check["items"][0]["dated"], "2024-03-15");
  }
}

TEST_F(MedicalDur, FindsAllergiesAndCautions) {
  const Json allergy =
      hospital_->Value("med.safety_check", {{"patient", "P-1027"}, {"drugs", {"가온페니주"}}});
  EXPECT_EQ(allergy["outcome"], "contraindicated");
  EXPECT_EQ(allergy["items"][0]["rule"], "알레르기");
  const Json elderly = hospital_->Value("med.safety_check", {{"patient", "P-1031"}});
  EXPECT_EQ(elderly["outcome"], "caution");
  const Json twice = hospital_->Value(
      "med.safety_check", {{"patient", "P-1027"}, {"drugs", {"판토프라졸", "오메프라졸"}}});
  EXPECT_EQ(twice["outcome"], "caution");
  EXPECT_EQ(twice["items"][0]["rule"], "효능군중복");
  const Json child =
      hospital_->Value("med.safety_check", {{"patient", "P-6006"}, {"drugs", {"레보플록사신"}}});
  EXPECT_EQ(child["outcome"], "contraindicated");
}

// The rules' own words are Korean and stay; what they mean stands beside them.
TEST_F(MedicalDur, SaysInEnglishWhatARuleIsAbout) {
  CallOptions english;
  english.language = base::Language::kEnglish;
  const Json allergy = hospital_->Value(
      "med.safety_check", {{"patient", "P-1027"}, {"drugs", {"가온페니주"}}}, english);
  EXPECT_EQ(allergy["items"][0]["rule"], "allergy (알레르기)");
  const Json unknown = hospital_->Value("med.safety_check", {{"patient", "P-6006"}}, english);
  EXPECT_EQ(unknown["items"][0]["rule"], "ingredient not known (성분 미확인)");
  EXPECT_EQ(unknown["items"][0]["reason"], "not checked, since the ingredient is not known");
}

TEST_F(MedicalDur, NeverCallsAnIncompleteCheckClear) {
  const Json check = hospital_->Value("med.safety_check", {{"patient", "P-6006"}});
  EXPECT_EQ(check["outcome"], "not_checked");  // a medicine without a known ingredient
  EXPECT_EQ(hospital_->Error("med.safety_check", {{"patient", "P-1027"}, {"drugs", {"없는약"}}}),
            "unknown_drug");
}

}  // namespace
}  // namespace connectors
