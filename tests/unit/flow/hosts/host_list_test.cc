#include "libcore/flow/hosts/host_list.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

std::vector<Host> hosts_of(std::string_view text) {
  std::vector<Host> hosts;
  add_hosts(hosts, text);
  return hosts;
}

std::vector<Host> hosts_of_file(std::string_view text) {
  std::vector<Host> hosts;
  add_hosts_of_file(hosts, text, "hosts");
  return hosts;
}

// The message of the usage error that `call` throws.
template <typename Call>
std::string usage_refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "nothing was refused";
}

Host here(std::optional<int64_t> slots = {}) {
  return {"", "", 0, slots, true};
}

TEST(HostList, EachForm) {
  const std::string longest(static_cast<size_t>(kMaxListedNameBytes), 'a');
  const std::vector<std::pair<std::string, Host>> forms = {
      {"a", {"", "a"}},
      {"a*4", {"", "a", 0, 4}},
      {"4/a", {"", "a", 0, 4}},
      {"007/a", {"", "a", 0, 7}},
      {"u@a", {"u", "a"}},
      {"u@realm@a", {"u@realm", "a"}},
      {"u.v-w+x_y@a-b.example.org:22*3", {"u.v-w+x_y", "a-b.example.org", 22, 3}},
      {"2/u@a:65535", {"u", "a", 65535, 2}},
      {"10.0.0.1:1", {"", "10.0.0.1", 1}},
      {"::1", {"", "::1"}},
      {"fe80::1%eth0*2", {"", "fe80::1%eth0", 0, 2}},
      {"[::1]", {"", "::1"}},
      {"u@[fe80::1%eth0]:2222*2", {"u", "fe80::1%eth0", 2222, 2}},
      {":", here()},
      {":*3", here(3)},
      {"3/:", here(3)},
      {"a*1024", {"", "a", 0, kMaxWorkers}},
      {longest, {"", longest}},
      {" a ", {"", "a"}},
  };
  for (const auto& [text, host] : forms)
    EXPECT_EQ(hosts_of(text), std::vector<Host>{host}) << text;
}

TEST(HostList, WhatIsNotAHost) {
  const std::string name(static_cast<size_t>(kMaxListedNameBytes) + 1, 'a');
  const std::string user(static_cast<size_t>(kMaxUserNameBytes) + 1, 'u');
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "a list of hosts without a host; this host is ':'"},
      {"a,", "hosts 'a,': there is no host beside a comma"},
      {",a", "hosts ',a': there is no host beside a comma"},
      {"a,,b", "hosts 'a,,b': there is no host beside a comma"},
      {"a b", "host 'a b': a host has no spaces in it; commas, or lines of a file, separate hosts"},
      {"-oProxyCommand=x",
       "host '-oProxyCommand=x': a host does not begin with '-', for ssh takes it as an option"},
      {"u@-a", "host 'u@-a': a name does not begin with '-', for ssh takes it as an option"},
      {"2/-a", "host '2/-a': a name does not begin with '-', for ssh takes it as an option"},
      {"[-a:b]", "host '[-a:b]': a name does not begin with '-', for ssh takes it as an option"},
      {"2/-u@a", "host '2/-u@a': a user's name does not begin with '-'"},
      {"a*0", "host 'a*0': 0 slots; leave a host out that is not to run any worker"},
      {"0/a", "host '0/a': 0 slots; leave a host out that is not to run any worker"},
      {"a*1025", "host 'a*1025': '1025' is not a number of slots, 1 to 1024"},
      {"a*", "host 'a*': '' is not a number of slots, 1 to 1024"},
      {"a*-1", "host 'a*-1': '-1' is not a number of slots, 1 to 1024"},
      {"a*+1", "host 'a*+1': '+1' is not a number of slots, 1 to 1024"},
      {"a*99999999999999999999",
       "host 'a*99999999999999999999': '99999999999999999999' is not a number of slots, 1 to 1024"},
      {"/a", "host '/a': '' is not a number of slots, 1 to 1024"},
      {"2/a*2", "host '2/a*2': its slots stand both before '/' and behind '*'; give them once"},
      {"@a", "host '@a': there is no user before the '@'"},
      {"u@", "host 'u@': the name is missing; this host is ':'"},
      {"*4", "host '*4': the name is missing; this host is ':'"},
      {"[]:22", "host '[]:22': only an IPv6 address stands in brackets"},
      {"[a]:22", "host '[a]:22': only an IPv6 address stands in brackets"},
      {"[::1", "host '[::1': the ']' behind the address is missing"},
      {"[::1]22", "host '[::1]22': '22' behind the ']'"},
      {"a:0", "host 'a:0': '0' is not a port, 1 to 65535"},
      {"a:65536", "host 'a:65536': '65536' is not a port, 1 to 65535"},
      {"a:ssh", "host 'a:ssh': 'ssh' is not a port, 1 to 65535"},
      {"a:", "host 'a:': '' is not a port, 1 to 65535"},
      {"u@:", "host 'u@:': '' is not a port, 1 to 65535"},
      {"a;b",
       "host 'a;b': ';' cannot stand in a host's name, which has letters, digits and . _ - : %; "
       "slots are written HOST*SLOTS"},
      {"a=4",
       "host 'a=4': '=' cannot stand in a host's name, which has letters, digits and . _ - : %; "
       "slots are written HOST*SLOTS"},
      {"h\xC3\xA4",
       "host 'h\xC3\xA4': '\xC3\xA4' cannot stand in a host's name, which has letters, "
       "digits and . _ - : %; slots are written HOST*SLOTS"},
      {"$x@a",
       "host '$x@a': '$' cannot stand in a user's name, which has letters, digits and . _ - + @"},
      {name, "host '" + std::string(64, 'a') + "…': a name has at most 255 bytes"},
      {user + "@a", "host '" + std::string(64, 'u') + "…': a user's name has at most 64 bytes"},
  };
  for (const auto& [text, message] : wrong)
    EXPECT_EQ(usage_refusal([text = text] { hosts_of(text); }), message);
}

TEST(HostList, AHostTwice) {
  EXPECT_EQ(usage_refusal([] { hosts_of("a,b*2,u@A*3"); }),
            "host 'u@A*3': is listed twice; give it once, with the number of its workers: a*4");
  EXPECT_EQ(usage_refusal([] { hosts_of(":,:"); }),
            "host ':': is listed twice; give it once, with the number of its workers: :*2");
  EXPECT_EQ(usage_refusal([] {
              std::vector<Host> hosts = hosts_of("[::1]:22");
              add_hosts_of_file(hosts, "b\n[::1]:22\n", "list");
            }),
            "list:2: host '[::1]:22': is listed twice; give it once, with the number of its "
            "workers: [::1]:22*2");
  EXPECT_EQ(hosts_of("a:1,a:2,a").size(), 3U);
}

TEST(HostList, TheMostHosts) {
  std::string text = "h0";
  for (int64_t i = 1; i < kMaxHosts; ++i)
    text += fmt::format(",h{}", i);
  EXPECT_EQ(std::ssize(hosts_of(text)), kMaxHosts);
  EXPECT_EQ(usage_refusal([&] { hosts_of(text + ",x"); }),
            "host 'x': is one too many; the limit is 256 hosts");
}

TEST(HostList, LinesOfAFile) {
  EXPECT_EQ(hosts_of_file("# all\n\n  a*2  # the fast one\r\n\t:\n4/u@b:22"),
            (std::vector<Host>{{"", "a", 0, 2}, here(), {"u", "b", 22, 4}}));
  EXPECT_EQ(usage_refusal([] { hosts_of_file("a\n\nb c\n"); }),
            "hosts:3: host 'b c': a host has no spaces in it; commas, or lines of a file, separate "
            "hosts");
  EXPECT_EQ(usage_refusal([] { hosts_of_file("a,b\n"); }),
            "hosts:1: host 'a,b': ',' cannot stand in a host's name, which has letters, digits and "
            ". _ - : %; slots are written HOST*SLOTS");
  EXPECT_EQ(usage_refusal([] { hosts_of_file("a#b\n"); }),
            "hosts:1: host 'a#b': '#' cannot stand in a host's name, which has letters, digits and "
            ". _ - : %; slots are written HOST*SLOTS");
  for (const char* empty : {"", "\n", "# a\n  #b"}) {
    EXPECT_EQ(usage_refusal([=] { hosts_of_file(empty); }),
              "hosts: there is no host in this file; one stands in each line");
  }
  std::string longest = "a\n" + std::string(static_cast<size_t>(kMaxHostFileBytes) - 2, '\n');
  EXPECT_EQ(hosts_of_file(longest).size(), 1U);
  EXPECT_EQ(usage_refusal([&] { hosts_of_file(longest + "\n"); }),
            "hosts: is longer than 1048576 bytes, the limit for a list of hosts");
}

TEST(HostList, LabelsAreReadAgain) {
  for (const char* text : {"a", "u@a", "u@a:22", "::1", "u@[::1]:22", ":"}) {
    EXPECT_EQ(hosts_of(text)[0].label(), text);
    EXPECT_EQ(hosts_of(hosts_of(text)[0].label()), hosts_of(text));
  }
}

TEST(HostPath, OnlyListedNamesAreHosts) {
  const std::vector<Host> hosts = hosts_of(":,a*2,u@b:22,::1,[fe80::2]:22");
  const std::vector<std::pair<std::string, std::optional<HostPath>>> operands = {
      {"a:f.csv", HostPath{1, "f.csv"}},
      {"a:/d/f.csv", HostPath{1, "/d/f.csv"}},
      {"a:b:c", HostPath{1, "b:c"}},
      {"b:f", HostPath{2, "f"}},
      {"u@b:f", HostPath{2, "f"}},
      {"u@b:22:f", HostPath{2, "f"}},
      {"b:22:f", HostPath{2, "f"}},
      {"b:23:f", HostPath{2, "23:f"}},
      {"[::1]:f", HostPath{3, "f"}},
      {"[fe80::2]:22:f", HostPath{4, "f"}},
      {"a", std::nullopt},
      {"f.csv", std::nullopt},
      {"./a:f", std::nullopt},
      {"c:f", std::nullopt},
      {"v@b:f", std::nullopt},
      {"u@a:f", std::nullopt},
      {"::1:f", std::nullopt},
      {":f", std::nullopt},
      {"::f", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
  };
  for (const auto& [operand, path] : operands)
    EXPECT_EQ(split_host_path(operand, hosts), path) << operand;
}

TEST(HostPath, WhatIsRefused) {
  const std::vector<Host> hosts = hosts_of("a:1,a:2,b");
  EXPECT_EQ(usage_refusal([&] { (void)split_host_path("b:", hosts); }),
            "'b:': there is no file behind the host's name");
  EXPECT_EQ(usage_refusal([&] { (void)split_host_path("a:f", hosts); }),
            "'a:f': both a:1 and a:2 are called 'a'; write all of one's name");
  EXPECT_EQ(split_host_path("a:2:f", hosts), (HostPath{1, "f"}));
}

}  // namespace
}  // namespace penstock
