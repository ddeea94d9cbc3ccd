// What a command line needs of its inputs and gives: --describe's JSON, by which a planner puts
// exchanges into a pipeline. libcore/flow/FLOW.md has the contract, penstock(7) a word on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/cli/command.h"

namespace penstock {

// How rows must be placed for N copies to give, together, what one gives.
struct Placement {
  enum class Kind { kAny, kHash, kGrid, kSingle, kBroadcast };
  Kind kind = Kind::kAny;
  std::vector<std::string> keys;  // of kHash
};

// What stays true of the input's rows in the output.
struct Keeps {
  bool order = false;
  bool placement = false;
  bool columns = false;  // every column of the (left) input comes out, unchanged and by its name
};

// How one stage becomes two with an exchange between.
struct Split {
  std::vector<std::string> local;  // the words of the stage before
  std::string merge;               // keys of the ordered merge between them; empty for as they come
  std::vector<std::string> final;  // the words of the stage after; may be empty
  bool in_turn = false;  // the rows between must keep the order of the parts that they came from
};

struct Description {
  const char* operation = "";  // "scan", "filter", …
  // Alternatives, the best first; each names a placement for every input.
  std::vector<std::vector<Placement>> needs;
  Keeps keeps;
  bool uses_order = false;  // what is given for a row or group depends on the order of the input
  // Each output row is a group by these columns, which come out by their names, and groups come in
  // the order of their first rows; empty where that is not so.
  std::vector<std::string> group_keys;
  std::string order;  // keys of the order that the output has; empty for none or the input's
  std::optional<Split> split;
  // Columns of the (left) input that are used, besides those that come out unchanged: by their
  // names, and as texts in which they are written. Empty when that cannot be told.
  std::optional<std::vector<std::string>> columns;
  std::vector<std::string> expressions;
};

// `inputs` are the operands that are read, "-" for one that is left out; `words` the others.
std::string description_json(const Command& command, const Description& description,
                             const std::vector<std::string>& words,
                             const std::vector<std::string>& inputs);

}  // namespace penstock
