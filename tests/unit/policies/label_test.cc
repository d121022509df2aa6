#include "policies/label.h"

#include <gtest/gtest.h>

namespace policies {
namespace {

using base::Json;
using base::Language;

std::vector<Label> AllLabels() {
  std::vector<Label> labels;
  for (int n2sf = 0; n2sf < 3; ++n2sf)
    for (int mil = 0; mil < 5; ++mil)
      for (int privacy = 0; privacy < 4; ++privacy)
        for (int integrity = 0; integrity < 3; ++integrity)
          labels.push_back({static_cast<N2sf>(n2sf), static_cast<Mil>(mil),
                            static_cast<Privacy>(privacy), static_cast<Integrity>(integrity)});
  return labels;
}

TEST(Label, JoinIsCommutativeAndIdempotentAndHasAnIdentity) {
  for (const Label& a : AllLabels()) {
    EXPECT_EQ(Join(a, a), a);
    EXPECT_EQ(Join(a, UserLabel()), a);
    for (const Label& b : AllLabels()) EXPECT_EQ(Join(a, b), Join(b, a));
  }
}

TEST(Label, JoinIsAssociative) {
  const std::vector<Label> labels = AllLabels();
  size_t wrong = 0;
  for (size_t a = 0; a < labels.size(); a += 7)
    for (size_t b = 0; b < labels.size(); ++b)
      for (size_t c = 0; c < labels.size(); c += 5)
        wrong += Join(Join(labels[a], labels[b]), labels[c]) !=
                 Join(labels[a], Join(labels[b], labels[c]));
  EXPECT_EQ(wrong, 0u);
}

TEST(Label, JoiningNeverLowersAGradeNorRaisesTrust) {
  for (const Label& a : AllLabels()) {
    for (const Label& b : AllLabels()) {
      const Label joined = Join(a, b);
      EXPECT_GE(joined.n2sf, a.n2sf);
      EXPECT_GE(joined.mil, a.mil);
      EXPECT_GE(joined.privacy, a.privacy);
      EXPECT_LE(joined.integrity, a.integrity);
    }
  }
}

TEST(Label, WhoMayReadAJoinMayReadBothParts) {
  for (const Label& clearance : AllLabels()) {
    const Clearance cleared{clearance.n2sf, clearance.mil};
    for (const Label& a : AllLabels()) {
      const Label joined = Join(a, clearance);
      EXPECT_EQ(MayRead(cleared, joined), MayRead(cleared, a) && MayRead(cleared, clearance));
    }
  }
}

TEST(Label, ReadingIsLimitedByBothGradesAndByNothingElse) {
  const Clearance cleared{N2sf::kS, Mil::kRestricted};
  EXPECT_TRUE(
      MayRead(cleared, {N2sf::kS, Mil::kRestricted, Privacy::kUniqueId, Integrity::kUntrusted}));
  EXPECT_FALSE(MayRead(cleared, {N2sf::kC, Mil::kNone, Privacy::kNone, Integrity::kUser}));
  EXPECT_FALSE(MayRead(cleared, {N2sf::kO, Mil::kIII, Privacy::kNone, Integrity::kUser}));
}

TEST(Label, AnUnlabelledValueCountsAsClassifiedAndUntrusted) {
  EXPECT_EQ(Label{}, (Label{N2sf::kC, Mil::kNone, Privacy::kNone, Integrity::kUntrusted}));
}

TEST(Label, EveryLabelComesBackFromItsJson) {
  for (const Label& label : AllLabels()) {
    const auto back = ParseLabel(ToJson(label));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, label);
  }
}

TEST(Label, AMemberThatIsMissingOrUnknownIsAnErrorNeverADefault) {
  for (const char* member : {"n2sf", "mil", "privacy", "integrity"}) {
    for (const Json& bad : {Json(), Json(1), Json("X"), Json("")}) {
      Json json = ToJson(UserLabel());
      json[member] = bad;
      EXPECT_FALSE(ParseLabel(json).ok()) << member << " " << bad;
    }
    Json json = ToJson(UserLabel());
    json.erase(member);
    EXPECT_FALSE(ParseLabel(json).ok()) << member;
  }
  EXPECT_FALSE(ParseLabel(Json("S")).ok());
  EXPECT_FALSE(ParseLabel(Json()).ok());
}

TEST(Label, ShortFormsOfTheCatalogueAreTrusted) {
  EXPECT_EQ(*ParseShortLabel("O"),
            (Label{N2sf::kO, Mil::kNone, Privacy::kNone, Integrity::kTrusted}));
  EXPECT_EQ(*ParseShortLabel("S+personal"),
            (Label{N2sf::kS, Mil::kNone, Privacy::kPersonal, Integrity::kTrusted}));
  for (const char* text : {"doc", "join", "columns", "source", "", "S+", "S+personal+x", "s"}) {
    EXPECT_FALSE(ParseShortLabel(text).ok()) << text;
  }
}

TEST(Label, PeopleReadItInTheirLanguage) {
  const Label label{N2sf::kC, Mil::kRestricted, Privacy::kPersonal, Integrity::kTrusted};
  EXPECT_EQ(Describe(label, Language::kKorean), "C·대외비·개인정보");
  EXPECT_EQ(Describe(label, Language::kEnglish), "C, restricted, personal data");
  EXPECT_EQ(Describe(UserLabel(), Language::kKorean), "O");
}

TEST(Origin, ComesBackFromItsJsonAndNeedsASystem) {
  const Origin origin{"law", "0012", "3", "2026-11-24T10:00:00+09:00", "ab"};
  EXPECT_EQ(*ParseOrigin(ToJson(origin)), origin);
  EXPECT_FALSE(ParseOrigin(Json::object()).ok());
  EXPECT_FALSE(ParseOrigin(Json(3)).ok());
}

}  // namespace
}  // namespace policies
