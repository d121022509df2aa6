// What device modules are compiled against does not change under one number.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/device/device.h"

namespace model_core {
namespace {

// The digest of the headers under each number, from 2 on. Lines are added, and never changed once
// they have been released.
const std::map<int, std::string> kDigests = {
    {2, "4afabdaf72bb75cc6e05792fc0eb619776f0b797e2760c06fc4a247a9522132d"},
};

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where what begins at `at` ends and is not code: white space, a comment; else `at`.
size_t SkipUnsaid(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  const auto after = [&](std::string_view end) {
    const size_t found = text.find(end, at + 2);
    return found == std::string_view::npos ? text.size() : found + end.size();
  };
  if (rest.starts_with("//")) return after("\n");
  if (rest.starts_with("/*")) return after("*/");
  return std::isspace(static_cast<unsigned char>(rest[0])) != 0 ? at + 1 : at;
}

size_t EndOfLiteral(std::string_view text, size_t at) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

// The code without comments, with one blank where two words would become one.
std::string Tokens(std::string_view text) {
  std::string out;
  bool apart = false;
  for (size_t at = 0; at < text.size();) {
    if (const size_t next = SkipUnsaid(text, at); next > at) {
      apart = true;
      at = next;
      continue;
    }
    if (apart && !out.empty() && IsWord(out.back()) && IsWord(text[at])) out += ' ';
    apart = false;
    const size_t end = text[at] == '"' ? EndOfLiteral(text, at) : at + 1;
    out.append(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string DigestOfHeaders() {
  std::map<std::string, std::string> headers;
  for (const char* folder : {"device", "tensor"}) {
    const std::string path = base::StrCat(MARU_SOURCE_DIR, "/model_core/", folder);
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".h") continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      headers[base::StrCat(folder, "/", entry.path().filename().string())] = Tokens(text.str());
    }
  }
  std::string all;
  for (const auto& [name, tokens] : headers) all += base::StrCat(name, "\n", tokens, "\n");
  return base::Sha256Hex(all);
}

TEST(DeviceInterface, CommentsAndLinesAreNoPartOfIt) {
  EXPECT_EQ(Tokens("int  a; // b\n/* c\n */ char d = \"//  e\";\n"), "int a;char d=\"//  e\";");
  EXPECT_EQ(Tokens("int\n a ;char d=\"//  e\" ;"), "int a;char d=\"//  e\";");
  EXPECT_NE(Tokens("int a; int b;"), Tokens("int b; int a;"));
}

TEST(DeviceInterface, ChangesOnlyWithItsNumber) {
  const auto known = kDigests.find(kDeviceInterface);
  ASSERT_NE(known, kDigests.end()) << "the headers' digest under kDeviceInterface "
                                   << kDeviceInterface << " is " << DigestOfHeaders();
  EXPECT_EQ(DigestOfHeaders(), known->second)
      << "model_core/device or model_core/tensor has changed, and modules are compiled against "
         "them: raise kDeviceInterface, and add its line here";
}

}  // namespace
}  // namespace model_core
