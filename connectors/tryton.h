// TrytonClient: a Tryton ERP over its JSON-RPC. The stand-in for a works order system
// (manufacturing) and a supply system (defense): both connectors go through here.
//
// Thread-safe; calls block until the answer, the deadline or cancellation. A session that the
// server has dropped is opened anew once. Errors are those that the tools report: unreachable,
// auth, timeout, malformed_upstream, …; what Tryton itself refuses is invalid_argument with its
// words. Protocol: trytond 6.0 and later, POST {url}/{database}/ with {"method","params"}.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/http.h"
#include "connectors/tool_kit.h"

namespace connectors {

struct TrytonOptions {
  std::string url;  // "http://127.0.0.1:8000"; empty: not configured
  std::string database;
  std::string user;
  std::string password;
  std::string mapping_path;  // JSON merge patch over tryton/mapping.json (which models and fields
                             // hold what); empty: none

  bool configured() const { return !url.empty(); }
};

class TrytonClient {
 public:
  virtual ~TrytonClient() = default;

  // Calls `model.<model>.<method>`. `context` is Tryton's own (stock_date_end, locations, …).
  // `effect`: the call may change something, so a lost answer is `in_doubt` and never repeated.
  virtual Fallible<base::Json> Call(std::string_view model, std::string_view method,
                                    base::Json parameters, base::Json context, bool effect,
                                    const tools::CallContext& call) = 0;

  // The id of our own login: what Tryton says made the records that we make (`create_uid`).
  virtual Fallible<int64_t> UserId(const tools::CallContext& call) = 0;

  // The mapping's entry at a JSON pointer ("/requisition/model"); CHECKs that it is there.
  virtual const base::Json& Mapping(const std::string& pointer) const = 0;
};

// As base::ReadFile; InvalidArgument: the mapping takes away or changes the kind of an entry.
absl::StatusOr<std::unique_ptr<TrytonClient>> MakeTrytonClient(HttpClient& http,
                                                               TrytonOptions options);

// Tryton's JSON for a date: from and to "2026-11-24"; null if it is none.
base::Json TrytonDate(std::string_view day);
std::string DayOf(const base::Json& date);  // of a date or a datetime; empty if it is neither

// Records of `model` that fit `domain` (Tryton's search language), with `fields` and id, at most
// `limit` + 1: one more than asked says that there are more.
Fallible<base::Json> SearchRead(TrytonClient& tryton, const std::string& model, base::Json domain,
                                base::Json fields, size_t limit, const tools::CallContext& call);
// All of them, whatever a server gives at a time. `partial`: there are more than `limit`.
Fallible<base::Json> SearchReadAll(TrytonClient& tryton, const std::string& model,
                                   const base::Json& domain, const base::Json& fields, size_t limit,
                                   const tools::CallContext& call);

// The one product of that code, or else whose name fits; its id, code, name and unit under those
// keys. `none` and `many` are the error codes for no such item and for several.
struct TrytonItem {
  int64_t id = 0, unit = 0, product_template = 0;
  std::string code, name;
  std::vector<int64_t> categories;
};
Fallible<TrytonItem> FindItem(TrytonClient& tryton, const std::string& text, std::string_view none,
                              std::string_view many, const tools::CallContext& call);
// A warehouse by its name, with the ids of its storage and production locations. `none`: the error
// code if it is not there.
struct TrytonSite {
  int64_t id = 0, storage = 0, production = 0;
  std::string name;
};
Fallible<TrytonSite> FindSite(TrytonClient& tryton, const std::string& name, std::string_view none,
                              const tools::CallContext& call);

// All products of those ids, in their order.
Fallible<std::vector<TrytonItem>> ReadItems(TrytonClient& tryton, const std::vector<int64_t>& ids,
                                            const tools::CallContext& call);

}  // namespace connectors
