#include "libcore/flow/agent/files_on_hosts.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// What hosts a and b say when they are asked; this host stands between them in the list.
class FilesOnHostsTest : public ScriptedHosts {
 protected:
  FilesOnHosts& files(const std::vector<FromAgent>& of_a, const std::vector<FromAgent>& of_b) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22", of_a);
    write_agent("b", "127.0.0.1 1 127.0.0.1 22", of_b);
    std::vector<Host> list;
    add_hosts(list, "a,:,b*2");
    hosts_.emplace(launcher_, list, options_);
    EXPECT_TRUE(hosts_->wait_until_ready());
    return files_.emplace(*hosts_);
  }

  std::optional<RunHosts> hosts_;
  std::optional<FilesOnHosts> files_;
};

TEST_F(FilesOnHostsTest, HostsHaveTheNumbersOfThePlan) {
  FilesOnHosts& asked = files({}, {});
  EXPECT_EQ(asked.split("a:x"), (HostPath{1, "x"}));
  EXPECT_EQ(asked.split("b:/y"), (HostPath{2, "/y"}));
  EXPECT_EQ(asked.split("c:/y"), std::nullopt);
  EXPECT_EQ(asked.split("./a:x"), std::nullopt);
}

TEST_F(FilesOnHostsTest, WhatHostsAnswer) {
  SeenFile seen{{"/y", 1, 2, 6, 4, 5, "", ""}, ""};
  FilesOnHosts& asked = files({FilesFound{{"/x/1", "/x/2"}, ""}},
                              {FilesSeen{{seen}}, PieceRead{"abcd", ""}, PieceRead{"ef", ""}});
  EXPECT_EQ(asked.find(1, "x/*"), (std::vector<std::string>{"/x/1", "/x/2"}));
  EXPECT_EQ(asked.look(2, "/y").size, 6);
  EXPECT_EQ(asked.read(2, "/y", 0, 6), "abcdef");
}

TEST_F(FilesOnHostsTest, AFileEndsWhereNothingMoreComes) {
  EXPECT_EQ(files({PieceRead{"ab", ""}, PieceRead{"", ""}}, {}).read(1, "/y", 0, 6), "ab");
}

// What is asked for again is not sent again, unless the file has changed.
TEST_F(FilesOnHostsTest, TheBeginningOfAFileIsKept) {
  SeenFile seen{{"/y", 1, 2, 6, 4, 5, "", ""}, ""};
  SeenFile later{{"/y", 1, 2, 6, 4, 6, "", ""}, ""};
  FilesOnHosts& asked = files({FilesSeen{{seen}}, PieceRead{"abcd", ""}, FilesSeen{{seen}},
                               FilesSeen{{later}}, PieceRead{"ABCD", ""}},
                              {});
  asked.look(1, "/y");
  EXPECT_EQ(asked.read(1, "/y", 0, 4), "abcd");
  asked.look(1, "/y");
  EXPECT_EQ(asked.read(1, "/y", 1, 2), "bc");
  asked.look(1, "/y");
  EXPECT_EQ(asked.read(1, "/y", 0, 4), "ABCD");
}

TEST_F(FilesOnHostsTest, RefusalsNameTheHost) {
  FilesOnHosts& asked = files({FilesFound{{}, "no file"}, FilesSeen{{{{}, "/y: is a directory"}}},
                               PieceRead{"", "/y: gone"}},
                              {PieceRead{"too much", ""}});
  EXPECT_EQ(refusal([&] { asked.find(1, "x"); }), "a: no file");
  EXPECT_EQ(refusal([&] { asked.look(1, "x"); }), "a: /y: is a directory");
  EXPECT_EQ(refusal([&] { asked.read(1, "x", 0, 6); }), "a: /y: gone");
  EXPECT_EQ(refusal([&] { asked.read(2, "x", 0, 6); }),
            "b: the agent reads more than it was asked to");
}

}  // namespace
}  // namespace penstock
