// English says what an act is to it before the act's name: don't submit, who submitted, whether to.
#include "agents/planning/order_words.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

constexpr char kTopic[] =
    "(?i:\\b(?:manual|guide|guideline|rule|instruction|procedure|article|provision|mail|report|"
    "ruling|case|"
    "decision|letter|document|notice|complaint|memo)s? "
    "(?:on|for|about|of|over|concerning|regarding)\\b"
    "[^.;?!,]{0,25}$|(?:^|[^wt] )about (?:the |late |alarm |this )?$)";

constexpr char kDenied[] =
    "\\b(?:don'?t|do not|not|never|no need to|nothing|without|rather than|instead of|skip|no "
    "new)\\b"
    "[^.;?!]{0,25}$|^[,\\s]*no (?:\\w+ (?:is |are )?(?:to be|needs? to be|should be) )?$|"
    "\\b(?:keep|leave) (?:it|them|that) $|\\bleave (?:the |any |all )$|\\bforget (?:about )?(?:the "
    "|a |that )?$|"
    "\\bruled out\\b[^.;?!]{0,40}$|"
    "\\b(?:take back|undo|revoke|withdraw|cancel|reverse|retract|recall|rescind)\\b[^.;?!]{0,25}$";

constexpr char kAsked[] =
    "\\b(?:who|whether|should (?:i|we|it)|how (?:do|does|would|can|should|is|to|much|many)|"
    "(?:asks?|asked|know|see) if|(?:has|have) any(?:one|body)|how about|what if|"
    "(?:why|when|where) (?:would|should|did|do|does|is|are|was|were|will|must))\\b[^.;?!]{0,60}$|"
    "^\\s*(?:did|has|have|had|is|are|was|were|may|should|"
    "(?:can|could|would|will|do|does) "
    "(?:the|a|an|it|this|that|i|we|he|she|they|anyone|anybody|[a-z]{1,5}-\\d+))\\b"
    "[^.;?!]{0,60}$";

// By others, already, later, or only in thought.
constexpr char kElsewhere[] =
    "\\b(?:\\w+s|they|someone|somebody|he|she|\\w+ed) "
    "(?:wants?|wanted|asked|asks|told|says?|said|plans?|planned)\\b[^.;?!]{0,60}$|"
    "\\b(?:wants|(?:he|she|they)'d like|(?:was|were|been) (?:asked|told) to|"
    "keeps? (?:asking|telling)|(?:someone|somebody) else)\\b[^.;?!]{0,60}$|"
    "\\b(?:i|we|one) could (?:[^.;?!u]|u[^s])[^.;?!]{0,40}$|\\b(?:maybe|perhaps) "
    "(?:i|we|it|they|he|she)\\b[^.;?!]{0,40}$|"
    "\\b(?:may|might|talk of|plan is|going to|thinking "
    "of|considering|intends?|decides?|consider)\\b[^.;?!]{0,40}$|"
    "\\b(?:opened|raised|filed|logged|issued|created|changed|moved|made)\\b[^.;?!,/]{0,24}$|"
    "\\bawait(?:s|ing)? (?:a|the|his|her|their) $|"
    "(?:^|[\\s,])(?:he|she|they|\\w{4,}|(?-i:[A-XZ][a-z]+)) will (?:just |then |also )?$|"
    "^[\\s,]*before (?:i|we|he|she|they|anyone|anybody|someone|somebody)\\b[^.;?!,]{0,40}$|"
    "^[\\s,]*(?:if|suppose|imagine) (?:i|we|he|she|they|someone|somebody|anyone)\\b[^.;?!,]{0,20}$";

}  // namespace

const EnglishOrderWords& EnglishOrderWords::Get() {
  static const auto* const words = new EnglishOrderWords{
      RE2(kTopic),
      RE2("(?i:\\b(?:and|then|but|if not|(?:don'?t|do not|never) forget to|without (?:any |further "
          ")?"
          "delay) (?:also |then |just |please )?$)"),
      RE2(StrCat("(?i:", kDenied, "|", kAsked, "|", kElsewhere, ")")),
      RE2("(?i:^[^.;?!,:]{0,40}\\b(?:was|were|went|has been|have been|had been|already|is still|"
          "can wait|on hold|on the agenda|stays?|later|yet)\\b|^ (?:nothing|none)\\b|"
          "^[^.;?!]{0,40}(?:\\balone\\b|[:,] (?:who|when|why)\\b)|"
          "^ keeps? (?:coming|being)\\b)"),
      RE2("(?i:^(?:acking|acknowledging|submitting|signing|exporting|sending|(?:e-?)?mailing)$)"),
      RE2("(?i:^[^.;?!,:]{0,40}\\b(?:\\w+s|will|would|won'?t|can|can'?t|may|should)\\b)"),
      RE2("(?i:^(?:acked|acknowledged|submitted|(?:counter-?)?signed|exported|sent|(?:e-?)?mailed|"
          "forwarded)$)"),
      RE2("(?i:^(?:acks|acknowledges|submits|signs|sends|mails|forwards)$|^hold )"),
      RE2("(?i:\\b(?:i|we|he|she|they|you|someone|somebody|has|have|had|was|were|been|already|just|"
          "that|got|what|which|who)\\b[^.;?!,]{0,20}$|\\b(?:contracts?|agreements?|those) $)|"
          "\\b(?i:mails?|letters?|messages?|files?|reports?) (?:[A-Z]\\w+ ){1,4}$"),
      RE2("(?i:\\bit'?s time\\b|\\b(?:to be|be|get|getting|needs?|want|would "
          "like|like|have|must)\\b[^.;?!]{0,25}$)"),
      RE2("(?i:\\bleave\\b.*\\balone\\b|\\bstays?\\b|\\bcan wait\\b|\\bdon'?t\\b|\\bdo not\\b|"
          "^[\\s,]*not\\b|\\bhold\\b|\\bheld back\\b|\\bignore\\b|\\bskip\\b|\\bnever\\b)"),
      RE2("(?i:\\b(?:went|was|were|been|already|signed|submitted|acked|acknowledged|sent|mailed|"
          "exported|raised|asked|asks|wants|wanted|said|says|told|may|might)\\b)")};
  return *words;
}

}  // namespace agents
