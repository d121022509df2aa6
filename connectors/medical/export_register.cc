#include "connectors/medical/export_register.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

tools::ToolError Failed(std::string code, const std::string& path, const std::string& why) {
  return tools::MakeToolError(std::move(code), StrCat("export outbox: ", path, ": ", why),
                              StrCat("반출 자료함 ", path, "을(를) 쓸 수 없습니다: ", why));
}

bool SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = fsync(fd) == 0;
  close(fd);
  return synced;
}

bool WriteAll(int fd, const std::string& bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t written = write(fd, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<size_t>(written);
  }
  return true;
}

// The whole file or none, readable by us alone, durable when it returns true.
bool WriteDurably(const std::string& path, const std::string& bytes) {
  const std::string part = path + ".part";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = WriteAll(fd, bytes) && fsync(fd) == 0;
  return (close(fd) == 0) && written && std::rename(part.c_str(), path.c_str()) == 0 &&
         SyncFolder(fs::path(path).parent_path().string());
}

}  // namespace

std::string ExportRegister::Number(const std::string& key) {
  return StrCat("EXP-", base::Sha256Hex(key).substr(0, 16));
}

std::string ExportRegister::Path(const std::string& folder, const std::string& name) const {
  return StrCat(directory_, "/", folder, folder.empty() ? "" : "/", name);
}

Fallible<std::optional<base::Json>> ExportRegister::Find(const std::string& number) const {
  const std::string path = Path("register", number + ".json");
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (error) return Failed("unreachable", path, error.message());
  if (!there) return std::optional<base::Json>();
  const std::ifstream file(path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  auto entry = base::ParseJson(bytes.str(), path);
  if (!file || !entry.ok()) return Failed("unreachable", path, "cannot be read");
  return std::optional<base::Json>(*std::move(entry));
}

bool ExportRegister::IsStaged(const std::string& number) const {
  std::error_code error;
  return fs::exists(Path("staging", number + ".csv"), error);
}

Fallible<bool> ExportRegister::Register(const std::string& number, const std::string& data,
                                        const base::Json& entry) const {
  for (const char* folder : {"staging", "register"}) {
    std::error_code error;
    fs::create_directories(Path(folder, ""), error);
    if (error) return Failed("unreachable", Path(folder, ""), error.message());
  }
  for (const auto& [path, bytes] :
       {std::pair{Path("staging", number + ".csv"), data},
        std::pair{Path("register", number + ".json"), base::DumpJson(entry, 1) + "\n"}}) {
    if (!WriteDurably(path, bytes)) return Failed("unreachable", path, std::strerror(errno));
  }
  return true;
}

Fallible<bool> ExportRegister::Deliver(const std::string& number) const {
  const std::string from = Path("staging", number + ".csv"), to = Path("", number + ".csv");
  if (!IsStaged(number)) return true;
  if (std::rename(from.c_str(), to.c_str()) == 0 && SyncFolder(directory_) &&
      SyncFolder(Path("staging", "")))
    return true;
  return Failed("in_doubt", to, std::strerror(errno));
}

}  // namespace connectors::medical
