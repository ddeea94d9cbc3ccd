#include "libcore/flow/probe/probe_tables.h"

#include <cstdint>
#include <vector>

#include "libcore/flow/printed_table.h"

namespace penstock {
namespace {

constexpr int64_t kGib = int64_t{1} << 30;
constexpr int64_t kNanosecond = 1000;   // in picoseconds
constexpr int64_t kMicrosecond = 1000;  // in nanoseconds
constexpr int64_t kMegabyte = 1'000'000;
constexpr int64_t kGigabyte = 1'000'000'000;

std::string table_of_hosts(const Probe& probe) {
  auto values = [&](auto value) {
    std::vector<int64_t> all;
    for (const ProbedHost& host : probe.hosts)
      all.push_back(value(host));
    return all;
  };
  auto measures = [&](int64_t HostMeasures::*value) {
    return values([value](const ProbedHost& host) { return host.measures.*value; });
  };
  std::vector<std::string> names;
  for (const ProbedHost& host : probe.hosts)
    names.push_back(host.name);
  PrintedTable table;
  table.text("host", names);
  table.counts("cores", values([](const ProbedHost& host) { return host.cores; }));
  table.numbers("memory_GiB", values([](const ProbedHost& host) { return host.memory_bytes; }),
                kGib);
  table.numbers("L1_ns", measures(&HostMeasures::first_cache_ps), kNanosecond);
  table.numbers("L2_ns", measures(&HostMeasures::second_cache_ps), kNanosecond);
  table.numbers("L3_ns", measures(&HostMeasures::third_cache_ps), kNanosecond);
  table.numbers("memory_ns", measures(&HostMeasures::memory_ps), kNanosecond);
  table.numbers("memory_GB_s", measures(&HostMeasures::memory_rate), kGigabyte);
  table.numbers("disk_read_us", measures(&HostMeasures::disk_read_ns), kMicrosecond);
  table.numbers("disk_sync_us", measures(&HostMeasures::disk_sync_ns), kMicrosecond);
  table.numbers("disk_read_MB_s", measures(&HostMeasures::disk_read_rate), kMegabyte);
  table.numbers("disk_write_MB_s", measures(&HostMeasures::disk_write_rate), kMegabyte);
  return table.print();
}

std::string table_of_links(const Probe& probe) {
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::vector<int64_t> round_trips;
  std::vector<int64_t> rates;
  for (const ProbedLink& link : probe.links) {
    const std::string& one = probe.hosts[link.from].name;
    const std::string& other = probe.hosts[link.to].name;
    from.insert(from.end(), {one, other});
    to.insert(to.end(), {other, one});
    round_trips.insert(round_trips.end(), 2, link.measures.round_trip_ns);
    rates.insert(rates.end(), {link.measures.sent_rate, link.measures.received_rate});
  }
  PrintedTable table;
  table.text("from", from);
  table.text("to", to);
  table.numbers("round_trip_us", round_trips, kMicrosecond);
  table.numbers("MB_s", rates, kMegabyte);
  return table.print();
}

std::string reasons(const Probe& probe) {
  std::string lines;
  for (const ProbedHost& host : probe.hosts) {
    if (host.measures.disk_refusal.empty()) continue;
    lines += host.name + ": " + host.measures.disk_refusal + "\n";
  }
  for (const ProbedLink& link : probe.links) {
    if (link.measures.refusal.empty()) continue;
    lines += probe.hosts[link.from].name + " to " + probe.hosts[link.to].name + ": " +
             link.measures.refusal + "\n";
  }
  return lines.empty() ? lines : "\n" + lines;
}

}  // namespace

std::string probe_tables(const Probe& probe) {
  std::string tables = table_of_hosts(probe);
  if (!probe.links.empty()) tables += "\n" + table_of_links(probe);
  return tables + reasons(probe);
}

}  // namespace penstock
