// C2SP signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), ECDSA P-256
// with SHA-256 (signature type 0x02): key id = SHA-256(PKIX key)[:4], as that type defines it.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::StrCat;

constexpr char kSignatureType = 0x02;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // "— "

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

struct MdDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, MdDeleter>;

std::string PublicDer(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::string text(reinterpret_cast<char*>(der), size > 0 ? static_cast<size_t>(size) : 0);
  OPENSSL_free(der);
  return text;
}

std::string KeyId(const std::string& der) {
  return std::string(base::AsBytes(base::Sha256(der)).substr(0, 4));
}

std::string VerifierKey(const std::string& origin, const std::string& der) {
  return StrCat(origin, "+", base::HexEncode(KeyId(der)), "+",
                base::Base64Encode(StrCat(kSignatureType, der)));
}

std::string Body(const std::string& origin, uint64_t size, const base::Digest& root) {
  return StrCat(origin, "\n", size, "\n", base::Base64Encode(base::AsBytes(root)), "\n");
}

absl::Status NotSigned() {
  return base::Error(absl::StatusCode::kInternal, "checkpoint: signing failed",
                     "체크포인트: 서명하지 못했습니다");
}

class P256Signer : public CheckpointSigner {
 public:
  P256Signer(Key key, std::string origin)
      : key_(std::move(key)),
        origin_(std::move(origin)),
        der_(PublicDer(key_.get())),
        verifier_key_(VerifierKey(origin_, der_)) {}

  const std::string& origin() const override { return origin_; }
  const std::string& verifier_key() const override { return verifier_key_; }

  absl::StatusOr<std::string> Sign(uint64_t size, const base::Digest& root) override {
    const std::string body = Body(origin_, size, root);
    const MdContext context(EVP_MD_CTX_new());
    size_t length = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(body.data());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, data, body.size()) != 1) {
      return NotSigned();
    }
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       data, body.size()) != 1) {
      return NotSigned();
    }
    signature.resize(length);
    return StrCat(body, "\n", kDash, origin_, " ",
                  base::Base64Encode(StrCat(KeyId(der_), signature)), "\n");
  }

 private:
  const Key key_;
  const std::string origin_, der_, verifier_key_;
};

absl::Status BadKey(const std::string& path) {
  return base::Error(
      absl::StatusCode::kFailedPrecondition,
      StrCat("audit key '", path, "' is not a P-256 private key that this user may read"),
      StrCat("감사 서명 키 '", path, "'", base::Particle(path, "을"),
             " 읽을 수 없거나 P-256 개인 키가 아닙니다"));
}

absl::StatusOr<Key> ReadKey(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "r"), &std::fclose);
  if (file == nullptr) return BadKey(path);
  Key key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) return BadKey(path);
  return key;
}

// Of several who make it at once all take the first one's.
absl::StatusOr<Key> MakeKey(const std::string& path) {
  Key key(EVP_EC_gen("P-256"));
  const std::unique_ptr<BIO, int (*)(BIO*)> pem(BIO_new(BIO_s_mem()), &BIO_free);
  if (key == nullptr || pem == nullptr ||
      PEM_write_bio_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return BadKey(path);
  char* text = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &text);
  const absl::Status written = base::WriteNewFile(path, {text, static_cast<size_t>(size)});
  if (absl::IsAlreadyExists(written)) return ReadKey(path);
  if (!written.ok()) return written;
  return key;
}

absl::Status BadNote(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kUnauthenticated, StrCat("checkpoint: ", english),
                     StrCat("체크포인트: ", korean));
}

// The one spelling of its bytes: of several that decoders take, only what an encoder writes.
bool Decode(std::string_view text, std::string& bytes) {
  return base::Base64Decode(text, bytes) && base::Base64Encode(bytes) == text;
}

// "name+id+base64(type || key)"; the id is the key's.
absl::StatusOr<std::string> DerOf(std::string_view verifier_key, std::string& name) {
  const size_t id_at = verifier_key.find('+');
  const size_t key_at = verifier_key.find('+', id_at + 1);
  std::string bytes;
  if (key_at == std::string_view::npos || !Decode(verifier_key.substr(key_at + 1), bytes) ||
      bytes.empty() || bytes[0] != kSignatureType) {
    return BadNote("the verifier key is malformed", "검증 키 형식이 올바르지 않습니다");
  }
  name = std::string(verifier_key.substr(0, id_at));
  const std::string der = bytes.substr(1), id = base::HexEncode(KeyId(der));
  if (verifier_key.substr(id_at + 1, key_at - id_at - 1) == id) return der;
  return BadNote(StrCat("the verifier key's id is not its key's, which is ", id),
                 StrCat("검증 키에 적힌 키 번호가 그 키의 번호(", id, ")와 다릅니다"));
}

bool SignatureHolds(const std::string& der, std::string_view body, std::string_view signature) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const Key key(d2i_PUBKEY(nullptr, &begin, static_cast<long>(der.size())));
  const MdContext context(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(body.data()),
                          body.size()) == 1;
}

absl::StatusOr<Checkpoint> ParseBody(std::string_view body, std::string_view origin) {
  const std::vector<std::string_view> lines = base::StrSplit(body, '\n');
  Checkpoint checkpoint;
  int64_t size = 0;
  std::string root;
  if (lines.size() < 4 || !base::ParseInt(lines[1], size) || size < 0 ||
      !base::Base64Decode(lines[2], root) || root.size() != checkpoint.root.size()) {
    return BadNote("the text is malformed", "형식이 올바르지 않습니다");
  }
  if (lines[0] != origin) return BadNote("it is of another log", "다른 기록의 체크포인트입니다");
  checkpoint.origin = std::string(origin);
  checkpoint.size = static_cast<uint64_t>(size);
  std::copy(root.begin(), root.end(), checkpoint.root.begin());
  return checkpoint;
}

struct Signature {
  std::string name, key_id, bytes;
};

// "— name base64(key id || signature)"
absl::StatusOr<Signature> ParseSignature(std::string_view line) {
  const size_t space = line.rfind(' ');
  std::string bytes;
  if (!line.starts_with(kDash) || space <= kDash.size() || !Decode(line.substr(space + 1), bytes) ||
      bytes.size() < 5)
    return BadNote("a signature line is malformed", "서명 줄의 형식이 올바르지 않습니다");
  return Signature{std::string(line.substr(kDash.size(), space - kDash.size())), bytes.substr(0, 4),
                   bytes.substr(4)};
}

// The lines after the blank one, of the log and of its witnesses, each key's once, and nothing
// else.
absl::StatusOr<std::vector<Signature>> Signatures(std::string_view text) {
  std::vector<std::string_view> lines = base::StrSplit(text, '\n');
  if (!lines.back().empty()) return BadNote("the text is malformed", "형식이 올바르지 않습니다");
  lines.pop_back();
  std::vector<Signature> signatures;
  for (std::string_view line : lines) {
    ASSIGN_OR_RETURN(Signature signature, ParseSignature(line));
    const bool twice =
        std::any_of(signatures.begin(), signatures.end(), [&](const Signature& other) {
          return other.name == signature.name && other.key_id == signature.key_id;
        });
    if (twice) {
      return BadNote(StrCat("two signatures of one key of '", signature.name, "'"),
                     StrCat("'", signature.name, "'의 한 키로 된 서명이 둘 있습니다"));
    }
    signatures.push_back(std::move(signature));
  }
  return signatures;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CheckpointSigner>> LoadOrMakeSigner(const std::string& path,
                                                                   const std::string& origin) {
  absl::StatusOr<Key> key = access(path.c_str(), F_OK) == 0 ? ReadKey(path) : MakeKey(path);
  if (!key.ok()) return key.status();
  return std::make_unique<P256Signer>(*std::move(key), origin);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, std::string_view verifier_key) {
  std::string name;
  ASSIGN_OR_RETURN(const std::string der, DerOf(verifier_key, name));
  const size_t blank = note.find("\n\n");
  if (blank == std::string_view::npos) return BadNote("it carries no signature", "서명이 없습니다");
  const std::string_view body = note.substr(0, blank + 1);
  ASSIGN_OR_RETURN(const std::vector<Signature> signatures, Signatures(note.substr(blank + 2)));
  bool holds = false;
  for (const Signature& signature : signatures) {
    if (signature.name != name) continue;  // a witness's
    if (signature.key_id != KeyId(der)) {
      const std::string id = base::HexEncode(signature.key_id);
      return BadNote(StrCat("it carries a signature of the log's by another key, ", id),
                     StrCat("다른 키(", id, ")로 된 이 기록의 서명이 들어 있습니다"));
    }
    holds = SignatureHolds(der, body, signature.bytes);
  }
  if (holds) return ParseBody(body, name);
  return BadNote("no signature of the given key holds", "주어진 키의 서명이 맞지 않습니다");
}

}  // namespace policies
