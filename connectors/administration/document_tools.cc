#include "connectors/administration/document_tools.h"

#include "connectors/administration/document_index.h"
#include "connectors/administration/document_text.h"
#include "connectors/administration/draft.h"
#include "connectors/administration/hwpx_writer.h"
#include "connectors/administration/redact.h"
#include "connectors/administration/source_sections.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/part.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kHitsMax = 20;
constexpr int kLookedAtMax = 100;  // to find those that the requester may read
constexpr size_t kSnippetPoints = 160;
constexpr size_t kTextPointsMax = 200000;
constexpr size_t kTableRowsMax = 2000;

tools::ToolError Failed(const absl::Status& status) { return FromStatus(status, kDocumentSystem); }

// Of reading a file: what the catalogue calls unreadable and encrypted.
tools::ToolError NotRead(const Document& document, const absl::Status& status) {
  if (ReadableAnotherTime(status)) return Failed(status);
  const bool encrypted = status.code() == absl::StatusCode::kPermissionDenied;
  return MakeToolError(
      encrypted ? "encrypted" : "unreadable",
      StrCat("document ", document.id(), ": ", std::string(status.message())),
      StrCat("문서 ", document.id(), ": ", base::Message(status, base::Language::kKorean)));
}

// The text around the first word that is found, on one line.
std::string Snippet(const std::string& content, const std::vector<std::string>& words) {
  const std::u32string text = base::CodePoints(base::ReplaceAll(content, "\n", " "));
  size_t at = std::u32string::npos;
  for (const std::string& word : words) at = std::min(at, text.find(base::CodePoints(word)));
  const size_t begin =
      at == std::u32string::npos || at < kSnippetPoints / 4 ? 0 : at - kSnippetPoints / 4;
  return StrCat(
      begin > 0 ? "…" : "",
      base::FirstPoints(base::Utf8(std::u32string_view(text).substr(begin)), kSnippetPoints));
}

Json KindOf(const Document& document) {
  return document.kind.empty() ? Json(nullptr) : Json(document.kind);
}

std::vector<policies::Label> LabelsOf(const Json& sources) {
  std::vector<policies::Label> labels;
  for (const Json& source : sources) {
    const auto label = policies::ParseLabel(source.value("label", Json()));
    labels.push_back(label.ok() ? *label : policies::Label{});  // unlabelled counts as C
  }
  return labels;
}

tools::ToolResult About(const Document& document, Json value) {
  return {std::move(value), ResultLabel(document), {OriginOf(document)}};
}

}  // namespace

FunctionTool::Naming NamesDocument(std::shared_ptr<Register> documents, std::string name) {
  return [documents = std::move(documents), name = std::move(name)](
             const Json& arguments, const tools::CallContext& context) -> tools::RecordsFound {
    const std::string id = StringOr(arguments, name, "");
    if (id.empty()) return policies::NamedRecords{};
    if (documents == nullptr) return NoRegister();
    const auto document = documents->Describe(id, context.deadline);
    if (!document.ok()) return Failed(document.status());
    return policies::NamedRecords{
        {kDocumentSystem, document->id(), document->title, document->effective_label()}};
  };
}

tools::ToolError NoRegister() {
  return MakeToolError("not_found", "no document register is configured",
                       "문서 등록부가 설정되지 않았습니다");
}

policies::Origin OriginOf(const Document& document) {
  return {kDocumentSystem, document.id(), StrCat(document.version), base::TimeText(absl::Now()),
          document.sha256};
}

policies::Label ResultLabel(const Document& document) {
  return policies::WithIntegrity(document.effective_label(), policies::Integrity::kTrusted);
}

ToolOutcome DocumentTools::Search(const tools::ToolCall& call,
                                  const tools::CallContext& context) const {
  const Json period = call.arguments().value("period", Json::object());
  const std::vector<std::string> words = WordsOf(StringOr(call.arguments(), "query", ""));
  if (const absl::Status indexed = IndexNew(*documents_, context.deadline); !indexed.ok()) {
    tools::ToolError error = Failed(indexed);
    if (error.code == "stale") error.code = "index_stale";
    return error;
  }
  const auto hits = documents_->Search(
      {words, StringOr(call.arguments(), "kind", ""), StringOr(period, "from", "").substr(0, 10),
       StringOr(period, "to", "").substr(0, 10), kLookedAtMax},
      context.deadline);
  if (!hits.ok()) return Failed(hits.status());
  tools::ToolResult result{
      {{"items", Json::array()}},
      policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted),
      {}};
  int64_t total = 0;
  for (const DocumentHit& hit : *hits) {
    const Document& document = hit.document;
    if (clearance_ && !policies::MayRead(clearance_(call.requester), document.effective_label()))
      continue;
    if (++total > static_cast<int64_t>(kHitsMax)) continue;
    result.value["items"].push_back({{"doc_id", document.id()},
                                     {"title", document.title},
                                     {"kind", KindOf(document)},
                                     {"dated", document.dated},
                                     {"snippet", Snippet(hit.content, words)}});
    result.label = policies::Join(result.label, ResultLabel(document));
    result.origins.push_back(OriginOf(document));
  }
  const bool all = hits->size() < static_cast<size_t>(kLookedAtMax);
  tools::MarkPart(result.value, all ? std::optional(total) : std::nullopt);
  if (result.origins.empty()) {
    result.origins.push_back(
        MakeOrigin(kDocumentSystem, "search", "", absl::Now(), base::DumpJson(call.arguments())));
  }
  return result;
}

ToolOutcome DocumentTools::Extract(const tools::ToolCall& call,
                                   const tools::CallContext& context) const {
  const auto document =
      documents_->Get(StringOr(call.arguments(), "document", ""), context.deadline);
  if (!document.ok()) return Failed(document.status());
  const auto text = ReadDocumentText(document->bytes, document->media_type, context.deadline);
  if (!text.ok()) return NotRead(*document, text.status());
  const std::string part = StringOr(call.arguments(), "part", "");
  Json value = {{"doc_id", document->id()},
                {"title", document->title},
                {"text", nullptr},
                {"items", Json::array()}};
  if (part != "tables") value["text"] = base::FirstPoints(text->text, kTextPointsMax);
  if (part != "text") {
    for (const auto& row : text->rows) {
      if (value["items"].size() == kTableRowsMax) break;
      value["items"].push_back({{"cells", base::StrJoin(row, " | ")}});
    }
    tools::MarkPart(value, static_cast<int64_t>(text->rows.size()));
  }
  return About(*document, std::move(value));
}

ToolOutcome DocumentTools::Generate(const tools::ToolCall& call,
                                    const tools::CallContext& context) const {
  const Json& arguments = call.arguments();
  const auto done = documents_->FindKey(call.idempotency_key, context.deadline);
  if (!done.ok()) return Failed(done.status());
  if (*done) return About(**done, {{"doc_id", (*done)->id()}, {"title", (*done)->title}});
  const Json sources = arguments.value("sources", Json::array());
  policies::Label label = call.binding.label;
  for (const Json& source : sources) {
    if (ShowsOutsideText(catalogue_, source)) label.integrity = policies::Integrity::kUntrusted;
  }
  const DraftRequest request{StringOr(arguments, "kind", ""),
                             StringOr(arguments, "subject", ""),
                             StringOr(arguments, "recipient", ""),
                             StringOr(arguments, "body", ""),
                             sources,
                             sender_,
                             call.now,
                             label.integrity == policies::Integrity::kUntrusted};
  const auto draft = WriteDraft(catalogue_, request);
  if (!draft) {
    return MakeToolError("template_missing",
                         StrCat("there is no template for '", request.kind, "'"),
                         StrCat("'", request.kind, "' 서식이 없습니다"));
  }
  const auto bytes =
      WriteHwpx({draft->title, sender_.empty() ? "Maru" : sender_, call.now}, draft->layout);
  if (!bytes.ok()) return Failed(bytes.status());
  Document document{0,
                    1,
                    draft->doc_kind,
                    draft->title,
                    absl::FormatTime("%Y-%m-%d", call.now, base::Seoul()),
                    kHwpxType,
                    *bytes,
                    "",
                    label,
                    LabelsOf(sources),
                    "",
                    call.idempotency_key,
                    call.requester};
  const auto added = documents_->Add(document, PlainText(draft->layout), context.deadline);
  if (!added.ok()) return FromEffectStatus(added.status(), kDocumentSystem);
  return About(*added, {{"doc_id", added->id()}, {"title", added->title}});
}

ToolOutcome DocumentTools::Redact(const tools::ToolCall& call,
                                  const tools::CallContext& context) const {
  const auto original =
      documents_->Get(StringOr(call.arguments(), "document", ""), context.deadline);
  if (!original.ok()) return Failed(original.status());
  std::vector<std::string> words;
  for (const Json& kind : call.arguments().value("kinds", Json::array()))
    if (kind.is_string()) words.push_back(kind.get<std::string>());
  const auto masked =
      administration::Redact(*original, ParsePersonalKinds(words), context.deadline);
  if (!masked.ok()) {
    tools::ToolError error = NotRead(*original, masked.status());
    if (error.code == "encrypted") error.code = "unreadable";  // this tool knows no other
    return error;
  }
  const auto text = ReadDocumentText(masked->bytes, masked->media_type, context.deadline);
  int ignored = 0;
  Document copy = *original;
  copy.title = StrCat(MaskText(original->title, ParsePersonalKinds(words), ignored), " (가림본)");
  copy.bytes = masked->bytes;
  copy.media_type = masked->media_type;
  copy.binding.clear();
  copy.dated.clear();
  copy.key = call.idempotency_key;
  copy.made_by = call.requester;
  const auto added = documents_->Add(copy, text.ok() ? text->text : "", context.deadline);
  if (!added.ok()) return FromEffectStatus(added.status(), kDocumentSystem);
  tools::ToolResult result = About(*added, {{"doc_id", added->id()}, {"masked", masked->masked}});
  result.origins.push_back(OriginOf(*original));
  return result;
}

}  // namespace connectors::administration
