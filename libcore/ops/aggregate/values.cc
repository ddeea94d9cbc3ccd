#include "libcore/ops/aggregate/values.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/data/take.h"
#include "libcore/keys/row_order.h"
#include "libcore/ops/aggregate/rows_by_group.h"

namespace penstock {
namespace {

// The values of some groups, one group after the other.
struct GroupedValues {
  ColumnPtr values;
  const int32_t* begins;  // of each group in `values`, and the end
};

class Values : public AggregateState {
 public:
  Values(const AggregateCall& call, ValuesAs what)
      : call_(call), what_(what), fields_(columns(call)), rows_(fields_) {}

  void resize(int64_t groups) override { rows_.resize(groups); }
  void add(const AggregateRows& rows) override { rows_.add(rows); }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    std::vector<ColumnPtr> lists = rows_.lists(begin, count);
    GroupedValues grouped{lists[0]->children[0], lists[0]->offsets.as<int32_t>()};
    const bool keeps_order =
        what_ == ValuesAs::kList || what_ == ValuesAs::kFirst || what_ == ValuesAs::kLast;
    if (keeps_order && lists.size() > 1) {
      lists.erase(lists.begin());
      std::vector<KeyDirection> directions;
      for (const AggregateCall::Order& order : call_.order_by)
        directions.push_back({order.descending, order.nulls_first});
      grouped.values = sorted(grouped, lists, directions, count);
    }
    if (what_ == ValuesAs::kList) return as_lists(grouped, count);
    if (!keeps_order)
      grouped.values = sorted(grouped, {&lists[0], 1}, {{call_.descending, false}}, count);
    if (what_ == ValuesAs::kHistogram) return as_histograms(grouped, count);
    std::vector<RowIndex> chosen;
    for (int64_t i = 0; i < count; ++i)
      chosen.push_back(choose(*grouped.values, grouped.begins[i], grouped.begins[i + 1]));
    if (grouped.values->length == 0) return make_null_column(call_.type, count);
    ColumnPtr values = take_or_null(*grouped.values, chosen);
    return keeps_order ? values : with_one_zero(values);
  }

  std::vector<Field> state_fields() const override { return list_fields(fields_); }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return rows_.lists(begin, count);
  }
  void merge(const AggregateRows& states) override { rows_.add_lists(states); }
  int64_t bytes() const override { return rows_.bytes(); }

 private:
  static std::vector<Field> columns(const AggregateCall& call) {
    std::vector<Field> fields = {{"values", plain(call.argument_types.at(0)), true, {}}};
    for (const AggregateCall::Order& order : call.order_by) {
      fields.push_back(
          {fmt::format("order{}", fields.size()), plain(order.expression->type()), true, {}});
    }
    return fields;
  }

  // The values of each group in the order of the lists' values.
  static ColumnPtr sorted(const GroupedValues& grouped, std::span<const ColumnPtr> lists,
                          std::vector<KeyDirection> directions, int64_t count) {
    if (grouped.values->length == 0) return grouped.values;
    MutableBuffer groups;
    for (int64_t i = 0; i < count; ++i) {
      for (int32_t at = grouped.begins[i]; at < grouped.begins[i + 1]; ++at)
        groups.push(static_cast<int32_t>(i));
    }
    int64_t rows = grouped.values->length;
    KeyPart part{{make_column(int32_type(), rows, groups.freeze())}, rows};
    for (const ColumnPtr& list : lists)
      part.columns.push_back(list->children[0]);
    directions.insert(directions.begin(), KeyDirection{});
    std::optional<std::vector<PartRow>> order = sorted_rows({&part, 1}, directions);
    if (!order) return grouped.values;
    return take_from({&grouped.values, 1}, *order);
  }

  ColumnPtr as_lists(const GroupedValues& grouped, int64_t count) const {
    ValidityBuilder validity;
    for (int64_t i = 0; i < count; ++i)
      validity.append(grouped.begins[i + 1] > grouped.begins[i]);
    auto list = std::make_shared<Column>();
    list->type = call_.type;
    list->length = count;
    list->null_count = validity.null_count();
    list->validity = validity.finish();
    list->offsets = Buffer::copy(grouped.begins, (count + 1) * int64_t{sizeof(int32_t)});
    list->children = {grouped.values};
    return list;
  }

  // Lists of values with their numbers, of sorted values; null without values.
  ColumnPtr as_histograms(const GroupedValues& grouped, int64_t count) const {
    std::vector<RowIndex> firsts;
    FixedBuilder<int64_t> numbers;
    MutableBuffer offsets;
    offsets.push(int32_t{0});
    ValidityBuilder validity;
    for (int64_t i = 0; i < count; ++i) {
      const int32_t end = values_end(*grouped.values, grouped.begins[i], grouped.begins[i + 1]);
      for (int32_t at = grouped.begins[i]; at < end;) {
        const int32_t next = run_end(*grouped.values, at, end);
        firsts.push_back(at);
        numbers.append(next - at);
        at = next;
      }
      validity.append(end > grouped.begins[i]);
      offsets.push(static_cast<int32_t>(firsts.size()));
    }
    auto entries = std::make_shared<Column>();
    entries->type = call_.type->children[0].type;
    entries->length = static_cast<int64_t>(firsts.size());
    entries->children = {with_one_zero(take(*grouped.values, firsts)),
                         numbers.finish(int64_type())};
    auto list = std::make_shared<Column>();
    list->type = call_.type;
    list->length = count;
    list->null_count = validity.null_count();
    list->validity = validity.finish();
    list->offsets = offsets.freeze();
    list->children = {entries};
    return list;
  }

  // Where the nulls behind sorted values begin.
  static int32_t values_end(const Column& values, int32_t begin, int32_t end) {
    while (end > begin && values.is_null(end - 1))
      --end;
    return end;
  }

  // Where the values that are equal to the first end.
  static int32_t run_end(const Column& values, int32_t first, int32_t end) {
    int32_t next = first + 1;
    while (next < end && compare_values(values, first, values, next) == 0)
      ++next;
    return next;
  }

  // The result among the sorted values [begin, end), nulls last; -1 when there is none.
  RowIndex choose(const Column& values, int32_t begin, int32_t end) const {
    if (what_ == ValuesAs::kFirst || what_ == ValuesAs::kLast)
      return choose_end(values, begin, end);
    end = values_end(values, begin, end);
    if (begin == end) return -1;
    if (what_ == ValuesAs::kAtFraction) {
      double place = std::ceil(call_.fraction * (end - begin));
      return begin + std::max(static_cast<int32_t>(place), 1) - 1;
    }
    int32_t best = begin;
    int32_t most = 0;
    for (int32_t first = begin; first < end;) {
      const int32_t next = run_end(values, first, end);
      if (next - first > most) {
        most = next - first;
        best = first;
      }
      first = next;
    }
    return best;
  }

  // The first or last that is not null, in the order that they have; -1 when there is none.
  RowIndex choose_end(const Column& values, int32_t begin, int32_t end) const {
    const bool first = what_ == ValuesAs::kFirst;
    for (int32_t i = 0; i < end - begin; ++i) {
      const int32_t at = first ? begin + i : end - 1 - i;
      if (values.is_valid(at)) return at;
    }
    return -1;
  }

  AggregateCall call_;
  ValuesAs what_;
  std::vector<Field> fields_;
  RowsByGroup rows_;
};

}  // namespace

AggregateStatePtr make_values_state(const AggregateCall& call, ValuesAs what) {
  return std::make_unique<Values>(call, what);
}

}  // namespace penstock
