#include "connectors/medical/export_register.h"

#include <cerrno>
#include <filesystem>

#include "connectors/medical/mount.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

tools::ToolError Failed(std::string code, const absl::Status& status) {
  return tools::MakeToolError(
      std::move(code), StrCat("export outbox: ", std::string(status.message())),
      StrCat("반출 자료함: ", base::Message(status, base::Language::kKorean)));
}

absl::Status CannotWrite(const std::string& path, int error) {
  return base::Error(
      absl::StatusCode::kPermissionDenied,
      StrCat("'", path, "' cannot be written: ", base::ErrnoText(error, base::Language::kEnglish)),
      StrCat("'", path, "'", base::Particle(path, "을"),
             " 쓸 수 없습니다: ", base::ErrnoText(error, base::Language::kKorean)));
}

Fallible<bool> Exists(const std::string& path) {
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (!error) return there;
  return Failed("unreachable",
                base::Error(absl::StatusCode::kPermissionDenied,
                            StrCat("'", path, "' cannot be looked at: ",
                                   base::ErrnoText(error.value(), base::Language::kEnglish)),
                            StrCat("'", path, "'", base::Particle(path, "을"), " 볼 수 없습니다: ",
                                   base::ErrnoText(error.value(), base::Language::kKorean))));
}

}  // namespace

Fallible<bool> ExportRegister::Mounted() const {
  if (mount_.empty() || IsMountPoint(mount_)) return true;
  return Failed(
      "unreachable",
      base::Error(absl::StatusCode::kUnavailable,
                  StrCat("nothing is mounted at '", mount_, "' (export_mount)"),
                  StrCat("'", mount_, "'에 마운트된 파일 시스템이 없습니다(export_mount)")));
}

std::string ExportRegister::Number(const std::string& key) {
  return StrCat("EXP-", base::Sha256Hex(key).substr(0, 16));
}

std::string ExportRegister::Path(const std::string& folder, const std::string& name) const {
  return StrCat(directory_, "/", folder, folder.empty() ? "" : "/", name);
}

Fallible<std::optional<base::Json>> ExportRegister::Find(const std::string& number) const {
  const std::string path = Path("register", number + ".json");
  auto entry = base::ReadJsonFile(path);
  if (absl::IsNotFound(entry.status())) return std::optional<base::Json>();
  if (!entry.ok()) return Failed("unreachable", entry.status());
  return std::optional<base::Json>(*std::move(entry));
}

Fallible<bool> ExportRegister::Stands() const { return Exists(Path("register", "")); }

Fallible<bool> ExportRegister::IsStaged(const std::string& number) const {
  return Exists(Path("staging", number + ".csv"));
}

Fallible<bool> ExportRegister::Register(const std::string& number, const std::string& data,
                                        const base::Json& entry) const {
  ASSIGN_OR_FAIL([[maybe_unused]] const bool mounted, Mounted());
  for (const char* folder : {"staging", "register"}) {
    std::error_code error;
    fs::create_directories(Path(folder, ""), error);
    if (error) return Failed("unreachable", CannotWrite(Path(folder, ""), error.value()));
  }
  for (const auto& [path, bytes] :
       {std::pair{Path("staging", number + ".csv"), data},
        std::pair{Path("register", number + ".json"), base::DumpJson(entry, 1) + "\n"}}) {
    const absl::Status written = base::WriteFile(path, bytes, base::Readers::kOwner);
    if (!written.ok()) return Failed("unreachable", written);
  }
  return true;
}

Fallible<bool> ExportRegister::Deliver(const std::string& number) const {
  const std::string from = Path("staging", number + ".csv"), to = Path("", number + ".csv");
  const Fallible<bool> mounted = Mounted();
  const Fallible<bool> staged = mounted.ok() ? IsStaged(number) : mounted;
  if (!staged.ok())
    return tools::MakeToolError("in_doubt", staged.error().message_en, staged.error().message_ko);
  if (!*staged) return true;
  absl::Status moved = std::rename(from.c_str(), to.c_str()) == 0 ? base::SyncFolder(directory_)
                                                                  : CannotWrite(to, errno);
  if (moved.ok()) moved = base::SyncFolder(Path("staging", ""));
  if (!moved.ok()) return Failed("in_doubt", moved);
  return true;
}

}  // namespace connectors::medical
