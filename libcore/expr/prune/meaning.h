// Meanings of calls: what is known of a call's values when only bounds of its arguments are known.
//
// A call gets its meaning where it is bound, beside its kernel. One without a meaning may have any
// value, so that a new function is never pruned by mistake.
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/expr/compare_kernels.h"
#include "libcore/expr/node.h"
#include "libcore/expr/prune/bounds.h"

namespace penstock {

class Meaning {
 public:
  virtual ~Meaning() = default;
  // As Node::bounds() and Node::key_values(), for a call that has this meaning.
  virtual Bounds bounds(const CallNode& call, const Zones& zones) const = 0;
  virtual std::optional<std::vector<KeyValues>> key_values(const CallNode&,
                                                           std::span<const size_t>) const {
    return std::nullopt;
  }
  // Returns the argument of which a call is a strictly rising function: equal results mean equal
  // arguments. Empty for other calls.
  virtual std::optional<size_t> strictly_rising_argument() const { return std::nullopt; }
};

// a OP b, for arguments of `type`, which has an order.
MeaningPtr comparison_meaning(const Type& type, ComparisonKernel comparison);
// a is [not] distinct from b.
MeaningPtr distinct_meaning(const Type& type, bool negated);
// a between b and c.
MeaningPtr between_meaning(const Type& type, bool symmetric);
// The first argument is one of `constants`, each a row that is not null, or equal to one of the
// other arguments.
MeaningPtr membership_meaning(const Type& type, std::span<const ColumnPtr> constants);
MeaningPtr null_test_meaning(bool is_null);
MeaningPtr not_meaning();

// is [not] true, false or unknown; the outcome that is asked for, and whether it must not be.
enum class Truth : uint8_t { kTrue, kFalse, kUnknown };
MeaningPtr truth_test_meaning(Truth wanted, bool negated);

// The first argument, a text, begins with `prefix`; and what may stand behind.
enum class AfterPrefix : uint8_t { kNothing, kAnything, kSomething };
MeaningPtr prefix_meaning(std::string prefix, AfterPrefix after);

// A strict call that rises with one argument, where all others are constants: a greater argument
// never gives a smaller result (strictly: always a greater one), and no value gives null.
enum class Rising : uint8_t { kNo, kWeakly, kStrictly };
MeaningPtr rising_meaning(size_t argument, Rising rising);

}  // namespace penstock
