// Meanings that compare no two values: tests for null and truth, prefixes of text, rising calls.
#include <string_view>
#include <utility>

#include "libcore/expr/bind.h"
#include "libcore/expr/prune/key_values.h"
#include "libcore/expr/prune/meaning.h"

namespace penstock {
namespace {

class NullTestMeaning : public Meaning {
 public:
  explicit NullTestMeaning(bool is_null) : is_null_(is_null) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    Bounds value = call.arguments()[0]->bounds(zones);
    const std::vector<bool> never(value.may_be_null.size(), false);
    Outcomes result{std::move(value.may_be_null), std::move(value.may_be_value), never};
    if (!is_null_) std::swap(result.may_be_true, result.may_be_false);
    return bounds_of(result);
  }

  std::optional<std::vector<KeyValues>> key_values(const CallNode& call,
                                                   std::span<const size_t> columns) const override {
    if (!is_null_) return std::nullopt;
    const ColumnPtr null = make_null_column(call.arguments()[0]->type(), 1);
    return key_values_of(*call.arguments()[0], {&null, 1}, columns);
  }

 private:
  bool is_null_;
};

class TruthTestMeaning : public Meaning {
 public:
  TruthTestMeaning(Truth wanted, bool negated) : wanted_(wanted), negated_(negated) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    const Outcomes value = outcomes_of(call.arguments()[0]->bounds(zones));
    const size_t count = value.may_be_true.size();
    Outcomes result{std::vector<bool>(count), std::vector<bool>(count), std::vector<bool>(count)};
    for (size_t i = 0; i < count; ++i) {
      const bool is_true = value.may_be_true[i];
      const bool is_false = value.may_be_false[i];
      const bool is_null = value.may_be_null[i];
      result.may_be_true[i] = wanted_ == Truth::kTrue    ? is_true
                              : wanted_ == Truth::kFalse ? is_false
                                                         : is_null;
      result.may_be_false[i] = wanted_ == Truth::kTrue    ? is_false || is_null
                               : wanted_ == Truth::kFalse ? is_true || is_null
                                                          : is_true || is_false;
    }
    if (negated_) std::swap(result.may_be_true, result.may_be_false);
    return bounds_of(result);
  }

 private:
  Truth wanted_;
  bool negated_;
};

class NotMeaning : public Meaning {
 public:
  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    Outcomes value = outcomes_of(call.arguments()[0]->bounds(zones));
    std::swap(value.may_be_true, value.may_be_false);
    return bounds_of(value);
  }
};

class PrefixMeaning : public Meaning {
 public:
  PrefixMeaning(std::string prefix, AfterPrefix after)
      : prefix_(std::move(prefix)), after_(after) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    const Bounds value = call.arguments()[0]->bounds(zones);
    Outcomes result{value.may_be_value, value.may_be_value, value.may_be_null};
    for (size_t i = 0; i < value.may_be_value.size(); ++i) {
      const std::optional<std::string_view> min = text_at(value.min, i);
      const std::optional<std::string_view> max = text_at(value.max, i);
      // All texts with the prefix lie from the prefix itself on.
      if ((max && *max < prefix_) || (min && comparable(*min) > prefix_))
        result.may_be_true[i] = false;
      if (after_ != AfterPrefix::kSomething && min && max && matches(*min) && matches(*max))
        result.may_be_false[i] = false;
    }
    return bounds_of(result);
  }

  std::optional<std::vector<KeyValues>> key_values(const CallNode& call,
                                                   std::span<const size_t> columns) const override {
    if (after_ != AfterPrefix::kNothing) return std::nullopt;
    const ColumnPtr text = make_text_constant(prefix_)->constant();
    return key_values_of(*call.arguments()[0], {&text, 1}, columns);
  }

 private:
  static std::optional<std::string_view> text_at(const Operand& bound, size_t zone) {
    if (!is_known(bound, static_cast<int64_t>(zone))) return std::nullopt;
    return bound.column->bytes_at(bound.constant ? 0 : static_cast<int64_t>(zone));
  }
  std::string_view comparable(std::string_view min) const {
    return after_ == AfterPrefix::kNothing ? min : min.substr(0, prefix_.size());
  }
  bool matches(std::string_view text) const {
    return after_ == AfterPrefix::kNothing ? text == prefix_ : text.starts_with(prefix_);
  }

  std::string prefix_;
  AfterPrefix after_;
};

class RisingMeaning : public Meaning {
 public:
  RisingMeaning(size_t argument, Rising rising) : argument_(argument), rising_(rising) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    Bounds value = call.arguments()[argument_]->bounds(zones);
    value.min = applied(call, value.min, zones.count);
    value.max = applied(call, value.max, zones.count);
    return value;
  }

  std::optional<size_t> strictly_rising_argument() const override {
    if (rising_ != Rising::kStrictly) return std::nullopt;
    return argument_;
  }

 private:
  // The call's value at a bound. Where it fails for one of them, no bound is known; rows that have
  // a value may do so nevertheless, because bounds may be wider than they.
  Operand applied(const CallNode& call, const Operand& bound, int64_t count) const {
    if (bound.column == nullptr) return {};
    std::vector<Operand> operands;
    for (size_t k = 0; k < call.arguments().size(); ++k)
      operands.push_back(k == argument_ ? bound : Operand{call.arguments()[k]->constant(), true});
    try {
      return {call.apply(operands, bound.constant ? 1 : count), bound.constant};
    } catch (const Error&) {
      return {};
    }
  }

  size_t argument_;
  Rising rising_;
};

}  // namespace

MeaningPtr null_test_meaning(bool is_null) {
  return std::make_shared<NullTestMeaning>(is_null);
}

MeaningPtr not_meaning() {
  return std::make_shared<NotMeaning>();
}

MeaningPtr truth_test_meaning(Truth wanted, bool negated) {
  return std::make_shared<TruthTestMeaning>(wanted, negated);
}

MeaningPtr prefix_meaning(std::string prefix, AfterPrefix after) {
  return std::make_shared<PrefixMeaning>(std::move(prefix), after);
}

MeaningPtr rising_meaning(size_t argument, Rising rising) {
  if (rising == Rising::kNo) return nullptr;
  return std::make_shared<RisingMeaning>(argument, rising);
}

}  // namespace penstock
