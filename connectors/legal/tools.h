// The legal tools, as functions of a call. Each is one entry of the catalogue
// (tools/catalogue/catalogue.json).
#pragma once

#include "connectors/documents.h"
#include "connectors/legal/drf.h"

namespace connectors::legal {

tools::ToolOutcome SearchLaw(const Drf& drf, const tools::ToolCall& call,
                             const tools::CallContext& context);
tools::ToolOutcome GetArticle(const Drf& drf, const tools::ToolCall& call,
                              const tools::CallContext& context);
tools::ToolOutcome GetDiff(const Drf& drf, const tools::ToolCall& call,
                           const tools::CallContext& context);
tools::ToolOutcome GetDelegation(const Drf& drf, const tools::ToolCall& call,
                                 const tools::CallContext& context);
tools::ToolOutcome SearchCases(const Drf& drf, const tools::ToolCall& call,
                               const tools::CallContext& context);
// `documents` may be null: then a document cannot be read, and the outcome says so.
tools::ToolOutcome VerifyCitations(DocumentTexts* documents, const Drf& drf,
                                   const tools::ToolCall& call, const tools::CallContext& context);

// The document whose citations are verified; a sentence is no record.
tools::RecordsFound NamedTarget(DocumentTexts* documents, const base::Json& arguments,
                                const tools::CallContext& context);

tools::ToolOutcome GetImpact(DocumentTexts& documents, const Drf& drf, const tools::ToolCall& call,
                             const tools::CallContext& context);

// The `as_of` of a call as YYYYMMDD; the run's own today if it has none.
std::string AsOf(const tools::ToolCall& call);
std::string Today(const tools::ToolCall& call);
tools::ToolError BadArticleNumber(const std::string& text);

}  // namespace connectors::legal
