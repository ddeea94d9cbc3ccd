#include "libcore/flow/probe/probe_tables.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace penstock {
namespace {

Probe two_hosts() {
  Probe probe;
  HostMeasures measures{1'250,       4'000,       20'000, 100'000,   9'870'000'000,
                        300'000'000, 500'000'000, 85'400, 1'200'000, ""};
  probe.hosts = {{":", 2, int64_t{8} << 30, measures}, {"b", 64, int64_t{3} << 29, measures}};
  probe.links = {{0, 1, {123'450, 950'000'000, 117'000'000, ""}}};
  return probe;
}

// The lines, with a single space where there are several, without the lines below the headings.
std::vector<std::string> table_lines(const Probe& probe) {
  std::istringstream text(probe_tables(probe));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string single;
    for (std::string word; words >> word;)
      single += (single.empty() ? "" : " ") + word;
    if (!single.starts_with("--")) lines.push_back(single);
  }
  return lines;
}

const char* const kHostHeading =
    "host cores memory_GiB L1_ns L2_ns L3_ns memory_ns memory_GB_s disk_read_us disk_sync_us "
    "disk_read_MB_s disk_write_MB_s";

TEST(ProbeTables, HostsAndBothDirections) {
  EXPECT_EQ(table_lines(two_hosts()),
            (std::vector<std::string>{
                kHostHeading, ": 2 8.0 1.3 4.0 20.0 100.0 9.9 85.4 1200.0 500.0 300.0",
                "b 64 1.5 1.3 4.0 20.0 100.0 9.9 85.4 1200.0 500.0 300.0", "",
                "from to round_trip_us MB_s", ": b 123.5 950.0", "b : 123.5 117.0"}));
}

TEST(ProbeTables, OneHostHasNoConnections) {
  Probe probe = two_hosts();
  probe.hosts.pop_back();
  probe.links.clear();
  EXPECT_EQ(table_lines(probe).size(), 2U);
}

TEST(ProbeTables, WhatCouldNotBeMeasuredIsNullWithItsReason) {
  Probe probe = two_hosts();
  probe.hosts[1].measures = {1, 2, 3, 4, 5, 0, 0, 0, 0, "/tmp: No space left on device"};
  probe.links[0].measures = {0, 0, 0, "tcp://10.0.0.2:99: no answer within 5 s"};
  const std::vector<std::string> lines = table_lines(probe);
  EXPECT_EQ(lines[2], "b 64 1.5 0.0 0.0 0.0 0.0 0.0 null null null null");
  EXPECT_EQ(std::vector<std::string>(lines.begin() + 5, lines.end()),
            (std::vector<std::string>{": b null null", "b : null null", "",
                                      "b: /tmp: No space left on device",
                                      ": to b: tcp://10.0.0.2:99: no answer within 5 s"}));
}

}  // namespace
}  // namespace penstock
