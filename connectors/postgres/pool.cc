#include "connectors/postgres/pool.h"

#include "connectors/postgres/store_errors.h"
#include "model_core/base/log.h"

namespace connectors {
namespace {
constexpr auto kTellEvery = std::chrono::minutes(1);
}  // namespace

absl::Status CatchPqxx(const std::function<absl::Status()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    return StoreError(error);
  }
}

void TextArray::Add(std::string_view element) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  for (char c : element) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

std::string TextArray::Take() { return std::move(text_ += '}'); }

Pool::Pool(std::string dsn, int connections, std::function<void(pqxx::connection&)> prepare)
    : dsn_(std::move(dsn)), prepare_(std::move(prepare)), spare_(connections) {}

std::unique_ptr<pqxx::connection> Pool::Connect() const {
  auto connection = std::make_unique<pqxx::connection>(dsn_);
  // No statement and no open transaction outlives a minute: the sequencer counts on it.
  pqxx::nontransaction(*connection)
      .exec(
          "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'; "
          "SET plan_cache_mode = 'force_generic_plan'");
  if (prepare_) prepare_(*connection);
  return connection;
}

std::unique_ptr<pqxx::connection> Pool::Take() {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [this] { return !idle_.empty() || spare_ > 0; });
  if (idle_.empty()) {
    --spare_;
    return nullptr;
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Pool::Give(std::unique_ptr<pqxx::connection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection != nullptr && connection->is_open()) {
    idle_.push_back(std::move(connection));
  } else {
    ++spare_;
  }
  freed_.notify_one();
}

// The server that broke one connection broke the others as well.
void Pool::DropIdle() {
  const std::lock_guard lock(mutex_);
  spare_ += static_cast<int>(idle_.size());
  idle_.clear();
  freed_.notify_all();
}

// The server's own words go to the log and nowhere else, once a minute at most.
void Pool::Tell(const absl::Status& status) {
  const std::string words = ServerWords(status);
  if (words.empty() || absl::IsAborted(status)) return;
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (told_ && now - *told_ < kTellEvery) return;
    told_ = now;
  }
  base::LogWarning("store.failed", {{"reason", base::Reason(status)}, {"says", words}});
}

template <typename Transaction>
absl::Status Pool::Run(const std::function<absl::Status(Transaction&)>& body) {
  std::unique_ptr<pqxx::connection> connection = Take();
  const absl::Status status = CatchPqxx([&]() -> absl::Status {
    if (connection == nullptr) connection = Connect();
    Transaction transaction(*connection);
    RETURN_IF_ERROR(body(transaction));
    transaction.commit();
    return absl::OkStatus();
  });
  Tell(status);
  if (absl::IsUnavailable(status)) {
    connection.reset();
    DropIdle();
  }
  Give(std::move(connection));
  return status;
}

absl::Status Pool::Transact(const std::function<absl::Status(pqxx::work&)>& body) {
  return Run(body);
}

absl::Status Pool::Execute(const std::function<absl::Status(pqxx::nontransaction&)>& body) {
  return Run(body);
}

}  // namespace connectors
