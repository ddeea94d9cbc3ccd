#include "libcore/table/change/fit_rows.h"

#include <gtest/gtest.h>

#include <functional>

#include "libcore/base/error.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class FitRowsTest : public FolderTest {
 protected:
  OperatorPtr input(const std::string& csv) const {
    return open_scan(write("in.csv", csv), ScanOptions{});
  }

  static std::string text_of(Operator& rows) {
    std::string out;
    PrintOptions print;
    print.format = Format::kCsv;
    penstock::print(rows, *sink_to_string(out), print);
    return out;
  }

  static std::string message_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  std::string fit(const std::string& csv, const Schema& table, const FitOptions& options = {}) {
    const OperatorPtr rows = input(csv);
    return text_of(*fit_rows(*rows, fitted_schema(table, *rows->schema(), options)));
  }
};

const Schema& two_columns() {
  static const Schema kSchema(
      {{"a", make_type(TypeId::kInt8), true, {}}, {"b", decimal_type(9, 2), true, {}}});
  return kSchema;
}

TEST_F(FitRowsTest, ColumnsAreFoundByTheirNames) {
  EXPECT_EQ(fit("b,a\n3,-128\n,127\n", two_columns()), "a,b\n-128,3.00\n127,\n");
}

TEST_F(FitRowsTest, ANumberThatDoesNotFitNamesItsColumn) {
  EXPECT_EQ(message_of([&] { fit("a,b\n128,1\n", two_columns()); }).substr(0, 16),
            "column 'a': 128 ");
  const Schema floats(
      {{"x", make_type(TypeId::kFloat32), true, {}}, {"y", float64_type(), true, {}}});
  EXPECT_EQ(fit("x,y\n16777215,-9007199254740991\n", floats),
            "x,y\n1.6777215e+07,-9007199254740991\n");
  EXPECT_NE(message_of([&] { fit("x,y\n16777217,1\n", floats); }).find("column 'x'"),
            std::string::npos);
  EXPECT_NE(message_of([&] { fit("x,y\n1,9007199254740993\n", floats); }).find("column 'y'"),
            std::string::npos);
}

TEST_F(FitRowsTest, ATypeThatCouldChangeValuesAsksForACast) {
  EXPECT_EQ(message_of([&] { fit("a,b\n1,2.5\n", two_columns()); }),
            "column 'b' is float64, and decimal128(9,2) in the table; cast it with pproject, as in "
            "x::decimal128(9,2)");
  EXPECT_NE(message_of([&] { fit("a,b\nx,2\n", two_columns()); }), "");
}

TEST_F(FitRowsTest, OtherColumnsAreErrorsOrAreAdded) {
  EXPECT_NE(message_of([&] { fit("a\n1\n", two_columns()); }).find("no column 'b'"),
            std::string::npos);
  EXPECT_NE(message_of([&] { fit("a,b,c,d\n1,2,3,4\n", two_columns()); }).find("'c', 'd'"),
            std::string::npos);
  EXPECT_EQ(fit("c,a\nx,1\n", two_columns(), {.adds_columns = true}), "a,b,c\n1,,x\n");
  // A name in another letter case is another column.
  EXPECT_NE(message_of([&] { fit("A,b\n1,2\n", two_columns()); }), "");
}

TEST_F(FitRowsTest, AddedColumnsHaveTypesThatOtherReadersKnow) {
  const Schema added({{"n", make_type(TypeId::kUint16), true, {}}});
  EXPECT_EQ((*fitted_schema(two_columns(), added, {true, true}))[2].type->id, TypeId::kInt32);
  EXPECT_EQ((*fitted_schema(two_columns(), added, {true, false}))[2].type->id, TypeId::kUint16);
}

}  // namespace
}  // namespace penstock
