#include "connectors/defense/tak_feed.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <poll.h>
#include <signal.h>

#include <memory>

#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::StrCat;
using Steady = std::chrono::steady_clock;

constexpr int kPollMs = 200;
constexpr absl::Duration kPatience =
    absl::Seconds(5);  // for a connection, within the call's deadline
constexpr absl::Duration kPicture =
    absl::Seconds(3);  // how long a new connection listens before it answers
constexpr size_t kStreamMax = 4 << 20;
// Between two connections; doubles. A call that waits shortens it to the first.
constexpr std::chrono::seconds kRetry(1), kRetryMax(30);
// A server that speaks answers each ping, so this much silence is no answer. From the first moment
// of a connection on.
constexpr std::chrono::seconds kPingEvery(5), kSilenceMax(15);

// A server of TLS 1.3 refuses our certificate only after the handshake is done on our side: the
// first ping leaves it time to.
constexpr auto kSettle = std::chrono::milliseconds(500);

struct Deleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, Deleter>;

Bio MakeBio(const TakOptions& options, SSL_CTX* tls) {
  Bio bio(tls != nullptr ? BIO_new_ssl_connect(tls) : BIO_new(BIO_s_connect()));
  BIO_set_conn_hostname(bio.get(), StrCat(options.host, ":", options.port).c_str());
  if (tls != nullptr) {
    SSL* ssl = nullptr;
    BIO_get_ssl(bio.get(), &ssl);
    const char* name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);  // none for an address
    if (name != nullptr) SSL_set_tlsext_host_name(ssl, name);
  }
  BIO_set_nbio(bio.get(), 1);
  return bio;
}

// Waits a moment for the socket.
void Wait(BIO* bio) {
  int socket = -1;
  BIO_get_fd(bio, &socket);
  pollfd entry{socket, static_cast<short>(BIO_should_write(bio) ? POLLOUT : POLLIN), 0};
  poll(&entry, socket >= 0 ? 1 : 0, kPollMs);
}

// Asks the server to answer, again and again.
class Pinger {
 public:
  void StartAt(Steady::time_point first) { next_ = first; }
  // Sends what is due. A failure is left to the reader, who hears the reason.
  void Send(BIO* bio, Steady::time_point now, absl::Time time) {
    if (now >= next_) {
      if (unsent_.empty()) unsent_ = Ping(time);
      next_ = now + kPingEvery;
    }
    if (unsent_.empty()) return;
    const int size = BIO_write(bio, unsent_.data(), static_cast<int>(unsent_.size()));
    if (size > 0) {
      unsent_.erase(0, static_cast<size_t>(size));
    } else if (!BIO_should_retry(bio)) {
      unsent_.clear();
      ERR_clear_error();
    }
  }

 private:
  Steady::time_point next_ = Steady::time_point::max();
  std::string unsent_;
};

// A write to a server that is gone is an error here, no signal.
void BlockPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

TakEnding WhyEnded() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return {"the server ended the connection", "서버가 연결을 끊었습니다"};
  const TakEnding ending{OpenSslText(code, base::Language::kEnglish),
                         OpenSslText(code, base::Language::kKorean)};
  return ending.english.empty() ? TakEnding{"no connection", "연결되지 않았습니다"} : ending;
}

TakEnding Silence(bool up) {
  const std::string limit = StrCat(kSilenceMax.count());
  if (!up)
    return {StrCat("no answer in ", limit, " s"), StrCat(limit, "초 동안 응답하지 않았습니다")};
  return {StrCat("the server sends no event and answers no ping for ", limit, " s"),
          StrCat(limit, "초 동안 이벤트가 없고 핑에도 응답하지 않았습니다"), true};
}

TakEnding TooLong() {
  return {StrCat("an event of more than ", kStreamMax, " bytes"),
          StrCat("이벤트 하나가 ", kStreamMax, "바이트를 넘습니다")};
}

}  // namespace

TakFeed::~TakFeed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TakFeed::Run() {
  BlockPipeSignal();
  std::unique_lock lock(mutex_);
  for (std::chrono::seconds delay = kRetry; !stop_;) {
    lock.unlock();
    tools::ToolError failure = Listen();
    lock.lock();
    if (stop_) return;
    delay = connected_ ? kRetry : std::min(2 * delay, kRetryMax);
    Ended(std::move(failure));
    changed_.wait_for(lock, kRetry, [this] { return stop_; });
    changed_.wait_for(lock, delay - kRetry, [this] { return stop_ || waiting_ > 0; });
  }
}

// One connection, from its making to its end; returns why it ended.
tools::ToolError TakFeed::Listen() {
  std::unique_ptr<TlsContext> tls;
  if (options_.tls.on()) {
    auto made = TlsContext::Make(options_.tls, options_.host);
    if (!made.ok()) return FilesFault(made.status(), Peer());
    tls = *std::move(made);
  }
  const TakEnding why = Read(MakeBio(options_, tls ? tls->get() : nullptr).get());
  if (tls) {
    const std::lock_guard lock(mutex_);
    const bool answered = connected_ || why.silent;  // no refusal: it was we who left
    if (auto fault = Fault(tls->trace(), Peer(), answered)) return *std::move(fault);
  }
  return tools::MakeToolError("unreachable", StrCat(Peer(), ": ", why.english),
                              StrCat(Peer(), ": TAK 서버에 연결할 수 없습니다: ", why.korean));
}

// With mutex_ held. A failure is logged when it is another one than before.
void TakFeed::Ended(tools::ToolError failure) {
  if (connected_ || failure.message_en != failure_.message_en)
    base::LogWarning("tak.disconnected", {{"host", options_.host}, {"why", failure.message_en}});
  connected_ = false;
  failure_ = std::move(failure);
  ++attempts_;
  changed_.notify_all();
}

std::string TakFeed::Peer() const { return StrCat("tak ", options_.host, ":", options_.port); }

// Reads until the connection ends, falls silent, or the feed stops; returns why.
TakEnding TakFeed::Read(bio_st* bio) {
  std::string stream;
  std::vector<char> bytes(16'384);
  Pinger pinger;
  Steady::time_point heard = Steady::now();
  for (bool up = false; !Stopped();) {
    const Steady::time_point now = Steady::now();
    if (now - heard > kSilenceMax) return Silence(up);
    if (!up && BIO_do_connect(bio) == 1) {
      up = true;
      pinger.StartAt(options_.tls.on() ? now + kSettle : now);
    }
    if (up) pinger.Send(bio, now, clock_.Now());
    const int size = up ? BIO_read(bio, bytes.data(), static_cast<int>(bytes.size())) : -1;
    if (size <= 0) {
      if (!BIO_should_retry(bio)) return WhyEnded();
      Wait(bio);
      continue;
    }
    stream.append(bytes.data(), static_cast<size_t>(size));
    for (const std::string& event : TakeEvents(stream)) {
      Keep(event);
      if (!IsSpeech(event)) continue;
      heard = now;
      Heard();
    }
    if (stream.size() > kStreamMax) return TooLong();
  }
  return {"stopped", "멈추었습니다"};
}

bool TakFeed::Stopped() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

// A connection is one once the server has spoken.
void TakFeed::Heard() {
  const std::lock_guard lock(mutex_);
  if (connected_) return;
  connected_ = true;
  connected_since_ = clock_.Now();
  changed_.notify_all();
}

void TakFeed::Keep(const std::string& event) {
  auto track = ParseEvent(event);
  if (!track) return;
  const std::lock_guard lock(mutex_);
  if (!tracks_.Keep(*std::move(track), clock_.Now())) {
    base::LogWarning("tak.too_many_tracks",
                     {{"host", options_.host}, {"limit", TrackStore::kTracksMax}});
  }
}

std::optional<tools::ToolError> TakFeed::WaitUntilConnected(std::unique_lock<std::mutex>& lock,
                                                            const tools::CallContext& context) {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  const absl::Duration left = std::min(context.deadline - absl::Now(), kPatience);
  const int before = attempts_;  // a refusal met while waiting is the answer
  ++waiting_;
  changed_.notify_all();
  changed_.wait_for(lock, absl::ToChronoMilliseconds(left),
                    [&] { return connected_ || (attempts_ > before && failure_.code == "auth"); });
  --waiting_;
  if (connected_) return std::nullopt;
  if (attempts_ > 0) return failure_;
  return tools::MakeToolError("unreachable", StrCat(Peer(), ": no answer"),
                              StrCat(Peer(), ": TAK 서버가 응답하지 않습니다"));
}

Fallible<TakFeed::Picture> TakFeed::Tracks(const tools::CallContext& context) {
  std::unique_lock lock(mutex_);
  if (auto error = WaitUntilConnected(lock, context)) return *error;
  const absl::Duration young = kPicture - (clock_.Now() - connected_since_);
  const absl::Duration wait =
      std::min(young, context.deadline - absl::Now() - absl::Milliseconds(100));
  if (wait > absl::ZeroDuration())
    changed_.wait_for(lock, absl::ToChronoMilliseconds(wait), [this] { return !connected_; });
  if (!connected_) return failure_;  // what was heard so far is not the picture
  return Picture{tracks_.All(clock_.Now()), tracks_.whole()};
}

std::optional<tools::ToolError> TakFeed::Probe(const tools::CallContext& context) {
  std::unique_lock lock(mutex_);
  return WaitUntilConnected(lock, context);
}

}  // namespace connectors::defense
