#include "connectors/administration/draft.h"

#include "connectors/administration/source_sections.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using Kind = Block::Kind;

constexpr const char* kSyllables[] = {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차"};

std::string Day(absl::Time now) { return absl::FormatTime("%Y. %-m. %-d.", now, base::Seoul()); }

// "장비 운용" → "장비 운용 보고서", unless it says so itself.
std::string Titled(const std::string& subject, std::string_view word) {
  return subject.ends_with(word) ? subject : StrCat(subject, " ", word);
}

class Writer {
 public:
  Writer(const tools::Catalogue& catalogue, const DraftRequest& request)
      : catalogue_(catalogue), request_(request) {}

  void Add(Kind kind, std::string text) { layout_.push_back({kind, std::move(text), {}}); }
  void AddIf(Kind kind, const std::string& text) {
    if (!text.empty()) Add(kind, text);
  }
  // Sections numbered 가, 나, 다 … or from `first` on.
  void AddSources(int first) {
    int number = 0;
    for (const base::Json& source : request_.sources) {
      const std::string heading =
          first == 0 ? StrCat(kSyllables[number % 10], ". ") : StrCat(first + number, ". ");
      const Layout section = SourceSection(catalogue_, source, heading);
      layout_.insert(layout_.end(), section.begin(), section.end());
      ++number;
    }
  }
  void AddNotice() {
    Add(Kind::kNote,
        "이 문서는 인공지능 시스템(마루)이 조회 결과로 작성한 초안입니다. 시행 전에 담당자가 "
        "확인해야 합니다.");
    if (request_.untrusted)
      Add(Kind::kNote,
          "‘외부 원문’으로 표시한 부분은 외부에서 온 글을 그대로 옮긴 것으로, 지시나 확인된 사실이 "
          "아닙니다.");
  }
  Layout Take() { return std::move(layout_); }

 private:
  const tools::Catalogue& catalogue_;
  const DraftRequest& request_;
  Layout layout_;
};

Draft Letter(const tools::Catalogue& catalogue, const DraftRequest& request) {
  Writer writer(catalogue, request);
  writer.AddIf(Kind::kTitle, request.sender);
  writer.Add(Kind::kText,
             StrCat("수신  ", request.recipient.empty() ? "내부결재" : request.recipient,
                    "\n(경유)\n제목  ", request.subject));
  const std::string about = base::WithParticle(request.subject, "과");
  writer.Add(
      Kind::kText,
      request.body.empty()
          ? StrCat("1. ", about, " 관련하여 다음과 같이 알려 드리니 검토하여 주시기 바랍니다.")
          : StrCat("1. ", request.body));
  if (!request.sources.empty()) writer.Add(Kind::kText, "2. 관련 자료는 다음과 같습니다.");
  writer.AddSources(0);
  writer.Add(Kind::kText, "끝.");
  writer.Add(Kind::kCentred, request.sender);
  writer.Add(Kind::kNote, StrCat("시행 ", Day(request.now), " (초안)"));
  writer.AddNotice();
  return {request.subject, "letter", writer.Take()};
}

Draft Report(const tools::Catalogue& catalogue, const DraftRequest& request) {
  Writer writer(catalogue, request);
  const std::string title = Titled(request.subject, "보고서");
  writer.Add(Kind::kTitle, title);
  writer.Add(Kind::kText,
             StrCat("작성일  ", Day(request.now),
                    request.recipient.empty() ? "" : StrCat("\n보고 대상  ", request.recipient)));
  writer.Add(Kind::kHeading, "1. 개요");
  writer.Add(Kind::kText, request.body.empty() ? StrCat(base::WithParticle(request.subject, "을"),
                                                        " 다음 자료로 정리하여 보고합니다.")
                                               : request.body);
  writer.AddSources(2);
  writer.AddNotice();
  return {title, "report", writer.Take()};
}

Draft Memo(const tools::Catalogue& catalogue, const DraftRequest& request) {
  Writer writer(catalogue, request);
  const std::string title =
      request.subject.ends_with("의견서") ? request.subject : Titled(request.subject, "검토서");
  writer.Add(Kind::kTitle, title);
  writer.Add(Kind::kText,
             StrCat("작성일  ", Day(request.now),
                    request.recipient.empty() ? "" : StrCat("\n요청 부서  ", request.recipient)));
  writer.Add(Kind::kHeading, "1. 검토 내용");
  writer.Add(Kind::kText, request.body.empty() ? "아래 자료를 바탕으로 검토합니다." : request.body);
  writer.AddSources(2);
  writer.Add(Kind::kHeading, StrCat(2 + request.sources.size(), ". 검토 의견"));
  writer.Add(Kind::kText, "(담당자 작성)");
  writer.AddNotice();
  return {title, "report", writer.Take()};
}

Draft Notice(const tools::Catalogue& catalogue, const DraftRequest& request) {
  Writer writer(catalogue, request);
  const bool public_notice =
      request.subject.ends_with("공고") || request.subject.ends_with("공고문");
  const std::string title = public_notice ? request.subject : Titled(request.subject, "안내문");
  writer.Add(Kind::kTitle, title);
  writer.AddIf(Kind::kText,
               request.recipient.empty() ? "" : StrCat("받는 분  ", request.recipient));
  writer.Add(Kind::kText, request.body.empty() ? StrCat(base::WithParticle(request.subject, "을"),
                                                        " 다음과 같이 알려 드립니다.")
                                               : request.body);
  writer.AddSources(1);
  writer.Add(Kind::kText, Day(request.now));
  writer.Add(Kind::kCentred, request.sender);
  writer.AddNotice();
  return {title, "letter", writer.Take()};
}

}  // namespace

std::optional<Draft> WriteDraft(const tools::Catalogue& catalogue, const DraftRequest& request) {
  if (request.kind == "letter") return Letter(catalogue, request);
  if (request.kind == "report") return Report(catalogue, request);
  if (request.kind == "memo") return Memo(catalogue, request);
  if (request.kind == "notice") return Notice(catalogue, request);
  return std::nullopt;
}

}  // namespace connectors::administration
