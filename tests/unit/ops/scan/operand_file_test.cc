#include "libcore/ops/scan/operand_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

class OperandFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "operand-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name + "/";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void make(const std::string& name) { std::ofstream(folder_ + name) << "x"; }
  std::string found(const std::string& name) {
    return file_of_operand(folder_ + name).substr(folder_.size());
  }

  std::string folder_;
};

TEST_F(OperandFile, TheOneWithASuffixIsMeant) {
  for (const char* suffix : {".csv", ".tbl", ".arrow", ".ndjson", ".csv.gz", ".arrows.zst"}) {
    make(std::string("orders") + suffix);
    EXPECT_EQ(found("orders"), std::string("orders") + suffix);
    std::filesystem::remove(folder_ + "orders" + suffix);
  }
}

TEST_F(OperandFile, WhatIsThereIsMeantItself) {
  make("orders");
  make("orders.csv");
  EXPECT_EQ(found("orders"), "orders");
  EXPECT_EQ(found("orders.csv"), "orders.csv");
  EXPECT_EQ(file_of_operand("-"), "-");
}

TEST_F(OperandFile, WhatIsNotStaysAsItIs) {
  make("orders.md");
  make("orders.csv.bak");
  EXPECT_EQ(found("orders"), "orders");
  EXPECT_EQ(file_of_operand(""), "");
}

TEST_F(OperandFile, TwoAreOneTooMany) {
  make("orders.csv");
  make("orders.arrow");
  try {
    found("orders");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "'" + folder_ + "orders' may be " + folder_ + "orders.csv or " +
                                   folder_ + "orders.arrow; name one of them");
  }
}

}  // namespace
}  // namespace penstock
