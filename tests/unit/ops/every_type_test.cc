// Every function, operator, cast and aggregate of the tables, over columns of every type that
// Arrow can bring: what comes is a valid column or one Error, the same however the rows lie in
// batches. The lists of what is tried are the code's own.
#include <gtest/gtest.h>

#include <set>

#include "libcore/base/error.h"
#include "libcore/expr/aggregates.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/types.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/window.h"
#include "libcore/ops/join/join.h"
#include "libcore/ops/merge/merge.h"
#include "libcore/ops/project.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

using testing::ColumnMaker;
using testing::is_tried_here;
using testing::source;

constexpr int64_t kRows = 13;

std::vector<TypePtr> every_type() {
  std::vector<TypePtr> types = testing::all_types();
  for (const char* name : {"decimal128(38,38)",
                           "decimal128(5,0)",
                           "decimal256(76,0)",
                           "decimal256(38,38)",
                           "timestamp[us]",
                           "timestamp[us, Europe/Paris]",
                           "duration[s]",
                           "duration[ns]",
                           "list<null>",
                           "list<float64>",
                           "list<dictionary<int8, utf8>>",
                           "list<large_utf8>",
                           "list<month_day_nano_interval>",
                           "large_list<decimal256(40,3)>",
                           "fixed_size_list<struct<a: float16>, 2>",
                           "struct<m: map<utf8, int64>>",
                           "struct<a: large_binary, b: decimal256(60,2)>",
                           "dictionary<int8, large_binary>",
                           "dictionary<int8, decimal256(50,5)>",
                           "dictionary<uint16, bool>",
                           "dictionary<int32, null>",
                           "dictionary<int64, timestamp[ns]>",
                           "dictionary<int16, struct<a: int64>>"}) {
    types.push_back(parse_type(name));
  }
  return types;
}

// Every value of a column as JSON, or what is wrong with the column. Reads all of it.
std::vector<std::string> checked_rows(const Column& column, int64_t rows, const Type& type) {
  EXPECT_EQ(column.length, rows);
  EXPECT_TRUE(equals(*column.type, type)) << column.type->to_string() << ", " << type.to_string();
  validate(column);
  std::vector<std::string> texts;
  for (int64_t i = 0; i < column.length; ++i) {
    try {
      append_json(texts.emplace_back(), column, i);
    } catch (const Error& error) {
      texts.back() = error.message();  // a zone that is not known
    }
  }
  return texts;
}

// What an error must be: a message of one paragraph that names no internals.
void check_error(const Error& error, const std::string& what) {
  EXPECT_FALSE(error.message().empty()) << what;
  EXPECT_EQ(error.message().find("is damaged"), std::string::npos) << what << error.message();
}

SyntaxPtr column_syntax(const std::string& name) {
  auto syntax = std::make_unique<Syntax>();
  syntax->kind = Syntax::Kind::kColumn;
  syntax->names = {{name, true}};
  syntax->location = 0;
  return syntax;
}

// What a test knows of a table's expression: that rows alone give what all rows together give.
class Tried {
 public:
  explicit Tried(const Batch& batch) : batch_(batch) {}

  // `make` binds to a node. Counts as one case.
  template <typename Make>
  void expression(const std::string& what, Make make) {
    SCOPED_TRACE(what);
    ++cases;
    NodePtr node;
    std::vector<std::string> whole;
    try {
      node = make();
      whole = checked_rows(*node->evaluate(batch_), batch_.rows, *node->type());
    } catch (const Error& error) {
      check_error(error, what);
      return;
    }
    ++values;
    for (int64_t row = cases % 3; row < batch_.rows; row += 4) {
      std::vector<std::string> alone =
          checked_rows(*node->evaluate(slice(batch_, row, 1)), 1, *node->type());
      EXPECT_EQ(alone[0], whole[static_cast<size_t>(row)]) << "row " << row;
    }
    checked_rows(*node->evaluate(slice(batch_, 0, 0)), 0, *node->type());
  }

  int64_t cases = 0;
  int64_t values = 0;

 private:
  const Batch& batch_;
};

// Wide numbers are mostly small, or the extremes: a text may well be repeated 10^9 times, but not
// in a test.
ColumnPtr with_few_sizes(ColumnMaker& maker, const ColumnPtr& column) {
  int32_t width = fixed_width(*column->type);
  if (!is_integer(column->type->id) || width < 4) return column;
  MutableBuffer values;
  for (int64_t i = 0; i < column->length; ++i) {
    auto value = static_cast<int64_t>(maker.below(80)) - 40;
    if (width == 8 && maker.below(8) == 0) value = maker.below(2) == 0 ? INT64_MIN : INT64_MAX;
    values.append(&value, width);
  }
  return make_column(column->type, column->length, values.freeze(), column->validity);
}

// A column c0, c1, … of each type, and of the types that signatures name f0, f1, ….
Batch make_table(ColumnMaker& maker, const std::vector<TypePtr>& types) {
  std::vector<testing::NamedColumn> columns;
  for (size_t i = 0; i < types.size(); ++i)
    columns.push_back(
        {"c" + std::to_string(i), with_few_sizes(maker, maker.make(types[i], kRows))});
  return testing::table(columns);
}

// How many arguments a signature names, and how many it may take at most.
size_t parameters_of(std::string_view signature) {
  std::string_view inside = signature.substr(0, signature.find(')'));
  if (inside == "(") return 0;
  size_t commas = static_cast<size_t>(std::count(inside.begin(), inside.end(), ','));
  return commas + 1;
}

// The type of a signature's parameter, as a column to stand beside the one that is tried.
TypePtr parameter_type(std::string_view signature, size_t at) {
  std::string word;
  size_t comma = 0;
  for (char c : signature.substr(1, signature.find(')') - 1)) {
    if (c == ',') ++comma;
    if (comma == at && std::isalnum(static_cast<unsigned char>(c)) != 0) word += c;
  }
  if (word == "any" || word == "number" || word.empty()) return int64_type();
  if (word == "interval") return interval_type();
  if (word == "timestamptz") return timestamp_type(TimeUnit::kMicro, "UTC");
  if (word == "fraction" || word == "separator") return utf8_type();
  return parse_type(word);
}

class EveryType : public ::testing::TestWithParam<uint64_t> {
 protected:
  EveryType() : maker_(GetParam()), types_(every_type()), batch_(make_table(maker_, types_)) {}

  // A table of the types with the signature's own types behind them.
  ColumnMaker maker_;
  std::vector<TypePtr> types_;
  Batch batch_;
};

TEST_P(EveryType, InEveryPlaceOfEveryFunction) {
  int number = 0;
  int64_t cases = 0;
  int64_t values = 0;
  for (const Function& function : functions()) {
    if (is_series_function(function.name)) continue;
    // The grammar gives an operator just its operands.
    const size_t named = parameters_of(function.signature);
    const size_t least = function.is_operator ? named : 0;
    const size_t most = function.is_operator ? named : named + 1;
    for (size_t arity = least; arity <= most; ++arity) {
      std::vector<testing::NamedColumn> columns;
      for (size_t i = 0; i < types_.size(); ++i)
        columns.push_back({"c" + std::to_string(i), batch_.columns[i]});
      for (size_t i = 0; i < arity; ++i) {
        TypePtr type = parameter_type(function.signature, i);
        columns.push_back(
            {"f" + std::to_string(i), with_few_sizes(maker_, maker_.make(type, kRows))});
      }
      Batch batch = testing::table(columns);
      Tried tried(batch);
      // One place of another type, or all of them, or any two that differ.
      for (size_t place = 0; place <= arity + 1; ++place) {
        for (size_t t = 0; t < types_.size(); ++t) {
          if (!is_tried_here(number++)) continue;
          std::string what(function.name);
          auto source = std::make_shared<const Source>(std::string(function.name));
          Syntax call;
          call.kind = Syntax::Kind::kCall;
          call.text = function.name;
          call.location = 0;
          for (size_t i = 0; i < arity; ++i) {
            bool same = place == i || place == arity;
            size_t other = place > arity && i > 0 ? maker_.below(types_.size()) : t;
            std::string name =
                same || place > arity ? "c" + std::to_string(other) : "f" + std::to_string(i);
            what += " " + batch.schema->fields()[*batch.schema->find(name)].type->to_string();
            call.args.push_back(column_syntax(name));
          }
          tried.expression(what, [&] { return Binder(source, *batch.schema).bind(call).node; });
        }
      }
      cases += tried.cases;
      values += tried.values;
    }
  }
  RecordProperty("cases", static_cast<int>(cases));  // about 55,000
  EXPECT_GT(values, cases / 50);
}

TEST_P(EveryType, CastToEveryOther) {
  Tried tried(batch_);
  auto source = std::make_shared<const Source>(std::string("x"));
  for (size_t from = 0; from < types_.size(); ++from) {
    for (const TypePtr& to : types_) {
      std::string what = types_[from]->to_string() + " to " + to->to_string();
      tried.expression(what, [&] {
        Binder binder(source, *batch_.schema);
        Bound value = binder.bind(*column_syntax("c" + std::to_string(from)));
        return binder.cast(value, to, 0).node;
      });
    }
  }
  EXPECT_GT(tried.values, tried.cases / 50);
}

// What the grammar has beside the tables, over a column and another.
std::vector<std::string> forms_of(const std::string& c, const std::string& other) {
  return {c + "[1]",
          c + "[0]",
          c + ".a",
          c + ".b",
          c + ".d",
          "array[" + c + ", " + c + "]",
          "array[" + c + ", " + other + "]",
          "case when c4 > 0 then " + c + " end",
          "case " + c + " when " + other + " then 1 else 2 end",
          "case " + c + " when " + c + " then 1 else 2 end",
          "case when " + c + " then 1 end",
          "not " + c,
          c + " and " + other,
          c + " = 'x'",
          c + " = 1",
          c + " < null",
          c + " in ('1', '2', '3', '4', '5', '6', '7', '8')",
          c + " in (1, 2, 3.5)",
          c + " between 1 and 2",
          c + " || 'x'",
          "'x' || " + c,
          "coalesce(" + c + ", " + c + ")",
          "coalesce(" + c + ", null)",
          "coalesce(" + c + ", 'x')",
          "nullif(" + c + ", null)",
          "greatest(" + c + ", null)",
          c + " + 1",
          "1 - " + c,
          c + " + 1.5",
          c + " * 2",
          c + " / 2",
          c + " % 2",
          "- " + c,
          "abs(" + c + ")",
          "round(" + c + ", 2)",
          c + " + interval '1 day'",
          c + " = any(" + c + ")",
          "1 = any(" + c + ")",
          "extract(hour from " + c + ")",
          c + " at time zone 'UTC'",
          "unnest(" + c + ")",
          "unnest(" + c + "), " + c + " as k",
          "generate_series(1, " + c + ")",
          "generate_series(" + c + ", " + c + ", interval '1 day')",
          "string_to_table(" + c + ", 'a')",
          "json_array_elements(" + c + ")"};
}

// Nested values' parts, lists of all, cases, and rows made of lists.
TEST_P(EveryType, InSpecialForms) {
  int64_t values = 0;
  for (size_t t = 0; t < types_.size(); ++t) {
    std::string c = "c" + std::to_string(t);
    std::string other = "c" + std::to_string(maker_.below(types_.size()));
    for (const std::string& form : forms_of(c, other)) {
      if (form.starts_with("generate_series")) continue;  // of random bounds they have no end
      SCOPED_TRACE(form + " of " + types_[t]->to_string() + " beside " + other);
      try {
        OperatorPtr project = make_project(source(batch_, 5), form);
        while (std::optional<Batch> rows = project->next()) {
          for (size_t i = 0; i < rows->columns.size(); ++i) {
            checked_rows(*rows->columns[i], rows->rows, *(*project->schema())[i].type);
          }
        }
        ++values;
      } catch (const Error& error) {
        check_error(error, form);
      }
    }
  }
  EXPECT_GT(values, 500);
}

// All rows of an operator, in an order of their own; or the error.
std::vector<std::string> texts_of(Operator& input) {
  std::vector<std::string> texts;
  while (std::optional<Batch> batch = input.next()) {
    std::vector<std::string> rows(static_cast<size_t>(batch->rows));
    for (size_t c = 0; c < batch->columns.size(); ++c) {
      std::vector<std::string> values =
          checked_rows(*batch->columns[c], batch->rows, *(*input.schema())[c].type);
      for (size_t i = 0; i < rows.size(); ++i)
        rows[i] += values[i] + "|";
    }
    texts.insert(texts.end(), rows.begin(), rows.end());
  }
  return texts;
}

template <typename Make>
std::optional<std::vector<std::string>> tried_operator(const std::string& what, Make make) {
  SCOPED_TRACE(what);
  try {
    OperatorPtr op = make();
    return texts_of(*op);
  } catch (const Error& error) {
    check_error(error, what);
    return std::nullopt;
  }
}

// The forms in which an aggregate of the table may be called over columns a and b.
std::vector<std::string> calls_of(const AggregateFunction& function) {
  std::string name(function.name);
  std::vector<std::string> calls;
  for (const char* arguments :
       {"a", "a, b", "a, k", "k, a", "distinct a", "a order by a", "a order by a desc, b",
        "b order by a nulls first", "distinct a order by a desc", "a, ','",
        "b::text, ',' order by a", "a::text, ',' order by a", "*", ""}) {
    calls.push_back(name + "(" + arguments + ")");
  }
  calls.push_back(name + "(a) filter (where k > 1)");
  calls.push_back(name + "(0.4) within group (order by a)");
  calls.push_back(name + "(0.4) within group (order by a desc)");
  calls.push_back(name + "() within group (order by a)");
  return calls;
}

TEST_P(EveryType, InEveryAggregate) {
  int number = 0;
  int64_t values = 0;
  SpillOptions small{kLeastMemory, "", {}};
  for (const AggregateFunction& function : aggregate_functions()) {
    for (const std::string& call : calls_of(function)) {
      for (size_t t = 0; t < types_.size(); ++t) {
        if (!is_tried_here(number++)) continue;
        ColumnPtr b = batch_.columns[maker_.below(types_.size())];
        std::vector<std::string> k;
        for (int64_t i = 0; i < kRows; ++i)
          k.push_back(maker_.below(9) == 0 ? "null" : std::to_string(maker_.below(4)));
        Batch batch = testing::table(
            {{"k", testing::column(int64_type(), k)}, {"a", batch_.columns[t]}, {"b", b}});
        std::string what = call + " of " + types_[t]->to_string() + ", " + b->type->to_string();
        auto result = tried_operator(
            what, [&] { return make_aggregate(source(batch, 5), {"k"}, call + " as r", {}); });
        if (!result) continue;
        ++values;
        // The same in one batch, with little memory, and by way of partial states.
        AggregateOptions options;
        options.spill = small;
        auto again = tried_operator(what + " with little memory", [&] {
          return make_aggregate(source(batch, 100), {"k"}, call + " as r", options);
        });
        EXPECT_EQ(result, again) << what;
        tried_operator(what + " without keys",
                       [&] { return make_aggregate(source(batch, 5), {}, call + " as r", {}); });
        tried_operator(what + " as a window",
                       [&] { return make_window(source(batch, 5), {"k"}, call + " as r", small); });
        auto parts = tried_operator(what + " in parts", [&] {
          AggregateOptions partial;
          partial.partial = true;
          AggregateOptions final_step;
          final_step.final = true;
          return make_aggregate(make_aggregate(source(batch, 5), {"k"}, call + " as r", partial),
                                {"k"}, call + " as r", final_step);
        });
        if (!parts) continue;
        EXPECT_EQ(result, parts) << what;
      }
    }
  }
  EXPECT_GT(values, number / testing::kPropertyShare / 20);
}

// Of columns a and b the joins of `left`'s a with the a and the c of `right`.
void join_by(const std::string& what, const Batch& left, const Batch& right) {
  Batch one = testing::table({{"a", left.columns[0]}});
  Batch other = testing::table({{"c", right.columns[1]}});
  for (JoinType type : {JoinType::kInner, JoinType::kFull, JoinType::kSemi, JoinType::kAnti}) {
    for (JoinAlgorithm algorithm :
         {JoinAlgorithm::kHash, JoinAlgorithm::kMerge, JoinAlgorithm::kSymmetric}) {
      JoinOptions options;
      options.type = type;
      options.algorithm = algorithm;
      options.spill = {kLeastMemory, "", {}};
      options.keys = {{"a", "a"}};
      tried_operator(what + " joined",
                     [&] { return make_join(source(left, 5), source(right, 4), options); });
      options.keys = {{"a", "c"}};
      tried_operator(what + " joined with another",
                     [&] { return make_join(source(one, 5), source(other, 4), options); });
    }
  }
}

TEST_P(EveryType, AsKeys) {
  SpillOptions small{kLeastMemory, "", {}};
  int64_t values = 0;
  for (size_t t = 0; t < types_.size(); ++t) {
    for (size_t u = 0; u < types_.size(); u += 1 + maker_.below(12)) {
      Batch batch = testing::table({{"a", batch_.columns[t]}, {"b", batch_.columns[u]}});
      Batch right = testing::table({{"a", batch_.columns[t]}, {"c", batch_.columns[u]}});
      std::string what = types_[t]->to_string() + ", " + types_[u]->to_string();
      for (const char* keys : {"a", "b,a", "a:desc:nulls-first,b"}) {
        auto sorted = tried_operator(what + " sorted by " + keys, [&] {
          return make_sort(source(batch, 5), {.keys = parse_sort_keys(keys), .spill = small});
        });
        if (!sorted) continue;
        ++values;
        auto top = tried_operator(what + " first by " + keys, [&] {
          return make_sort(source(batch, 5), {.keys = parse_sort_keys(keys), .limit = 4});
        });
        sorted->resize(4);
        EXPECT_EQ(sorted, top) << what;
        tried_operator(what + " merged by " + keys, [&] {
          auto sort = [&] {
            return make_sort(source(batch, 5), {.keys = parse_sort_keys(keys), .spill = small});
          };
          std::vector<MergeInput> inputs;
          inputs.push_back({"x", sort()});
          inputs.push_back({"y", sort()});
          return make_merge(std::move(inputs), parse_sort_keys(keys));
        });
      }
      tried_operator(what + " grouped", [&] {
        return make_aggregate(source(batch, 5), {"a", "b"}, "count(*) as n", {});
      });
      tried_operator(what + " distinct", [&] {
        return make_aggregate(source(batch, 5), {}, "count(distinct a) as n", {});
      });
      join_by(what, batch, right);
    }
  }
  EXPECT_GT(values, 100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EveryType, ::testing::Values(1, 2));

}  // namespace
}  // namespace penstock
