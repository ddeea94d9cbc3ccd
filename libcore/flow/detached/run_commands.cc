#include "libcore/flow/detached/run_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "libcore/base/error.h"
#include "libcore/flow/detached/attach.h"
#include "libcore/flow/detached/run_listing.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

// Why a run did not end well.
std::string reason_of(const RunStatus& status) {
  if (!status.end) return "its manager was killed, or its host was restarted";
  return status.end->message;
}

class RunCommands {
 public:
  RunCommands(const RunsFolder& runs, const RunVoice& voice) : runs_(runs), voice_(voice) {}

  int status() const {
    std::vector<std::string> ids;
    for (const RunId& id : runs_.list())
      ids.push_back(id.text());
    std::vector<ListedRun> listed;
    const int status = for_each(ids, [&](const KeptRun& run) {
      listed.push_back(look_at_run(run));
      return 0;
    });
    voice_.print(table_of_runs(std::move(listed), terminal_width(STDOUT_FILENO)));
    return status;
  }

  int details(const std::vector<std::string>& ids) const {
    std::string text;
    const int status = for_each(ids, [&](const KeptRun& run) {
      if (!text.empty()) text += "\n";
      text += details_of_run(look_at_run(run), runs_.path() + "/" + run.id().text());
      return 0;
    });
    voice_.print(text);
    return status;
  }

  int wait(const std::vector<std::string>& ids) const {
    return for_each(ids, [&](const KeptRun& run) {
      run.wait();
      const RunStatus status = run.status();
      if (status.exit_status() != 0) {
        voice_.pass_on(fmt::format("pflow: run {}: {}: {}\n", run.id().text(),
                                   name_of(status.state), reason_of(status)));
      }
      return status.exit_status();
    });
  }

  int attach(const std::string& id) const {
    const KeptRun run = runs_.find(id);
    const Followed followed = follow(run, {voice_.pass_on, voice_.on_progress});
    if (followed.signal != 0) {
      voice_.note(fmt::format("run {} goes on; pflow --cancel {} ends it", id, id));
      return 128 + followed.signal;
    }
    const RunStatus& status = followed.status;
    if (status.state == RunState::kDone) {
      hand_over(run, *status.end);
    } else if (status.state == RunState::kLost) {
      voice_.complain(fmt::format("run {} is lost: {}", id, reason_of(status)));
    } else {
      voice_.pass_on("pflow: " + reason_of(status) + "\n");
    }
    return status.exit_status();
  }

  int cancel(const std::vector<std::string>& ids) const {
    return for_each(ids, [&](const KeptRun& run) {
      if (!run.cancel()) {
        voice_.note(fmt::format("run {} has ended before: {}", run.id().text(),
                                name_of(run.status().state)));
      }
      return 0;
    });
  }

  int forget(const std::vector<std::string>& ids) const {
    return for_each(ids, [&](const KeptRun& run) {
      run.forget();
      return 0;
    });
  }

 private:
  // Returns the first status besides 0 that `work` gives of the runs, in their order.
  int for_each(const std::vector<std::string>& ids,
               const std::function<int(const KeptRun&)>& work) const {
    int first = 0;
    for (const std::string& id : ids) {
      int status = kOwnFailure;
      try {
        status = work(runs_.find(id));
      } catch (const Error& error) {
        voice_.complain(error.message());
      }
      if (first == 0) first = status;
    }
    return first;
  }

  const RunsFolder& runs_;
  const RunVoice& voice_;
};

}  // namespace

int carry_out(RunCommand command, const RunsFolder& runs, const std::vector<std::string>& ids,
              const RunVoice& voice) {
  const RunCommands commands(runs, voice);
  if (command == RunCommand::kStatus && ids.empty()) return commands.status();
  if (ids.empty()) throw Error::usage("the ID of a run is missing; pflow --status lists all runs");
  switch (command) {
    case RunCommand::kStatus:
      return commands.details(ids);
    case RunCommand::kAttach:
      if (ids.size() > 1) {
        throw Error::usage("--attach follows one run, so '" + ids[1] + "' is one too many");
      }
      return commands.attach(ids[0]);
    case RunCommand::kWait:
      return commands.wait(ids);
    case RunCommand::kCancel:
      return commands.cancel(ids);
    case RunCommand::kForget:
      break;
  }
  return commands.forget(ids);
}

}  // namespace penstock
