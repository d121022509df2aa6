// Who may do what, and how they prove who they are: for administrators.
#include "deploy/cli/members.h"
#include "deploy/cli/principals.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace deploy::cli {

using base::Json;
using base::StrCat;
using base::StringOr;

// The credential is told this once: to the file, or on the output.
absl::StatusOr<ExitCode> IssueCredential(const Session& session, const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer, client->Call("maru.v1.PrincipalService/IssueCredential",
                                                   {{"principal", options.id}}));
  const std::string credential = StringOr(answer, "credential", "");
  if (!options.output.empty()) {
    RETURN_IF_ERROR(
        base::WriteFile(options.output, StrCat(credential, "\n"), base::Readers::kOwner));
    session.Note(StrCat("credential written to ", options.output),
                 StrCat("인증 정보를 ", options.output, "에 썼습니다"));
  } else if (session.json) {
    session.PrintJson(answer);
  } else {
    session.Print(StrCat(credential, "\n"));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> DisablePrincipal(const Session& session, const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json principal,
                   client->Call("maru.v1.PrincipalService/DisablePrincipal", {{"id", options.id}}));
  return ShowPrincipal(session, principal);
}

// One principal, or the list of a file {"principals":[…]}; the first that is refused ends it.
absl::StatusOr<ExitCode> AddPrincipal(const Session& session, const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, options.file));
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, options.file));
  const Json list =
      json.is_object() && json.contains("principals") ? json["principals"] : Json::array({json});
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  for (const Json& document : list) {
    ASSIGN_OR_RETURN(const Json principal,
                     client->Call("maru.v1.PrincipalService/PutPrincipal",
                                  {{"document_json", base::DumpJson(document)}}));
    ShowPrincipal(session, principal);
  }
  return ExitCode::kOk;
}

}  // namespace deploy::cli
