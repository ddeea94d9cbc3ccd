#include "libcore/expr/functions/functions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "libcore/expr/aggregates.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string read_readme() {
  std::ifstream file(std::string(PENSTOCK_SOURCE_DIR) + "/libcore/expr/README.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string table_row(std::string_view name, std::string_view signature, std::string_view summary) {
  std::string row = "| `";
  for (char c : name)
    row += c == '|' ? std::string("\\|") : std::string(1, c);
  row += "` | `";
  row += signature;
  row += "` | ";
  row += summary;
  return row + " |\n";
}

TEST(Functions, ReadmeListsThemAllAndNoOthers) {
  std::string readme = read_readme();
  size_t listed = 0;
  for (size_t at = readme.find("\n| `"); at != std::string::npos;
       at = readme.find("\n| `", at + 1)) {
    ++listed;
  }
  for (const Function& function : functions()) {
    std::string row = table_row(function.name, function.signature, function.summary);
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
  for (const AggregateFunction& function : aggregate_functions()) {
    std::string row = table_row(function.name, function.signature, function.summary);
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(listed, functions().size() + aggregate_functions().size());
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
