#include "agents/running/yes_no.h"

#include <set>
#include <string>

#include "model_core/base/strings.h"

namespace agents {
namespace {

// Without spaces and closing punctuation, in lower case.
std::string Bare(std::string_view text) {
  std::string bare;
  for (char c : base::LowerAscii(text)) {
    if (std::string_view(" \t\r\n.,!~").find(c) == std::string_view::npos) bare += c;
  }
  return bare;
}

}  // namespace

std::optional<bool> ParseYesNo(std::string_view text) {
  static const auto* const yes = new std::set<std::string, std::less<>>{"네",
                                                                        "예",
                                                                        "응",
                                                                        "넵",
                                                                        "그래",
                                                                        "좋아",
                                                                        "좋아요",
                                                                        "좋습니다",
                                                                        "확인",
                                                                        "확인했습니다",
                                                                        "확인함",
                                                                        "진행",
                                                                        "진행해",
                                                                        "진행해줘",
                                                                        "진행해주세요",
                                                                        "진행하세요",
                                                                        "진행해요",
                                                                        "네진행해주세요",
                                                                        "예진행해주세요",
                                                                        "네진행해줘",
                                                                        "동의",
                                                                        "동의합니다",
                                                                        "승인",
                                                                        "yes",
                                                                        "y",
                                                                        "ok",
                                                                        "okay",
                                                                        "goahead",
                                                                        "proceed",
                                                                        "confirm",
                                                                        "confirmed",
                                                                        "yesproceed",
                                                                        "yesgoahead",
                                                                        "yesplease"};
  static const auto* const no = new std::set<std::string, std::less<>>{"아니",
                                                                       "아니요",
                                                                       "아니오",
                                                                       "아뇨",
                                                                       "취소",
                                                                       "취소해",
                                                                       "취소해줘",
                                                                       "취소해주세요",
                                                                       "중지",
                                                                       "중지해줘",
                                                                       "그만",
                                                                       "하지마",
                                                                       "하지마세요",
                                                                       "하지말아줘",
                                                                       "하지말아주세요",
                                                                       "진행하지마",
                                                                       "진행하지마세요",
                                                                       "보류",
                                                                       "보류해줘",
                                                                       "안돼",
                                                                       "안됩니다",
                                                                       "no",
                                                                       "n",
                                                                       "stop",
                                                                       "cancel",
                                                                       "don't",
                                                                       "dont",
                                                                       "donot",
                                                                       "nothanks",
                                                                       "hold"};
  const std::string bare = Bare(text);
  if (yes->contains(bare)) return true;
  if (no->contains(bare)) return false;
  return std::nullopt;
}

}  // namespace agents
