#include "libcore/flow/detached/run_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "libcore/base/utf8.h"
#include "libcore/flow/printed_table.h"

namespace penstock {
namespace {

// Characters of a flow's text in the table.
constexpr size_t kShownText = 60;

// The local time, for people.
std::string time_text(int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  std::array<char, 32> text{};
  if (localtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return text.data();
}

// A flow on one line, its first characters.
std::string short_text(const std::string& flow) {
  std::string line;
  bool is_apart = false;
  for (char c : flow) {
    bool is_blank = c == ' ' || c == '\n' || c == '\t';
    if (!is_blank) {
      if (is_apart && !line.empty()) line += ' ';
      line += c;
    }
    is_apart = is_blank;
  }
  if (utf8_length(line) > kShownText) {
    line.resize(utf8_offset(line, kShownText - 1));
    line += "…";
  }
  return line;
}

int64_t rows_in(const RunStatus& status) {
  return status.end ? status.end->rows_in : status.progress.rows_in();
}

int64_t rows_out(const RunStatus& status) {
  return status.end ? status.end->rows_out : status.progress.rows_out();
}

std::string place_text(const RunPlace& place) {
  switch (place.kind) {
    case RunPlace::Kind::kProcess:
      break;
    case RunPlace::Kind::kSlurmJob:
      return fmt::format("job {} of Slurm", place.job);
  }
  return fmt::format("process {} of {}", place.process.pid, place.process.host);
}

std::string how_it_is(const RunStatus& status) {
  std::string state = name_of(status.state);
  if (status.state == RunState::kLost) {
    return state + ": its manager was killed, or its host was restarted";
  }
  if (!status.end || status.end->status == 0) return state;
  return fmt::format("{}, with status {}", state, status.end->status);
}

void add_line(std::string& lines, const char* name, std::string_view value) {
  lines += fmt::format("{:<10} {}\n", name, visible_text(value));
}

}  // namespace

ListedRun look_at_run(const KeptRun& run) {
  RunStatus status = run.status();
  const bool runs = !has_ended(status.state);
  int64_t since = runs ? run.record().began : run.ended().value_or(run.record().began);
  return {run.record(), std::move(status), since};
}

std::string table_of_runs(std::vector<ListedRun> runs, std::optional<int> width) {
  if (runs.empty()) return {};
  std::sort(runs.begin(), runs.end(), [](const ListedRun& a, const ListedRun& b) {
    return std::pair(-a.record.began, a.record.id.text()) <
           std::pair(-b.record.began, b.record.id.text());
  });
  std::vector<std::string> ids, states, since, hosts, flows;
  std::vector<int64_t> read, written;
  for (const ListedRun& run : runs) {
    ids.push_back(run.record.id.text());
    states.emplace_back(name_of(run.status.state));
    since.push_back(time_text(run.since));
    hosts.push_back(fmt::format("{}", fmt::join(run.record.hosts, ",")));
    read.push_back(rows_in(run.status));
    written.push_back(rows_out(run.status));
    flows.push_back(short_text(run.record.flow));
  }
  PrintedTable table;
  table.text("id", ids);
  table.text("state", states);
  table.text("since", since);
  table.text("hosts", hosts);
  table.counts("rows_in", read);
  table.counts("rows_out", written);
  table.text("flow", flows);
  return table.print(width);
}

std::string details_of_run(const ListedRun& run, const std::string& folder) {
  const RunRecord& record = run.record;
  std::string lines;
  add_line(lines, "id", record.id.text());
  add_line(lines, "state", how_it_is(run.status));
  if (run.status.end && !run.status.end->message.empty()) {
    add_line(lines, "message", run.status.end->message);
  }
  add_line(lines, "began", time_text(record.began));
  if (has_ended(run.status.state)) add_line(lines, "ended", time_text(run.since));
  add_line(lines, "place", place_text(record.place));
  add_line(lines, "hosts", fmt::format("{}", fmt::join(record.hosts, ", ")));
  add_line(lines, "workers", std::to_string(record.workers));
  add_line(lines, "rows_in", std::to_string(rows_in(run.status)));
  add_line(lines, "rows_out", std::to_string(rows_out(run.status)));
  if (run.status.state == RunState::kDone) {
    add_line(lines, "output", fmt::format("{} bytes", run.status.end->output_bytes));
  }
  add_line(lines, "penstock", record.penstock);
  add_line(lines, "directory", record.directory);
  add_line(lines, "folder", folder);
  add_line(lines, "flow", record.flow);
  return lines;
}

}  // namespace penstock
