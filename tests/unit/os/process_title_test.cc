#include "libcore/os/process_title.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace penstock {
namespace {

// /proc/PID/cmdline of a process that shows these words, without the zeros at its end.
std::string shown(const std::vector<std::string>& words) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    show_process_words(words);
    std::ifstream file("/proc/self/cmdline");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string seen = text.substr(0, text.find_last_not_of('\0') + 1);
    _exit(write(ends[1], seen.data(), seen.size()) == static_cast<ssize_t>(seen.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char byte = 0;
  while (read(ends[0], &byte, 1) == 1)
    text += byte;
  close(ends[0]);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return text;
}

TEST(ProcessTitle, ShowsShortAndLongWords) {
  EXPECT_EQ(shown({"p"}), "p");
  EXPECT_EQ(shown({"pscan", "-c", "a b", ""}), "pscan -c a b ");
}

// The room ends somewhere: what is shown is the beginning, whatever the length.
TEST(ProcessTitle, CutsWhatHasNoRoom) {
  std::ifstream file("/proc/self/cmdline");
  const std::string own(std::istreambuf_iterator<char>(file), {});
  for (size_t size = own.size() < 3 ? 1 : own.size() - 3; size < own.size() + 3; ++size)
    EXPECT_EQ(shown({std::string(size, 'x')}), std::string(size, 'x')) << size;
  const std::string much(1 << 20, 'y');
  const std::string cut = shown({much});
  EXPECT_LT(cut.size(), much.size());
  EXPECT_GE(cut.size() + 1, own.size());
  EXPECT_EQ(cut, much.substr(0, cut.size()));
}

}  // namespace
}  // namespace penstock
