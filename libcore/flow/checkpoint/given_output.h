// A statement's output, which lies in a file of the run's directory, given to its reader.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "libcore/exchange_files/list_text.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// Writes the bytes of a file of this host, and compares them with its facts if they are known.
// While a reader takes his time, the loop of `launcher` runs: signals are taken, and the hosts hear
// of us. Returns how it went: stopped by a signal, or with `output_closed` when the reader has
// gone. Throws Error when the file is not as its facts state, and as the sink does.
FlowOutcome give_output(const std::string& path, const std::optional<FileFacts>& facts,
                        ByteSink& to, LocalLauncher& launcher);

// How give_output() is handed to those who have no launcher.
using GiveOutput = std::function<FlowOutcome(const std::string& path,
                                             const std::optional<FileFacts>& facts, ByteSink& to)>;

}  // namespace penstock
