#include "libcore/ops/aggregate/regression.h"

#include <array>
#include <cmath>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/aggregate/float_sums.h"
#include "libcore/ops/aggregate/float_terms.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

// A sum of products: of the nearest doubles, and of the differences from them.
struct ProductSums {
  FloatSums nearest;
  FloatSums rests;

  void add(size_t group, double a, double b) {
    const Product product = multiply(a, b);
    nearest.add(group, product.nearest);
    // An infinite product has no difference.
    rests.add(group, std::isfinite(product.nearest) ? product.rest : 0);
  }
};

class Pairs : public AggregateState {
 public:
  explicit Pairs(PairsAs what) : what_(what) {}

  void resize(int64_t groups) override {
    for (FloatSums* sums : all())
      sums->resize(static_cast<size_t>(groups));
  }

  void add(const AggregateRows& rows) override {
    const Column& y = *rows.columns[0];
    const Column& x = *rows.columns[1];
    const auto* ys = y.data<double>();
    const auto* xs = x.data<double>();
    begin({ys, rows.groups.size()}, {xs, rows.groups.size()});
    for_each_value(rows, y, [&](size_t group, int64_t i) {
      if (x.is_null(i)) return;
      y_.add(group, ys[i]);
      x_.add(group, xs[i]);
      yy_.add(group, ys[i], ys[i]);
      xx_.add(group, xs[i], xs[i]);
      xy_.add(group, xs[i], ys[i]);
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (what_ == PairsAs::kCount) return y_.counts(begin, count);
    FixedBuilder<double> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      std::optional<double> result = result_of(static_cast<size_t>(i));
      if (result) {
        results.append(*result);
      } else {
        results.append_null();
      }
    }
    return results.finish(float64_type());
  }

  std::vector<Field> state_fields() const override {
    std::vector<Field> fields = {{"n", int64_type(), true, {}}};
    for (const char* name : kSums)
      fields.push_back({name, terms_type(), true, {}});
    return fields;
  }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    std::vector<ColumnPtr> columns = {y_.counts(begin, count)};
    for (FloatSums* sums : all())
      columns.push_back(terms_column(*sums, begin, count));
    return columns;
  }
  void merge(const AggregateRows& states) override {
    size_t column = 0;
    for (FloatSums* sums : all())
      merge_terms(*sums, states, ++column);
  }
  int64_t bytes() const override {
    int64_t total = 0;
    for (const FloatSums* sums :
         {&y_, &x_, &yy_.nearest, &yy_.rests, &xx_.nearest, &xx_.rests, &xy_.nearest, &xy_.rests})
      total += sums->bytes();
    return total;
  }

 private:
  static constexpr const char* kSums[] = {"y",  "x",        "yy", "yy_rests",
                                          "xx", "xx_rests", "xy", "xy_rests"};

  std::array<FloatSums*, 8> all() {
    return {&y_, &x_, &yy_.nearest, &yy_.rests, &xx_.nearest, &xx_.rests, &xy_.nearest, &xy_.rests};
  }

  // Chooses the units of all sums.
  void begin(std::span<const double> ys, std::span<const double> xs) {
    if (y_.is_begun()) return;
    y_.begin(ys);
    x_.begin(xs);
    begin_products(yy_, ys, ys);
    begin_products(xx_, xs, xs);
    begin_products(xy_, xs, ys);
  }
  static void begin_products(ProductSums& sums, std::span<const double> a,
                             std::span<const double> b) {
    std::vector<double> nearest;
    std::vector<double> rests;
    for (size_t i = 0; i < a.size(); ++i) {
      const Product product = multiply(a[i], b[i]);
      nearest.push_back(product.nearest);
      rests.push_back(product.rest);
    }
    sums.nearest.begin(std::span<const double>(nearest));
    sums.rests.begin(std::span<const double>(rests));
  }

  static std::vector<double> terms(const FloatSums& sums, size_t group) {
    std::vector<double> list;
    sums.append_terms(group, list);
    return list;
  }

  // n times the sum of the products of the distances from both means.
  double spread(size_t group, const FloatSums& a, const FloatSums& b, const ProductSums& products) {
    std::vector<double> both = terms(products.nearest, group);
    products.rests.append_terms(group, both);
    const double result = deviation(y_.values(group), terms(a, group), terms(b, group), both);
    if (!std::isfinite(result) && std::isfinite(a.rounded(group)) &&
        std::isfinite(b.rounded(group))) {
      throw Error("products of the values do not fit float64; divide the values first");
    }
    return result;
  }

  std::optional<double> result_of(size_t group) {
    const int64_t n = y_.values(group);
    const auto count = static_cast<double>(n);
    if (n == 0 || (what_ == PairsAs::kCovarianceOfSample && n == 1)) return std::nullopt;
    const double xy = spread(group, x_, y_, xy_);
    if (what_ == PairsAs::kCovarianceOfPopulation) return xy / (count * count);
    if (what_ == PairsAs::kCovarianceOfSample) return xy / (count * static_cast<double>(n - 1));
    const double xx = spread(group, x_, x_, xx_);
    if (what_ == PairsAs::kSlope) return xx == 0 ? std::nullopt : std::optional(xy / xx);
    if (what_ == PairsAs::kIntercept) {
      if (xx == 0) return std::nullopt;
      return (y_.rounded(group) - x_.rounded(group) * (xy / xx)) / count;
    }
    const double yy = spread(group, y_, y_, yy_);
    if (what_ == PairsAs::kDetermination) {
      if (xx == 0) return std::nullopt;
      return yy == 0 ? 1 : xy / xx * (xy / yy);
    }
    if (xx == 0 || yy == 0) return std::nullopt;
    return std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
  }

  PairsAs what_;
  FloatSums y_;
  FloatSums x_;
  ProductSums yy_;
  ProductSums xx_;
  ProductSums xy_;
};

}  // namespace

AggregateStatePtr make_pairs_state(PairsAs what) {
  return std::make_unique<Pairs>(what);
}

}  // namespace penstock
