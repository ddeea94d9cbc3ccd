// value in (list): constants in a hash set, other values as a chain of equalities.
#include <algorithm>
#include <bit>

#include "libcore/data/hash.h"
#include "libcore/expr/compare_kernels.h"
#include "libcore/expr/comparison.h"
#include "libcore/expr/logic.h"
#include "libcore/expr/prune/meaning.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Up to this size a scan of the list is faster than hashing.
constexpr size_t kMostScanned = 6;

template <typename T>
uint64_t hash_value(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return hash_bytes(value.data(), value.size());
  } else if constexpr (sizeof(T) == 16) {
    return hash_bytes(&value, sizeof value);
  } else {
    uint64_t mixed = static_cast<uint64_t>(value) * 0x9E3779B97F4A7C15U;
    return mixed ^ (mixed >> 32U);
  }
}

// Constants to look values up in; immutable. Open addressing, at most half full.
template <typename T>
class ValueSet {
 public:
  explicit ValueSet(std::vector<T> values) : values_(std::move(values)) {
    std::sort(values_.begin(), values_.end());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    if (values_.size() <= kMostScanned) return;
    slots_.assign(std::bit_ceil(values_.size() * 2), 0);
    for (size_t k = 0; k < values_.size(); ++k) {
      uint64_t slot = hash_value(values_[k]) & (slots_.size() - 1);
      while (slots_[slot] != 0)
        slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<uint32_t>(k + 1);
    }
  }
  bool contains(const T& value) const {
    if (slots_.empty()) return std::find(values_.begin(), values_.end(), value) != values_.end();
    uint64_t slot = hash_value(value) & (slots_.size() - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      if (values_[slots_[slot] - 1] == value) return true;
    }
    return false;
  }

 private:
  std::vector<T> values_;
  std::vector<uint32_t> slots_;  // index + 1; 0 is free
};

// The form in which a value is in the set: floats by their bits, with one zero and one NaN.
uint64_t set_key(double value) {
  if (value != value) return 0x7FF8000000000000U;
  return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
}
template <typename T>
T set_key(T value) {
  return value;
}

template <typename T>
Kernel make_lookup(const std::vector<ColumnPtr>& constants) {
  using Key = decltype(set_key(T{}));
  std::vector<Key> keys;
  for (const ColumnPtr& constant : constants) {
    keys.push_back(set_key(Reader<T>(Operand{constant, true})[0]));
  }
  // The constants keep the bytes alive that a set of texts points into.
  auto set = std::make_shared<const ValueSet<Key>>(std::move(keys));
  return [set, constants](const KernelCall& call) {
    return test_rows<T>(call, [&](const T& value) { return set->contains(set_key(value)); });
  };
}

Kernel find_lookup(const Type& type, const std::vector<ColumnPtr>& constants) {
  switch (type.id) {
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
      return make_lookup<int32_t>(constants);
    case TypeId::kInt64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
      return make_lookup<int64_t>(constants);
    case TypeId::kUint64:
      return make_lookup<uint64_t>(constants);
    case TypeId::kFloat64:
      return make_lookup<double>(constants);
    case TypeId::kDecimal128:
      return make_lookup<int128_t>(constants);
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return make_lookup<std::string_view>(constants);
    default:
      return {};
  }
}

}  // namespace

Bound bind_in(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr type = binder.common_type(arguments, call.location, "cannot compare");
  // Sets are kept of the two common widths.
  if (is_integer(type->id) && fixed_width(*type) < 4) type = int64_type();
  if (type->id == TypeId::kUint32) type = int64_type();
  for (Bound& argument : arguments)
    argument = binder.coerce(argument, type, "a value of the list");
  Kernel equal = find_comparison(*type, comparison_of("="));
  if (!equal) binder.fail(call.location, type_name(*type) + " cannot be compared");
  std::vector<ColumnPtr> constants;
  std::vector<Bound> others = {arguments[0]};
  for (size_t k = 1; k < arguments.size(); ++k) {
    ColumnPtr constant = arguments[k].node->constant();
    if (constant != nullptr && constant->null_count == 0) {
      constants.push_back(std::move(constant));
    } else {
      others.push_back(arguments[k]);
    }
  }
  Kernel lookup = constants.size() > 1 ? find_lookup(*type, constants) : Kernel();
  if (!lookup) {
    return binder.call(
        bool_type(), arguments, [equal](const KernelCall& k) { return compare_to_list(k, equal); },
        {.strict = false}, call.location, membership_meaning(*type, {}));
  }
  MeaningPtr meaning = membership_meaning(*type, constants);
  if (others.size() == 1) {
    return binder.call(bool_type(), others, std::move(lookup), {}, call.location,
                       std::move(meaning));
  }
  return binder.call(
      bool_type(), others,
      [=](const KernelCall& k) {
        // The set wants its one argument as a strict call has it.
        const Column& value = *k.arguments[0].column;
        if (value.null_count != 0 && (k.arguments[0].constant || value.validity.empty())) {
          return make_null_column(bool_type(), k.rows);
        }
        ColumnPtr found = lookup({k.node, k.arguments.first(1), k.rows, value.validity});
        return combine(false, *found, *compare_to_list(k, equal));
      },
      {.strict = false}, call.location, std::move(meaning));
}

}  // namespace penstock
