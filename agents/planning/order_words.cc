#include "agents/planning/order_words.h"

#include <string>

namespace agents {
namespace {

using re2::RE2;

struct Row {
  std::string_view tool;
  bool korean, verb;
  const char* words;
};

constexpr Row kRows[] = {
    {"alarm.ack", true, true, "확인 ?처리"},
    {"supply.requisition.submit", true, true,
     "상신|REQ-\\d+[^.?!,\\n]{0,8}?(?:올려|올리|올렸|올린|올릴지|제출)"},
    {"supply.requisition.draft", true, true,
     "청구서 ?초안|청구서(?:를|만|도)? ?(?:작성|쓰|쓸|써|썼)"},
    {"order.sign", true, true, "서명|사인"},
    {"order.propose", true, true, "처방안"},
    {"workorder.create", true, true, "작업 ?(?:지시|오더)|정비 ?지시"},
    {"setpoint.write", true, true,
     "설정 ?값|설정치|세트포인트|셋포인트|"
     "\\b(?:[TPFLSV][A-Z]{1,3}|A[IT])-\\d+(?:[^.?!,\\n]|\\.\\d){0,16}?(?:로|까지) ?"
     "(?:올려|올리|올렸|올린|올릴지|내려|내리|내렸|내린|내릴지|낮추|낮춰|낮췄|낮춘|낮출지|높이|"
     "높여|높였|높인|높일지|"
     "맞추|맞춰|맞췄|맞춘|맞출지|바꾸|바꿔|바꿨|바꾼|바꿀지)"},
    {"deid.export", true, true, "반출"},
    {"mail.send", true, true,
     "(?:메일|이메일)[^.?!,\\n]{0,12}?(?:보내|보낼|보낸|보냈|발송|전송|나갔|나간)|발송|"
     "(?:보내려던|보내기로 (?:한|했던)) (?:이?메일)|"
     "DOC-\\d+[^.?!,\\n]{0,10}?(?:보내|보낼|보낸|보냈)|보내 ?(?:줘|주세|주십|주시|드려)"},
    {"ticket.create", true, true, "(?:요청|티켓)[^.?!,\\n]{0,8}?(?:등록|접수)"},
    {"label.assign", true, true,
     "(?:대외비|기밀|등급|급|공개)[^.?!,\\n]{0,6}?(?:지정|표시|분류)|"
     "(?:대외비|기밀|등급|[0-9ⅠⅡⅢ]급)(?:으?로|를|을)? ?(?:올리|올려|올릴|올린|올렸|내리|내려|내릴|"
     "내린|내렸|바꾸|바꿔|바꿀|바꾼|바꿨|낮추|낮춰|낮출|해야 [하되]나)|"
     "(?:대외비|기밀|비밀|[0-9ⅠⅡⅢ]급)(?:이야|야|인가|인지|이냐|냐|이니|니| ?맞)"},
    {"alarm.ack", false, true,
     "(?i:\\b(?:ack(?:s|ed|ing)?|acknowledg\\w*|hold (?:back )?AL-\\d+)\\b)"},
    {"supply.requisition.submit", false, true,
     "(?i:\\b(?:(?:un)?submi(?:t\\w*|ssion)|hold (?:back )?REQ-\\d+)\\b)"},
    {"order.sign", false, true,
     "(?i:\\b(?:(?:counter-?)?sign(?:ed|ing|s)?|signature|hold (?:back )?ORD-\\d+)\\b)"},
    {"workorder.create", false, false, "(?i:\\bwork orders?\\b)"},
    {"setpoint.write", false, false, "(?i:\\bset ?-?points?\\b)"},
    {"deid.export", false, true, "(?i:\\bexport(?:s|ed|ing)?\\b)"},
    {"mail.send", false, true,
     "(?i:\\b(?:send(?:ing|s)?|sent|(?:e-?)?mail(?:ed|ing)|(?:e-?)?mails? to|mail "
     "(?:it|them|this|these|DOC-\\d+)|"
     "forward(?:ed|ing)?)\\b)"},
    {"supply.requisition.draft", false, false,
     "(?i:\\b(?:draft(?:ing|ed)? (?:a|the|another) )?requisitions?\\b)"},
    {"ticket.create", false, false,
     "(?i:\\btickets?\\b|\\b(?:file|log|raise|put in) (?:a|an|the) (?:\\w+ )?request\\b)"},
    {"label.assign", false, false,
     "(?i:\\b(?:restricted|confidential|secret|grad(?:e|ed|ing)|label(?:led|ed|ling|ing)?|"
     "mark(?:ed|ing)?)\\b)"}};

}  // namespace

const std::vector<ActWords>& AllActWords() {
  static const auto* const all = [] {
    auto* words = new std::vector<ActWords>;
    for (const Row& row : kRows) {
      words->push_back({row.tool, row.korean, row.verb, std::make_unique<const RE2>(row.words)});
    }
    return words;
  }();
  return *all;
}

}  // namespace agents
