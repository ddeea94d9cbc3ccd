// Which worker of a fragment has which chunk of the fragment's input, and where the records of each
// chunk begin: a state machine that is driven by the requests of scans and answers them. It has no
// process, no socket and no clock, so requests may come from processes of this host, from agents on
// others, and from tests.
//
// The manager holds one for each fragment whose input is divided (ChunkedInput, job.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "libcore/flow/tasks/job.h"
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

  // REQUIRES at least one file, as many chunks as files, and homes of all files or none.
  explicit ChunkGrants(const ChunkedInput& input);

  // Takes a request of a taker on this host (Job::host). Its reply may be among those of a later
  // call: that to kFail comes when all chunks before the one that the taker fails at have been
  // read, and never when an earlier chunk failed too. A request that a scan cannot make now is
  // answered with kRefused and changes nothing. A request of a taker that has ended is not
  // answered. Chunks are given in the order of their numbers, those that were lost first, and only
  // where their file is. REQUIRES that the host has a file.
  Replies take(const Attempt& taker, size_t host, const ChunkRequest& request);

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
  // The chunks of the files that one host has, or all.
  struct Pool {
    std::optional<size_t> home;
    std::vector<int64_t> inputs;  // those of which not all chunks are given, the last one first
    int64_t next = 0;             // the number of the next chunk; REQUIRES inputs
  };
  struct Taker {
    size_t host = 0;
    int64_t held = 0;              // the chunk that it has and has not finished; 0 for none
    std::vector<int64_t> granted;  // all that it was given and that were not lost
    bool is_over = false;
  };

  Pool& pool_of(std::optional<size_t> home);
  bool is_at(int64_t input, size_t host) const;
  std::optional<int64_t> next_lost(size_t host);
  std::optional<int64_t> next_new(size_t host);
  int64_t first_new() const;
  ChunkAnswer opened(size_t host) const;
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
  std::vector<std::optional<size_t>> homes_;  // of the inputs
  std::vector<Pool> pools_;
  std::set<int64_t> lost_;
  std::set<int64_t> held_;
  std::map<int64_t, bool> failing_;  // chunks that takers fail at; whether kGo was sent
  std::map<Key, Taker> takers_;
};

}  // namespace penstock
