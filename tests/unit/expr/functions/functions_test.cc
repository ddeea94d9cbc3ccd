#include "libcore/expr/functions/functions.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "libcore/base/error.h"
#include "libcore/expr/aggregates.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/functions/other_names.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

// All values of the one item, also where it makes rows.
std::string rows_of(std::string_view expression) {
  Batch batch{make_schema({}), 1, {}};
  try {
    auto list = bind_select_list(expression, batch.schema);
    if (list->is_row_by_row()) return show(*list->evaluate(batch).columns[0]);
    std::string rows;
    auto made = list->make_rows(batch);
    while (std::optional<Batch> next = made->next())
      rows += (rows.empty() ? "" : " ") + show(*next->columns[0]);
    return rows;
  } catch (const Error&) {
    return "refused";
  }
}

TEST(Functions, EachExampleGivesItsResult) {
  constexpr std::string_view kArrow = " → ";
  for (const Function& function : functions()) {
    size_t arrow = function.example.find(kArrow);
    ASSERT_NE(arrow, std::string_view::npos) << function.name << function.signature;
    std::string_view call = function.example.substr(0, arrow);
    EXPECT_EQ(rows_of(call), function.example.substr(arrow + kArrow.size())) << call;
  }
}

TEST(Functions, NamesOfOtherToolsLeadToOurs) {
  for (const Function& function : functions())
    EXPECT_EQ(find_other_name(function.name), nullptr) << function.name;
  for (const AggregateFunction& function : aggregate_functions())
    EXPECT_EQ(find_other_name(function.name), nullptr) << function.name;
  for (const OtherName& other : other_names()) {
    bool known = other.ours.empty() || find_aggregate(other.ours) != nullptr;
    for (const Function& function : functions())
      known = known || function.name == other.ours;
    EXPECT_TRUE(known) << other.name;
    EXPECT_EQ(find_other_name(other.name), &other) << other.name;
  }
  EXPECT_EQ(eval("mean(1)"), "error: unknown function 'mean'; here that is avg(x)");
  EXPECT_EQ(eval("len('a')"), "error: unknown function 'len'; here that is length(x)");
}

TEST(Functions, EachIsBoundOneWayAndOnce) {
  std::set<std::string> seen;
  for (const Function& function : functions()) {
    EXPECT_NE(function.kernel == nullptr, function.bind == nullptr) << function.name;
    EXPECT_FALSE(function.summary.empty()) << function.name;
    bool fresh = seen.insert(std::string(function.name) + std::string(function.signature)).second;
    EXPECT_TRUE(fresh) << function.name;
  }
}

// Null in, null out: every strict function of text and numbers, in every place of its arguments.
TEST(Functions, StrictOnesGiveNullForNull) {
  for (const Function& function : functions()) {
    if (function.kernel == nullptr || function.is_operator || !function.traits.strict) continue;
    size_t commas = 0;
    std::string_view signature = function.signature;
    signature = signature.substr(0, signature.find(')'));
    for (char c : signature.substr(0, signature.find('[')))
      commas += c == ',' ? 1 : 0;
    // The grammar has its own form for position: position(a in b).
    std::string_view separator = function.name == "position" ? " in null" : ", null";
    std::string call = std::string(function.name) + "(null";
    for (size_t i = 0; i < commas; ++i)
      call += separator;
    EXPECT_EQ(eval(call + ")"), "null") << call;
  }
}

}  // namespace
}  // namespace penstock
