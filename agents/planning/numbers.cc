// Numerals and lengths of time, Korean and English.
#include <cmath>
#include <map>

#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

constexpr char kCounter[] =
    " ?(?:개|명|건|대|박스|상자|통|병|장|세트|켤레|벌|포|묶음|자루|팩|드럼|롤|가지|군데|곳|척|매|"
    "부|권|마리|번|차례|분|"
    "동(?:$|[^안네]))";

double Power(std::string_view unit) {
  static const auto* const powers = new std::map<std::string_view, double>{
      {"백", 1e2},      {"천", 1e3},       {"만", 1e4},      {"십만", 1e5},
      {"백만", 1e6},    {"천만", 1e7},     {"억", 1e8},      {"조", 1e12},
      {"십억", 1e9},    {"백억", 1e10},    {"천억", 1e11},   {"dozen", 12},
      {"hundred", 1e2}, {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}};
  auto it = powers->find(unit);
  return it == powers->end() ? 1 : it->second;
}

double Plain(std::string_view digits) {
  const std::string clean = base::ReplaceAll(digits, ",", "");
  double value = 0;
  std::from_chars(clean.data(), clean.data() + clean.size(), value);
  return value;
}

// The number as JSON writes it, as an int only if it is whole.
Candidate NumberCandidate(double value, bool shown) {
  Candidate candidate;
  const bool whole = value == std::floor(value) && std::abs(value) < 9e15;
  const std::string text = whole ? std::to_string(static_cast<int64_t>(value)) : StrCat(value);
  if (whole) candidate.literals.emplace_back("int", text);
  candidate.literals.emplace_back("number", text);
  if (shown) candidate.shown = text;
  return candidate;
}

// 스물하나 or 천오백이십, where `piece` of `text` says it.
Candidate NumberInWords(std::string_view text, std::string_view piece) {
  const auto value = static_cast<double>(SmallNumeral(piece).value_or(0));
  return At(text, piece, NumberCandidate(value, true));
}

Candidate DaysCandidate(int64_t days) {
  Candidate candidate;
  candidate.literals = {{"days", std::to_string(days)}};
  candidate.shown = std::to_string(days);
  return candidate;
}

// Of what looks like a sum of money, what is one: of 24조 2항 and 제1조 nothing, of 1조 2022년 the
// first part (which FindArticles may read otherwise).
std::string_view SumOfMoney(std::string_view text, std::string_view sum) {
  static const RE2* const article = new RE2("^\\d{1,4} ?조 ?\\d{0,3} ?$");
  static const RE2* const counted = new RE2("^ ?(?:년|월|일|시|분|개|건|장|명|대|[-./:]\\d)");
  const std::string_view before = text.substr(0, static_cast<size_t>(sum.data() - text.data()));
  const std::string_view behind = text.substr(before.size() + sum.size());
  if (before.ends_with("제") || before.ends_with("제 ")) return "";
  if (RE2::PartialMatch({sum.data(), sum.size()}, *article) &&
      (behind.starts_with("항") || behind.starts_with("호")))
    return "";
  if (RE2::PartialMatch({behind.data(), behind.size()}, *counted)) {
    while (!sum.empty() && (sum.back() == ',' || (sum.back() >= '0' && sum.back() <= '9')))
      sum.remove_suffix(1);
  }
  while (sum.ends_with(' ')) sum.remove_suffix(1);
  return sum;
}

}  // namespace

void FindNumbers(std::string_view text, std::vector<Candidate>& out) {
  static const RE2* const digits = new RE2(
      "((영하|마이너스|minus|-) ?)?(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d{1,15}(?:\\.\\d+)?)");
  FindAll(
      text, *digits,
      [&](const Groups& g) -> std::optional<Candidate> {
        const bool dash = g[2] == "-";
        const char before = g[0].data() > text.data() ? g[0].data()[-1] : ' ';
        const bool minus = !g[2].empty() && (!dash || before == ' ' || before == '(');
        const bool changed = minus || g[3].find(',') != std::string_view::npos;
        Candidate candidate = NumberCandidate(minus ? -Plain(g[3]) : Plain(g[3]), changed && !dash);
        return minus ? At(text, g[0], std::move(candidate)) : At(text, g[3], std::move(candidate));
      },
      out);
  static const RE2* const powers = new RE2(
      "((?:\\d[\\d,]*(?:\\.\\d+)? ?(?:조|천억|백억|십억|억|천만|백만|십만|만|천|백) "
      "?)+(?:\\d[\\d,]*)?)");
  static const RE2* const term =
      new RE2("(\\d[\\d,]*(?:\\.\\d+)?) ?(조|천억|백억|십억|억|천만|백만|십만|만|천|백)?");
  FindAll(
      text, *powers,
      [&](const Groups& g) -> std::optional<Candidate> {
        const std::string_view trimmed = SumOfMoney(text, g[1]);
        if (trimmed.empty()) return std::nullopt;
        double sum = 0;
        std::vector<Candidate> unused;
        FindAll(
            trimmed, *term,
            [&](const Groups& t) -> std::optional<Candidate> {
              sum += Plain(t[1]) * Power(t[2]);
              return std::nullopt;
            },
            unused);
        const std::string_view lead =
            text.substr(0, static_cast<size_t>(trimmed.data() - text.data()));
        const bool minus = lead.ends_with("영하 ") || lead.ends_with("마이너스 ");
        Candidate candidate = At(text, trimmed, NumberCandidate(minus ? -sum : sum, true));
        candidate.rank = 1;
        return candidate;
      },
      out);
  static const RE2* const sino = new RE2(StrCat("(?:^|[ (,])(", kSinoNumeral, ")", kCounter));
  FindAll(
      text, *sino,
      [&](const Groups& g) -> std::optional<Candidate> {
        const bool one = g[1].size() <= std::string_view("일").size();
        if (one && g[1] != "백" && g[1] != "천") return std::nullopt;  // 이 건, 사 대
        return NumberInWords(text, g[1]);
      },
      out);
  // 수량은 스무, 소요량 세; without a counter and such a word only what means nothing else.
  static const RE2* const amount = new RE2(
      StrCat("(?:(?:수|소요)량(?:은|이|을)? ?(", kNativeNumeral,
             ")|[ (]((?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?(?:다섯|여섯|일곱|여덟|아홉)))"
             "(?:$|[^가-힣]|로|으로|입)"));
  FindAll(
      text, *amount,
      [&](const Groups& g) { return NumberInWords(text, g[1].empty() ? g[2] : g[1]); }, out);
  static const RE2* const native = new RE2(StrCat("(", kNativeNumeral, ")", kCounter));
  FindAll(
      text, *native,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (!IsWord(text, g[1])) return std::nullopt;  // 필요한 부품, 모두 장비별로
        return NumberInWords(text, g[1]);
      },
      out);
  static const RE2* const english = new RE2(
      StrCat("(?i:\\b(", kEnglishNumeral, ")(?: (dozen|hundred|thousand|million|billion))?\\b)"));
  FindAll(
      text, *english,
      [&](const Groups& g) {
        const auto value = static_cast<double>(SmallNumeral(base::LowerAscii(g[1])).value_or(0));
        return NumberCandidate(value * Power(base::LowerAscii(g[2])), true);
      },
      out);
  static const RE2* const round = new RE2("(?i:\\ba (dozen|hundred|thousand)\\b)");
  FindAll(
      text, *round,
      [&](const Groups& g) { return NumberCandidate(Power(base::LowerAscii(g[1])), true); }, out);
  static const RE2* const scaled =
      new RE2("(?i:\\b(\\d[\\d,]*(?:\\.\\d+)?) (hundred|thousand|million|billion)\\b)");
  FindAll(
      text, *scaled,
      [&](const Groups& g) {
        return NumberCandidate(Plain(g[1]) * Power(base::LowerAscii(g[2])), true);
      },
      out);
}

void FindDurations(std::string_view text, std::vector<Candidate>& out) {
  static const RE2* const korean = new RE2(KoreanCount() + " ?(개월|달|주일?|일)(?:간|치|분)?");
  FindAll(
      text, *korean,
      [&](const Groups& g) -> std::optional<Candidate> {
        const auto count = CountOf(text, g[1], g[2]);
        if (!count) return std::nullopt;
        return DaysCandidate(Length{*count, KoreanUnit(g[2])}.Days());
      },
      out);
  static const RE2* const named = new RE2(StrCat("(?i:", NamedLengths(), "(?:간|치|분)?)"));
  FindAll(
      text, *named,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (!IsWord(text, g[1])) return std::nullopt;  // 타이틀
        return DaysCandidate(NamedLength(g[1])->Days());
      },
      out);
  static const RE2* const english = new RE2(StrCat("(?i:\\b(half |hundred |hundred and )?(?:(a)|",
                                                   EnglishCount(), ")[ -](day|week|month)s?\\b)"));
  FindAll(
      text, *english,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (!g[1].empty()) return std::nullopt;  // only a part of the length
        const int64_t count =
            SmallNumeral(base::LowerAscii(g[2].empty() ? g[3] : g[2])).value_or(0);
        return DaysCandidate(Length{count, EnglishUnit(base::LowerAscii(g[4]))}.Days());
      },
      out);
}

}  // namespace agents
