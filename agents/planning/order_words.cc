#include "agents/planning/order_words.h"

#include <string>

namespace agents {
namespace {

using re2::RE2;

// Says that an act is done: 상신했습니다, 서명하셨고, 작업지시 나간 뒤로.
constexpr char kDone[] =
    "(?:(?:했|됐|되었|하였|넣었|냈|내렸|올렸|보냈|바꿨|하셨|됐었|했었)(?:다|어|습|는|고|거|던|음|"
    "대|지|나|더|냐)|"
    "나갔|나간|끝났)";

struct Row {
  std::string_view tool;
  bool korean, verb;
  const char* words;
};

constexpr Row kRows[] = {
    {"alarm.ack", true, true, "확인 ?처리"},
    {"supply.requisition.submit", true, true, "상신"},
    {"supply.requisition.draft", true, true, "청구서 ?(?:초안|작성)"},
    {"order.sign", true, true, "서명"},
    {"order.propose", true, true, "처방안"},
    {"workorder.create", true, true, "작업 ?지시"},
    {"setpoint.write", true, true, "설정 ?값|설정치|세트포인트|셋포인트"},
    {"deid.export", true, true, "반출"},
    {"mail.send", true, true,
     "(?:메일|이메일)[^.?!,\\n]{0,12}?(?:보내|보낼|보낸|보냈|발송|전송|나갔|나간)|발송"},
    {"ticket.create", true, true, "(?:요청|티켓)[^.?!,\\n]{0,8}?(?:등록|접수)"},
    {"label.assign", true, true, "(?:대외비|기밀|등급|급|공개)[^.?!,\\n]{0,6}?(?:지정|표시|분류)"},
    {"alarm.ack", false, true, "(?i:\\b(?:ack(?:s|ed|ing)?|acknowledg\\w*)\\b)"},
    {"supply.requisition.submit", false, true, "(?i:\\b(?:un)?submi(?:t\\w*|ssion)\\b)"},
    {"order.sign", false, true, "(?i:\\b(?:(?:counter-?)?sign(?:ed|ing)?|signature)\\b)"},
    {"workorder.create", false, false, "(?i:\\bwork orders?\\b)"},
    {"setpoint.write", false, false, "(?i:\\bset ?-?points?\\b)"},
    {"deid.export", false, true, "(?i:\\bexport(?:s|ed|ing)?\\b)"},
    {"mail.send", false, true,
     "(?i:\\b(?:send(?:ing)?|sent|(?:e-?)?mail(?:ed|ing)|(?:e-?)?mails? to|"
     "forward(?:ed|ing)?)\\b)"},
    {"supply.requisition.draft", false, false,
     "(?i:\\bdraft(?:ing|ed)? (?:a|the|another) requisition\\b)"},
    {"ticket.create", false, false, "(?i:\\btickets?\\b)"},
    {"label.assign", false, false,
     "(?i:\\b(?:grad(?:e|ed|ing)|label(?:led|ed|ling|ing)?|mark(?:ed|ing)?)\\b)"}};

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

const KoreanOrderWords& KoreanOrderWords::Get() {
  static const auto* const words = new KoreanOrderWords{
      RE2("^[^.?!,\\n]{0,8}(?:했|됐)으면"),
      RE2("^(?:하|내리|내|되)?(?:는|은)? "
          "?(?:법|방법|절차|지침|기준|매뉴얼|여부|이력|기록|누락|현황|내역|권한|승인)"),
      RE2(std::string("^[^.?!,\\n주고]{0,10}(?:는지|은지|[할될릴낼갈볼을쓸]지|까 말까|나 싶)|") +
          "^[^.?!,\\n주]{0,10}(?:지 ?(?:는 |도 "
          ")?(?:말[고아았라]|마(?:[라세시십요]|[^가-힣]|$))|말고|말아|보류|"
          "필요 ?없|필요는 없|안 (?:해|올려|내|보내|만들어|바꿔)도|않아도|놔두|건너뛰|하지 않)|"
          "^(?:은|는|을|를|이|가|도)?[^.?!,\\n주]{0,12}" +
          kDone +
          "|^[^.?!\\n]{0,24}(?:예정|기로 (?:했|함|하였|결정)|심의|테니|보고 판단|판단할|나중에 "
          "결정|"
          "(?:에서|때) (?:결정|정)|따로 말씀|(?:제가|내가) (?:직접|알아서|따로)|자고 "
          "[하했]|[자라]는 "
          "(?:건|것|입장|의견|말|얘기|요청)|려는 (?:건|것) 아니|하신대|한대요?[^가-힣]|하신다)|"
          "^(?:하는|하는데)? ?(?:건은|건이)|^[^.?!,\\n]{0,6}어떻게"),
      RE2("누가[^.?!,\\n]{0,14}$|어떻게 $"),
      RE2("(?:보냈|보낸|나갔|나간)$"),
      RE2("^ ?(?:뒤|후|다음)"),
      RE2("(?:그대로 (?:두|놔|둡)|놔두|놔둬|두고|둬|냅두|말고|지 "
          "?(?:마|말)|보류|빼고|제외|손대지|건드리지|"
          "신경 ?(?:안|쓰지))[^,]*$"),
      RE2(std::string("^(?:은|는|이|가|을|를|에|에는|로|부터)? "
                      "?(?:낸|한|올린|보낸|넣은|처리한|상신한|서명한) |") +
          kDone + "[^ ]* ?$")};
  return *words;
}

const EnglishOrderWords& EnglishOrderWords::Get() {
  static const auto* const words = new EnglishOrderWords{
      RE2("(?i:\\b(?:manual|guide|guideline|rule|instruction|procedure|article|provision)s? "
          "(?:on|for|about|of)\\b[^.;?!,]{0,25}$)"),
      RE2("(?i:\\b(?:and|then|but) (?:also |then |just |please )?$)"),
      RE2("(?i:\\b(?:don'?t|do not|not|never|no need to|nothing|without|rather than|instead "
          "of|skip|"
          "no new)\\b[^.;?!]{0,25}$|\\b(?:keep|leave) (?:it|them|that) $|"
          "\\b(?:who|whether|should (?:i|we|it)|how (?:do|does|would|can|should|is|to)|"
          "(?:asks?|asked|know|see) if|(?:has|have) any(?:one|body))\\b[^.;?!]{0,60}$|"
          "^\\s*(?:did|has|have|had|is|are|was|were|may|should|"
          "(?:can|could) (?:the|a|an|it|this|that|i|we))\\b[^.;?!]{0,60}$|"
          "\\b(?:\\w+s|they|someone|somebody|he|she|\\w+ed) "
          "(?:wants?|wanted|asked|asks|told|says?|said|plans?|planned)\\b[^.;?!]{0,60}$|"
          "\\b(?:wants|(?:he|she|they)'d like|(?:was|were|been) (?:asked|told) to|"
          "keeps? (?:asking|telling)|(?:someone|somebody) else)\\b[^.;?!]{0,60}$|"
          "\\b(?:may|might|plan is|going to|thinking of|considering|intends?|decides?|consider)\\b"
          "[^.;?!]{0,40}$)"),
      RE2("(?i:^[^.;?!,:]{0,40}\\b(?:was|were|went|has been|have been|had been|already|is still|"
          "can wait|on hold|on the agenda|stays?|later|yet)\\b)"),
      RE2("(?i:^(?:acked|acknowledged|submitted|(?:counter-?)?signed|exported|sent|(?:e-?)?mailed|"
          "forwarded)$)"),
      RE2("(?i:\\b(?:i|we|he|she|they|you|someone|somebody|has|have|had|was|were|been|already|just|"
          "that|got)\\b[^.;?!,]{0,20}$)"),
      RE2("(?i:\\b(?:to be|be|get|getting|needs?|want|would "
          "like|like|have|must)\\b[^.;?!]{0,25}$)"),
      RE2("(?i:\\bleave\\b.*\\balone\\b|\\bstays?\\b|\\bcan wait\\b|\\bdon'?t\\b|\\bdo not\\b|"
          "^[\\s,]*not\\b|\\bhold\\b|\\bheld back\\b|\\bignore\\b|\\bskip\\b|\\bnever\\b)"),
      RE2("(?i:\\b(?:went|was|were|been|already|signed|submitted|acked|acknowledged|sent|mailed|"
          "exported|raised|asked|asks|wants|wanted|said|says|told|may|might)\\b)")};
  return *words;
}

}  // namespace agents
