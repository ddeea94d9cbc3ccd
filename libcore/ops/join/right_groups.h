// The right input of a merge join: the rows of one key after another, each time a group.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "libcore/data/batch.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/scan.h"
#include "libcore/ops/join/sorted_input.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/marks.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"
#include "libcore/rows/store.h"

namespace penstock {

// Holds the group's rows and some batches around them, the window. A group that does not fit is on
// disk. Rows before the group cannot find a partner any more. In kRight and kFull, functions with
// the parameter `out` append to it the output of those that found none.
class RightGroups {
 public:
  // `plan` and `pairs` must outlive this object.
  RightGroups(JoinSortedInput input, const JoinPlan& plan, JoinPairs& pairs,
              const SpillOptions& spill);

  // Returns whether the group has this key.
  bool has(std::string_view key) const { return group_.is_begun && group_.key == key; }

  // Returns whether rows of the input that are not in the group yet may have `key`, which is not
  // empty. The group is of use for this key once the answer is no.
  bool must_move_to(std::string_view key) const {
    return !has_ended_ && (!group_.is_begun || group_.key < key || !group_.is_whole);
  }

  // Returns whether all rows of the group have come.
  bool is_whole() const { return group_.is_begun && group_.is_whole; }

  // Ends the group; the next one begins after it. Returns the group's rows if they are on disk,
  // otherwise null.
  std::unique_ptr<RunPartners> leave();

  // Moves towards the group of `key`, or of the first key after it. Returns false at the end of the
  // batch that was read last: then call next_batch(), and this function again if must_move_to().
  bool move_to(std::string_view key);

  // Returns whether next_batch() frees rows of the window, or puts them on disk.
  bool is_full() { return window_.parts().size() >= kWindowParts || window_bytes_ > memory_ / 4; }

  // Reads the next batch; at the input's end the group is whole. Frees the rows before the group if
  // is_full(). A group that takes too much memory even then is read to its end and put on disk.
  // REQUIRES no candidates in `pairs` if is_full(). Throws Error for an input that is not sorted.
  void next_batch(std::deque<Batch>& out);

  // For kRight and kFull, when no left row remains: passes the rows of the window and reads the
  // next batch. Returns false when all have come. REQUIRES no group on disk.
  bool pass_window(std::deque<Batch>& out);

  // Returns the group's rows if they are on disk, otherwise null.
  RunPartners* spilled() const { return group_.spilled.get(); }

  // The group's rows in the window if they are not on disk: from begin() until end().
  PartRow begin() const { return group_.begin; }
  PartRow end() const { return group_.end; }

  // The rows of the window, and which of them have a partner. The parts are valid until the next
  // call of next_batch() or pass_window().
  RowStore& window() { return window_; }
  RowMarks& marks() { return marks_; }

 private:
  // The batches that are used together: when a further one comes, output is made and old ones are
  // freed.
  static constexpr size_t kWindowParts = 8;

  struct Group {
    std::string key;
    PartRow begin{0, 0};  // in the window, unless it is on disk
    PartRow end{0, 0};
    bool is_begun = false;  // its first row is there
    bool is_whole = false;
    std::unique_ptr<RunPartners> spilled;
  };

  void add(const Batch& rows);
  void trim(PartRow begin, std::deque<Batch>& out);
  void spill_group();
  void read_rest_of_group(RunWriter& writer);

  JoinSortedInput input_;
  const JoinPlan& plan_;
  JoinPairs& pairs_;
  int64_t memory_;
  SpillFile file_;
  RowStore window_;  // rows of the last batch from row_ on are not in the group
  int64_t window_bytes_ = 0;
  int64_t row_ = 0;
  bool has_ended_ = false;
  RowMarks marks_;
  Group group_;
};

}  // namespace penstock
