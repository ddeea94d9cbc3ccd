// The receiving end of an exchange: M senders, one stream of rows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/net/keys.h"
#include "libcore/net/limits.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct ReceiveOptions {
  std::string endpoint;         // as parse_endpoint() returns it
  int64_t senders = 1;          // 1 … kMaxPeers
  std::string name;             // of the exchange; the senders' must be the same
  std::vector<SortKey> merge;   // the order of each sender's rows, and of the result; empty: any
  bool in_turn = false;         // all rows of the first sender, then those of the second, …
  Milliseconds timeout{30000};  // for all senders to come
  SpillOptions spill;
  // With which a tcp endpoint encrypts, and knows its senders; null: neither.
  std::shared_ptr<const ExchangeKeys> keys = nullptr;
  int listening = -1;  // a descriptor that listens at the endpoint already; -1: none
  // Called with notes that are not errors: strangers that were refused. Called by another thread.
  std::function<void(const std::string&)> note;
  // Makes splitters for that many receivers out of the samples of all senders, given what the
  // senders state about how they partition; may throw Error. Called by another thread.
  std::function<std::string(const std::vector<std::string>& samples,
                            const std::string& partitioning, int64_t receivers)>
      choose_splitters;
};

// Listens from its construction on, with a thread of its own. Call one of finish(), leave() and
// abort() at the end; each returns when the senders are informed, or could have been. The
// destructor does the same as abort().
class Receiver {
 public:
  // Throws Error when it cannot listen, and for an address outside of the loopback interface
  // without keys.
  explicit Receiver(ReceiveOptions options);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // Returns all rows of all senders, in the order of `merge`, in turn, or as they arrive. Waits
  // until every sender has sent its schema. Throws Error as next() does: for a sender that did not
  // come in time, died, stopped or failed, for rows that were lost, and for schemas that differ.
  // Metadata in which all senders agree is kept (an order only of a single sender, or of the
  // merge). The receiver must outlive the operator. Call it once.
  OperatorPtr rows();

  // Call this after the last row.
  void finish();
  // States that no more rows are wanted: the senders end quietly.
  void leave();
  // States that the run has failed, and why.
  void abort(const Error& why);

  // For -v.
  int64_t spilled_bytes() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
