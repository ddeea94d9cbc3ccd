// Flows over files of other hosts, and the fragments that become of them.
#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"
#include "libcore/flow/plan/explain.h"
#include "tests/unit/flow/plan/folders_of_hosts.h"
#include "tests/unit/folder_test.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class HostPlans : public FolderTest {
 protected:
  HostPlans() : hosts_(folder_, 2) {
    hosts_.write(1, "t.csv", "id,k,v\n1,a,1\n2,b,2\n");
    hosts_.write(2, "t.csv", "id,k,v\n3,c,2.5\n4,d,x\n");
    hosts_.write(2, "u.csv", "id,k,v\n3,c,2.5\n");
    hosts_.write(2, "r.csv", "k,name\na,one\n");
    hosts_.write(2, "other.csv", "id,name\n3,c\n");
    hosts_.write(1, "array.json", "[{\"id\":1},{\"id\":2}]");
  }

  PlanStatement plan(const std::string& text, int64_t workers = 4) {
    PlanOptions options;
    options.workers = workers;
    options.hosts = {{":", 0}, {"a", 2}, {"b", 2}};
    options.host_files = &hosts_;
    options.tools = stage_registry();
    Flow flow = parse_flow(text, [](const std::string&) { return std::nullopt; });
    return plan_statement(flow, flow.statements[0], options);
  }
  // What --explain shows, without reasons.
  std::string show(const std::string& text, int64_t workers = 4) {
    PlanStatement planned = plan(text, workers);
    std::string shown;
    for (const FragmentPicture& fragment : fragment_pictures({planned})) {
      shown += fragment.heading.substr(0, fragment.heading.find(')') + 1) + ":";
      for (const std::string& stage : fragment.stages)
        shown += " | " + stage;
      shown += "\n";
    }
    return shown;
  }
  std::string refusal(const std::string& text) {
    try {
      plan(text);
    } catch (const Error& error) {
      return error.message();
    }
    return "nothing was refused";
  }

  FoldersOfHosts hosts_;
};

TEST_F(HostPlans, AScanRunsWhereItsFilesAre) {
  EXPECT_EQ(show("pscan a:t.csv b:u.csv | pagg -k k 'sum(v)'"),
            "fragment 1, 4 workers (1 2 on a, 3 4 on b): | pscan --check-all --columns=k,v a:t.csv "
            "b:u.csv | pagg --partial -k k 'sum(v)'\n"
            "fragment 2, 1 worker (here): | pmerge --in-turn - | pagg --final -k k 'sum(v)'\n");
  EXPECT_EQ(show("pscan b:u.csv | pagg 'sum(v)'"),
            "fragment 1, 2 workers (on b): | pscan --check-all --columns=v b:u.csv | pagg "
            "--partial 'sum(v)'\n"
            "fragment 2, 1 worker (here): | pmerge - | pagg --final 'sum(v)'\n");
}

TEST_F(HostPlans, EvenAScanAloneRunsThere) {
  EXPECT_EQ(show("pscan b:u.csv | pfilter 'v > 1' -t csv"),
            "fragment 1, 2 workers (on b): | pscan b:u.csv | pfilter 'v > 1'\n"
            "fragment 2, 1 worker (here): | pmerge --in-turn --to=csv -\n");
  EXPECT_EQ(show("pscan b:u.csv -t csv"),
            "fragment 1, 2 workers (on b): | pscan b:u.csv\n"
            "fragment 2, 1 worker (here): | pmerge --in-turn --to=csv -\n");
  EXPECT_EQ(show("pscan b:u.csv -t csv | cat"),
            "fragment 1, 2 workers (on b): | pscan b:u.csv\n"
            "fragment 2, 1 worker (here): | pmerge --in-turn --to=csv - | cat\n");
}

TEST_F(HostPlans, OneWorkerIsOneOnEachHost) {
  EXPECT_EQ(show("pscan a:t.csv b:u.csv | pagg 'sum(v)'", 1),
            "fragment 1, 2 workers (1 on a, 2 on b): | pscan --check-all --columns=v a:t.csv "
            "b:u.csv\n"
            "fragment 2, 1 worker (here): | pmerge --in-turn - | pagg 'sum(v)'\n");
}

TEST_F(HostPlans, WhatCannotBeCutIsReadWhole) {
  EXPECT_EQ(show("pscan a:array.json | pagg 'count(*)'"),
            "fragment 1, 1 worker (on a): | pscan a:array.json | pagg --partial 'count(*)'\n"
            "fragment 2, 1 worker (here): | pmerge - | pagg --final 'count(*)'\n");
}

TEST_F(HostPlans, ARightInputIsReadWhereItIs) {
  EXPECT_EQ(show("pscan a:t.csv | pjoin -k k - b:r.csv"),
            "fragment 1, 2 workers (on a): | pscan a:t.csv | pjoin -k k - <(fragment 3)\n"
            "fragment 2, 1 worker (on b): | pscan b:r.csv\n"
            "fragment 3, 1 worker (on a): | pexchange --broadcast -\n"
            "fragment 4, 1 worker (here): | pmerge --in-turn -\n");
  EXPECT_EQ(show("pmerge a:t.csv b:u.csv"),
            "fragment 1, 1 worker (here): | pmerge <(fragment 3) <(fragment 5)\n"
            "fragment 2, 1 worker (on a): | pscan a:t.csv\n"
            "fragment 3, 1 worker (here): | pmerge -\n"
            "fragment 4, 1 worker (on b): | pscan b:u.csv\n"
            "fragment 5, 1 worker (here): | pmerge -\n");
}

TEST_F(HostPlans, TypesAreThoseOfAllFiles) {
  auto type = [&](const std::string& files) {
    PlanStatement planned = plan("pscan " + files + " | psort -k v");
    const SchemaPtr schema = planned.pipeline.fragments[0].schema;
    return (*schema)[schema->index_of("v")].type->to_string();
  };
  EXPECT_EQ(type("a:t.csv"), "int64");
  EXPECT_EQ(type("a:t.csv b:u.csv"), "float64");
  EXPECT_EQ(type("a:t.csv b:t.csv"), "utf8");
}

// Each worker has the files under their names there.
TEST_F(HostPlans, WorkersAreGivenTheirHostsFiles) {
  PlanStatement planned = plan("pscan a:t.csv b:u.csv b:t.csv | psort -k v");
  const PlanFragment& scan = planned.pipeline.fragments[0];
  auto words = [&](int64_t worker) {
    std::string line;
    for (const PlanWord& word : scan.stage_of(0, worker).words())
      line += " " + word.text;
    return line;
  };
  EXPECT_EQ(words(1), " pscan " + (folder_ / "a/t.csv").string());
  EXPECT_EQ(words(scan.workers),
            " pscan " + (folder_ / "b/u.csv").string() + " " + (folder_ / "b/t.csv").string());
  EXPECT_EQ(scan.files_there.at(2).size(), 2U);
  EXPECT_TRUE(scan.files.empty());
}

TEST_F(HostPlans, WhatCannotBeReadThere) {
  EXPECT_NE(refusal("pscan a:none.csv").find("none.csv: No such file"), std::string::npos);
  EXPECT_EQ(refusal("pscan a:t.csv b:other.csv | pagg 'count(*)'"),
            "pscan: b:other.csv: there are 2 columns, but there are 3 in a:t.csv; inputs that are "
            "read together need the same columns");
  EXPECT_EQ(
      refusal("pscan - a:t.csv"),
      "pscan: standard input can be read only once, and the files of other hosts have readers "
      "there");
  EXPECT_EQ(
      refusal("pscan none.csv a:t.csv"),
      "none.csv cannot be looked at, so it cannot be read together with files of other hosts");
}

}  // namespace
}  // namespace penstock
