#include "libcore/flow/detached/attach.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

class AttachTest : public KeptRunsTest {
 protected:
  // A run that writes `said`, and ends when the file `go` is there.
  std::string run_until_go(const std::string& said) {
    const std::string go = folder_ / "go";
    return start([&](const NewRun& run) {
      put(run, run_file::kMessages, said);
      put(run, run_file::kProgress, encode(RunProgress{2, {{1, 1, 5, 4, 3, 1.0}}}));
      while (!std::filesystem::exists(go))
        usleep(1000);
      put(run, run_file::kMessages, said + "more");
      put(run, run_file::kEnd, encode(RunEnd{RunState::kDone, 0, "", 200, 5, 5, 4}));
    });
  }
};

TEST_F(AttachTest, FollowsARunUntilItHasEnded) {
  std::string id = run_until_go("one\ntwo\nthr");
  KeptRun run = runs().find(id);
  std::vector<std::string> said;
  int drawn = 0;
  bool has_ended = false;
  FollowOptions options;
  options.pass_on = [&](const std::string& lines) {
    said.push_back(lines);
    write("go", "");
  };
  options.on_progress = [&](const FlowProgress& progress) {
    if (!progress.fragments.empty() && progress.fragments[0].rows_in == 5) ++drawn;
    has_ended = progress.ended;
  };
  Followed followed = follow(run, options);
  EXPECT_EQ(followed.signal, 0);
  EXPECT_EQ(followed.status.state, RunState::kDone);
  EXPECT_EQ(said, (std::vector<std::string>{"one\ntwo\n", "thrmore"}));
  EXPECT_GT(drawn, 0);
  EXPECT_TRUE(has_ended);
}

TEST_F(AttachTest, ASignalEndsTheFollowingAlone) {
  std::string id = run_until_go("one\n");
  KeptRun run = runs().find(id);
  FollowOptions options;
  options.pass_on = [&](const std::string&) { kill(getpid(), SIGINT); };
  EXPECT_EQ(follow(run, options).signal, SIGINT);
  EXPECT_EQ(run.status().state, RunState::kRunning);
}

TEST_F(AttachTest, HandsOverEachByteOfTheOutput) {
  std::string id = finished({RunState::kDone, 0, "", 200, 3'000'000, 0, 0});
  KeptRun run = runs().find(id);
  std::string bytes;
  while (bytes.size() < 3'000'000)
    bytes += static_cast<char>(bytes.size() % 251);
  std::ofstream(run.file(run_file::kOutput), std::ios::binary) << bytes;
  const std::string target = write("target", "");
  Descriptor kept(dup(STDOUT_FILENO));
  Descriptor file(open(target.c_str(), O_WRONLY | O_CLOEXEC));  // NOLINT
  dup2(file.get(), STDOUT_FILENO);
  hand_over(run, *run.status().end);
  dup2(kept.get(), STDOUT_FILENO);
  EXPECT_EQ(read("target"), bytes);
  std::ofstream(run.file(run_file::kOutput), std::ios::app) << "x";
  EXPECT_THROW(hand_over(run, *run.status().end), Error);
}

}  // namespace
}  // namespace penstock
