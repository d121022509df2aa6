#include "model_core/base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <thread>
#include <vector>

#include "model_core/base/errno_text.h"

namespace base {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "files-XXXXXX";
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder_ = made;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(Files, GiveBackWhatWasWritten) {
  const std::string path = folder_ / "가.bin", bytes("a\0\xff\n", 4);
  ASSERT_TRUE(WriteFile(path, bytes).ok());
  EXPECT_EQ(*ReadFile(path), bytes);
  ASSERT_TRUE(WriteFile(path, "").ok());
  EXPECT_EQ(*ReadFile(path), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing else is left";
}

TEST_F(Files, OfTheOwnerAreClosedToOthers) {
  const std::string path = folder_ / "secret";
  ASSERT_TRUE(WriteFile(path, "before").ok());
  ASSERT_TRUE(WriteFile(path, "after", Readers::kOwner).ok());
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(Files, ThatAreNewNeverTakeTheirPlaceFromAnother) {
  const std::string path = folder_ / "key";
  ASSERT_TRUE(WriteNewFile(path, "first").ok());
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  const absl::Status second = WriteNewFile(path, "second");
  EXPECT_TRUE(absl::IsAlreadyExists(second)) << second;
  EXPECT_NE(second.message().find(path), std::string::npos) << second;
  EXPECT_EQ(*ReadFile(path), "first");
  fs::create_symlink(folder_ / "nowhere", folder_ / "link");
  EXPECT_TRUE(absl::IsAlreadyExists(WriteNewFile(folder_ / "link", "bytes")));
  EXPECT_TRUE(absl::IsNotFound(WriteNewFile(folder_ / "absent" / "key", "bytes")));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2) << "nothing else is left";
}

// Refuses calls of this thread, which has to end after it, as a file system does that knows none
// such. Whether the kernel lets it.
bool Refuse(const std::vector<long>& calls, int error) {
  std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const long call : calls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

constexpr long kLinks[] = {
#ifdef __NR_link
    __NR_link,
#endif
    __NR_linkat};

TEST_F(Files, ThatAreNewNeedNoHardLinks) {
  const std::string path = folder_ / "key";
  std::thread([&] {
    ASSERT_TRUE(Refuse({std::begin(kLinks), std::end(kLinks)}, EPERM));
    EXPECT_TRUE(WriteNewFile(path, "first").ok());
    EXPECT_TRUE(absl::IsAlreadyExists(WriteNewFile(path, "second")));
    ASSERT_TRUE(Refuse({__NR_renameat2}, EINVAL));
    const absl::Status neither = WriteNewFile(folder_ / "other", "bytes");
    EXPECT_EQ(neither.code(), absl::StatusCode::kUnknown) << neither;
    EXPECT_NE(Message(neither, Language::kKorean).find("지원하지 않는"), std::string::npos);
  }).join();
  EXPECT_EQ(*ReadFile(path), "first");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing else is left";
}

TEST_F(Files, NeverWriteIntoWhatAnotherPutInTheWay) {
  const std::string path = folder_ / "out", other = folder_ / "other";
  ASSERT_TRUE(WriteFile(other, "theirs").ok());
  fs::create_symlink(other, folder_ / (".out." + std::to_string(getpid()) + ".part"));
  ASSERT_TRUE(WriteFile(path, "ours").ok());
  EXPECT_EQ(*ReadFile(other), "theirs");
  EXPECT_EQ(*ReadFile(path), "ours");
}

TEST_F(Files, KeepWhatWasThereWhenWritingFails) {
  const std::string path = folder_ / "folder";
  fs::create_directories(folder_ / "folder" / "inner");
  const absl::Status status = WriteFile(path, "bytes");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(Message(status, Language::kKorean).find("쓸 수 없습니다"), std::string::npos);
  EXPECT_TRUE(fs::is_directory(path));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, SayWhyTheyCannotBeWritten) {
  const absl::Status absent = WriteFile(folder_ / "absent" / "file", "bytes");
  EXPECT_EQ(absent.code(), absl::StatusCode::kNotFound) << absent;
  fs::create_symlink("/dev/full", folder_ / "full");
  const absl::Status full = WriteFile(folder_ / "full", "bytes");
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
  EXPECT_EQ(ErrnoCode(EACCES), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ErrnoCode(EIO), absl::StatusCode::kUnknown);
}

TEST_F(Files, ThatAreDevicesOrPipesAreWrittenIntoAndStay) {
  const std::string pipe = folder_ / "pipe", null = folder_ / "null";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(WriteFile(pipe, "bytes", Readers::kOwner).ok());
  char text[16] = {};
  EXPECT_EQ(read(reader, text, sizeof(text)), 5);
  EXPECT_STREQ(text, "bytes");
  close(reader);
  EXPECT_TRUE(fs::is_fifo(pipe));
  fs::create_symlink("/dev/null", null);
  EXPECT_TRUE(WriteFile(null, "bytes").ok());
  EXPECT_TRUE(fs::is_symlink(null)) << "neither it nor what it names is replaced";
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2);
}

TEST_F(Files, SayWhatTheyAreWhenTheyCannotBeRead) {
  const auto absent = ReadFile(folder_ / "absent", {"tag map", "태그 대응표"});
  EXPECT_EQ(absent.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(absent.status().message(), "tag map '" + (folder_ / "absent").string() +
                                           "' cannot be read: No such file or directory");
  EXPECT_EQ(Message(absent.status(), Language::kKorean),
            "태그 대응표 '" + (folder_ / "absent").string() +
                "'를 읽을 수 없습니다: 그런 파일이나 디렉터리가 없습니다");
  EXPECT_EQ(ErrnoText(EXDEV, Language::kKorean), "'Invalid cross-device link'");
  EXPECT_EQ(ReadFile(folder_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(Files, OfJsonNameTheByteThatIsWrong) {
  ASSERT_TRUE(WriteFile(folder_ / "a.json", "{\"a\":}").ok());
  const auto read = ReadJsonFile(folder_ / "a.json");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(read.status(), Language::kKorean),
            "파일 '" + (folder_ / "a.json").string() + "': 올바른 JSON이 아닙니다 (6번째 바이트)");
  ASSERT_TRUE(WriteFile(folder_ / "a.json", "{\"a\":1}").ok());
  EXPECT_EQ(*ReadJsonFile(folder_ / "a.json"), Json({{"a", 1}}));
}

}  // namespace
}  // namespace base
