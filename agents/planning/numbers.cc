// Numerals and lengths of time, Korean and English.
#include <cmath>
#include <map>

#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

// 열다섯, 스물한, 서른: a ten and its units, or either alone.
constexpr char kNative[] =
    "((?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)(?:하나|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|"
    "일곱|여덟|아홉)?|스무|"
    "하나|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|일곱|여덟|아홉)";
constexpr char kCounter[] =
    " ?(?:개|명|건|대|박스|상자|통|병|장|세트|켤레|벌|포|묶음|자루|팩|드럼|롤|가지|군데|곳|척|매|"
    "부|권|마리|번|차례|분|"
    "동(?:$|[^안네]))";
// 이백, 천오백, 삼십이: of these the ones that no other word begins with.
constexpr char kSino[] =
    "((?:[이삼사오육칠팔구]?천)?(?:[이삼사오육칠팔구]?백)?(?:[이삼사오육칠팔구]?십)?["
    "일이삼사오육칠팔구]?)";
constexpr char kEnglish[] =
    "(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|"
    "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)";

double Power(std::string_view unit) {
  static const auto* const powers = new std::map<std::string_view, double>{
      {"백", 1e2},      {"천", 1e3},       {"만", 1e4},      {"십만", 1e5},
      {"백만", 1e6},    {"천만", 1e7},     {"억", 1e8},      {"조", 1e12},
      {"십억", 1e9},    {"백억", 1e10},    {"천억", 1e11},   {"dozen", 12},
      {"hundred", 1e2}, {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}};
  auto it = powers->find(unit);
  return it == powers->end() ? 1 : it->second;
}

// 천오백이십 is 1520.
double Sino(std::string_view numeral) {
  static const auto* const digits =
      new std::map<std::string_view, double>{{"일", 1}, {"이", 2}, {"삼", 3}, {"사", 4}, {"오", 5},
                                             {"육", 6}, {"칠", 7}, {"팔", 8}, {"구", 9}};
  double sum = 0, digit = 0;
  for (size_t at = 0; at < numeral.size(); at += std::string_view("일").size()) {
    const std::string_view syllable = numeral.substr(at, std::string_view("일").size());
    if (const auto it = digits->find(syllable); it != digits->end()) {
      digit = it->second;
      continue;
    }
    sum += (digit == 0 ? 1 : digit) * (syllable == "십" ? 10 : Power(syllable));
    digit = 0;
  }
  return sum + digit;
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

// 스물하나, where `piece` of `text` says it.
Candidate NativeNumber(std::string_view text, std::string_view piece) {
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

int64_t DaysIn(std::string_view unit) {
  if (unit.starts_with("주") || unit.starts_with("week")) return 7;
  if (unit.starts_with("개월") || unit.starts_with("달") || unit.starts_with("month")) return 30;
  return 1;
}

}  // namespace

std::optional<int64_t> SmallNumeral(std::string_view word) {
  int64_t value = 0;
  if (base::ParseInt(word, value)) return value;
  static const auto* const words = new std::map<std::string_view, int64_t>{
      {"하나", 1},       {"한", 1},        {"둘", 2},        {"두", 2},        {"셋", 3},
      {"세", 3},         {"석", 3},        {"넷", 4},        {"네", 4},        {"넉", 4},
      {"다섯", 5},       {"여섯", 6},      {"일곱", 7},      {"여덟", 8},      {"아홉", 9},
      {"열", 10},        {"스물", 20},     {"스무", 20},     {"서른", 30},     {"마흔", 40},
      {"쉰", 50},        {"예순", 60},     {"일흔", 70},     {"여든", 80},     {"아흔", 90},
      {"one", 1},        {"two", 2},       {"three", 3},     {"four", 4},      {"five", 5},
      {"six", 6},        {"seven", 7},     {"eight", 8},     {"nine", 9},      {"ten", 10},
      {"eleven", 11},    {"twelve", 12},   {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15},
      {"sixteen", 16},   {"eighteen", 18}, {"twenty", 20},   {"thirty", 30},   {"forty", 40},
      {"fifty", 50},     {"sixty", 60},    {"seventy", 70},  {"eighty", 80},   {"ninety", 90},
      {"seventeen", 17}, {"nineteen", 19}};
  if (auto it = words->find(word); it != words->end()) return it->second;
  for (std::string_view ten :
       {"열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"}) {
    if (!word.starts_with(ten)) continue;
    const auto unit = words->find(word.substr(ten.size()));
    if (unit != words->end() && unit->second < 10) return words->at(ten) + unit->second;
  }
  return std::nullopt;
}

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
  static const RE2* const sino = new RE2("(?:^|[ (,])" + std::string(kSino) + kCounter);
  FindAll(
      text, *sino,
      [&](const Groups& g) -> std::optional<Candidate> {
        const bool one = g[1].size() <= std::string_view("일").size();
        if (one && g[1] != "백" && g[1] != "천") return std::nullopt;  // 이 건, 사 대
        return At(text, g[1], NumberCandidate(Sino(g[1]), true));
      },
      out);
  // 수량은 스무, 소요량 세; without a counter and such a word only what means nothing else.
  static const RE2* const amount =
      new RE2("(?:(?:수|소요)량(?:은|이|을)? ?" + std::string(kNative) +
              "|[ (]((?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?(?:다섯|여섯|일곱|여덟|아홉)))"
              "(?:$|[^가-힣]|로|으로|입)");
  FindAll(
      text, *amount,
      [&](const Groups& g) { return NativeNumber(text, g[1].empty() ? g[2] : g[1]); }, out);
  static const RE2* const native = new RE2(std::string(kNative) + kCounter);
  FindAll(
      text, *native,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (g[1] == "한" && FollowsHangul(text, g[1])) return std::nullopt;  // 필요한 부품
        return NativeNumber(text, g[1]);
      },
      out);
  static const RE2* const english =
      new RE2("(?i:\\b" + std::string(kEnglish) +
              "(?:[ -](one|two|three|four|five|six|seven|eight|nine))?(?: "
              "(dozen|hundred|thousand|million|billion))?\\b)");
  FindAll(
      text, *english,
      [&](const Groups& g) {
        const auto value = [](std::string_view word) {
          return static_cast<double>(SmallNumeral(base::LowerAscii(word)).value_or(0));
        };
        return NumberCandidate((value(g[1]) + value(g[2])) * Power(base::LowerAscii(g[3])), true);
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
  static const RE2* const korean = new RE2(
      "(\\d{1,4}|한|두|세|석|네|넉|다섯|여섯|일곱|여덟|아홉|열두|열|스무) "
      "?(개월|달|주일?|일)(?:간|치|분)?");
  FindAll(
      text, *korean,
      [&](const Groups& g) { return DaysCandidate(SmallNumeral(g[1]).value_or(0) * DaysIn(g[2])); },
      out);
  static const RE2* const named =
      new RE2("(하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름|일주일|반달)(?:간|치|분)?");
  static const auto* const days = new std::map<std::string_view, int64_t>{
      {"하루", 1}, {"이틀", 2},  {"사흘", 3},  {"나흘", 4},   {"닷새", 5}, {"엿새", 6},
      {"이레", 7}, {"열흘", 10}, {"보름", 15}, {"일주일", 7}, {"반달", 15}};
  FindAll(
      text, *named, [&](const Groups& g) { return DaysCandidate(days->at(g[1])); }, out);
  static const RE2* const english = new RE2(
      "(?i:\\b(\\d{1,4}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty|"
      "thirty|ninety)[ -](day|week|month)s?\\b)");
  FindAll(
      text, *english,
      [&](const Groups& g) {
        const std::string count = base::LowerAscii(g[1]);
        return DaysCandidate((count == "a" ? 1 : SmallNumeral(count).value_or(0)) *
                             DaysIn(base::LowerAscii(g[2])));
      },
      out);
}

}  // namespace agents
