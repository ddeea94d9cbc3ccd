#include <gtest/gtest.h>

#include "libcore/flow/watch/report.h"
#include "tests/unit/flow/watch/recorded_run.h"

namespace penstock {
namespace {

class ReportPageTest : public RecordedRun {};

TEST_F(ReportPageTest, TheReportHasAllParts) {
  RunReport report(folder_ + "/page");
  EventStream events;
  events.add(report);
  EXPECT_EQ(text("page"), "");
  tell(events);
  std::string page = text("page");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"));
  EXPECT_NE(page.find("<h1>pflow -n 5</h1>\n<pre>pscan &lt;{{flow}} | cat</pre>\n"), page.npos)
      << "what stands in a part is not looked through for names";
  EXPECT_NE(page.find("<p class=\"bad\">died &amp; gone</p>"), page.npos);
  EXPECT_NE(page.find("</p>\n<h2>Fragments</h2>\n<svg "), page.npos);
  EXPECT_NE(page.find("</svg>\n<h2>Processes</h2>\n<svg "), page.npos);
  EXPECT_NE(page.find(" class=\"bad\">2.3 pscan | pagg<"), page.npos);
  EXPECT_NE(page.find("\"end\">1.1 cat<"), page.npos) << "what we ended has not failed";
  EXPECT_EQ(page.find("{{workers"), page.npos);
}

TEST_F(ReportPageTest, TasksThatRanAgainAreListedWithTheirReasons) {
  RunReport report(folder_ + "/page");
  EventStream events;
  events.add(report);
  Job job;
  job.fragment = 2;
  job.worker = 7;
  events.send(TaskTriedAgain{job, 2, "died of <signal> 9"});
  events.send(TaskTriedAgain{job, 3, ""});
  tell(events);
  const std::string page = text("page");
  EXPECT_NE(page.find("<td>2<td>7<td>2<td>died of &lt;signal&gt; 9\n"), page.npos);
  EXPECT_NE(page.find("<td>2<td>7<td>3<td>it took much longer than its peers\n"), page.npos);
}

TEST_F(ReportPageTest, ARunInWhichNoneDidHasNoSuchPart) {
  RunReport report(folder_ + "/page");
  EventStream events;
  events.add(report);
  tell(events);
  EXPECT_EQ(text("page").find("Tasks that ran again"), std::string::npos);
}

TEST_F(ReportPageTest, EachHostHasALane) {
  RunReport report(folder_ + "/page");
  EventStream events;
  events.add(report);
  tell_of_hosts(events);
  std::string page = text("page");
  size_t a = page.find(">host a</text>");
  size_t cat = page.find("\"end\">1.1 cat<");
  size_t b = page.find(">host b</text>");
  size_t scan = page.find(" class=\"bad\">2.3 pscan | pagg<");
  EXPECT_LT(a, cat);
  EXPECT_LT(cat, b);
  EXPECT_LT(b, scan);
  EXPECT_NE(scan, page.npos) << "the end is that of the process on the same host";
}

}  // namespace
}  // namespace penstock
