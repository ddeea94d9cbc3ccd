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
#include "libcore/net/limits.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct ReceiveOptions {
  std::string endpoint;         // as parse_endpoint() gives it
  int64_t senders = 1;          // 1 … kMaxPeers
  std::string name;             // of the exchange; senders have the same
  std::vector<SortKey> merge;   // the order in which the senders' rows come, and shall; empty: any
  Milliseconds timeout{30000};  // for all senders to come
  SpillOptions spill;
  // Told what is no error: strangers that were sent away. Called by another thread.
  std::function<void(const std::string&)> note;
  // Makes splitters for so many receivers out of all senders' samples, given what the senders say
  // of how they partition; may throw Error. Called by another thread.
  std::function<std::string(const std::vector<std::string>& samples,
                            const std::string& partitioning, int64_t receivers)>
      choose_splitters;
};

// Listens from its construction on, with a thread of its own. One of finish(), leave() and abort()
// is to be called at the end; each returns when the senders know, or could have known. The
// destructor does as abort() does.
class Receiver {
 public:
  // Throws Error when it cannot listen.
  explicit Receiver(ReceiveOptions options);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // All rows of all senders, in the order of `merge` or as they come. Waits until every sender has
  // told its schema. Throws Error as next() does: for a sender that did not come in time, that
  // died, stopped or failed, for rows that were lost, and for schemas that differ. Metadata that
  // all senders agree in stays (an order only of one sender, or of the merge). The receiver
  // outlives the operator. To be called once.
  OperatorPtr rows();

  // After the last row.
  void finish();
  // No more rows are wanted: the senders end quietly.
  void leave();
  // The run has failed, and why.
  void abort(const Error& why);

  // For -v.
  int64_t spilled_bytes() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
