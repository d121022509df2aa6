// Who may do what, and how they prove who they are: for administrators.
#include <filesystem>

#include "deploy/cli/members.h"
#include "deploy/cli/output_file.h"
#include "deploy/cli/principals.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {

using base::Json;
using base::StrCat;
using base::StringOr;

namespace {

// A file for the credential, seen to be writable while the old credential still holds: a new one is
// left empty, and one that is there keeps what it says.
class CredentialFile {
 public:
  static absl::StatusOr<CredentialFile> Reserve(const std::string& given) {
    ASSIGN_OR_RETURN(const std::string path, FollowLinks(given));
    std::error_code error;
    const bool absent = !std::filesystem::exists(path, error);
    if (!absent && !std::filesystem::is_regular_file(path, error)) {
      return base::Error(absl::StatusCode::kInvalidArgument, StrCat("'", path, "' is not a file"),
                         StrCat("'", path, "'", base::Particle(path, "은"), " 파일이 아닙니다"));
    }
    const auto kept = absent ? std::string() : base::ReadFile(path);
    RETURN_IF_ERROR(kept.status());
    RETURN_IF_ERROR(base::WriteFile(path, *kept, base::Readers::kOwner));
    return CredentialFile(path, absent);
  }

  absl::Status Fill(const std::string& credential) const {
    return base::WriteFile(path_, StrCat(credential, "\n"), base::Readers::kOwner);
  }
  // Nothing was issued: no empty file stays.
  void GiveUp() const {
    std::error_code ignored;
    if (made_) std::filesystem::remove(path_, ignored);
  }

 private:
  CredentialFile(std::string path, bool made) : path_(std::move(path)), made_(made) {}
  std::string path_;
  bool made_;
};

absl::StatusOr<Json> Issue(Client& client, const std::string& id) {
  return client.Call("maru.v1.PrincipalService/IssueCredential", {{"principal", id}});
}

void PrintCredential(const Session& session, const Json& answer) {
  if (session.json) {
    session.PrintJson(answer);
  } else {
    session.Print(StrCat(StringOr(answer, "credential", ""), "\n"));
  }
}

absl::StatusOr<ExitCode> IssueToFile(const Session& session, Client& client,
                                     const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const CredentialFile file, CredentialFile::Reserve(options.output));
  const auto answer = Issue(client, options.id);
  if (!answer.ok()) {
    file.GiveUp();
    return answer.status();
  }
  if (absl::Status written = file.Fill(StringOr(*answer, "credential", "")); !written.ok()) {
    // The old one is gone by now, and nobody is told the new one again.
    PrintCredential(session, *answer);
    session.Note("the new credential stands on the output, for its file could not be written",
                 "파일에 쓸 수 없어 새 인증 정보를 출력했습니다");
    return written;
  }
  session.Note(StrCat("credential written to ", options.output),
               StrCat("인증 정보를 ", options.output, "에 썼습니다"));
  return ExitCode::kOk;
}

}  // namespace

// The credential is told this once: to the file, or on the output.
absl::StatusOr<ExitCode> IssueCredential(const Session& session, const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  if (!options.output.empty()) return IssueToFile(session, *client, options);
  ASSIGN_OR_RETURN(const Json answer, Issue(*client, options.id));
  PrintCredential(session, answer);
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
