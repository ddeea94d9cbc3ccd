#include "libcore/flow/plan/explain.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/plan/placement.h"

namespace penstock {
namespace {

PlanFragment fragment(int64_t workers, const std::string& reason,
                      const std::vector<std::string>& words) {
  PlanFragment made;
  made.workers = workers;
  made.reason = reason;
  PlanStage stage;
  for (const std::string& word : words)
    stage.program.push_back({word});
  made.stages.push_back(std::move(stage));
  return made;
}

// left | join - <( right ) on two workers, then gathered.
std::vector<PlanStatement> statements() {
  PlanFragment left = fragment(2, "two of them", {"left", "a b"});
  PlanStage join;
  join.program = {{"join"}, {"-"}, {"", 3}};
  join.pipelines[3] =
      std::make_shared<const PlanPipeline>(PlanPipeline{{fragment(1, "", {"right"})}});
  left.stages.push_back(std::move(join));
  PlanFragment last;
  last.reason = "one worker";
  last.edge.emplace();
  last.edge->reason = "the rows of all\nare the result";
  PlanStatement statement{{{std::move(left), std::move(last)}}, "out file"};
  return {std::move(statement)};
}

TEST(Explain, TextIsAPipelineWithAReasonBeforeEachFragment) {
  EXPECT_EQ(explain(statements(), 2, ExplainForm::kText),
            "# pflow -n 2\n"
            "# fragment 1, 2 workers: two of them\n"
            "left 'a b' |\n"
            "join - <(\n"
            "  # fragment 2, 1 worker\n"
            "  right\n"
            ") |\n"
            "# fragment 3, 1 worker, exchange: the rows of all are the result\n"
            "pmerge - > 'out file'\n");
}

TEST(Explain, WhatWasChosenForAStatementIsSaidWithTheReason) {
  std::vector<PlanStatement> plans = statements();
  plans[0].reason = "it is\nsmall";
  plans.push_back(plans[0]);
  plans[1].is_over_files = true;
  const std::string text = explain(plans, 2, ExplainForm::kText);
  EXPECT_TRUE(
      text.starts_with("# pflow -n 2\n# statement 1, through pipes: it is small\n"
                       "# fragment 1, 2 workers: two of them\n"));
  EXPECT_NE(text.find("# statement 2, over files: it is small\n# fragment 4, 2 tasks: two"),
            text.npos);
  EXPECT_NE(explain(plans, 2, ExplainForm::kJson)
                .find("\"over_files\":true,\"reason\":\"it is\\nsmall\",\"output\":"),
            std::string::npos);
}

TEST(Explain, WorkersOnSeveralHostsAreShownWithTheirHosts) {
  const std::vector<PlanHost> hosts{{":", 0}, {"a", 2}, {"b", 1}};
  std::vector<PlanStatement> plans = statements();
  plans[0].pipeline.fragments[0].workers = 3;
  plans[0] = place(std::move(plans[0]), hosts);
  EXPECT_EQ(explain(plans, 3, ExplainForm::kText),
            "# pflow -n 3\n"
            "# fragment 1, 3 workers (1 3 on a, 2 on b): two of them\n"
            "left 'a b' |\n"
            "join - <(\n"
            "  # fragment 2, 1 worker (here)\n"
            "  right |\n"
            "  # fragment 3, 2 workers (1 on a, 2 on b), exchange over the network: every worker "
            "reads all of it\n"
            "  pexchange --broadcast -\n"
            ") |\n"
            "# fragment 4, 1 worker (here), exchange over the network: the rows of all are the "
            "result\n"
            "pmerge - > 'out file'\n");
  EXPECT_NE(explain(plans, 3, ExplainForm::kJson).find(R"("hosts":["a","b","a"])"),
            std::string::npos);
}

TEST(Explain, DotIsAGraphOfFragments) {
  std::string dot = explain(statements(), 2, ExplainForm::kDot);
  EXPECT_TRUE(dot.starts_with("digraph flow {\n"));
  for (const char* edge : {"  f1 -> f3;\n", "  f2 -> f1;\n"})
    EXPECT_NE(dot.find(edge), std::string::npos) << dot;
  EXPECT_NE(dot.find("join - <(fragment 2)"), std::string::npos) << dot;
}

TEST(Explain, JsonHasTheStagesAndWhatTheyRead) {
  std::string json = explain(statements(), 2, ExplainForm::kJson);
  EXPECT_NE(json.find(R"({"fragment":1,"workers":2,"reason":"two of them",)"
                      R"("stages":[["left","a b"],["join","-",{"fragments":[2]}]]})"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("exchange":"the rows of all\nare the result","stages":[["pmerge","-"]])"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("statements":[{"fragments":[1,3],"output":"out file"}])"),
            std::string::npos)
      << json;
}

TEST(Explain, PicturesHaveTheEdges) {
  std::vector<PlanStatement> plans = statements();
  std::vector<FragmentPicture> pictures = fragment_pictures(plans);
  ASSERT_EQ(pictures.size(), 3U);
  EXPECT_EQ(pictures[0].reads, std::vector<int64_t>{2});
  EXPECT_EQ(pictures[1].reads, std::vector<int64_t>{});
  EXPECT_EQ(pictures[2].reads, std::vector<int64_t>{1});
  EXPECT_EQ(pictures[2].stages, std::vector<std::string>{"pmerge -"});
}

TEST(Explain, FormsByName) {
  EXPECT_EQ(parse_explain_form("dot"), ExplainForm::kDot);
  EXPECT_THROW(parse_explain_form("jsno"), Error);
}

}  // namespace
}  // namespace penstock
