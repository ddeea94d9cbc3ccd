#include "libcore/cli/pager.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

using Words = std::vector<std::string>;

TEST(Pager, IsLessUnlessTheUserHasAnother) {
  EXPECT_EQ(pager_command(nullptr).words, (Words{"less", "-S", "-R"}));
  EXPECT_TRUE(pager_command(nullptr).shows_color);
  EXPECT_EQ(pager_command("most").words, (Words{"most"}));
  EXPECT_FALSE(pager_command("most").shows_color);
}

TEST(Pager, ValueIsWordsOrACommandOfTheShell) {
  EXPECT_EQ(pager_command("  less -F\t -X ").words, (Words{"less", "-F", "-X"}));
  EXPECT_FALSE(pager_command("less -F").is_of_shell);
  for (const char* command : {"col -b | less", "less -P'a b'", "~/bin/page", "LESS=F less"}) {
    EXPECT_EQ(pager_command(command).words, (Words{"sh", "-c", command}));
    EXPECT_TRUE(pager_command(command).is_of_shell);
  }
}

TEST(Pager, ValueWithoutAWordIsAnError) {
  for (const char* blank : {"", " ", "\t \n"})
    EXPECT_THROW(pager_command(blank), Error);
}

}  // namespace
}  // namespace penstock
