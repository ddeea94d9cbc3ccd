// What happens in a run, noted for the page about it (report_page.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/flow/plan.h"
#include "libcore/flow/report_page.h"
#include "libcore/flow/supervisor.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// Not thread-safe.
class RunReport {
 public:
  // Begins the file, which appears when the page is written: one that cannot be made is known
  // before the run. Throws Error.
  explicit RunReport(const std::string& path);

  // A process that starts or ends; `moved` is what it has moved by then.
  void add(const JobEvent& event, const MovedRows& moved);

  // Writes the page, to be called once, however the run ended. Throws Error.
  void write(std::string flow, int64_t workers, const std::vector<PlanStatement>& statements,
             const FlowOutcome& outcome);

 private:
  double now() const;

  ByteSinkPtr file_;
  std::chrono::steady_clock::time_point began_;
  std::vector<ProcessRecord> processes_;
};

}  // namespace penstock
