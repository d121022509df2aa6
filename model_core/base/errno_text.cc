#include "model_core/base/errno_text.h"

#include <cerrno>
#include <cstring>

#include "model_core/base/code_words.h"

namespace base {
namespace {

constexpr CodeWords<int> kWords[] = {{ENOENT, "그런 파일이나 디렉터리가 없습니다"},
                                     {EACCES, "권한이 없습니다"},
                                     {EEXIST, "이미 있는 이름입니다"},
                                     {EPERM, "허용되지 않은 작업입니다"},
                                     {ENOTSUP, "이 파일 시스템에서 지원하지 않는 작업입니다"},
                                     {EROFS, "읽기 전용 파일 시스템입니다"},
                                     {ENOSPC, "디스크 공간이 없습니다"},
                                     {EDQUOT, "디스크 할당량을 다 썼습니다"},
                                     {EFBIG, "파일이 너무 큽니다"},
                                     {EIO, "입출력 오류입니다"},
                                     {EISDIR, "디렉터리입니다"},
                                     {ENOTDIR, "경로 가운데에 디렉터리가 아닌 것이 있습니다"},
                                     {ENAMETOOLONG, "이름이 너무 깁니다"},
                                     {ELOOP, "심볼릭 링크가 너무 많습니다"},
                                     {EMFILE, "이 프로세스가 연 파일이 너무 많습니다"},
                                     {ENFILE, "이 컴퓨터에서 연 파일이 너무 많습니다"},
                                     {ENOMEM, "메모리가 부족합니다"},
                                     {EBUSY, "다른 곳에서 쓰고 있습니다"},
                                     {EPIPE, "읽는 쪽이 닫혔습니다"},
                                     {ECONNREFUSED, "연결이 거부되었습니다"},
                                     {ECONNRESET, "상대가 연결을 끊었습니다"},
                                     {ECONNABORTED, "연결이 중단되었습니다"},
                                     {ETIMEDOUT, "제한 시간이 지났습니다"},
                                     {EHOSTUNREACH, "그 컴퓨터로 가는 경로가 없습니다"},
                                     {ENETUNREACH, "그 네트워크로 가는 경로가 없습니다"},
                                     {EADDRINUSE, "다른 프로그램이 쓰고 있는 주소입니다"},
                                     {EADDRNOTAVAIL, "이 컴퓨터의 주소가 아닙니다"}};

}  // namespace

std::string ErrnoText(int error, Language language) {
  return WordsFor(kWords, error, std::strerror(error), language);
}

}  // namespace base
