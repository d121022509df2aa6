#include "connectors/medical/lab_tests.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

struct Test {
  std::vector<std::string_view> names;  // as TestKey writes them
  std::vector<std::string_view> codes;
};

const std::vector<Test>& Tests() {
  static const std::vector<Test> all{
      {{"egfr", "사구체여과율", "추정사구체여과율"},
       {"98979-8", "62238-1", "33914-3", "48642-3", "48643-1"}},
      {{"크레아티닌", "creatinine", "cr"}, {"2160-0"}},
      {{"요소질소", "혈중요소질소", "bun"}, {"3094-0"}},
      {{"칼륨", "potassium", "k"}, {"2823-3"}},
      {{"나트륨", "sodium", "na"}, {"2951-2"}},
      {{"염소", "chloride", "cl"}, {"2075-0"}},
      {{"칼슘", "calcium", "ca"}, {"17861-6"}},
      {{"당화혈색소", "hba1c", "a1c"}, {"4548-4", "59261-8"}},
      {{"혈당", "공복혈당", "glucose"}, {"2345-7", "1558-6"}},
      {{"혈색소", "헤모글로빈", "hemoglobin", "hb"}, {"718-7"}},
      {{"백혈구", "백혈구수", "wbc"}, {"6690-2"}},
      {{"혈소판", "혈소판수", "platelet", "plt"}, {"777-3"}},
      {{"ast", "got", "sgot"}, {"1920-8"}},
      {{"alt", "gpt", "sgpt"}, {"1742-6"}},
      {{"총빌리루빈", "빌리루빈", "bilirubin"}, {"1975-2"}},
      {{"알부민", "albumin"}, {"1751-7"}},
      {{"c반응단백", "crp"}, {"1988-5"}},
      {{"총콜레스테롤", "콜레스테롤", "cholesterol"}, {"2093-3"}},
      {{"ldl", "ldl콜레스테롤", "저밀도콜레스테롤"}, {"13457-7", "18262-6", "2089-1"}},
      {{"hdl", "hdl콜레스테롤", "고밀도콜레스테롤"}, {"2085-9"}},
      {{"중성지방", "triglyceride", "tg"}, {"2571-8"}},
      {{"갑상선자극호르몬", "tsh"}, {"3016-3", "11580-8"}},
      {{"프로트롬빈시간", "ptinr", "inr"}, {"6301-6"}},
      {{"요산", "uricacid"}, {"3084-1"}},
  };
  return all;
}

// "98979-8": digits, a hyphen, a check digit.
bool IsLoinc(std::string_view text) {
  const size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || hyphen + 2 != text.size()) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string TestKey(std::string_view name) {
  return base::ReplaceAll(base::ReplaceAll(base::LowerAscii(base::Trim(name)), " ", ""), "-", "");
}

std::vector<std::string> LoincCodes(std::string_view name) {
  if (IsLoinc(name)) return {std::string(name)};
  const std::string key = TestKey(name);
  for (const Test& test : Tests()) {
    if (std::find(test.names.begin(), test.names.end(), key) != test.names.end())
      return {test.codes.begin(), test.codes.end()};
  }
  return {};
}

}  // namespace connectors::medical
