#include "libcore/ops/scan/scan.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/ops/print.h"
#include "libcore/os/byte_sink.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class Scan : public FolderTest {
 protected:
  void SetUp() override { options_.threads = false; }

  // The rows as CSV, or the error without the folder's name.
  std::string read(const std::vector<std::string>& operands) {
    std::string out;
    try {
      OperatorPtr input = open_scan(operands, options_);
      for (const Field& field : input->schema()->fields()) {
        out += field.name + ":" + field.type->to_string() + " ";
      }
      out += "\n";
      PrintOptions print_options;
      print_options.format = Format::kCsv;
      print_options.text.header = false;
      print(*input, *sink_to_string(out), print_options);
    } catch (const Error& error) {
      std::string message = error.message();
      for (size_t at; (at = message.find(folder_.string() + "/")) != std::string::npos;) {
        message.erase(at, folder_.string().size() + 1);
      }
      return message;
    }
    return out;
  }

  ScanOptions options_;
};

TEST_F(Scan, ProjectsAndSelects) {
  std::string path = write("a.csv", "a,b,c\n1,x,2\n2,y,3\n");
  options_.text.columns = {"c", "a"};
  options_.where = "b = 'y'";
  EXPECT_EQ(read({path}), "c:int64 a:int64 \n3,2\n");
}

TEST_F(Scan, WidensOverAllFiles) {
  std::string a = write("a.csv", "i,f,d,n\n1,1,2020-01-01,\n");
  std::string b = write("b.csv", "i,f,d,n\n2,2.5,later,7\n");
  EXPECT_EQ(read({a, b}), "i:int64 f:float64 d:utf8 n:int64 \n1,1,2020-01-01,\n2,2.5,later,7\n");
  EXPECT_EQ(read({b, a}), "i:int64 f:float64 d:utf8 n:int64 \n2,2.5,later,7\n1,1,2020-01-01,\n");
}

TEST_F(Scan, WidensDecimalsAndUnitsAsOneInferenceWould) {
  std::string a = write("a.csv", "v,t\n12.50,2024-02-03T01:02:03\n");
  std::string b = write("b.csv", "v,t\ninf,2024-02-03T01:02:03.123456789\n0.5,\n");
  options_.text.decimals = true;
  EXPECT_EQ(read({a, b}),
            "v:float64 t:timestamp[ns] \n12.5,2024-02-03T01:02:03\n"
            "inf,2024-02-03T01:02:03.123456789\n0.5,\n");
  std::string c = write("c.csv", "v,t\n0.5,2024-02-03T01:02:03Z\n");
  EXPECT_EQ(read({a, c}).substr(0, 26), "v:decimal128(38,2) t:utf8 ");
}

TEST_F(Scan, JsonFilesNeedNotHaveTheSameKeys) {
  std::string a = write("a.ndjson", "{\"x\":1}\n");
  std::string b = write("b.ndjson", "{\"y\":\"t\",\"x\":2}\n");
  EXPECT_EQ(read({a, b}), "x:int64 y:utf8 \n1,\n2,t\n");
}

TEST_F(Scan, NamesBothFilesThatDiffer) {
  std::string a = write("a.csv", "a,b\n1,2\n");
  EXPECT_EQ(read({a, write("b.csv", "a\n1\n")}),
            "b.csv: there are 1 columns, but there are 2 in a.csv; inputs that are read together "
            "need the same columns");
  EXPECT_EQ(read({a, write("c.csv", "a,c\n1,2\n")}),
            "c.csv: column 2 is 'c', but it is 'b' in a.csv; inputs that are read together need "
            "the same columns");
}

TEST_F(Scan, TypesGivenHoldForAllFiles) {
  std::string a = write("a.csv", "k,v\n01,2\n");
  std::string b = write("b.csv", "k,v\n2,3\n");
  options_.text.types = {{"v", float64_type()}, {"*", utf8_type()}};
  EXPECT_EQ(read({a, b}), "k:utf8 v:float64 \n01,2\n2,3\n");
}

TEST_F(Scan, RejectsComeOnceThoughFilesAreLookedIntoFirst) {
  std::string a = write("a.csv", "k,v\n1,2\n1\n");
  std::string b = write("b.csv", "k,v\n2,3\n");
  options_.text.on_error = OnError::kSkip;
  int rejects = 0;
  options_.text.on_reject = [&](const Reject&) { ++rejects; };
  EXPECT_EQ(read({a, b}), "k:int64 v:int64 \n1,2\n2,3\n");
  EXPECT_EQ(rejects, 1);
}

TEST_F(Scan, AColumnCannotBeNamedTwice) {
  std::string path = write("a.csv", "a\n1\n");
  options_.text.columns = {"a", "a"};
  EXPECT_NE(read({path}).find("twice"), std::string::npos);
}

}  // namespace
}  // namespace penstock
