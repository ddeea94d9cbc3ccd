// What a command line needs of its inputs and gives: --describe's JSON, by which a planner puts
// exchanges into a pipeline. penstock(7) documents the fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/cli/command.h"

namespace penstock {

// How rows must be placed for N copies to give, together, what one gives.
struct Placement {
  enum class Kind { kAny, kHash, kSingle, kBroadcast };
  Kind kind = Kind::kAny;
  std::vector<std::string> keys;  // of kHash
};

// What stays true of the input's rows in the output.
struct Keeps {
  bool order = false;
  bool placement = false;
};

// How one stage becomes two with an exchange between.
struct Split {
  std::vector<std::string> local;  // the words of the stage before
  std::string merge;               // keys of the ordered merge between them; empty for as they come
  std::vector<std::string> final;  // the words of the stage after; may be empty
};

struct Description {
  const char* operation = "";  // "scan", "filter", …
  // Alternatives, the best first; each names a placement for every input.
  std::vector<std::vector<Placement>> needs;
  Keeps keeps;
  std::string order;  // keys of the order that the output has; empty for none or the input's
  std::optional<Split> split;
  std::optional<std::vector<std::string>> columns;  // used; empty when that needs the schema
};

std::string description_json(const Command& command, const Description& description);

}  // namespace penstock
