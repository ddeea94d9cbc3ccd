#include "libcore/stage/traits.h"

#include <algorithm>

namespace penstock {

const char* name_of(Operation operation) {
  switch (operation) {
    case Operation::kScan:
      return "scan";
    case Operation::kFilter:
      return "filter";
    case Operation::kProject:
      return "project";
    case Operation::kAggregate:
      return "aggregate";
    case Operation::kSort:
      return "sort";
    case Operation::kJoin:
      return "join";
    case Operation::kMerge:
      return "merge";
    case Operation::kHead:
      return "head";
    case Operation::kPrint:
      return "print";
    case Operation::kExchange:
      return "exchange";
    case Operation::kPartition:
      return "partition";
    case Operation::kApply:
      return "apply";
    case Operation::kReduce:
      return "reduce";
    case Operation::kOther:
      return "other";
    case Operation::kProgram:
      break;
  }
  return "program";
}

const char* name_of(Placement::Kind kind) {
  switch (kind) {
    case Placement::Kind::kAny:
      return "any";
    case Placement::Kind::kHash:
      return "hash";
    case Placement::Kind::kGrid:
      return "grid";
    case Placement::Kind::kSingle:
      return "single";
    case Placement::Kind::kBroadcast:
      break;
  }
  return "broadcast";
}

bool StageTraits::needs_any() const {
  return std::any_of(needs.begin(), needs.end(), [](const std::vector<Placement>& placed) {
    return placed[0].kind == Placement::Kind::kAny;
  });
}

bool StageTraits::can_broadcast() const {
  return std::any_of(needs.begin(), needs.end(), [](const std::vector<Placement>& placed) {
    return placed.size() == 2 && placed[0].kind == Placement::Kind::kAny &&
           placed[1].kind == Placement::Kind::kBroadcast;
  });
}

bool StageTraits::can_hash() const {
  return !needs.empty() && needs[0].size() == 1 && needs[0][0].kind == Placement::Kind::kHash &&
         !uses_order;
}

}  // namespace penstock
