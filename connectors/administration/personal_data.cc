#include "connectors/administration/personal_data.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;

// The first group is the data. Digits stand at both ends or not at all, see Bounded().
struct Rule {
  PersonalData kind;
  std::unique_ptr<re2::RE2> pattern;
};

constexpr char kSurnames[] =
    "[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진나지엄채원천"
    "방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용]";

const std::vector<Rule>& Rules() {
  static const auto* const rules = [] {
    auto* out = new std::vector<Rule>;
    const auto add = [&](PersonalData kind, const std::string& pattern) {
      out->push_back({kind, std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet)});
    };
    // Resident registration number: a date of birth, then 1–8. The check digit proves nothing since
    // October 2020.
    add(PersonalData::kRrn,
        "([0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]) ?-? ?[1-8][0-9]{6})");
    // Mobile, area codes 02 and 031–064, 070, 050x; +82 in their place; nationwide 15xx, 16xx,
    // 18xx.
    add(PersonalData::kPhone,
        "((?:\\+?82[-. "
        "]?\\(?0?\\)?(?:1[016-9]|2|[3-6][1-5]|70)|\\(?0(?:1[016-9]|2|[3-6][1-5]|70|50[0-9]))\\)?"
        "[-. ]{0,3}[0-9]{3,4}[-. ]{0,3}[0-9]{4})");
    add(PersonalData::kPhone, "(1[568][0-9]{2}[-. ][0-9]{4})");
    add(PersonalData::kAccount,
        "(?:계좌|은행|농협|수협|신협|금고|우체국|예금주)[^0-9\\n]{0,20}([0-9]{2,6}(?:[- "
        "][0-9]{1,8}){1,4}|[0-9]{10,16})");
    add(PersonalData::kAccount, "([0-9]{3,6}-[0-9]{2,6}-[0-9]{4,8}(?:-[0-9]{1,3})?)");
    add(PersonalData::kPatientNo, "(P-[0-9]{4,})");
    add(PersonalData::kPatientNo,
        "(?:환자 ?번호|등록 ?번호)[^0-9A-Z\\n]{0,5}([A-Z]?-?[0-9]{4,12})");
    const std::string after = "(?:[^가-힣]|$)";
    add(PersonalData::kName,
        StrCat(
            "(?:담당자|신청인|신청자|민원인|작성자|대표자|예금주|보호자|환자명|고객명) ?[:：] ?(",
            kSurnames, "[가-힣]{1,3})", after));
    add(PersonalData::kName,
        StrCat("(?:성명|이름|성함) ?[:：]? ?(", kSurnames, "[가-힣]{1,3})", after));
    add(PersonalData::kName,
        StrCat("(?:^|[^가-힣])(", kSurnames,
               "[가-힣]{1,2}) ?(?:씨|님)(?:[^가-힣]|$|[은는이가을를의에께도와과])"));
    add(PersonalData::kAddress,
        "((?:[가-힣]+(?:특별시|광역시|특별자치시|특별자치도|도|시) )?(?:[가-힣]+(?:시|군|구) "
        "){1,2}(?:[가-힣0-9]+(?:읍|면|동|리) ?)?"
        "[가-힣0-9]*(?:로|길|동|리|가) ?[0-9]+(?:-[0-9]+)?(?:번길 "
        "?[0-9]+(?:-[0-9]+)?)?(?:번지)?(?:,? ?[0-9]+동)?(?:,? ?[0-9]+층)?(?:,? ?[0-9]+호)?)");
    return out;
  }();
  return *rules;
}

bool IsZeroWidth(char32_t c) {
  return c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0xAD;
}

char32_t Plain(char32_t c) {
  if (c >= 0xFF10 && c <= 0xFF19) return c - 0xFF10 + '0';
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF0D || c == 0xFE63) return '-';
  if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == '\t') return ' ';
  if (c == 0xFF0B) return '+';
  if (c == 0xFF08) return '(';
  if (c == 0xFF09) return ')';
  return c;
}

// The text in plain characters, and for each byte of it (and its end) the code point that it came
// from.
struct PlainForm {
  std::string bytes;
  std::vector<size_t> origin;
};

PlainForm PlainFormOf(std::u32string_view text) {
  PlainForm form;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsZeroWidth(text[i])) continue;
    base::AppendUtf8(Plain(text[i]), form.bytes);
    form.origin.resize(form.bytes.size(), i);
  }
  form.origin.push_back(text.size());
  return form;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits that go on to the left or right make it another number.
bool Bounded(const std::string& text, size_t begin, size_t end) {
  const bool digit_before = begin > 0 && IsDigit(text[begin]) && IsDigit(text[begin - 1]);
  return !digit_before && !(end < text.size() && IsDigit(text[end - 1]) && IsDigit(text[end]));
}

// 고객님 and the like: a word of respect, no name.
bool IsTitle(std::string_view word) {
  static const std::set<std::string_view> titles{"고객", "선생",   "주인", "기사", "교수", "원장",
                                                 "사장", "차장",   "부장", "과장", "국장", "팀장",
                                                 "여사", "조합원", "임원", "주민"};
  return titles.contains(word);
}

void Find(const Rule& rule, const PlainForm& form, std::vector<Span>& out) {
  const re2::StringPiece text(form.bytes);
  re2::StringPiece groups[2];
  for (size_t at = 0;
       rule.pattern->Match(text, at, text.size(), re2::RE2::UNANCHORED, groups, 2);) {
    const size_t begin = static_cast<size_t>(groups[1].data() - text.data()),
                 end = begin + groups[1].size();
    const bool found =
        Bounded(form.bytes, begin, end) && !IsTitle({groups[1].data(), groups[1].size()});
    if (found) out.push_back({form.origin[begin], form.origin[end - 1] + 1});
    at = found ? end : begin + 1;  // what follows may share the separator
    while (at < text.size() && base::IsContinuation(text[at])) ++at;  // not inside a character
  }
}

std::vector<Span> Merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (!out.empty() && span.begin < out.back().end) {
      out.back().end = std::max(out.back().end, span.end);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

}  // namespace

PersonalKinds ParsePersonalKinds(const std::vector<std::string>& words) {
  static const std::map<std::string, PersonalData> names{
      {"rrn", PersonalData::kRrn},         {"name", PersonalData::kName},
      {"phone", PersonalData::kPhone},     {"address", PersonalData::kAddress},
      {"account", PersonalData::kAccount}, {"patient_no", PersonalData::kPatientNo}};
  PersonalKinds kinds;
  for (const auto& [name, kind] : names) {
    if (words.empty() || std::find(words.begin(), words.end(), name) != words.end())
      kinds.insert(kind);
  }
  return kinds;
}

std::vector<Span> FindPersonalData(std::u32string_view text, const PersonalKinds& kinds) {
  const PlainForm form = PlainFormOf(text);
  std::vector<Span> spans;
  for (const Rule& rule : Rules()) {
    if (kinds.contains(rule.kind)) Find(rule, form, spans);
  }
  return Merged(std::move(spans));
}

bool HeadsPersonalData(std::string_view heading, const PersonalKinds& kinds) {
  static const std::vector<std::pair<PersonalData, std::vector<std::string_view>>> headings{
      {PersonalData::kName,
       {"성명", "이름", "성함", "예금주", "담당자", "민원인", "신청인", "보호자"}},
      {PersonalData::kAddress, {"주소", "거주지", "소재지"}},
      {PersonalData::kPhone, {"연락처", "전화", "휴대전화", "휴대폰", "전화번호"}},
      {PersonalData::kRrn, {"주민등록번호", "주민번호"}},
      {PersonalData::kAccount, {"계좌", "계좌번호"}},
      {PersonalData::kPatientNo, {"환자번호", "등록번호"}}};
  const std::string plain = base::ReplaceAll(base::Trim(heading), " ", "");
  for (const auto& [kind, words] : headings) {
    if (kinds.contains(kind) && std::find(words.begin(), words.end(), plain) != words.end())
      return true;
  }
  return false;
}

std::u32string Masked(std::u32string_view text, const std::vector<Span>& spans) {
  static constexpr std::u32string_view kSeparators = U"-.,() +‐‑–—－　";
  std::u32string out(text);
  for (const Span& span : spans) {
    for (size_t i = span.begin; i < span.end && i < out.size(); ++i) {
      if (kSeparators.find(out[i]) == std::u32string_view::npos) out[i] = '*';
    }
  }
  return out;
}

}  // namespace connectors::administration
