#include "libcore/flow/planned_inputs.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// A statement whose workers, here and on host a, read one file.
class PlannedInputsTest : public ScriptedHosts {
 protected:
  PlannedInputsTest() {
    file_ = write("input", "some bytes");
    PlanFragment fragment;
    fragment.workers = 2;
    fragment.hosts = {0, 1};
    fragment.files.push_back(look_at_file(file_));
    plan_.pipeline.fragments.push_back(std::move(fragment));
  }

  // What host a has; asked twice.
  bool look(const SeenFile& seen, const SeenFile& later) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22", {FilesSeen{{seen}}, FilesSeen{{later}}});
    std::vector<Host> list;
    add_hosts(list, "a");
    hosts_.emplace(launcher_, list, options_);
    EXPECT_TRUE(hosts_->wait_until_ready());
    inputs_ = PlannedInputs(plan_, "files-1");
    return inputs_.write_lists(folder_of_run_, &*hosts_);
  }
  std::string refusal(const SeenFile& seen) {
    try {
      look(seen, seen);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
  SeenFile seen_here() const { return {look_at_file(file_), ""}; }

  std::string file_;
  PlanStatement plan_;
  RunFolder folder_of_run_;
  std::optional<RunHosts> hosts_;
  PlannedInputs inputs_;
};

TEST_F(PlannedInputsTest, EachHostHasAListOfItsOwn) {
  SeenFile there = seen_here();
  there.file.inode = 77;
  ASSERT_TRUE(look(there, there));
  EXPECT_EQ(inputs_.environment_in("/run"),
            std::vector<std::string>{"PENSTOCK_FILES=/run/files-1"});
  EXPECT_TRUE(std::filesystem::exists(folder_of_run_.path() + "/files-1"));
  std::string change;
  EXPECT_TRUE(inputs_.find_change(&*hosts_, change));
  EXPECT_EQ(change, "");
  hosts_.reset();
  EXPECT_NE(read("a.heard").find(" 77 10\n"), std::string::npos);
}

TEST_F(PlannedInputsTest, AHostThatDoesNotHaveTheFileIsAnError) {
  EXPECT_EQ(refusal({{}, "/x: No such file or directory"}),
            "a: /x: No such file or directory; every host needs the input at the same path, unless "
            "--transfer sends it");
}

TEST_F(PlannedInputsTest, FilesAndTheOtherHostsThatReadThem) {
  auto readers = PlannedInputs(plan_, "files-1").readers(3);
  ASSERT_EQ(readers.size(), 1U);
  EXPECT_EQ(readers[0].first.path, file_);
  EXPECT_EQ(readers[0].second, std::vector<size_t>{1});
}

// Beside files of single hosts, only those workers read a file whose share it is.
TEST_F(PlannedInputsTest, AFileIsReadByWorkersThatHaveAShareOfIt) {
  PlanFragment& fragment = plan_.pipeline.fragments[0];
  std::string join = write("join", "");
  fragment.hosts = {1, 2, 3};
  fragment.files.push_back(look_at_file(join));
  fragment.homes = {1, std::nullopt};
  fragment.shares = {{{file_}, {0}}, {{file_}, {1}}, {{file_}, {1}}};
  auto readers = PlannedInputs(plan_, "files-1").readers(4);
  ASSERT_EQ(readers.size(), 2U);
  EXPECT_EQ(readers[0].first.path, join);
  EXPECT_EQ(readers[0].second, (std::vector<size_t>{1, 2, 3}));
  EXPECT_EQ(readers[1].first.path, file_);
  EXPECT_EQ(readers[1].second, (std::vector<size_t>{2, 3}));
}

// Those that one host alone has were looked at there by planning.
TEST_F(PlannedInputsTest, FilesOfOneHostAreInItsList) {
  PlannedFile there = look_at_file(file_);
  there.inode = 78;
  PlanFragment& fragment = plan_.pipeline.fragments[0];
  fragment.files.clear();
  fragment.files_there[1] = {there};
  SeenFile later{there, ""};
  ++later.file.changed_seconds;
  write_agent("a", "127.0.0.1 1 127.0.0.1 22", {FilesSeen{{later}}});
  std::vector<Host> list;
  add_hosts(list, "a");
  hosts_.emplace(launcher_, list, options_);
  ASSERT_TRUE(hosts_->wait_until_ready());
  inputs_ = PlannedInputs(plan_, "files-1");
  ASSERT_TRUE(inputs_.write_lists(folder_of_run_, &*hosts_));
  EXPECT_FALSE(inputs_.environment_in("/run").empty());
  std::string change;
  EXPECT_TRUE(inputs_.find_change(&*hosts_, change));
  EXPECT_EQ(change, "a: " + file_ + ": the file was written to");
  hosts_.reset();
  EXPECT_NE(read("a.heard").find(" 78 10\n"), std::string::npos);
}

TEST_F(PlannedInputsTest, AHostWithAnotherFileIsAnError) {
  SeenFile longer = seen_here();
  longer.file.size = 11;
  EXPECT_EQ(refusal(longer), "a: " + file_ + " has 11 bytes there, and 10 here");
  SeenFile other = seen_here();
  other.file.head = "same bytes";
  EXPECT_EQ(refusal(other), "a: " + file_ + " is another file there than here");
}

TEST_F(PlannedInputsTest, AFileThatChangesOnAHostIsNoticed) {
  SeenFile later = seen_here();
  ++later.file.changed_nanoseconds;
  ASSERT_TRUE(look(seen_here(), later));
  std::string change;
  EXPECT_TRUE(inputs_.find_change(&*hosts_, change));
  EXPECT_EQ(change, "a: " + file_ + ": the file was written to");
}

TEST_F(PlannedInputsTest, AFileThatChangesHereIsNoticed) {
  ASSERT_TRUE(look(seen_here(), seen_here()));
  write("input", "less");
  std::string change;
  EXPECT_TRUE(inputs_.find_change(&*hosts_, change));
  EXPECT_EQ(change, file_ + ": the file became shorter");
}

TEST_F(PlannedInputsTest, ARunOverFilesGoesOnWithoutAHostThatIsLostMeanwhile) {
  plan_.is_over_files = true;
  plan_.hosts = {{":", 0}, {"a", 1}};
  write_agent("a", "127.0.0.1 1 127.0.0.1 22");
  std::vector<Host> list;
  add_hosts(list, "a");
  hosts_.emplace(launcher_, list, options_);
  ASSERT_TRUE(hosts_->wait_until_ready());
  say("a", {AgentFailed{"its disk is gone"}});
  EXPECT_TRUE(PlannedInputs(plan_, "files-1").write_lists(folder_of_run_, &*hosts_));
  EXPECT_TRUE(hosts_->is_lost(1));
}

TEST_F(PlannedInputsTest, WithoutFilesNothingIsWritten) {
  PlannedInputs none(PlanStatement{}, "files-1");
  EXPECT_TRUE(none.write_lists(folder_of_run_, nullptr));
  EXPECT_TRUE(none.environment_in("/run").empty());
  EXPECT_FALSE(std::filesystem::exists(folder_of_run_.path() + "/files-1"));
}

}  // namespace
}  // namespace penstock
