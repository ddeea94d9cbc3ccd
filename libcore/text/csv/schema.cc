#include "libcore/text/csv/schema.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/text/csv/inference.h"
#include "libcore/text/csv/partition.h"
#include "libcore/text/lines/head.h"
#include "libcore/text/lines/index.h"

namespace penstock {
namespace {

// Of a file that can be sought: its beginning, and this many places spread to its end.
constexpr int64_t kPlaces = 24;
constexpr int64_t kPlaceBytes = int64_t{32} << 10;
constexpr int64_t kHeadBytes = int64_t{256} << 10;
// Newlines tried at a place until one is found that may end a record.
constexpr int kTries = 8;

using NameMap = std::unordered_map<std::string_view, size_t>;

[[noreturn]] void throw_unknown(const char* option, const std::string& name,
                                const std::vector<std::string>& names) {
  throw Error(std::string(option) + ": unknown column '" + name + "'" + column_advice(name, names));
}

size_t place_of(const NameMap& places, const char* option, const std::string& name,
                const std::vector<std::string>& names) {
  auto found = places.find(name);
  if (found == places.end()) throw_unknown(option, name, names);
  return found->second;
}

// Returns the records of `window`, which begins anywhere in the file, from the first record that
// can be recognized.
std::string_view records_within(std::string_view window, const CsvDialect& dialect, int64_t width) {
  for (int i = 0; i < kTries; ++i) {
    size_t newline = window.find('\n');
    if (newline == window.npos) break;
    window.remove_prefix(newline + 1);
    if (can_follow_newline(window, false, false, width, dialect)) return window;
  }
  return {};
}

std::vector<TypeGuess> infer(const CsvSample& sample, const CsvSampling& sampling) {
  std::vector<TypeGuess> guesses(sampling.wanted.size());
  auto size = sample.whole ? std::nullopt : sample.source->size();
  std::string_view first = sample.first;
  if (size) first = first.substr(0, static_cast<size_t>(kHeadBytes));
  sample_records(first, sampling, guesses);
  if (!size) return guesses;
  auto width = static_cast<int64_t>(guesses.size());
  std::string window;
  int64_t span = std::max<int64_t>(0, *size - kPlaceBytes - sample.data_begin);
  for (int64_t i = 1; i <= kPlaces; ++i) {
    window.resize(static_cast<size_t>(kPlaceBytes));
    int64_t offset = sample.data_begin + span * i / kPlaces;
    int64_t got = sample.source->read_at(offset, window.data(), kPlaceBytes);
    window.resize(static_cast<size_t>(got));
    if (offset + got == *size && !window.ends_with('\n')) window += '\n';
    sample_records(records_within(window, sampling.dialect, width), sampling, guesses);
  }
  return guesses;
}

// The columns of the file, in order, and what is known of them.
class Columns {
 public:
  Columns(const CsvReadOptions& options, const std::vector<std::string>& names)
      : options_(options),
        names_(names),
        types_(names.size()),
        origins_(names.size(), TypeOrigin::kDeclared),
        empty_(names.size()) {
    for (size_t i = 0; i < names.size(); ++i)
      places_.emplace(names[i], i);
    if (options.schema != nullptr) {
      for (size_t i = 0; i < names.size(); ++i) {
        const size_t at = options.schema_by_name ? options.schema->index_of(names[i]) : i;
        types_[i] = (*options.schema)[at].type;
        origins_[i] = origin_of((*options.schema)[at]);
      }
    }
    TypePtr others;
    for (const auto& [name, type] : options.types) {
      if (name == kAllOtherColumns) {
        others = type;
      } else {
        size_t place = place_of(places_, "--types", name, names);
        types_[place] = type;
        origins_[place] = TypeOrigin::kDeclared;
      }
    }
    if (options.lines && types_[0] == nullptr) others = utf8_type();
    for (TypePtr& type : types_) {
      if (type == nullptr) type = others;
    }
    for (size_t i = 0; i < types_.size() && options.splitter != nullptr; ++i) {
      if (types_[i] == nullptr) types_[i] = options.splitter->columns()[i].type;
    }
  }

  std::vector<size_t> asked_for(const std::optional<std::vector<std::string>>& columns) const {
    std::vector<size_t> asked;
    if (columns) {
      for (const std::string& name : *columns) {
        asked.push_back(place_of(places_, "--columns", name, names_));
      }
    } else {
      for (size_t i = 0; i < names_.size(); ++i)
        asked.push_back(i);
    }
    return asked;
  }

  // Infers the types that are not known yet; columns that are not needed become text.
  void infer_types(const std::vector<size_t>& asked, const CsvSample& sample,
                   const CsvDialect& dialect, const DateFormat* format) {
    std::vector<bool> wanted(names_.size(), options_.filter != nullptr || options_.check_all);
    for (size_t place : asked)
      wanted[place] = true;
    for (size_t i = 0; i < wanted.size(); ++i)
      wanted[i] = wanted[i] && types_[i] == nullptr;
    bool any = std::find(wanted.begin(), wanted.end(), true) != wanted.end();
    std::vector<TypeGuess> guesses(names_.size());
    if (any && options_.splitter != nullptr) {
      each_sample(sample, [&](std::string_view text) {
        sample_lines(*options_.splitter, text, {dialect, options_.style, format, wanted}, guesses);
      });
    } else if (any) {
      guesses = infer(sample, {dialect, options_.style, format, wanted});
    }
    for (size_t i = 0; i < types_.size(); ++i) {
      if (types_[i] != nullptr) continue;
      types_[i] = guesses[i].type(options_.decimals);
      origins_[i] = TypeOrigin::kInferred;
      empty_[i] = guesses[i].is_empty();
    }
  }

  Field field(size_t place) const {
    Field field{names_[place], types_[place], true, {}};
    if (empty_[place]) field.metadata.emplace_back(std::string(kEmptySampleKey), "true");
    if (options_.mark_inferred && origins_[place] == TypeOrigin::kInferred) {
      field.metadata.emplace_back(std::string(kInferredKey), "true");
    }
    return field;
  }

  TypeOrigin origin(size_t place) const { return origins_[place]; }

  SchemaPtr schema(const std::vector<size_t>& places) const {
    std::vector<Field> fields;
    for (size_t place : places)
      fields.push_back(field(place));
    return make_schema(std::move(fields));
  }

  size_t place(const std::string& name) const { return place_of(places_, "--where", name, names_); }

  void check_readable(size_t place) const {
    if (is_text_readable(*types_[place])) return;
    throw Error("--types: column '" + names_[place] + "': " + types_[place]->to_string() +
                " cannot be read from CSV");
  }

 private:
  const CsvReadOptions& options_;
  const std::vector<std::string>& names_;
  NameMap places_;
  std::vector<TypePtr> types_;
  std::vector<TypeOrigin> origins_;
  std::vector<bool> empty_;
};

// The field ends that give the wanted columns' beginnings and ends, and the record's end.
std::vector<int64_t> wanted_ends(const std::vector<size_t>& places, int64_t ends_per_record,
                                 bool trailing_delimiter) {
  std::vector<int64_t> ends = {ends_per_record - 1};
  if (trailing_delimiter) ends.push_back(ends_per_record - 2);
  for (size_t place : places) {
    auto end = static_cast<int64_t>(place);
    if (end > 0) ends.push_back(end - 1);
    ends.push_back(end);
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

CsvColumnView view_of(size_t place, const CsvShape& shape, const CsvDialect& dialect) {
  const std::vector<int64_t>& ends = shape.ends();
  auto slot = [&ends](int64_t end) {
    return std::lower_bound(ends.begin(), ends.end(), end) - ends.begin() + 1;
  };
  auto end = static_cast<int64_t>(place);
  CsvColumnView view;
  view.start_slot = end == 0 ? 0 : slot(end - 1);
  view.end_slot = slot(end);
  view.at_line_end = !dialect.lines && end == shape.ends_per_record() - 1;
  return view;
}

// Where the i-th column is in the slots of index_lines().
CsvColumnView line_view(size_t i) {
  CsvColumnView view;
  view.start_slot = start_slot_of(i);
  view.end_slot = view.start_slot + 1;
  return view;
}

std::vector<size_t> sorted_union(std::vector<size_t> a, const std::vector<size_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

}  // namespace

std::shared_ptr<const CsvPlan> make_plan(const CsvReadOptions& options, const CsvDialect& dialect,
                                         std::vector<std::string> names, const CsvSample& sample) {
  std::optional<DateFormat> format;
  if (!options.date_format.empty()) format.emplace(options.date_format);
  Columns columns(options, names);
  std::vector<size_t> asked = options.columns ? columns.asked_for(options.columns->choose(names))
                                              : columns.asked_for(std::nullopt);
  columns.infer_types(asked, sample, dialect, format ? &*format : nullptr);
  const std::vector<size_t> all = columns.asked_for(std::nullopt);
  bool check_all = options.check_all;
  if (options.choose_columns && !options.columns) {
    asked = columns.asked_for(options.choose_columns(*columns.schema(all)));
    check_all = check_all || !options.chosen_by_hand;
  }
  std::optional<RowFilter> filter;
  std::vector<size_t> filter_places;
  if (options.filter) {
    filter = options.filter(*columns.schema(all));
    for (const std::string& name : filter->columns)
      filter_places.push_back(columns.place(name));
  }
  std::vector<size_t> places = sorted_union(asked, check_all ? all : filter_places);
  for (size_t place : places)
    columns.check_readable(place);
  const auto ends_per_record = std::ssize(names) + (dialect.trailing_delimiter ? 1 : 0);
  std::vector<int64_t> ends = wanted_ends(places, ends_per_record, dialect.trailing_delimiter);
  const bool is_of_lines = options.splitter != nullptr;
  auto plan =
      std::make_shared<CsvPlan>(dialect, is_of_lines ? line_shape(places.size())
                                                     : make_shape(dialect, ends_per_record, ends));
  plan->splitter = options.splitter;
  if (is_of_lines) plan->field_dialect.quotes = options.splitter->has_quotes();
  plan->on_error = options.on_error;
  plan->check_all = check_all;
  plan->style = options.style;
  for (size_t place : places) {
    const CsvColumnView view =
        is_of_lines ? line_view(plan->columns.size()) : view_of(place, plan->shape, dialect);
    plan->places.push_back(static_cast<int64_t>(place));
    plan->columns.push_back({static_cast<int64_t>(place), names[place], columns.field(place).type,
                             columns.origin(place), view});
  }
  auto indices = [&places](const std::vector<size_t>& of) {
    std::vector<size_t> found;
    for (size_t place : of) {
      found.push_back(static_cast<size_t>(std::lower_bound(places.begin(), places.end(), place) -
                                          places.begin()));
    }
    return found;
  };
  plan->output = indices(asked);
  plan->schema = columns.schema(asked);
  plan->filter = std::move(filter);
  plan->filter_columns = indices(filter_places);
  plan->filter_schema = columns.schema(filter_places);
  plan->date_format = std::move(format);
  plan->check_all_text = static_cast<unsigned char>(dialect.delimiter[0]) >= 0x80;
  plan->names = std::move(names);
  return plan;
}

}  // namespace penstock
