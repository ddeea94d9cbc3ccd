// Flows as they are typed, and the fragments and edges that become of them: what
// libcore/flow/plan/pipeline.h does with the input (libcore/flow/plan/input.h), with what is pushed
// into scans (libcore/flow/plan/push_down.h), and with the rules.
#include "libcore/flow/plan/plan.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/plan/edge_words.h"
#include "tests/unit/flow/plan/planned_flows.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

std::string show(const PlanPipeline& pipeline);

std::string show(const PlanStage& stage) {
  std::string text;
  for (const PlanWord& word : stage.words()) {
    if (!text.empty()) text += ' ';
    text += word.input == nullptr ? word.text : "<( " + show(*word.input) + " )";
  }
  return text;
}

std::string show(const Edge& edge) {
  std::string text;
  for (const std::string& word : words_of(edge))
    text += (text.empty() ? "" : " ") + word;
  return text.substr(0, text.size() - 2);  // without the "-"
}

// "2 chunks: pscan f.csv | pagg … => 1: pmerge | pagg …"
std::string show(const PlanFragment& fragment) {
  std::string text = std::to_string(fragment.workers);
  if (fragment.division == Division::kChunks) text += " chunks";
  if (fragment.division == Division::kParts) text += " parts";
  text += ":";
  std::vector<std::string> lines;
  if (fragment.edge) lines.push_back(show(*fragment.edge));
  for (const PlanStage& stage : fragment.stages)
    lines.push_back(show(stage));
  for (const std::string& line : lines)
    text += (&line == &lines.front() ? " " : " | ") + line;
  return text;
}

std::string show(const PlanPipeline& pipeline) {
  std::string text;
  for (const PlanFragment& fragment : pipeline.fragments)
    text += (text.empty() ? "" : " => ") + show(fragment);
  return text;
}

// Files that the flows read, in the current folder.
class Plan : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    before_ = std::filesystem::current_path();
    folder_ = std::filesystem::temp_directory_path() / ("plan_test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::filesystem::current_path(folder_);
    write("t.csv", "id,k,g,v,s\n1,a,x,1.5,p\n2,b,y,2.5,q\n3,a,x,3.5,r\n");
    write("u.csv", "id,k,g,v,s\n4,a,x,1.5,p\n");
    write("r.csv", "k,name\na,one\nb,two\n");
    write("t.ndjson", "{\"id\":1,\"k\":\"a\",\"v\":2.5}\n");
    write("array.ndjson", "[{\"id\":1}]\n");
    write("t.csv.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20));
    // So much that it is scanned once for all workers.
    std::string names;
    while (names.size() < (1U << 20U))
      names += "a,one,some forty bytes of text for a large file\n";
    write("mid.csv", "k,name,note\n" + names);
    // So much that groups may be many, and more than every worker should have.
    std::string rows;
    while (rows.size() < (66U << 20U))
      rows += "1,a,x,1.5,some forty bytes of text for a large file\n";
    write("big.csv", "id,k,g,v,s\n" + rows);
    setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
    std::filesystem::create_directories(folder_ / "penstock/tools.d");
    write("penstock/tools.d/anywhere.json", R"({"placement": "any", "keeps_order": true})");
    write("penstock/tools.d/bykey.json", R"({"placement": "hash", "keys": ["k"]})");
  }
  static void TearDownTestSuite() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
    unsetenv("XDG_CONFIG_HOME");
  }

  static void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  static std::string plan(const PlannedFlow& planned) {
    PlanOptions options;
    options.workers = planned.workers;
    options.unordered = planned.unordered;
    options.tools = stage_registry();
    try {
      Flow flow = parse_flow(planned.flow, [](const std::string&) { return std::nullopt; });
      return show(plan_statement(flow, flow.statements[0], options).pipeline);
    } catch (const Error& error) {
      return "error: " + std::string(error.line());
    }
  }

  static inline std::filesystem::path before_;
  static inline std::filesystem::path folder_;
};

TEST_F(Plan, FragmentsAndEdges) {
  for (const PlannedFlow& planned : kPlannedFlows) {
    EXPECT_EQ(plan(planned), planned.plan)
        << "pflow -n " << planned.workers << (planned.unordered ? " --unordered '" : " '")
        << planned.flow << "'";
  }
}

// A descriptor of a file looks like one, but each process that opens it has another.
TEST_F(Plan, ADescriptorIsReadByOneWorker) {
  int fd = open("t.csv", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  std::string name = "/dev/fd/" + std::to_string(fd);
  std::string flow = "pscan " + name + " | pagg 'count(*)'";
  EXPECT_EQ(plan({2, false, flow.c_str(), ""}), "1: pscan " + name + " | pagg count(*)");
  close(fd);
}

// Where nobody declared a type, workers read a value just where inference would have kept it.
TEST_F(Plan, WorkersLearnWhichTypesAreInferred) {
  PlanOptions options;
  options.workers = 2;
  options.tools = stage_registry();
  auto fields_of = [&](const std::string& text) {
    Flow flow = parse_flow(text, [](const std::string&) { return std::nullopt; });
    PlanPipeline pipeline = plan_statement(flow, flow.statements[0], options).pipeline;
    SchemaPtr schema = pipeline.fragments[0].schema;
    EXPECT_NE(schema, nullptr);
    return schema == nullptr ? std::vector<Field>() : schema->fields();
  };
  for (const Field& field : fields_of("pscan t.csv | pagg 'sum(v)'")) {
    EXPECT_FALSE(field.metadata.empty()) << field.name;
  }
  for (const Field& field : fields_of("pscan --types v=float64 t.csv | pagg 'sum(v)'")) {
    EXPECT_EQ(field.metadata.empty(), field.name == "v") << field.name;
  }
}

// Whatever is planned, the fragments are joined up: each but the first has an edge, the last has
// one worker, and only the first divides an input.
TEST_F(Plan, EveryPlanIsJoinedUp) {
  for (const PlannedFlow& planned : kPlannedFlows) {
    PlanOptions options;
    options.workers = planned.workers;
    options.unordered = planned.unordered;
    options.tools = stage_registry();
    Flow flow = parse_flow(planned.flow, [](const std::string&) { return std::nullopt; });
    PlanPipeline pipeline;
    try {
      pipeline = plan_statement(flow, flow.statements[0], options).pipeline;
    } catch (const Error&) {
      continue;
    }
    ASSERT_FALSE(pipeline.fragments.empty());
    EXPECT_EQ(pipeline.fragments.back().workers, 1) << planned.flow;
    for (const PlanFragment& fragment : pipeline.fragments) {
      bool first = &fragment == &pipeline.fragments.front();
      EXPECT_EQ(fragment.edge.has_value(), !first) << planned.flow;
      EXPECT_FALSE(fragment.stages.empty() && !fragment.edge) << planned.flow;
      bool divides = fragment.division != Division::kNone;
      EXPECT_EQ(divides, first && fragment.workers > 1) << planned.flow;
      EXPECT_FALSE(fragment.reason.empty()) << planned.flow;
      EXPECT_FALSE(fragment.edge && fragment.edge->reason.empty()) << planned.flow;
    }
  }
}

}  // namespace
}  // namespace penstock
