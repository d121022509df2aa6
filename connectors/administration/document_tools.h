// The document tools, over the register: doc.search, doc.extract, doc.generate_hwpx, doc.redact.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>

#include "connectors/administration/register.h"
#include "connectors/documents.h"
#include "connectors/tool_kit.h"
#include "tools/catalogue.h"

namespace connectors::administration {

class DocumentTools {
 public:
  using ClearanceOf = std::function<policies::Clearance(const std::string& principal)>;

  DocumentTools(std::shared_ptr<Register> documents, std::string sender,
                const tools::Catalogue& catalogue, ClearanceOf clearance)
      : documents_(std::move(documents)),
        sender_(std::move(sender)),
        catalogue_(catalogue),
        clearance_(std::move(clearance)) {}

  tools::ToolOutcome Search(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Extract(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Generate(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Redact(const tools::ToolCall& call, const tools::CallContext& context) const;

 private:
  const std::shared_ptr<Register> documents_;
  const std::string sender_;
  const tools::Catalogue& catalogue_;
  const ClearanceOf clearance_;
};

// Names the document whose id argument `name` holds. Null `documents`: there is no register, so
// nothing is found in it.
FunctionTool::Naming NamesDocument(std::shared_ptr<Register> documents, std::string name);

tools::ToolError NoRegister();

policies::Origin OriginOf(const Document& document);
// The label of a result about `document`: its own, read by us.
policies::Label ResultLabel(const Document& document);

}  // namespace connectors::administration
