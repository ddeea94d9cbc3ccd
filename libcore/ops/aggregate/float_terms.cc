#include "libcore/ops/aggregate/float_terms.h"

#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/number/superaccumulator.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {

TypePtr terms_type() {
  return list_type(float64_type());
}

// The states of one FloatSums as lists of doubles.
ColumnPtr terms_column(const FloatSums& sums, int64_t begin, int64_t count) {
  std::vector<double> terms;
  MutableBuffer offsets;
  offsets.push(int32_t{0});
  for (int64_t i = begin; i < begin + count; ++i) {
    sums.append_terms(static_cast<size_t>(i), terms);
    if (terms.size() > kMaxBatchRows) throw Error("sum: over 2^31 - 1 terms in one batch");
    offsets.push(static_cast<int32_t>(terms.size()));
  }
  auto items = static_cast<int64_t>(terms.size());
  auto list = std::make_shared<Column>();
  list->type = terms_type();
  list->length = count;
  list->offsets = offsets.freeze();
  list->children = {
      make_column(float64_type(), items,
                  Buffer::copy(terms.data(), items * static_cast<int64_t>(sizeof(double))))};
  return list;
}

namespace {

std::span<const double> terms_at(const Column& list, int64_t i) {
  if (list.is_null(i)) return {};
  const int32_t* offsets = list.offsets.as<int32_t>();
  return {list.children[0]->data<double>() + offsets[i],
          static_cast<size_t>(offsets[i + 1] - offsets[i])};
}

void require_no_null_terms(const Column& list) {
  if (list.children[0]->null_count != 0) throw Error("a partial state has a null among its terms");
}

}  // namespace

void merge_terms(FloatSums& sums, const AggregateRows& states, size_t list_column) {
  const Column& counts = *states.columns[0];
  const Column& list = *states.columns[list_column];
  require_no_null_terms(list);
  const Column& items = *list.children[0];
  sums.begin(std::span<const double>(items.data<double>(), static_cast<size_t>(items.length)));
  for (int64_t i = 0; i < list.length; ++i) {
    sums.merge(static_cast<size_t>(states.groups[static_cast<size_t>(i)]), count_at(counts, i),
               terms_at(list, i));
  }
}

double deviation(int64_t n, const std::vector<double>& a_terms, const std::vector<double>& b_terms,
                 const std::vector<double>& products) {
  Superaccumulator total;
  auto add = [&total](Product product) {
    total.add(product.nearest);
    total.add(product.rest);
  };
  for (double term : products)
    add(multiply(static_cast<double>(n), term));
  for (double a : a_terms) {
    for (double b : b_terms)
      add(multiply(-a, b));
  }
  return total.rounded();
}

}  // namespace penstock
