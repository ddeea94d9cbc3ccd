#include "libcore/flow/agent/files_on_hosts.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/stage/scan.h"
#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// What hosts a and b say when they are asked; this host stands between them in the list.
class FilesOnHostsTest : public ScriptedHosts {
 protected:
  FilesOnHosts& files(const std::vector<FromAgent>& of_a, const std::vector<FromAgent>& of_b) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22", of_a);
    write_agent("b", "127.0.0.1 1 127.0.0.1 22", of_b);
    std::vector<Host> list;
    add_hosts(list, "a,:,b*2");
    hosts_.emplace(launcher_, list, options_);
    EXPECT_TRUE(hosts_->wait_until_ready());
    return files_.emplace(*hosts_);
  }

  // A scan whose operands of hosts a and b, numbers 1 and 2, are files in their root folders.
  static std::unique_ptr<Stage> scan_of(const std::vector<std::string>& words) {
    std::vector<StageWord> line;
    for (const std::string& word : words)
      line.push_back({word});
    std::unique_ptr<Stage> scan = parse_stage(scan_kind(), line);
    for (size_t i = 0; i < scan->inputs().size(); ++i) {
      const std::string file = scan->inputs()[i].file;
      if (file[1] == ':') scan->place_input(i, file[0] == 'a' ? 1 : 2, "/" + file.substr(2));
    }
    return scan;
  }

  // What a host says of files with one column.
  static FilesSurveyed surveyed(const std::vector<std::string>& paths, const std::string& column) {
    FilesSurveyed answer;
    for (const std::string& path : paths) {
      SurveyedFile file;
      file.seen.file.path = path;
      ByteSinkPtr sink = sink_to_string(file.schema);
      make_ipc_writer(*sink, make_schema({{column, int64_type(), true, {}}}))->finish();
      answer.files.push_back(std::move(file));
    }
    return answer;
  }

  std::optional<RunHosts> hosts_;
  std::optional<FilesOnHosts> files_;
};

TEST_F(FilesOnHostsTest, HostsHaveTheNumbersOfThePlan) {
  FilesOnHosts& asked = files({}, {});
  EXPECT_EQ(asked.split("a:x"), (HostPath{1, "x"}));
  EXPECT_EQ(asked.split("b:/y"), (HostPath{2, "/y"}));
  EXPECT_EQ(asked.split("c:/y"), std::nullopt);
  EXPECT_EQ(asked.split("./a:x"), std::nullopt);
}

TEST_F(FilesOnHostsTest, WhatHostsAnswer) {
  SeenFile seen{{"/y", 1, 2, 6, 4, 5, "", ""}, ""};
  FilesOnHosts& asked = files({FilesFound{{"/x/1", "/x/2"}, ""}}, {FilesSeen{{seen}}});
  EXPECT_EQ(asked.find(1, "x/*"), (std::vector<std::string>{"/x/1", "/x/2"}));
  EXPECT_EQ(asked.look(2, "/y").size, 6);
}

// All hosts are asked at once; what is asked for again is not sent again, with other options it is.
TEST_F(FilesOnHostsTest, FilesAreSurveyedOnce) {
  auto scan = scan_of({"pscan", "a:f", "b:g", "here.csv"});
  FilesOnHosts& asked = files({surveyed({"/f"}, "x"), surveyed({"/f"}, "y")},
                              {surveyed({"/g"}, "x"), surveyed({"/g"}, "y")});
  for (int i = 0; i < 2; ++i) {
    std::vector<FoundFile> found = asked.survey(*scan);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].file.path, "/f");
    EXPECT_EQ(found[1].file.path, "/g");
    EXPECT_EQ((*found[1].schema)[0].name, "x");
  }
  EXPECT_EQ(asked.look(1, "/f").path, "/f");
  auto other = scan_of({"pscan", "--decimals", "a:f", "b:g"});
  EXPECT_EQ((*asked.survey(*other)[0].schema)[0].name, "y");
}

TEST_F(FilesOnHostsTest, ManyFilesAreAskedForInTurn) {
  std::vector<std::string> words{"pscan"};
  std::vector<std::string> paths;
  for (int i = 0; i <= kMaxSurveyedFiles; ++i) {
    words.push_back("a:f" + std::to_string(i));
    paths.push_back("/f" + std::to_string(i));
  }
  const std::vector<std::string> last(paths.begin() + 1, paths.end());
  FilesOnHosts& asked = files({surveyed(last, "x"), surveyed({paths[0]}, "x")}, {});
  std::vector<FoundFile> found = asked.survey(*scan_of(words));
  ASSERT_EQ(found.size(), paths.size());
  for (size_t i = 0; i < paths.size(); ++i)
    EXPECT_EQ(found[i].file.path, paths[i]);
}

TEST_F(FilesOnHostsTest, RefusalsNameTheHost) {
  FilesSurveyed unreadable = surveyed({"/f"}, "x");
  unreadable.files[0].seen.refusal = "/f: is a directory";
  FilesSurveyed wrong = surveyed({"/f"}, "x");
  wrong.files[0].refusal = "a:f: --names is for CSV, but this is JSON";
  wrong.files[0].is_usage = true;
  FilesSurveyed garbage = surveyed({"/f"}, "x");
  garbage.files[0].schema = "no schema";
  FilesOnHosts& asked =
      files({FilesFound{{}, "no file"}, FilesSeen{{{{}, "/y: gone"}}}, unreadable, wrong, garbage},
            {surveyed({"/f", "/g"}, "x")});
  EXPECT_EQ(refusal([&] { asked.find(1, "x"); }), "a: no file");
  EXPECT_EQ(refusal([&] { asked.look(1, "y"); }), "a: /y: gone");
  auto scan = scan_of({"pscan", "a:f"});
  EXPECT_EQ(refusal([&] { asked.survey(*scan); }), "a: /f: is a directory");
  try {
    asked.survey(*scan);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "pscan: a:f: --names is for CSV, but this is JSON");
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
  }
  EXPECT_THROW(asked.survey(*scan), Error);
  EXPECT_EQ(refusal([&] {
              asked.survey(*scan_of({"pscan", "b:f"}));
            }),
            "b: the agent looked at 2 files, and not at 1");
}

}  // namespace
}  // namespace penstock
