// What a stage says of itself to a planner, which puts exchanges between the stages of a pipeline
// by it. libcore/flow/FLOW.md has the contract in words.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/expr/parameters.h"
#include "libcore/partition/partitioner.h"

namespace penstock {

class Stage;

enum class Operation {
  kScan,
  kFilter,
  kProject,
  kAggregate,
  kSort,
  kJoin,
  kMerge,
  kHead,
  kPrint,
  kExchange,
  kPartition,
  kApply,    // runs a command of somebody's over the rows
  kReduce,   // the same, key by key
  kOther,    // one of which its other traits say all that planning needs
  kProgram,  // one that is not of the family, of which somebody said how its rows must be placed
};
// "scan", "filter", …
const char* name_of(Operation operation);

// How rows must be placed for N copies to give, together, what one gives.
struct Placement {
  enum class Kind {
    kAny,
    kHash,       // rows with equal keys come together
    kGrid,       // any two rows of the inputs meet once
    kSingle,     // all rows in one place
    kBroadcast,  // all rows in every place
  };
  Kind kind = Kind::kAny;
  std::vector<std::string> keys = {};  // of kHash
};
// "any", "hash", …
const char* name_of(Placement::Kind kind);

// What stays true of the input's rows in the output.
struct Keeps {
  bool order = false;
  bool placement = false;
  bool columns = false;  // every column of the (left) input comes out, unchanged and by its name
};

// How one stage becomes two with an exchange between.
struct Split {
  std::shared_ptr<const Stage> local;  // the stage before
  std::vector<SortKey> merge = {};     // of the ordered merge between them; empty: as they come
  std::shared_ptr<const Stage> final = nullptr;  // the stage behind; may be null
  bool in_turn = false;  // the rows between must keep the order of the parts that they came from
  // The stage behind runs in several workers, each for some of the keys of the first placement: the
  // rows between are merged for each of them.
  bool shares_keys = false;
};

// The exchange that a stage is.
struct WrittenExchange {
  std::optional<PartitionKind> kind;  // empty where it does not say how rows are partitioned
  std::vector<SortKey> keys;
  bool merges = false;  // the rows of each sender come in the order of the keys, and so shall all
};

struct StageTraits {
  Operation operation = Operation::kScan;
  // Alternatives, the best first; each names a placement for every input. A placement by hash is
  // the first where there is one.
  std::vector<std::vector<Placement>> needs = {};
  Keeps keeps = {};
  bool uses_order = false;  // what is given for a row or group depends on the order of the input
  // Each output row is a group by these columns, which come out by their names, and groups come in
  // the order of their first rows; empty where that is not so.
  std::vector<std::string> group_keys = {};
  std::vector<SortKey> order = {};  // of the output; empty for none or the input's
  std::optional<Split> split = {};
  // The columns of the (left) input that are used, besides those that come out unchanged: by their
  // names, and as texts in which they are written. Empty when they cannot be known without schemas.
  std::optional<std::vector<std::string>> columns = {};
  std::vector<std::string> expressions = {};
  std::optional<WrittenExchange> exchange = {};
  // Gives states of groups, of the rows it gets, for another stage to put together.
  bool gives_states = false;
  // A filter's condition, when it does nothing but ask it of its rows.
  std::optional<ExpressionText> condition = {};
  // Of a join: its columns of both inputs come out, not those of the left alone.
  bool gives_right = false;
  // By which columns its rows must come together is to be found with the schemas alone
  // (ColumnUse). Of a join: its condition may ask for equal columns. Of one input: a placement by
  // hash has names as they stand in expressions, in which columns are found but for letter case.
  bool finds_keys = false;
  // Wants its inputs in the order of keys.
  bool wants_order = false;

  bool needs_any() const;  // some alternative lets the rows of the one input be anywhere
  // Whether copies give together what one gives when each has some of the left rows and all right
  // ones.
  bool can_broadcast() const;
  // Whether the stage can run in several workers when its rows come together by keys.
  bool can_hash() const;
};

// The columns of its inputs that a stage looks at.
struct ColumnUse {
  std::vector<std::set<std::string>> inputs;
  // Pairs of a left and a right column that a join without keys asks to be equal.
  std::vector<std::pair<std::string, std::string>> equal = {};
  // Columns of a stage that has one input and finds its keys: rows with equal values in them must
  // come together; all rows must when there are none.
  std::vector<std::string> together = {};
};

}  // namespace penstock
