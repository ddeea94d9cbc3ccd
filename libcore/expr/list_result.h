// Lists as results of kernels.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/data/builder.h"
#include "libcore/expr/rows.h"

namespace penstock {

// Returns a list column of `elements`, cut at `ends` (one int32 for each row, counted in elements).
inline ColumnPtr make_list_column(const TypePtr& type, MutableBuffer offsets, ColumnPtr elements,
                                  const Buffer& validity) {
  auto list = std::make_shared<Column>();
  list->type = type;
  list->length = offsets.size() / 4 - 1;
  list->offsets = offsets.freeze();
  list->children.push_back(std::move(elements));
  ColumnPtr result = std::move(list);
  return validity.empty() ? result : with_validity(result, validity);
}

// Makes one list of texts for each row: f(values…, builder) appends the elements of a valid row.
template <typename... A, typename F>
ColumnPtr map_text_lists(const KernelCall& call, F f) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    auto readers = std::make_tuple(Reader<A>(call.arguments[I])...);
    MutableBuffer offsets((call.rows + 1) * 4);
    offsets.as<int32_t>()[0] = 0;
    BytesBuilder elements;
    for (int64_t i = 0; i < call.rows; ++i) {
      if (call.is_valid(i)) f(std::get<I>(readers)[i]..., elements);
      offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(elements.length());
    }
    return make_list_column(call.type(), std::move(offsets), elements.finish(utf8_type()),
                            call.validity);
  }
  (std::index_sequence_for<A...>{});
}

}  // namespace penstock
