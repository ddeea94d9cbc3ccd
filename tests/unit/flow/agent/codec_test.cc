#include "libcore/flow/agent/codec.h"

#include <gtest/gtest.h>

#include <set>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr size_t kSizeBytes = 4;

std::string le32(uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i)
    bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return bytes;
}

std::string le64(uint64_t value) {
  return le32(static_cast<uint32_t>(value)) + le32(static_cast<uint32_t>(value >> 32));
}

std::string text(const std::string& value) {
  return le32(static_cast<uint32_t>(value.size())) + value;
}

std::string kind(int number) {
  return std::string(1, static_cast<char>(number));
}

template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing was refused";
}

Job a_job() {
  Job job;
  job.commands = {{"pscan", "f.csv"}, {"pagg", "", "count(*)"}};
  job.is_tool = true;
  job.in = 1;
  job.out = 2;
  job.inherited = {{3, 64}, {4, 65}};
  return job;
}

const KeyPair kKeys{std::string(40, '0'), std::string(40, '1')};

// Every message with values of its own in each field.
std::vector<ToAgent> all_to_agent() {
  return {BeginRun{"0.1.0", "run", "/srv/u", {"A=b", "C="}},
          LookAtFiles{{"a.csv", std::string("x\0y", 3)}},
          OpenPorts{"fe80::1%eth0", 3},
          PutFile{"schema-1", std::string(1000, '\0')},
          PutSecret{"key"},
          BeginStep{7, {{Channel::Kind::kPipe, 0}, {Channel::Kind::kSecret, 4}}, 2, "/d"},
          StartJob{{6, 1}, a_job(), {"X=y"}},
          EndStarts{2},
          SignalAttempt{{3, 2}, 15},
          SweepLeftBehind{},
          GrantChunk{{1, 1}, "chunk"},
          MeasureHost{},
          AnswerLink{"10.0.0.2", kKeys},
          MeasureLink{"tcp://10.0.0.2:5555", kKeys},
          FindFiles{"data/*.csv"},
          SurveyFiles{{"pscan", "--decimals", "a:f", "a:g"}, 3, false, {"/f", "/g"}},
          PutPiece{"/srv/u/f.csv", 5, "more", true},
          EndStep{3},
          BeginStatement{},
          TakeFolder{"/d/ck", "sign-1", "10.0.0.2", "keys"},
          BeginOutput{{1, 2, 3}},
          FinishOutput{{1, 2, 3}, true},
          CheckOutput{{1, 2, 3}},
          RemoveOutput{{1, 2, 3}},
          KeepOutputs{{{1, 2, 3}, {4, 5, 6}}},
          FindOutputs{{{1, 2, 3}}},
          EndRun{},
          Beat{}};
}

std::vector<FromAgent> all_from_agent() {
  rusage used{};
  used.ru_utime = {1, 2};
  used.ru_stime = {3, 4};
  used.ru_maxrss = 5;
  PlannedFile file{"/f", 1, 2, 3, 4, 5, "head", "tail"};
  PlannedFile missing{"/g", 0, 0, 0, 0, 0, "", ""};
  return {AgentReady{"0.1.0", "x86_64", "h1", "/tmp/pflow-1", 2, 1 << 30, 1'800'000'000,
                     "10.0.0.1 22 10.0.0.2 1"},
          FilesSeen{{{file, ""}, {missing, "No such file or directory"}}},
          PortsOpened{{1, 65535}},
          TaskStarted{{1, 1}, 42},
          TaskNotRun{{1, 2}, 13},
          TaskEnded{{2, 1}, 256, used, "last words\n"},
          TaskStopped{{4, 1}},
          TaskContinued{{4, 1}},
          Swept{},
          ChunksAsked{{5, 1}, "ask"},
          MovedCounts{{{0, {1, 2, 3, 4, 5, 6, 7, 8}}, {9, {}}}, 2},
          HostMeasured{{1, 2, 3, 4, 5, 6, 7, 8, 9, "full"}},
          LinkMeasured{{1, 2, 3, "cut"}},
          FilesFound{{"/data/a.csv", "/data/b.csv"}, "none"},
          FilesSurveyed{{{{file, ""}, FileKind::kArrowStream, Format::kNdjson, "schema", "", true},
                         {{missing, "gone"}, FileKind::kText, Format::kCsv, "", "why", false}}},
          FolderTaken{true, 5, "why"},
          OutputFinished{{1, 2, 3}, "list", "why"},
          OutputChecked{{1, 2, 3}, true},
          OutputsFound{{"list", ""}},
          AgentFailed{"no space"},
          Beat{}};
}

TEST(AgentCodec, EachMessageIsReadAsItWasWritten) {
  std::set<char> kinds;
  for (const ToAgent& message : all_to_agent()) {
    std::string bytes = encode(message);
    ToAgent read = decode_to_agent(std::string_view(bytes).substr(kSizeBytes));
    EXPECT_EQ(read.index(), message.index());
    EXPECT_EQ(encode(read), bytes);
    EXPECT_TRUE(kinds.insert(bytes[kSizeBytes]).second);
  }
  for (const FromAgent& message : all_from_agent()) {
    std::string bytes = encode(message);
    FromAgent read = decode_from_agent(std::string_view(bytes).substr(kSizeBytes));
    EXPECT_EQ(read.index(), message.index());
    EXPECT_EQ(encode(read), bytes);
    bool is_beat = std::holds_alternative<Beat>(message);
    EXPECT_EQ(kinds.insert(bytes[kSizeBytes]).second, !is_beat);
  }
  EXPECT_EQ(all_to_agent().size(), std::variant_size_v<ToAgent>);
  EXPECT_EQ(all_from_agent().size(), std::variant_size_v<FromAgent>);
}

TEST(AgentCodec, ValuesOfMessages) {
  auto message = [](const ToAgent& what) { return encode(what).substr(kSizeBytes); };
  auto begin = std::get<BeginRun>(decode_to_agent(message(all_to_agent()[0])));
  EXPECT_EQ(begin.version, "0.1.0");
  EXPECT_EQ(begin.environment, (std::vector<std::string>{"A=b", "C="}));
  auto signal = std::get<SignalAttempt>(decode_to_agent(message(SignalAttempt{{3, 2}, 15})));
  EXPECT_EQ(signal.attempt, (Attempt{3, 2}));
  EXPECT_EQ(signal.number, 15);
  auto start = std::get<StartJob>(decode_to_agent(message(StartJob{{6, 1}, a_job(), {"X=y"}})));
  EXPECT_EQ(start.job.commands, a_job().commands);
  EXPECT_TRUE(start.job.is_tool);
  EXPECT_EQ(start.job.out, 2U);
  EXPECT_EQ(start.job.inherited, a_job().inherited);
  EXPECT_EQ(start.environment, std::vector<std::string>{"X=y"});
  auto ended =
      std::get<TaskEnded>(decode_from_agent(encode(all_from_agent()[5]).substr(kSizeBytes)));
  EXPECT_EQ(ended.wait_status, 256);
  EXPECT_EQ(ended.used.ru_stime.tv_usec, 4);
  EXPECT_EQ(ended.used.ru_maxrss, 5);
  EXPECT_EQ(ended.said, "last words\n");
}

// The wire of HOSTS.md, byte by byte.
TEST(AgentCodec, BytesOnTheWire) {
  EXPECT_EQ(encode(ToAgent(Beat{})), le32(1) + kind(10));
  EXPECT_EQ(encode(ToAgent(PutFile{"a", "bc"})), le32(12) + kind(4) + text("a") + text("bc"));
  EXPECT_EQ(encode(ToAgent(SignalAttempt{{1, 2}, 9})),
            le32(25) + kind(9) + le64(1) + le64(2) + le64(9));
  EXPECT_EQ(encode(ToAgent(LookAtFiles{{"a", ""}})),
            le32(14) + kind(2) + le32(2) + text("a") + text(""));
}

// Each message that is cut, and each with a byte too many.
TEST(AgentCodec, AnotherLengthIsRefused) {
  auto refuses = [](const std::string& message, auto decode) {
    for (size_t size = 1; size < message.size(); ++size) {
      std::string cut = message.substr(0, size);
      EXPECT_THROW((void)decode(cut), Error) << int(message[0]) << " cut at " << size;
    }
    EXPECT_THROW((void)decode(message + 'x'), Error) << int(message[0]);
  };
  for (const ToAgent& message : all_to_agent())
    refuses(encode(message).substr(kSizeBytes), decode_to_agent);
  for (const FromAgent& message : all_from_agent())
    refuses(encode(message).substr(kSizeBytes), decode_from_agent);
}

// The bytes of StartJob; `commands` and `inherited` are lists.
std::string job(const std::string& commands, int is_tool, const std::string& inherited) {
  return kind(7) + le64(0) + le64(1) + commands + kind(is_tool) + le64(0) + le64(0) + inherited +
         le32(0);
}

TEST(AgentCodec, WhatAManagerDoesNotSay) {
  const std::string attempt = le64(0) + le64(1);
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "a message without a kind"},
      {kind(0), "a message has the unknown kind 0"},
      {kind(65), "a message has the unknown kind 65"},
      {kind(255), "a message has the unknown kind 255"},
      {kind(64) + "x", "a message has 1 bytes too many"},
      {kind(2), "a message ends in the middle"},
      {kind(2) + le32(1), "a message ends in the middle"},
      {kind(2) + le32(1) + le32(2) + "a", "a message ends in the middle"},
      {kind(2) + le32(0xFFFFFFFF),
       "a message has a list of 4294967295 items; 1048576 are the limit"},
      {kind(2) + le32(1) + le32(0xFFFFFFFF) + "a", "a message ends in the middle"},
      {kind(3) + text("::1") + le64(static_cast<uint64_t>(-1)),
       "a message of kind 3 has a value out of its range"},
      {kind(3) + text("::1") + le64((1 << 20) + 1),
       "a message of kind 3 has a value out of its range"},
      {kind(4) + text("../x") + text(""), "a message of kind 4 has a value out of its range"},
      {kind(6) + le64((1 << 20) + 1) + le32(0) + le64(1) + text(""),
       "a message of kind 6 has a value out of its range"},
      {kind(6) + le64(1) + le32(1) + kind(9) + le64(0),
       "a message has 9 where a number below 9 belongs"},
      {kind(6) + le64(1) + le32(1) + kind(1) + le64(static_cast<uint64_t>(-1)) + le64(1) + text(""),
       "a message of kind 6 has a value out of its range"},
      {job(le32(0), 0, le32(0)), "a message of kind 7 has a value out of its range"},
      {job(le32(1) + le32(0), 0, le32(0)), "a message of kind 7 has a value out of its range"},
      {job(le32(1) + le32(1) + text(""), 0, le32(0)),
       "a message of kind 7 has a value out of its range"},
      {job(le32(1) + le32(1) + text("a"), 2, le32(0)),
       "a message has 2 where a number below 2 belongs"},
      {job(le32(1) + le32(1) + text("a"), 0, le32(1) + le64(0) + le32(2)),
       "a message of kind 7 has a value out of its range"},
      {kind(6) + le64(1) + le32(0) + le64(0) + text(""),
       "a message of kind 6 has a value out of its range"},
      {kind(8) + le64(0), "a message of kind 8 has a value out of its range"},
      {kind(20) + text("ck") + text("sign") + text("") + text(""),
       "a message of kind 20 has a value out of its range"},
      {kind(20) + text("/ck") + text("../sign") + text("") + text(""),
       "a message of kind 20 has a value out of its range"},
      {kind(21) + le64(1) + le64(0) + le64(1), "a message of kind 21 has a value out of its range"},
      {kind(25) + le32(1) + le64(1) + le64(1) + le64(0),
       "a message of kind 25 has a value out of its range"},
      {kind(9) + attempt + le64(0), "a message of kind 9 has a value out of its range"},
      {kind(9) + attempt + le64(65), "a message of kind 9 has a value out of its range"},
      {kind(9) + le64(1 << 20) + le64(1) + le64(9),
       "a message of kind 9 has a value out of its range"},
      {kind(9) + le64(0) + le64(0) + le64(9), "a message of kind 9 has a value out of its range"},
  };
  for (const auto& [bytes, message] : wrong)
    EXPECT_EQ(refusal([bytes = bytes] { (void)decode_to_agent(bytes); }), message);
}

TEST(AgentCodec, WhatAnAgentDoesNotSay) {
  auto refuses = [](const FromAgent& message) {
    std::string bytes = encode(message).substr(kSizeBytes);
    EXPECT_THROW((void)decode_from_agent(bytes), Error) << int(bytes[0]);
  };
  refuses(AgentReady{"", "", "", "", 0, 0, 0, ""});
  refuses(AgentReady{"", "", "", "", 1, -1, 0, ""});
  PlannedFile negative;
  negative.size = -1;
  refuses(FilesSeen{{{negative, ""}}});
  refuses(PortsOpened{{0}});
  refuses(PortsOpened{{65536}});
  refuses(TaskStarted{{0, 1}, 0});
  refuses(TaskStarted{{0, 0}, 1});
  refuses(MovedCounts{{{-1, {}}}});
  EXPECT_THROW((void)decode_from_agent(kind(1)), Error);
}

TEST(AgentCodec, LimitsOfWhatIsSent) {
  PutFile file{"a", std::string(static_cast<size_t>(kMaxAgentMessageBytes) - 10, 'x')};
  EXPECT_EQ(std::ssize(encode(ToAgent(file))), kMaxAgentMessageBytes + 4);
  file.contents += 'x';
  EXPECT_EQ(refusal([&] { (void)encode(ToAgent(file)); }),
            "a message to be sent has 67108865 bytes; 67108864 are the limit");
  LookAtFiles files;
  files.paths.resize(static_cast<size_t>(kMaxAgentListItems));
  EXPECT_EQ(std::get<LookAtFiles>(decode_to_agent(encode(ToAgent(files)).substr(kSizeBytes)))
                .paths.size(),
            files.paths.size());
  files.paths.emplace_back();
  EXPECT_EQ(refusal([&] { (void)encode(ToAgent(files)); }),
            "a message to be sent has a list of 1048577 items; 1048576 are the limit");
}

TEST(RunFileName, LettersDigitsAndAFewSigns) {
  const std::string longest(static_cast<size_t>(kMaxRunFileNameBytes), 'a');
  for (const std::string& name : {std::string("a"), std::string("schema-1.arrow"), std::string("0"),
                                  std::string("_x"), longest})
    EXPECT_TRUE(is_run_file_name(name)) << name;
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".a"), std::string("-a"),
        std::string("a/b"), std::string("/a"), std::string("a b"), std::string("a\n"),
        std::string("a\0b", 3), longest + "a"})
    EXPECT_FALSE(is_run_file_name(name)) << name;
}

TEST(MessageSplitter, PiecesOfAnySize) {
  std::string stream;
  for (const ToAgent& message : all_to_agent())
    stream += encode(message);
  for (size_t piece : {size_t{1}, size_t{3}, size_t{1000}, stream.size()}) {
    MessageSplitter splitter;
    size_t count = 0;
    for (size_t from = 0; from < stream.size(); from += piece) {
      splitter.add(std::string_view(stream).substr(from, piece));
      while (auto message = splitter.next())
        EXPECT_EQ(decode_to_agent(*message).index(), count++);
    }
    EXPECT_EQ(count, all_to_agent().size());
    EXPECT_FALSE(splitter.is_within());
  }
}

TEST(MessageSplitter, SizesThatAreRefused) {
  auto next = [](const std::string& bytes) {
    MessageSplitter splitter;
    splitter.add(bytes);
    return splitter.next().has_value();
  };
  EXPECT_FALSE(next(le32(static_cast<uint32_t>(kMaxAgentMessageBytes))));
  EXPECT_EQ(refusal([&] { next(le32(static_cast<uint32_t>(kMaxAgentMessageBytes) + 1)); }),
            "a message has 67108865 bytes; 1 to 67108864 are allowed");
  EXPECT_EQ(refusal([&] { next(le32(0)); }), "a message has 0 bytes; 1 to 67108864 are allowed");
  MessageSplitter splitter;
  splitter.add("\x01");
  EXPECT_FALSE(splitter.next());
  EXPECT_TRUE(splitter.is_within());
}

}  // namespace
}  // namespace penstock
