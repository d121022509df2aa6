#include "agents/planning/numerals.h"

#include <re2/re2.h>

#include <map>

#include "model_core/base/strings.h"

namespace agents {
namespace {

using re2::RE2;

constexpr size_t kSyllableBytes = std::string_view("일").size();

using Values = std::map<std::string_view, int64_t>;

const Values& Native() {
  static const auto* const words =
      new Values{{"하나", 1}, {"한", 1},    {"둘", 2},    {"두", 2},    {"셋", 3},
                 {"세", 3},   {"석", 3},    {"넷", 4},    {"네", 4},    {"넉", 4},
                 {"다섯", 5}, {"여섯", 6},  {"일곱", 7},  {"여덟", 8},  {"아홉", 9},
                 {"열", 10},  {"스물", 20}, {"스무", 20}, {"서른", 30}, {"마흔", 40},
                 {"쉰", 50},  {"예순", 60}, {"일흔", 70}, {"여든", 80}, {"아흔", 90}};
  return *words;
}

const Values& English() {
  static const auto* const words = new Values{
      {"a", 1},         {"an", 1},       {"one", 1},      {"two", 2},        {"three", 3},
      {"four", 4},      {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},
      {"nine", 9},      {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13},
      {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18},
      {"nineteen", 19}, {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},
      {"sixty", 60},    {"seventy", 70}, {"eighty", 80},  {"ninety", 90}};
  return *words;
}

const std::map<std::string_view, Length>& Named() {
  static const auto* const names =
      new std::map<std::string_view, Length>{{"하루", {1}},
                                             {"이틀", {2}},
                                             {"사흘", {3}},
                                             {"나흘", {4}},
                                             {"닷새", {5}},
                                             {"엿새", {6}},
                                             {"이레", {7}},
                                             {"여드레", {8}},
                                             {"아흐레", {9}},
                                             {"열흘", {10}},
                                             {"열하루", {11}},
                                             {"열이틀", {12}},
                                             {"열사흘", {13}},
                                             {"열나흘", {14}},
                                             {"열닷새", {15}},
                                             {"열엿새", {16}},
                                             {"열이레", {17}},
                                             {"열여드레", {18}},
                                             {"열아흐레", {19}},
                                             {"보름", {15}},
                                             {"반달", {15}},
                                             {"일주일", {1, Unit::kWeek}},
                                             {"반년", {6, Unit::kMonth}},
                                             {"fortnight", {14}},
                                             {"half year", {6, Unit::kMonth}},
                                             {"half a year", {6, Unit::kMonth}}};
  return *names;
}

std::optional<int64_t> In(const Values& values, std::string_view word) {
  const auto it = values.find(word);
  return it == values.end() ? std::nullopt : std::optional(it->second);
}

// A ten and a unit of `values`, with `between` between them.
std::optional<int64_t> Compound(const Values& values, std::string_view word,
                                std::string_view between) {
  for (const auto& [ten, value] : values) {
    if (value < 10 || value % 10 != 0 || !word.starts_with(ten)) continue;
    const std::string_view rest = word.substr(ten.size());
    if (!rest.starts_with(between)) continue;
    const auto unit = In(values, rest.substr(between.size()));
    if (unit && *unit < 10) return value + *unit;
  }
  return std::nullopt;
}

// 천오백이십 is 1520.
std::optional<int64_t> Sino(std::string_view numeral) {
  static const RE2* const whole = new RE2(kSinoNumeral);
  static const auto* const syllables =
      new Values{{"일", 1}, {"이", 2}, {"삼", 3}, {"사", 4},  {"오", 5},   {"육", 6},
                 {"칠", 7}, {"팔", 8}, {"구", 9}, {"십", 10}, {"백", 100}, {"천", 1000}};
  if (!RE2::FullMatch({numeral.data(), numeral.size()}, *whole)) return std::nullopt;
  int64_t sum = 0, digit = 0;
  for (size_t at = 0; at < numeral.size(); at += kSyllableBytes) {
    const int64_t value = syllables->at(numeral.substr(at, kSyllableBytes));
    if (value >= 10) sum += (digit == 0 ? 1 : digit) * value;
    digit = value >= 10 ? 0 : value;
  }
  return sum + digit;
}

bool Matches(std::string_view text, const RE2& pattern) {
  return RE2::PartialMatch({text.data(), text.size()}, pattern);
}

std::string_view Before(std::string_view text, std::string_view piece) {
  return text.substr(0, static_cast<size_t>(piece.data() - text.data()));
}

std::string_view Behind(std::string_view text, std::string_view piece) {
  return text.substr(static_cast<size_t>(piece.data() + piece.size() - text.data()));
}

// 두 주소, 10 달러, 두 분기: the unit only begins the word that stands there.
bool BeginsWord(std::string_view unit, std::string_view behind) {
  static const RE2* const words = new RE2(
      "^(?:달(?:러|라|력)|분(?:기|석|류|야|담|량)|주(?:소|문|민|기|제|식|택|차장)|"
      "일(?:곱|월|요|반|괄|련|정(?:[^도]|$)|부(?:[^터]|$))|"
      "해(?:군|양|외|상|안|당|결|석|제|체|지))");
  return Matches(base::StrCat(unit, behind), *words);
}

// What may follow a length whose numeral could mean something else.
bool SaysLength(std::string_view behind) {
  static const RE2* const words = new RE2("^ ?(?:간|치|동안|이내|전|뒤|후|안에|내에)");
  return Matches(behind, *words);
}

// 오 일간, 삼 개월, 일주일; but 이 주 (this week), 오일 (oil), 사 주세요 and 이 시간.
bool DigitCounts(std::string_view text, std::string_view digit, std::string_view unit) {
  static const RE2* const recent = new RE2("(?:최근|지난|과거) ?$");
  static const RE2* const end =
      new RE2("^(?:$|[^가-힣]|간|치|분|동안|이내|이후|전|뒤|후|안에|내에|의|에|까지|부터)");
  const bool glued = digit.data() + digit.size() == unit.data();
  const std::string_view behind = Behind(text, unit);
  if (unit == "개월" || unit == "년" || (digit == "일" && unit == "주일")) return true;
  if (unit != "주" && unit != "주일" && unit != "일" && unit != "분") return false;
  if (digit == "일" && unit == "일") return false;  // 일일 점검
  if (digit == "이" && !(unit.starts_with("주") && Matches(Before(text, digit), *recent)))
    return false;
  return glued ? behind.starts_with("간") : Matches(behind, *end);
}

// 이십일 is a length of twenty days only beside a word that says so; 십오일 is no numeral.
bool SinoCounts(std::string_view text, std::string_view numeral, std::string_view unit) {
  const bool open = numeral.ends_with("십") || numeral.ends_with("백");
  if (numeral.size() == kSyllableBytes && !open) return DigitCounts(text, numeral, unit);
  const bool glued = numeral.data() + numeral.size() == unit.data();
  return unit != "일" || !open || !glued || SaysLength(Behind(text, unit));
}

}  // namespace

std::string KoreanCount() {
  return base::StrCat("(\\d{1,4}|", kNativeNumeral, "|", kSinoNumeral, ")");
}

std::string EnglishCount() { return base::StrCat("(\\d{1,4}|", kEnglishNumeral, ")"); }

std::optional<int64_t> SmallNumeral(std::string_view word) {
  int64_t value = 0;
  if (base::ParseInt(word, value)) return value;
  for (const Values* values : {&Native(), &English()}) {
    if (const auto found = In(*values, word)) return found;
  }
  if (const auto found = Compound(Native(), word, "")) return found;
  for (const char* between : {"-", " "}) {
    if (const auto found = Compound(English(), word, between)) return found;
  }
  return Sino(word);
}

bool IsWord(std::string_view text, std::string_view numeral) {
  static const RE2* const glued = new RE2("[가-힣0-9]$");
  // These end no other word, so that a blank may be missing before them, as after some words.
  static const RE2* const plain =
      new RE2("다섯|여섯|일곱|여덟|아홉|스무|스물|서른|마흔|예순|일흔|여든|아흔");
  static const RE2* const before = new RE2(
      "(?:최근|지난|과거|저번|다음|앞으로|향후|최소|최대|대략|오늘|내일|어제|"
      "(?:^|[^가-힣])(?:약|총|매|단|딱|만|요|한|두))$");
  const std::string_view lead = Before(text, numeral);
  return !Matches(lead, *glued) || Matches(numeral, *plain) || Matches(lead, *before);
}

std::optional<int64_t> CountOf(std::string_view text, std::string_view numeral,
                               std::string_view unit) {
  constexpr int64_t kSinoMax = 999;  // 이천 and 사천 are places
  if (BeginsWord(unit, Behind(text, unit))) return std::nullopt;
  const auto count = SmallNumeral(numeral);
  int64_t digits = 0;
  if (!count || base::ParseInt(numeral, digits)) return count;
  static const RE2* const alone = new RE2("(?:하나|둘|셋|넷)$");  // 하나 달아 줘
  if (!IsWord(text, numeral) || Matches(numeral, *alone)) return std::nullopt;
  if (Sino(numeral) && (*count > kSinoMax || !SinoCounts(text, numeral, unit))) return std::nullopt;
  // 한 일 is what was done, 두 일 are two matters.
  const bool matter = unit == "일" && *count < 5 && !Sino(numeral);
  if (matter && (*count == 1 || !SaysLength(Behind(text, unit)))) return std::nullopt;
  return count;
}

int64_t Length::Days() const {
  return count * (unit == Unit::kMonth ? 30 : unit == Unit::kWeek ? 7 : 1);
}

std::string NamedLengths() {
  std::string pattern;
  for (const auto& [name, length] : Named())
    pattern += base::StrCat(pattern.empty() ? "(" : "|", name);
  return pattern + ")";
}

std::optional<Length> NamedLength(std::string_view word) {
  const auto it = Named().find(base::LowerAscii(word));
  return it == Named().end() ? std::nullopt : std::optional(it->second);
}

}  // namespace agents
