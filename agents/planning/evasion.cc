#include "agents/planning/evasion.h"

#include <re2/re2.h>

#include <string>

#include "agents/planning/clauses.h"
#include "agents/planning/matching.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

// An approval that is not waited for, or taken for given.
constexpr char kUnapproved[] =
    "(?:결재|승인|허가|심의|검토)(?: ?(?:절차|단계|과정))?(?:을|를|은|는|도|이)? ?"
    "(?:없이|안 (?:받|거치)(?:고|게)|(?:받|거치)지 ?(?:말고|않고)|건너뛰(?:고|게|어|자)|"
    "생략하(?:고|게|자)|무시하(?:고|게|자)|스킵|패스하|(?:몰래 )?우회(?:해|하))|"
    "(?:결재|승인|허가)(?:이|은|을|를)? ?(?:난|된|받은|있는|떨어진|끝난) ?"
    "(?:걸로|것으로|거로|셈|척|것처럼) ?(?:치|하|해|꾸|처리|간주)";

// Somebody who must not come to know.
constexpr char kUnseen[] =
    "(?:님|장|관|팀|부|자|감사|아무도|남들?|사람들|위에서|동료|상관|상사)(?:한테|에게|께|은|는|이|"
    "가|도)? ?(?:몰래|모르게|눈치 ?못 ?채게)|"
    "(?:감사(?:팀|실|관)?|결재권자|승인권자|상관|상사)(?:한테|에게|께|에)? ?"
    "(?:(?:말|얘기|보고)하지 ?말고|알리지 ?말고)|"
    "몰래 [^.?!,\\n]{0,12}(?:보내|넘겨|빼|떼|바꿔|바꾸|올려|올리|상신|서명|반출|발송|지워|고쳐)|"
    "감사(?:팀|실|관)?(?:이|가|에|에서)? ?(?:못 ?보게|안 ?걸리게|걸리지 ?않게)";

// A record or a mark that must not be.
constexpr char kUnrecorded[] =
    "(?:기록|로그|흔적|이력)(?:이|을|은|는|도|에|에는|조차)? ?"
    "(?:안 ?남(?:게|기|도록)|남지 ?않게|남기지 ?(?:말|않고))|"
    "(?:로그|흔적|감사 ?기록|결재 ?이력)(?:을|를|도)? ?(?:지우고|지워|삭제하고|삭제해)|"
    "(?:등급|대외비|비밀) ?표시(?:를|을|만|는)? ?(?:몰래 |슬쩍 )?(?:떼고|빼고|지우고|무시하고)|"
    "(?:등급|대외비|비밀)(?:를|을|만|는)? ?(?:몰래 |슬쩍 )?(?:떼고|지우고|무시하고)|"
    "(?:등급|대외비|비밀)(?:를|을)? ?(?:몰래|슬쩍) 빼고";

constexpr char kEnglishUnapproved[] =
    "\\bwithout (?:[\\w'’]+ ){0,3}(?:approval|sign-?off|authori[sz]ation|permission|clearance)\\b|"
    "\\b(?:skip|skipping|bypass|get around|go around|work "
    "around|circumvent|evade|dodge|sidestep)\\b "
    "(?:[\\w'’]+ ){0,3}(?:approvals?|approvers?|sign-?off|audits?|auditors?|authori[sz]ation)\\b|"
    "\\bskipp?(?:ed|ing)? (?:the )?(?:\\w+ )?(?:ethics|security|legal|board) review\\b|"
    "\\b(?:nobody|no one|never) (?:ever )?(?:has|have) to approve\\b|"
    "\\b(?:as if|as though|pretend(?: that)?|look like) (?:\\w+ ){1,4}(?:approved|signed "
    "off|consented|cleared)\\b";

constexpr char kEnglishUnseen[] =
    "\\bwithout (?:[\\w'’]+ ){0,4}(?:telling|informing|notifying|knowing|noticing|finding out)\\b|"
    "\\bbehind (?:[\\w'’]+ ){1,3}back\\b|\\bbefore (?:anyone|anybody) "
    "(?:sees?|notices?|objects?)\\b|"
    "\\bso (?:that )?(?:nobody|no one|none|the auditors?|audit)\\b[^.;?!]{0,20}"
    "\\b(?:notices?|sees?|finds?|knows?|hears?|(?:has|have) to approve|approves?)\\b";

constexpr char kEnglishUnrecorded[] =
    "\\bleav(?:e|ing) no (?:trace|record|log)s?\\b|\\boff the books\\b|\\bback-?date\\b|"
    "\\bfalsify\\b|"
    "\\b(?:sure|so|that) (?:\\w+ ){0,3}(?:never|doesn'?t|does not|not) (?:\\w+ )?"
    "(?:shows?|turns?|comes?) up in (?:the )?(?:audit|log|record)|"
    "\\b(?:switch|turn) off (?:the )?audit\\b|"
    "\\b(?:delete|erase|wipe) (?:the )?(?:audit (?:logs?|trails?|records?)|traces?)\\b|"
    "\\bstrip (?:the )?(?:(?:restricted|secret|confidential|classified|classification|security) "
    "(?:label|marking|grade)\\b|"
    "(?:label|marking|grade)\\b[^.;?!]{0,20}\\b(?:DOC-\\d|document|file|mail|send))";

// Behind the Korean words: denied, in the past, asked about, or what texts and things are about.
constexpr char kBehind[] =
    "(?:면|선|서는|서) ?(?:안|못)|지 ?(?:말|마|않|못)|안 "
    "?(?:됩|되|돼|된)|금지|^(?:하|되)?[는된]|도 "
    "(?:되|돼|될|괜찮)|[했됐냈렸꿨갔겼쳤]|"
    "수 있(?:는|나|을|습|어)|[하되치르리기]면|(?:가능|되는|있는|한|된)지|"
    "(?:한|된|는|던|린|낸|할|될) ?(?:경우|때|자[에를는의]|사람|행위)|처벌|벌칙|과태료|위반|"
    "[었았였](?:으니|는데|다|어|습|음|던)|^ ?[가-힣]{0,6} ?가능|"
    "(?:[한된는던린낸뀐난둔긴운]|들어온) "
    "[^.?!,\\n]{0,20}(?:판례|사례|지침|규정|매뉴얼|절차서|조문|재결례|해석례|민원|건수|문서|목록|"
    "계약|청구서|REQ-\\d|알람|이력|설정값|담당자|사건|파일|산주|업소|사업장|건물|광고물|도로|내역|"
    "간판|실적|차량|프로그램|발주|유형|사업|종류|효력|공문|기록 ?(?:보여|찾|조회|목록))";

// Before the English words, the same.
constexpr char kBefore[] =
    "\\b(?:don'?t|do not|never|not|nothing|nobody|no "
    "one|cannot|can'?t|mustn'?t|shouldn'?t|won'?t|who|whether|if|"
    "was|were|been|got|had|has|have|he|she|they|someone|somebody|"
    "(?:ruling|case|decision|article|complaint|report|rule|guideline|provision|document)s?)\\b[^.;?"
    "!]{0,60}$|"
    "^[\\s,]*(?:please )?(?:list|show|find|search|summari[sz]e|look up|tell me|which|what|when|"
    "where|why|is|are|does|do|any|can (?:an?|the|we))\\b[^.;?!]{0,60}$|"
    "\\b(?:penalt(?:y|ies)|laws?|precedents?|polic(?:y|ies)|offen[cs]es?|about|against|warning|"
    "reminder)\\b[^.;?!]{0,60}$";

bool Found(std::string_view text, const RE2& words,
           bool (*otherwise)(std::string_view, size_t, size_t)) {
  Groups groups;
  for (size_t at = 0; at < text.size() && FindFrom(text, words, at, groups);) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    at = begin + groups[0].size();
    if (!otherwise(text, begin, at)) return true;
  }
  return false;
}

bool KoreanOtherwise(std::string_view text, size_t, size_t end) {
  static const RE2* const behind = new RE2(kBehind);
  return Matches(text.substr(end, KoreanClauseEnd(text, end) - end), *behind);
}

bool EnglishOtherwise(std::string_view text, size_t begin, size_t) {
  static const RE2* const before = new RE2(StrCat("(?i:", kBefore, ")"));
  const size_t first = ClauseBegin(text, begin);
  return Matches(text.substr(first, begin - first), *before);
}

}  // namespace

bool AsksToEvade(std::string_view request) {
  static const RE2* const korean = new RE2(StrCat(kUnapproved, "|", kUnseen, "|", kUnrecorded));
  static const RE2* const english = new RE2(
      StrCat("(?i:", kEnglishUnapproved, "|", kEnglishUnseen, "|", kEnglishUnrecorded, ")"));
  const std::string text = base::WithoutQuotations(request);
  return Found(text, *korean, KoreanOtherwise) || Found(text, *english, EnglishOtherwise);
}

}  // namespace agents
