// Which worker of a fragment has which chunk of the fragment's input, and where the records of each
// chunk begin: a state machine that is driven by the requests of scans and answers them. It has no
// process, no socket and no clock, so requests may come from processes of this host, from agents on
// others, and from tests.
//
// The manager holds one for each fragment whose input is divided (ChunkedInput, job.h).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "libcore/flow/tasks/task.h"
#include "libcore/os/chunks/division.h"
#include "libcore/os/chunks/messages.h"

namespace penstock {

struct ChunkReply {
  Attempt to;
  ChunkAnswer answer;

  bool operator==(const ChunkReply&) const = default;
};

// A chunk that an attempt has been given.
struct GrantedChunk {
  int64_t number = 0;
  Attempt taker;
  // The taker has taken another chunk since, has seen that there is none, or has ended well.
  bool is_finished = false;

  bool operator==(const GrantedChunk&) const = default;
};

// kAll: for an attempt of which nothing remains. kUnfinished: for an attempt whose finished chunks
// have all been used.
enum class LostChunks { kUnfinished, kAll };

// Not thread-safe. A request costs O(log(chunks + takers)). All methods that return replies return
// those that are due now, of any takers, in the order in which they are to be sent.
class ChunkGrants {
 public:
  using Replies = std::vector<ChunkReply>;

  // The sizes of the inputs in bytes, and at most how many chunks to make of them. REQUIRES total
  // >= sizes.size() > 0.
  ChunkGrants(std::vector<int64_t> sizes, int64_t total);

  // Takes a request. Its reply may be among those of a later call: that to kFail comes when all
  // chunks before the one that the taker fails at have been read, and never when an earlier chunk
  // failed too. A request that a scan cannot make now is answered with kRefused and changes
  // nothing. A request of a taker that has ended is not answered. Chunks are given in the order of
  // their numbers, those that were lost first.
  Replies take(const Attempt& taker, const ChunkRequest& request);

  // Call this when a taker has ended without a failure. What it had not read nobody needs any more,
  // because its reader had enough. Takers that wait for it learn from which earlier record they
  // find their own.
  Replies end(const Attempt& taker);

  // Call this when a taker has failed, but the flow goes on: gives its chunks out again, to the
  // next takers that ask. Takers that wait for it are answered as by end().
  Replies lose(const Attempt& taker, LostChunks which);

  // Returns the chunks that are given, by number, without those that were lost and not given since.
  std::vector<GrantedChunk> granted() const;

 private:
  enum class State : uint8_t { kFree, kHeld, kFinished, kLost };
  struct Each {
    State state = State::kFree;
    bool awaits_begin = false;  // its taker is owed kBegin
    int64_t begin = -1;         // of its records; -1: not known
    Attempt taker;
  };
  using Key = std::pair<size_t, int64_t>;
  struct Taker {
    int64_t held = 0;              // the chunk that it has and has not finished; 0 for none
    std::vector<int64_t> granted;  // all that it was given and that were not lost
    bool is_over = false;
  };

  Each& at(int64_t number);
  bool is_held(int64_t number) const;
  void grant(const Attempt& to, Taker& taker, Replies& replies);
  bool state_begin(const ChunkRequest& request, Replies& replies);
  void finish(Taker& taker, Replies& replies);
  void settle_begin(int64_t number, Replies& replies);
  void settle_failures(Replies& replies);
  RecordsBegin earlier_begin(int64_t number) const;

  ChunkDivision division_;
  std::vector<Each> chunks_;  // by number, as far as any was given; the first is of no chunk
  int64_t next_ = 1;
  std::set<int64_t> lost_;
  std::set<int64_t> held_;
  std::map<int64_t, bool> failing_;  // chunks that takers fail at; whether kGo was sent
  std::map<Key, Taker> takers_;
};

}  // namespace penstock
