#include "libcore/parquet/pruning.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/data/zones/zones.h"
#include "libcore/expr/prune/may_match.h"

namespace penstock {
namespace {

ColumnPtr int64_column(const std::vector<int64_t>& values) {
  return make_column(int64_type(), std::ssize(values),
                     Buffer::copy(values.data(), std::ssize(values) * int64_t{sizeof(int64_t)}));
}

// A column of statistics as Zones want it: of the plain type.
ColumnPtr as_bound(const ColumnPtr& known, const Type& type) {
  ColumnPtr bound = plain(known);
  return equals(*bound->type, type) ? bound : nullptr;
}

// Throws Error for statistics that no file can have.
void require_sound(const ParquetFile& file, const Zones& zones, const Schema& schema) {
  try {
    check_zones(zones, schema);
  } catch (const Error& error) {
    throw Error::of_input(file.name() + ": is damaged: its statistics: " + error.message());
  }
}

// The pages of one column in a row group, by the rows with which they begin and end.
struct Pages {
  ParquetBounds known;
  std::vector<int64_t> begins;  // one more than pages
};

std::optional<Pages> pages_of(ParquetFile& file, size_t column, int64_t row_group) {
  std::optional<ParquetBounds> known = file.bounds(column, row_group);
  if (!known) return std::nullopt;
  Pages pages{std::move(*known), {0}};
  const Column& rows = *pages.known.rows;
  for (int64_t i = 0; i < rows.length; ++i)
    pages.begins.push_back(pages.begins.back() + rows.data<int64_t>()[i]);
  return pages;
}

// What is known of a column in zones that begin at `begins`, each within one of its pages.
ZoneColumn zones_of(const Pages& pages, const std::vector<int64_t>& begins, const Type& type) {
  const auto count = static_cast<size_t>(std::ssize(begins) - 1);
  std::vector<RowIndex> at(count);
  std::vector<bool> is_whole(count);
  size_t page = 0;
  for (size_t zone = 0; zone < count; ++zone) {
    while (pages.begins[page + 1] <= begins[zone])
      ++page;
    at[zone] = static_cast<RowIndex>(page);
    is_whole[zone] =
        pages.begins[page] == begins[zone] && pages.begins[page + 1] == begins[zone + 1];
  }
  ZoneColumn column;
  column.min = as_bound(take(*pages.known.minima, at), type);
  column.max = as_bound(take(*pages.known.maxima, at), type);
  // The nulls of a part of a page are not known, unless all or none of its rows are null.
  FixedBuilder<int64_t> nulls;
  const Column& counts = *pages.known.nulls;
  for (size_t zone = 0; zone < count; ++zone) {
    const auto row = static_cast<size_t>(at[zone]);
    const int64_t known = counts.is_null(at[zone]) ? -1 : counts.data<int64_t>()[row];
    const int64_t rows = pages.begins[row + 1] - pages.begins[row];
    if (known == 0 || (known > 0 && is_whole[zone])) {
      nulls.append(known);
    } else if (known == rows) {
      nulls.append(begins[zone + 1] - begins[zone]);
    } else {
      nulls.append_null();
    }
  }
  column.nulls = nulls.finish(int64_type());
  return column;
}

}  // namespace

ParquetPruning::ParquetPruning(ParquetFile& file, const ExpressionText& where) : file_(file) {
  std::vector<Field> fields;
  for (const std::string& name : referenced_columns(where, *file.schema())) {
    places_.push_back(file.schema()->index_of(name));
    fields.push_back((*file.schema())[places_.back()]);
  }
  schema_ = make_schema(std::move(fields));
  condition_ = bind_predicate(where, *schema_);
  Zones zones = make_unknown_zones(*schema_, file.row_groups());
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < file.row_groups(); ++i)
    rows.push_back(file.row_group(i).rows);
  zones.rows = int64_column(rows);
  for (size_t i = 0; i < places_.size(); ++i) {
    const std::optional<ParquetBounds> known = file.bounds(places_[i]);
    if (!known) continue;
    const TypePtr type = plain((*schema_)[i].type);
    zones.columns[i] = {as_bound(known->minima, *type), as_bound(known->maxima, *type),
                        known->nulls};
  }
  require_sound(file_, zones, *schema_);
  groups_ = may_match(*condition_, zones);
}

std::optional<std::vector<ParquetRowRange>> ParquetPruning::may_match_rows(
    int64_t row_group) const {
  const int64_t rows = file_.row_group(row_group).rows;
  std::vector<std::optional<Pages>> pages;
  std::vector<int64_t> begins = {0, rows};
  for (size_t place : places_) {
    pages.push_back(pages_of(file_, place, row_group));
    if (pages.back() && pages.back()->begins.back() != rows) pages.back().reset();
    if (pages.back()) {
      begins.insert(begins.end(), pages.back()->begins.begin(), pages.back()->begins.end());
    }
  }
  // Zones begin where a page of any column begins: pages of different columns rarely agree.
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  const int64_t count = std::ssize(begins) - 1;
  if (count <= 1) return std::nullopt;
  Zones zones = make_unknown_zones(*schema_, count);
  std::vector<int64_t> sizes;
  for (size_t i = 0; i + 1 < begins.size(); ++i)
    sizes.push_back(begins[i + 1] - begins[i]);
  zones.rows = int64_column(sizes);
  for (size_t i = 0; i < places_.size(); ++i) {
    if (pages[i]) zones.columns[i] = zones_of(*pages[i], begins, *plain((*schema_)[i].type));
  }
  require_sound(file_, zones, *schema_);
  const std::vector<bool> may = may_match(*condition_, zones);
  std::vector<ParquetRowRange> ranges;
  for (size_t zone = 0; zone < may.size(); ++zone) {
    if (!may[zone]) continue;
    if (!ranges.empty() && ranges.back().end == begins[zone]) {
      ranges.back().end = begins[zone + 1];
    } else {
      ranges.push_back({begins[zone], begins[zone + 1]});
    }
  }
  if (ranges.size() == 1 && ranges[0].end - ranges[0].begin == rows) return std::nullopt;
  return ranges;
}

}  // namespace penstock
