#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::StrCat;

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() : directory_(testing::TempDir() + "/maru-checkpoint") {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    signer_ = *LoadOrMakeSigner(directory_ + "/key.pem", "maru.test/log");
    root_ = base::Sha256("root");
    note_ = *signer_->Sign(42, root_);
  }
  bool Opens(std::string_view note) { return OpenCheckpoint(note, signer_->verifier_key()).ok(); }

  const std::string directory_;
  std::unique_ptr<CheckpointSigner> signer_;
  base::Digest root_;
  std::string note_;
};

TEST_F(CheckpointTest, OpensAsItWasSigned) {
  const auto checkpoint = OpenCheckpoint(note_, signer_->verifier_key());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "maru.test/log");
  EXPECT_EQ(checkpoint->size, 42u);
  EXPECT_EQ(checkpoint->root, root_);
}

TEST_F(CheckpointTest, HasTheFormOfASignedNote) {
  const auto lines = base::StrSplit(note_, '\n');
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], "maru.test/log");
  EXPECT_EQ(lines[1], "42");
  EXPECT_EQ(lines[2], base::Base64Encode(base::AsBytes(root_)));
  EXPECT_EQ(lines[3], "");
  EXPECT_TRUE(lines[4].starts_with("— maru.test/log "));
  EXPECT_EQ(lines[5], "");
  const auto parts = base::StrSplit(signer_->verifier_key(), '+');
  EXPECT_EQ(parts[0], "maru.test/log");
  EXPECT_EQ(parts[1].size(), 8u);
}

TEST_F(CheckpointTest, AnyByteOfItsTextChangedBreaksTheSignature) {
  for (size_t i = 0; i < note_.find("\n\n") + 2; ++i) {
    std::string changed = note_;
    changed[i] ^= 1;
    EXPECT_FALSE(Opens(changed)) << i;
  }
}

TEST_F(CheckpointTest, AnyByteOfTheSignatureChangedBreaksIt) {
  const size_t begin = note_.rfind(' ') + 1;
  std::string bytes;
  ASSERT_TRUE(base::Base64Decode(note_.substr(begin, note_.size() - begin - 1), bytes));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= 1;
    EXPECT_FALSE(Opens(StrCat(note_.substr(0, begin), base::Base64Encode(changed), "\n"))) << i;
  }
}

TEST_F(CheckpointTest, ANoteThatIsCutOrHasMoreToItDoesNotOpen) {
  for (size_t size = 0; size < note_.size() - 1; size += 3)
    EXPECT_FALSE(Opens(note_.substr(0, size))) << size;
  EXPECT_FALSE(Opens(note_ + "and more"));
  EXPECT_FALSE(Opens("more\n" + note_));
  EXPECT_FALSE(Opens(std::string(1 << 20, '\n')));
}

TEST_F(CheckpointTest, SignaturesOfWitnessesMayStandBesideTheLogsOwn) {
  EXPECT_TRUE(Opens(note_ + "— witness.example AAAAAAAA\n"));
}

TEST_F(CheckpointTest, ASignatureIsOfTheKeysOwnIdAndStandsOnce) {
  const std::string line = note_.substr(note_.find("\n\n") + 2);
  const auto why = [&](const std::string& note) {
    return std::string(OpenCheckpoint(note, signer_->verifier_key()).status().message());
  };
  EXPECT_NE(why(note_ + line).find("two signatures of one key of 'maru.test/log'"),
            std::string::npos)
      << why(note_ + line);
  const std::string witness = "— witness.example AAAAAAAA\n";
  EXPECT_NE(why(note_ + witness + witness).find("'witness.example'"), std::string::npos);
  const auto other = *LoadOrMakeSigner(directory_ + "/other.pem", "maru.test/log");
  const std::string others = *other->Sign(42, root_);
  const std::string foreign = others.substr(others.find("\n\n") + 2);
  for (const std::string& note : {note_ + foreign, base::ReplaceAll(note_, line, foreign + line)})
    EXPECT_NE(why(note).find("by another key, "), std::string::npos) << why(note);
  EXPECT_FALSE(Opens(note_ + "— witness.example AAAA\n")) << "too short for an id and more";
}

TEST_F(CheckpointTest, TheIdOfAVerifierKeyIsItsOwn) {
  const std::string key = signer_->verifier_key();
  const auto parts = base::StrSplit(key, '+');
  for (const std::string& id : {std::string("00000000"), std::string(),
                                std::string(parts[1].substr(1)), StrCat(parts[1], "0")}) {
    const std::string other =
        StrCat(parts[0], "+", id, key.substr(key.find('+', key.find('+') + 1)));
    const auto opened = OpenCheckpoint(note_, other);
    EXPECT_NE(std::string(opened.status().message()).find("id is not its key's"), std::string::npos)
        << other;
  }
  for (const std::string from : {"a", "b", "c", "d", "e", "f"}) {
    if (parts[1].find(from) == std::string_view::npos) continue;
    std::string upper(parts[1]);
    upper[upper.find(from)] -= 32;
    EXPECT_FALSE(OpenCheckpoint(note_, base::ReplaceAll(key, parts[1], upper)).ok()) << upper;
  }
}

TEST_F(CheckpointTest, OfTheSpellingsOfOneSignatureOneIsTaken) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 50; ++i) {  // signatures are of several sizes
    std::string note = *signer_->Sign(42, root_);
    const size_t last = note.find_last_not_of("=\n");
    if (note[last + 1] != '=') continue;
    note[last] = alphabet[alphabet.find(note[last]) + 1];  // bits behind the last byte
    EXPECT_FALSE(Opens(note));
    return;
  }
}

TEST_F(CheckpointTest, AnotherKeyDoesNotOpenIt) {
  const auto other = *LoadOrMakeSigner(directory_ + "/other.pem", "maru.test/log");
  const auto opened = OpenCheckpoint(note_, other->verifier_key());
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, TheKeyOfALogOpensNoOtherLogsCheckpoint) {
  const auto other = *LoadOrMakeSigner(directory_ + "/key.pem", "maru.other/log");  // the same key
  EXPECT_FALSE(OpenCheckpoint(*other->Sign(42, root_), signer_->verifier_key()).ok());
}

TEST_F(CheckpointTest, AKeyThatIsNoneOpensNothing) {
  for (const char* key : {"", "+", "++", "maru.test/log", "maru.test/log+00000000+!!!",
                          "maru.test/log+00000000+Ag=="}) {
    EXPECT_FALSE(OpenCheckpoint(note_, key).ok()) << key;
  }
}

TEST_F(CheckpointTest, TheKeyIsKeptAndReadableByItsOwnerAlone) {
  EXPECT_EQ((*LoadOrMakeSigner(directory_ + "/key.pem", "maru.test/log"))->verifier_key(),
            signer_->verifier_key());
  struct stat info {};
  ASSERT_EQ(stat((directory_ + "/key.pem").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(CheckpointTest, AFileThatIsNoKeyIsNeverOverwritten) {
  const std::string path = directory_ + "/not-a-key.pem";
  std::ofstream(path) << "hello";
  EXPECT_TRUE(absl::IsFailedPrecondition(LoadOrMakeSigner(path, "maru.test/log").status()));
  EXPECT_EQ(std::filesystem::file_size(path), 5u);
  const auto nowhere = LoadOrMakeSigner(directory_ + "/none/key.pem", "maru.test/log").status();
  EXPECT_TRUE(absl::IsNotFound(nowhere)) << nowhere;
  EXPECT_NE(nowhere.message().find("cannot be written"), std::string::npos) << nowhere;
}

}  // namespace
}  // namespace policies
