#include "libcore/data/take.h"

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/dictionary.h"
#include "libcore/data/gather_source.h"
#include "libcore/data/gather_values.h"

namespace penstock {
namespace {

// kMayMiss: rows may be missing, which gives nulls.
template <typename Source, bool kMayMiss>
class Gather {
 public:
  using Row = typename Source::Row;

  explicit Gather(const Source& source)
      : source_(source), type_(source.part(0).type), rows_(source.rows), values_(source) {}

  ColumnPtr run() {
    switch (type_->id) {
      case TypeId::kNull:
        return make_null_column(type_, size());
      case TypeId::kBool:
        return finish(values_.bools());
      case TypeId::kUtf8:
      case TypeId::kBinary:
        return gather_bytes<int32_t>();
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        return gather_bytes<int64_t>();
      case TypeId::kList:
      case TypeId::kMap:
        return gather_list<int32_t>();
      case TypeId::kLargeList:
        return gather_list<int64_t>();
      case TypeId::kFixedSizeList:
        return gather_fixed_list();
      case TypeId::kStruct:
        return gather_struct();
      case TypeId::kSparseUnion:
        return gather_sparse_union();
      case TypeId::kDenseUnion:
        return gather_dense_union();
      case TypeId::kDictionary:
        return gather_dictionary();
      default:
        return finish(values_.fixed(fixed_width(*type_)));
    }
  }

 private:
  using Values = GatherValues<Source, kMayMiss>;

  int64_t size() const { return values_.size(); }

  static bool missing(Row row) { return Values::missing(row); }

  ColumnPtr finish(Buffer values) {
    return make_column(type_, size(), std::move(values), values_.validity());
  }

  ColumnPtr finish_nested(Buffer offsets, Buffer values, std::vector<ColumnPtr> children) {
    auto column = std::make_shared<Column>();
    column->type = type_;
    column->length = size();
    column->offsets = std::move(offsets);
    column->values = std::move(values);
    column->children = std::move(children);
    if (type_->id != TypeId::kSparseUnion && type_->id != TypeId::kDenseUnion) {
      column->validity = values_.validity();
    }
    if (!column->validity.empty()) {
      column->null_count = size() - count_set_bits(column->validity.data(), size());
      if (column->null_count == 0) column->validity = {};
    }
    return column;
  }

  template <typename Offset>
  ColumnPtr gather_bytes() {
    auto offsets = values_.template offset_table<Offset>();
    MutableBuffer out_offsets = values_.template offsets_of_rows<Offset>(offsets);
    Buffer bytes = values_.bytes(offsets, out_offsets.template as<Offset>());
    return make_bytes_column(type_, size(), out_offsets.freeze(), std::move(bytes),
                             values_.validity());
  }

  template <bool kChildMayMiss>
  ColumnPtr gather_child(size_t child, std::span<const Row> rows) {
    Source source = source_.child(child, rows);
    return Gather<Source, kChildMayMiss>(source).run();
  }

  void refuse_elements_past(int64_t total) const {
    if (total > kMaxBatchRows) {
      throw Error("a column of " + type_->to_string() + " would hold over " +
                  std::to_string(kMaxBatchRows) + " elements in one batch; use fewer rows a batch");
    }
  }

  template <typename Offset>
  ColumnPtr gather_list() {
    auto offsets = values_.template offset_table<Offset>();
    MutableBuffer out_offsets = values_.template offsets_of_rows<Offset>(offsets);
    int64_t total = out_offsets.as<Offset>()[rows_.size()];
    refuse_elements_past(total);
    // Lists are gathered by gathering their elements, as rows of the child: nesting of any depth is
    // the same code again.
    std::vector<Row> elements;
    elements.reserve(static_cast<size_t>(total));
    for (Row row : rows_) {
      if (missing(row)) continue;
      size_t part = Source::part_of(row);
      const Offset* at = offsets[part] + Source::row_of(row);
      for (int64_t i = at[0]; i < at[1]; ++i)
        elements.push_back(Source::make(part, i));
    }
    return finish_nested(out_offsets.freeze(), {}, {gather_child<false>(0, elements)});
  }

  ColumnPtr gather_fixed_list() {
    int64_t width = type_->width;
    if (width > 0 && size() > kMaxBatchRows / width) refuse_elements_past(kMaxBatchRows + 1);
    std::vector<Row> elements;
    elements.reserve(static_cast<size_t>(size() * width));
    for (Row row : rows_) {
      if (missing(row)) {
        // A list of fixed size has its elements even where it is null: there is no offset to skip
        // them.
        elements.insert(elements.end(), static_cast<size_t>(width), Source::missing());
        continue;
      }
      int64_t begin = Source::row_of(row) * width;
      for (int64_t i = begin; i < begin + width; ++i) {
        elements.push_back(Source::make(Source::part_of(row), i));
      }
    }
    return finish_nested({}, {}, {gather_child<kMayMiss>(0, elements)});
  }

  ColumnPtr gather_struct() {
    std::vector<ColumnPtr> children;
    for (size_t i = 0; i < type_->children.size(); ++i) {
      children.push_back(gather_child<kMayMiss>(i, rows_));
    }
    return finish_nested({}, {}, std::move(children));
  }

  // A missing row is a null of the union's first member.
  MutableBuffer gather_type_codes() {
    auto from = source_.template table<int8_t>(
        [](const Column& column) { return column.values.as<int8_t>(); });
    MutableBuffer codes(size());
    auto* to = codes.as<int8_t>();
    for (size_t i = 0; i < rows_.size(); ++i) {
      Row row = rows_[i];
      if (missing(row)) {
        if (type_->type_codes.empty()) throw Error("a union type without members has no null");
        to[i] = type_->type_codes[0];
      } else {
        to[i] = from[Source::part_of(row)][Source::row_of(row)];
      }
    }
    return codes;
  }

  ColumnPtr gather_sparse_union() {
    Buffer codes = gather_type_codes().freeze();
    std::vector<ColumnPtr> children;
    for (size_t i = 0; i < type_->children.size(); ++i) {
      children.push_back(gather_child<kMayMiss>(i, rows_));
    }
    return finish_nested({}, std::move(codes), std::move(children));
  }

  ColumnPtr gather_dense_union() {
    MutableBuffer codes = gather_type_codes();
    // Each member's rows are numbered from 0 again, so that members hold only what some row
    // reaches.
    std::array<size_t, 256> child_of_code{};
    for (size_t i = 0; i < type_->type_codes.size(); ++i) {
      child_of_code[static_cast<uint8_t>(type_->type_codes[i])] = i;
    }
    auto from = values_.template offset_table<int32_t>();
    MutableBuffer offsets(size() * 4);
    std::vector<std::vector<Row>> picked(type_->children.size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      Row row = rows_[i];
      std::vector<Row>& child_rows = picked[child_of_code[codes.data()[i]]];
      offsets.as<int32_t>()[i] = static_cast<int32_t>(child_rows.size());
      if (missing(row)) {
        child_rows.push_back(Source::missing());
      } else {
        size_t part = Source::part_of(row);
        child_rows.push_back(Source::make(part, from[part][Source::row_of(row)]));
      }
    }
    std::vector<ColumnPtr> children;
    for (size_t i = 0; i < picked.size(); ++i) {
      children.push_back(gather_child<kMayMiss>(i, picked[i]));
    }
    return finish_nested(offsets.freeze(), codes.freeze(), std::move(children));
  }

  // Parts of a nested dictionary may differ; take_from() handles those at the top.
  ColumnPtr gather_dictionary() {
    if constexpr (!std::is_same_v<Source, OneColumn>) {
      // Indices mean nothing beside another dictionary: parts get one in common first.
      std::vector<ColumnPtr> parts;
      for (const Column* column : source_.columns)
        parts.push_back(alias(column));
      if (!share_dictionary(parts)) {
        std::vector<ColumnPtr> unified = unify_dictionaries(parts);
        Source source{source_};
        source.columns.clear();
        for (const ColumnPtr& column : unified)
          source.columns.push_back(column.get());
        return Gather<Source, kMayMiss>(source).run();
      }
    }
    auto column = std::make_shared<Column>(*finish(values_.fixed(fixed_width(*type_))));
    column->dictionary = source_.part(0).dictionary;
    return column;
  }

  // A pointer that does not own: the caller's columns outlive the call.
  static ColumnPtr alias(const Column* column) { return {ColumnPtr(), column}; }

  const Source& source_;
  const TypePtr& type_;
  std::span<const Row> rows_;
  Values values_;
};

ManyColumns many_columns(std::span<const ColumnPtr> columns, std::span<const PartRow> rows) {
  PENSTOCK_CHECK(!columns.empty());
  ManyColumns source{{}, rows};
  for (const ColumnPtr& column : columns)
    source.columns.push_back(column.get());
  return source;
}

}  // namespace

ColumnPtr take(const Column& column, std::span<const RowIndex> rows) {
  OneColumn source{&column, rows};
  return Gather<OneColumn, false>(source).run();
}

ColumnPtr take_or_null(const Column& column, std::span<const RowIndex> rows) {
  OneColumn source{&column, rows};
  return Gather<OneColumn, true>(source).run();
}

Batch take(const Batch& batch, std::span<const RowIndex> rows) {
  Batch result{batch.schema, static_cast<int64_t>(rows.size()), {}};
  result.columns.reserve(batch.columns.size());
  for (const ColumnPtr& column : batch.columns)
    result.columns.push_back(take(*column, rows));
  return result;
}

Batch take_columns(const Batch& batch, std::span<const size_t> columns,
                   std::span<const RowIndex> rows) {
  Batch result{batch.schema, static_cast<int64_t>(rows.size()), {}};
  result.columns.resize(batch.columns.size());
  for (size_t i : columns) {
    if (result.columns[i] == nullptr) result.columns[i] = take(*batch.columns[i], rows);
  }
  return result;
}

ColumnPtr take_from(std::span<const ColumnPtr> columns, std::span<const PartRow> rows) {
  const ManyColumns source = many_columns(columns, rows);
  // Negative when any is; without a branch a row this is a tenth of a gather.
  int32_t all_parts = 0;
  for (PartRow row : rows)
    all_parts |= row.part;
  return all_parts < 0 ? Gather<ManyColumns, true>(source).run()
                       : Gather<ManyColumns, false>(source).run();
}

ColumnPtr take_in_turn(std::span<const ColumnPtr> columns, std::span<const PartRow> rows) {
  const ColumnsInTurn source{many_columns(columns, rows)};
  return Gather<ColumnsInTurn, false>(source).run();
}

bool are_bare_values(std::span<const ColumnPtr> columns) {
  PENSTOCK_CHECK(!columns.empty());
  const TypeId id = columns[0]->type->id;
  const bool is_fixed = id != TypeId::kNull && id != TypeId::kBool && !is_variable_bytes(id) &&
                        id < TypeId::kList && id != TypeId::kDictionary &&
                        fixed_width(*columns[0]->type) > 0;
  return is_fixed && std::all_of(columns.begin(), columns.end(),
                                 [](const ColumnPtr& column) { return column->null_count == 0; });
}

void write_values(const RowsInTurn& rows, size_t column, uint8_t* to) {
  const std::vector<ColumnPtr>& parts = rows.columns[column];
  const ColumnsInTurn source{many_columns(parts, rows.rows)};
  GatherValues<ColumnsInTurn, false>(source).write_fixed(fixed_width(*parts[0]->type), to);
}

Batch take(const RowsInTurn& rows) {
  Batch batch{rows.schema, std::ssize(rows.rows), {}};
  for (const std::vector<ColumnPtr>& parts : rows.columns)
    batch.columns.push_back(take_in_turn(parts, rows.rows));
  return batch;
}

}  // namespace penstock
