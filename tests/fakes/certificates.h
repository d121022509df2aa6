// Certificates: a folder of certificates that make_certificates.sh made for this test, right ones
// and wrong ones (it says which). Removed with its scope.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace fakes {

class Certificates {
 public:
  Certificates()
      : folder_((std::filesystem::temp_directory_path() / "maru-certificates-XXXXXX").string()) {
    CHECK(mkdtemp(folder_.data()) != nullptr);
    const std::string make = base::StrCat(MARU_SOURCE_DIR "/tests/fakes/make_certificates.sh ",
                                          folder_, " >", folder_, "/log 2>&1");
    CHECK(std::system(make.c_str()) == 0, "%s failed", make.c_str());
  }
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const std::string& folder() const { return folder_; }
  std::string Path(const std::string& file) const { return folder_ + "/" + file; }
  // From its next start on the server presents the certificate `name`.
  void Serve(const std::string& name) const {
    for (const std::string& end : {std::string(".pem"), std::string(".key")}) {
      std::filesystem::copy_file(Path(name + end), Path("serving" + end),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }

 private:
  std::string folder_;
};

}  // namespace fakes
