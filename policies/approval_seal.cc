#include "policies/approval_seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <filesystem>

#include "model_core/base/check.h"
#include "model_core/base/files.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "policies/permit.h"

namespace policies {
namespace {

using base::StrCat;

constexpr base::FileKind kKind = {"approvals' key", "승인 봉인 키"};

// The bytes that are sealed; the first member keeps them from being taken for anything else.
std::string Bytes(const SealedAnswer& answer) {
  return base::CanonicalJson({{"what", "maru-approval/1"},
                              {"run", answer.run_id},
                              {"step", answer.step_id},
                              {"approval", answer.approval_id},
                              {"requester", answer.requester},
                              {"tool", answer.tool},
                              {"obligation", ToJson(answer.obligation)},
                              {"call_hash", answer.call_hash},
                              {"shown", answer.shown},
                              {"approver", answer.approver},
                              {"approved", answer.approved},
                              {"reason", answer.reason},
                              {"time", answer.time},
                              {"once_more", answer.once_more}});
}

absl::Status BadKey(const std::string& path, std::string_view english, std::string_view korean) {
  return base::Error(
      absl::StatusCode::kFailedPrecondition, StrCat(kKind.english, " '", path, "' ", english),
      StrCat(kKind.korean, " '", path, "'", base::Particle(path, "은"), " ", korean));
}

// The mode first: a key that others could read may be known to them.
absl::StatusOr<std::string> ReadKey(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path, kKind));
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(path, error).permissions();
  if (error || (mode & (perms::group_all | perms::others_all)) != perms::none) {
    return BadKey(path, "may be read by others than its owner: chmod 600, or remove it",
                  "소유자 아닌 사람도 읽을 수 있습니다. chmod 600으로 막거나 지우십시오");
  }
  std::string key = base::HexDecode(base::Trim(text));
  if (key.size() == ApprovalSealer::kKeyBytes) return key;
  return BadKey(path, StrCat("does not hold ", ApprovalSealer::kKeyBytes, " bytes in hex"),
                StrCat("16진수로 적은 ", ApprovalSealer::kKeyBytes, "바이트 키가 아닙니다"));
}

// Of several who make it at once all take the first one's.
absl::StatusOr<std::string> MakeKey(const std::string& path) {
  std::string key(ApprovalSealer::kKeyBytes, '\0');
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) ==
        1);
  const absl::Status written = base::WriteNewFile(path, StrCat(base::HexEncode(key), "\n"));
  if (absl::IsAlreadyExists(written)) return ReadKey(path);
  if (!written.ok()) return written;
  return key;
}

}  // namespace

ApprovalSealer::ApprovalSealer(std::string key) : key_(std::move(key)) {
  CHECK(key_.size() == kKeyBytes);
}

std::string ApprovalSealer::Seal(const SealedAnswer& answer) const {
  const std::string bytes = Bytes(answer);
  std::string code(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  CHECK(HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
             reinterpret_cast<unsigned char*>(code.data()), &size) != nullptr);
  return base::HexEncode(std::string_view(code).substr(0, size));
}

bool ApprovalSealer::Holds(const SealedAnswer& answer, std::string_view seal) const {
  const std::string right = Seal(answer);
  return seal.size() == right.size() && CRYPTO_memcmp(seal.data(), right.data(), right.size()) == 0;
}

std::string HashOfShown(const std::string& run_id, const std::string& step_id,
                        const base::Json& shown) {
  const auto member = [&](const char* name) {
    return shown.is_object() ? shown.value(name, base::Json()) : base::Json();
  };
  const auto label = ParseLabel(member("label"));
  const auto records = ParseNamedRecords(member("records"));
  if (!label.ok() || !records.ok()) return "";
  return CallBinding{run_id,
                     step_id,
                     base::StringOr(shown, "tool", ""),
                     member("arguments"),
                     *label,
                     base::StringOr(shown, "plan_hash", ""),
                     base::StringOr(shown, "policy_version", ""),
                     *records}
      .Hash();
}

absl::StatusOr<ApprovalSealer> LoadOrMakeApprovalSealer(const std::string& path) {
  absl::StatusOr<std::string> key = ReadKey(path);
  if (absl::IsNotFound(key.status())) key = MakeKey(path);
  if (!key.ok()) return key.status();
  return ApprovalSealer(*std::move(key));
}

absl::Status CheckApprovalKey(const std::string& path) {
  const absl::Status status = ReadKey(path).status();
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace policies
