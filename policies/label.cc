#include "policies/label.h"

#include <algorithm>
#include <array>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;

constexpr std::array<std::string_view, 3> kN2sf = {"O", "S", "C"};
constexpr std::array<std::string_view, 5> kMil = {"none", "restricted", "III", "II", "I"};
constexpr std::array<std::string_view, 4> kPrivacy = {"none", "personal", "sensitive", "unique_id"};
constexpr std::array<std::string_view, 3> kIntegrity = {"untrusted", "trusted", "user"};

constexpr std::array<std::string_view, 5> kMilKorean = {"", "대외비", "Ⅲ급 비밀", "Ⅱ급 비밀",
                                                        "Ⅰ급 비밀"};
constexpr std::array<std::string_view, 5> kMilEnglish = {"", "restricted", "grade III secret",
                                                         "grade II secret", "grade I secret"};
constexpr std::array<std::string_view, 4> kPrivacyKorean = {"", "개인정보", "민감정보",
                                                            "고유식별정보"};
constexpr std::array<std::string_view, 4> kPrivacyEnglish = {"", "personal data", "sensitive data",
                                                             "unique identification data"};

absl::Status BadLabel(std::string_view what, std::string_view value) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("label: ", what, " '", value, "' is not known"),
                     StrCat("등급 표시의 '", what, "' 값 '", value, "'",
                            base::Particle(value, "을"), " 알 수 없습니다"));
}

template <typename Enum, size_t n>
absl::StatusOr<Enum> Find(const std::array<std::string_view, n>& names, std::string_view what,
                          std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return BadLabel(what, name);
  return static_cast<Enum>(it - names.begin());
}

// A label says all four: an absent member has no safe default (least protects too little as a
// label, most permits too much as a clearance).
template <typename Enum, size_t n>
absl::StatusOr<Enum> Member(const Json& json, const std::array<std::string_view, n>& names,
                            std::string_view key) {
  const auto it = json.find(std::string(key));
  if (it == json.end()) return BadLabel(key, "");
  if (!it->is_string()) return BadLabel(key, base::DumpJson(*it));
  return Find<Enum>(names, key, it->template get_ref<const std::string&>());
}

}  // namespace

std::string_view Name(N2sf grade) { return kN2sf[static_cast<size_t>(grade)]; }
std::string_view Name(Mil grade) { return kMil[static_cast<size_t>(grade)]; }
std::string_view Name(Privacy kind) { return kPrivacy[static_cast<size_t>(kind)]; }
std::string_view Name(Integrity integrity) { return kIntegrity[static_cast<size_t>(integrity)]; }

Label UserLabel() { return {N2sf::kO, Mil::kNone, Privacy::kNone, Integrity::kUser}; }

Label Join(const Label& a, const Label& b) {
  return {std::max(a.n2sf, b.n2sf), std::max(a.mil, b.mil), std::max(a.privacy, b.privacy),
          std::min(a.integrity, b.integrity)};
}

Label WithIntegrity(Label label, Integrity integrity) {
  label.integrity = integrity;
  return label;
}

bool MayRead(const Clearance& clearance, const Label& label) {
  return label.n2sf <= clearance.n2sf && label.mil <= clearance.mil;
}

Json ToJson(const Label& label) {
  return {{"n2sf", Name(label.n2sf)},
          {"mil", Name(label.mil)},
          {"privacy", Name(label.privacy)},
          {"integrity", Name(label.integrity)}};
}

absl::StatusOr<Label> ParseLabel(const Json& json) {
  if (!json.is_object()) return BadLabel("object", base::DumpJson(json));
  Label label;
  ASSIGN_OR_RETURN(label.n2sf, Member<N2sf>(json, kN2sf, "n2sf"));
  ASSIGN_OR_RETURN(label.mil, Member<Mil>(json, kMil, "mil"));
  ASSIGN_OR_RETURN(label.privacy, Member<Privacy>(json, kPrivacy, "privacy"));
  ASSIGN_OR_RETURN(label.integrity, Member<Integrity>(json, kIntegrity, "integrity"));
  return label;
}

absl::StatusOr<Label> ParseShortLabel(std::string_view text) {
  const auto parts = base::StrSplit(text, '+');
  Label label = WithIntegrity(UserLabel(), Integrity::kTrusted);
  ASSIGN_OR_RETURN(label.n2sf, Find<N2sf>(kN2sf, "n2sf", parts[0]));
  if (parts.size() > 2) return BadLabel("label", text);
  if (parts.size() == 2) {
    ASSIGN_OR_RETURN(label.privacy, Find<Privacy>(kPrivacy, "privacy", parts[1]));
  }
  return label;
}

std::string Describe(const Label& label, base::Language language) {
  const bool korean = language == base::Language::kKorean;
  const size_t mil = static_cast<size_t>(label.mil);
  const size_t privacy = static_cast<size_t>(label.privacy);
  std::string text(Name(label.n2sf));
  for (std::string_view part : {korean ? kMilKorean[mil] : kMilEnglish[mil],
                                korean ? kPrivacyKorean[privacy] : kPrivacyEnglish[privacy]}) {
    if (!part.empty()) text += StrCat(korean ? "·" : ", ", part);
  }
  return text;
}

Json ToJson(const Origin& origin) {
  return {{"system", origin.system},
          {"record", origin.record},
          {"version", origin.version},
          {"time", origin.time},
          {"sha256", origin.sha256}};
}

absl::StatusOr<Origin> ParseOrigin(const Json& json) {
  Origin origin{base::StringOr(json, "system", ""), base::StringOr(json, "record", ""),
                base::StringOr(json, "version", ""), base::StringOr(json, "time", ""),
                base::StringOr(json, "sha256", "")};
  if (origin.system.empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, "origin: 'system' is missing",
                       "출처에 시스템 이름이 없습니다");
  }
  return origin;
}

}  // namespace policies
