#include "libcore/ops/aggregate/folds.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/aggregate/float_terms.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

// (high + low) * 2^exponent, with high between 0.5 and 1, or not finite, or 0.
struct LongProduct {
  double high = 1;
  double low = 0;
  int64_t exponent = 0;
  int64_t values = 0;

  void multiply_by(const LongProduct& other) {
    const Product product = multiply(high, other.high);
    const double rest = product.rest + (high * other.low + low * other.high);
    values += other.values;
    exponent += other.exponent;
    if (!std::isfinite(product.nearest) || product.nearest == 0) {
      high = product.nearest;
      low = 0;
      return;
    }
    int shift = 0;
    const double sum = product.nearest + rest;
    low = rest - (sum - product.nearest);
    high = std::frexp(sum, &shift);
    low = std::ldexp(low, -shift);
    exponent += shift;
  }

  double rounded() const {
    const auto bounded = static_cast<int>(std::clamp<int64_t>(exponent, -5000, 5000));
    return std::ldexp(high + low, bounded);
  }
};

LongProduct one_factor(double value) {
  int exponent = 0;
  const double mantissa = std::isfinite(value) ? std::frexp(value, &exponent) : value;
  return {mantissa, 0, exponent, 1};
}

class ProductOf : public AggregateState {
 public:
  void resize(int64_t groups) override { products_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    const double* values = column.data<double>();
    for_each_value(rows, column, products_, [&](size_t group, int64_t i) {
      products_[group].multiply_by(one_factor(values[i]));
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<double> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const LongProduct& product = products_[static_cast<size_t>(i)];
      if (product.values == 0) {
        results.append_null();
      } else {
        results.append(product.rounded());
      }
    }
    return results.finish(float64_type());
  }

  std::vector<Field> state_fields() const override {
    return {{"n", int64_type(), true, {}},
            {"high", float64_type(), true, {}},
            {"low", float64_type(), true, {}},
            {"exponent", int64_type(), true, {}}};
  }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    FixedBuilder<int64_t> values;
    FixedBuilder<double> high;
    FixedBuilder<double> low;
    FixedBuilder<int64_t> exponents;
    for (int64_t i = begin; i < begin + count; ++i) {
      const LongProduct& product = products_[static_cast<size_t>(i)];
      values.append(product.values);
      high.append(product.high);
      low.append(product.low);
      exponents.append(product.exponent);
    }
    return {values.finish(int64_type()), high.finish(float64_type()), low.finish(float64_type()),
            exponents.finish(int64_type())};
  }
  void merge(const AggregateRows& states) override {
    constexpr int64_t kMostExponent = int64_t{1} << 52;
    const Column& counts = *states.columns[0];
    for_each_value(states, counts, [&](size_t group, int64_t i) {
      LongProduct other;
      other.values = count_at(counts, i);
      if (other.values == 0) return;
      for (size_t column = 1; column < 4; ++column) {
        if (states.columns[column]->is_null(i)) throw Error("a partial state is not a product");
      }
      other.high = states.columns[1]->data<double>()[i];
      other.low = states.columns[2]->data<double>()[i];
      other.exponent = states.columns[3]->data<int64_t>()[i];
      LongProduct& product = products_[group];
      for (const LongProduct* one : {&std::as_const(other), &std::as_const(product)}) {
        if (one->values > kMostExponent || one->exponent > kMostExponent ||
            one->exponent < -kMostExponent) {
          throw Error("a partial state is not a product");
        }
      }
      product.multiply_by(other);
    });
  }
  int64_t bytes() const override { return vector_bytes(products_); }

 private:
  std::vector<LongProduct> products_;
};

class BitFold : public AggregateState {
 public:
  explicit BitFold(BitsOf what) : what_(what) {}

  void resize(int64_t groups) override { folds_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    const int64_t* values = column.data<int64_t>();
    for_each_value(rows, column, folds_, [&](size_t group, int64_t i) {
      Fold& fold = folds_[group];
      if (!fold.any) {
        fold = {values[i], true};
      } else if (what_ == BitsOf::kAll) {
        fold.bits &= values[i];
      } else if (what_ == BitsOf::kAny) {
        fold.bits |= values[i];
      } else {
        fold.bits ^= values[i];
      }
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<int64_t> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const Fold& fold = folds_[static_cast<size_t>(i)];
      if (fold.any) {
        results.append(fold.bits);
      } else {
        results.append_null();
      }
    }
    return results.finish(int64_type());
  }

  std::vector<Field> state_fields() const override { return {{"value", int64_type(), true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(folds_); }

 private:
  struct Fold {
    int64_t bits = 0;
    bool any = false;
  };
  BitsOf what_;
  std::vector<Fold> folds_;
};

}  // namespace

AggregateStatePtr make_product_state() {
  return std::make_unique<ProductOf>();
}

AggregateStatePtr make_bits_state(BitsOf what) {
  return std::make_unique<BitFold>(what);
}

}  // namespace penstock
