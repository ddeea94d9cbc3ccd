#include "libcore/ops/schema_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string shown(const std::vector<std::pair<std::string, TypePtr>>& types) {
  std::string out;
  for (const auto& [name, type] : types)
    out += name + "=" + type->to_string() + ";";
  return out;
}

TEST(ParseTypes, CommasInsideBracketsBelongToTheType) {
  EXPECT_EQ(shown(parse_types("a=int64")), "a=int64;");
  EXPECT_EQ(shown(parse_types("a=decimal(15,2),b=timestamp[us, UTC],*=text")),
            "a=decimal128(15,2);b=timestamp[us, UTC];*=utf8;");
  EXPECT_EQ(shown(parse_types("a=list<int32>, b=date")), "a=list<int32>;b=date32;");
  EXPECT_EQ(shown(parse_types("\"a,b\"=text,\"say \"\"x\"\"\"=int32")),
            "a,b=utf8;say \"x\"=int32;");
}

TEST(ParseTypes, RefusesWhatIsNone) {
  for (const char* text :
       {"", "a", "a,b=text", "=text", "a=", "a=text,", "a=nonsense", "\"a=text"}) {
    try {
      parse_types(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kUsage) << text;
    }
  }
}

class SchemaFile : public ::testing::Test {
 protected:
  void SetUp() override { path_ = ::testing::TempDir() + "schema" + std::to_string(getpid()); }
  void TearDown() override { unlink(path_.c_str()); }

  std::string read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    try {
      std::string out;
      SchemaPtr schema = read_schema_file(path_);
      for (const Field& field : schema->fields()) {
        out += field.name + " " + field.type->to_string() + ";";
      }
      return out;
    } catch (const Error& error) {
      return error.message().substr(path_.size());
    }
  }
  std::string path_;
};

TEST_F(SchemaFile, LinesOfNameAndType) {
  EXPECT_EQ(read("id int32\n# comment\n\n\"two words\"\tdouble precision\r\n  z text"),
            "id int32;two words float64;z utf8;");
}

TEST_F(SchemaFile, SaysWhichLineIsWrong) {
  EXPECT_EQ(read("a int32\nb\n"), ":2: a line is a name and a type, as in 'price float64'");
  EXPECT_TRUE(read("a int23\n").starts_with(":1: "));
  EXPECT_EQ(read("# nothing\n"), ": no columns; a line is a name and a type");
}

}  // namespace
}  // namespace penstock
