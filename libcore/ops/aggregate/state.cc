#include "libcore/ops/aggregate/state.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/ops/aggregate/extremes.h"
#include "libcore/ops/aggregate/floats.h"
#include "libcore/ops/aggregate/lists.h"
#include "libcore/ops/aggregate/numbers.h"
#include "libcore/ops/aggregate/values.h"

namespace penstock {
namespace {

enum class Takes { kAnything, kNumbers, kOrdered };

struct Maker {
  std::string_view function;
  Takes takes;
  AggregateStatePtr (*make)(const AggregateCall&);
};

constexpr std::array kMakers = {
    Maker{"count_star", Takes::kAnything, make_count_state},
    Maker{"count", Takes::kAnything, make_count_state},
    Maker{"sum", Takes::kNumbers, make_sum_state},
    Maker{"avg", Takes::kNumbers, make_sum_state},
    Maker{"stddev_samp", Takes::kNumbers, make_variance_state},
    Maker{"stddev_pop", Takes::kNumbers, make_variance_state},
    Maker{"var_samp", Takes::kNumbers, make_variance_state},
    Maker{"var_pop", Takes::kNumbers, make_variance_state},
    Maker{"bool_and", Takes::kAnything, make_bool_state},
    Maker{"bool_or", Takes::kAnything, make_bool_state},
    Maker{"min", Takes::kOrdered, make_extreme_state},
    Maker{"max", Takes::kOrdered, make_extreme_state},
    Maker{"min_by", Takes::kOrdered, make_extreme_by_state},
    Maker{"max_by", Takes::kOrdered, make_extreme_by_state},
    Maker{"percentile_cont", Takes::kNumbers, make_percentile_state},
    Maker{"percentile_disc", Takes::kOrdered, make_values_state},
    Maker{"mode", Takes::kOrdered, make_values_state},
    Maker{"array_agg", Takes::kAnything, make_values_state},
    Maker{"string_agg", Takes::kAnything, make_string_state},
};

// Whether the states' loops take the type (ops/aggregate/loop.h); the null type has no value to
// take.
bool is_taken(Takes takes, const Type& type) {
  switch (takes) {
    case Takes::kAnything:
      return true;
    case Takes::kOrdered:
      return type.id == TypeId::kNull || is_orderable(type);
    case Takes::kNumbers:
      break;
  }
  if (type.id == TypeId::kFloat16 || type.id == TypeId::kDecimal256) return false;
  return is_numeric(type.id) || type.id == TypeId::kDuration || type.id == TypeId::kNull;
}

}  // namespace

AggregateStatePtr make_aggregate_state(const AggregateCall& call) {
  for (const Maker& maker : kMakers) {
    if (maker.function != call.function) continue;
    if (!call.argument_types.empty()) {
      const Type& type = *plain(call.argument_types.back());
      if (!is_taken(maker.takes, type)) {
        throw Error(fmt::format("{}: no {} of {}; cast it to another type", call.function,
                                call.function, type.to_string()));
      }
    }
    return maker.make(call);
  }
  // bind_aggregates knows a function that the table above does not.
  check_failed(__FILE__, __LINE__, call.function.c_str());
}

}  // namespace penstock
