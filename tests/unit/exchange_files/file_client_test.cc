// Files of a server, read by a client: what both do when all is well, and when it is not.
#include "libcore/exchange_files/file_client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/exchange_files/read_files.h"
#include "libcore/exchange_files/remote_file.h"
#include "tests/unit/exchange_files/file_peers.h"
#include "tests/unit/exchange_files/written_files.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::keyed_rows;
using testing::kLong;
using testing::kQuiet;
using testing::OtherEnd;
using testing::RunningServer;

class FileClientTest : public testing::WrittenFilesTest {
 protected:
  std::string endpoint() const { return "ipc://" + path("socket"); }

  std::unique_ptr<RunningServer> serve() const {
    return std::make_unique<RunningServer>(ServeOptions{folder_, endpoint()});
  }

  // The files of all partitions of a folder, on this host.
  std::vector<InputFile> local(const std::string& name = "out") const {
    std::vector<InputFile> files;
    for (const PartitionFile& file : read_partition_list(path(name)))
      files.push_back({path(name) + "/" + file.name, file.facts});
    return files;
  }
  // The same files as the server has them.
  std::vector<InputFile> remote(const std::string& name = "out") const {
    std::vector<InputFile> files = local(name);
    for (InputFile& file : files) {
      file.path = file.path.substr(path("").size());
      file.endpoint = endpoint();
    }
    return files;
  }

  void write_partitions_of(int64_t rows, int64_t partitions) const {
    PartitionOptions how;
    how.kind = PartitionKind::kRoundRobin;
    how.partitions = partitions;
    written(keyed_rows(rows), how);
  }

  static FetchOptions quick() {
    FetchOptions fetch;
    fetch.timeout = Milliseconds(300);
    fetch.repeat = Milliseconds(50);
    return fetch;
  }

  // The error of reading the files.
  static Error failure(const std::vector<InputFile>& files, const FetchOptions& fetch = {}) {
    try {
      testing::run(*read_files(files, {}, fetch));
    } catch (const Error& error) {
      return error;
    }
    return Error("no error");
  }
};

TEST_F(FileClientTest, ManyFilesAreReadAsLocalOnes) {
  write_partitions_of(30'000, 300);
  const auto server = serve();
  ASSERT_EQ(local().size(), 301U);
  const std::vector<SortKey> by_number = parse_sort_keys("v");
  EXPECT_EQ(testing::run(*read_files(remote())).rows, testing::run(*read_files(local())).rows);
  EXPECT_EQ(testing::run(*read_files(remote(), by_number)).rows,
            testing::run(*read_files(local(), by_number)).rows);
}

TEST_F(FileClientTest, LargeFilesAreReadInPieces) {
  write_partitions_of(400'000, 2);
  const auto server = serve();
  ASSERT_GT(local()[0].facts.bytes, 10 * kAloneAhead.piece_bytes);
  std::vector<InputFile> mixed = remote();
  mixed[1] = local()[1];
  EXPECT_EQ(testing::run(*read_files(mixed)).rows, testing::run(*read_files(local())).rows);
}

TEST_F(FileClientTest, WhatIsWrongWithAFileIsAnErrorOfTheMachine) {
  write_partitions_of(1000, 1);
  const auto server = serve();
  const InputFile whole = remote()[0];
  bool is_of_peer = false;
  auto wrong = [&](const InputFile& file) {
    const Error error = failure({file});
    EXPECT_TRUE(error.is_of_machine());
    is_of_peer = error.is_of_peer();
    const std::string place = endpoint() + ": " + file.path + ": ";
    EXPECT_TRUE(error.message().starts_with(place)) << error.message();
    return error.message().substr(place.size());
  };
  InputFile file = whole;
  file.path = "out/none";
  EXPECT_EQ(wrong(file), "is gone");
  file.path = "out";
  EXPECT_FALSE(is_of_peer);
  EXPECT_EQ(wrong(file), "cannot be read: is not a file");
  EXPECT_TRUE(is_of_peer);
  file = whole;
  file.facts.bytes += 1;
  EXPECT_EQ(wrong(file), "is damaged: has " + std::to_string(whole.facts.bytes) + " bytes, not " +
                             std::to_string(file.facts.bytes));
  file = whole;
  file.facts.rows += 1;
  EXPECT_EQ(wrong(file), "is damaged: does not have 1001 rows");
  file = whole;
  file.facts.checksum ^= 1;
  EXPECT_EQ(wrong(file), "is damaged: its checksum is not that of its writer");
}

TEST_F(FileClientTest, AServerMayBeStartedLateAndAgain) {
  write_partitions_of(300'000, 5);
  std::unique_ptr<RunningServer> server;
  std::thread late([&] {
    std::this_thread::sleep_for(Milliseconds(200));
    server = serve();
  });
  const OperatorPtr rows = read_files(remote());
  late.join();
  int64_t count = 0;
  for (int batch = 0; auto some = rows->next(); ++batch) {
    count += some->rows;
    if (batch != 2 && batch != 40) continue;
    server.reset();
    server = serve();
  }
  EXPECT_EQ(count, 300'000);
}

TEST_F(FileClientTest, AServerThatDoesNotAnswerIsAPeerThatFailed) {
  write_partitions_of(300'000, 1);
  const Error never = failure(remote(), quick());
  EXPECT_EQ(never.message(), endpoint() + ": the server has not answered for 1 s");
  EXPECT_TRUE(never.is_of_peer() && never.is_of_machine());
  auto server = serve();
  const OperatorPtr rows = read_files(remote(), {}, quick());
  ASSERT_TRUE(rows->next());
  server.reset();
  try {
    while (rows->next()) {
    }
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), never.message());
    EXPECT_TRUE(error.is_of_peer() && error.is_of_machine());
  }
}

TEST_F(FileClientTest, OtherKeysAreAnErrorOfNobodyElse) {
  write_partitions_of(100, 1);
  const auto keys = std::make_shared<ExchangeKeys>();
  keys->own = make_key_pair();
  const auto others = std::make_shared<ExchangeKeys>();
  others->own = make_key_pair();
  const std::string at = "tcp://127.0.0.1:" + std::to_string(testing::free_port());
  const RunningServer server({folder_, at, keys});
  std::vector<InputFile> files = remote();
  for (InputFile& file : files)
    file.endpoint = at;
  FetchOptions fetch;
  fetch.keys = keys;
  EXPECT_EQ(testing::run(*read_files(files, {}, fetch)).rows.size(), 100U);
  fetch.keys = others;
  const Error other = failure(files, fetch);
  EXPECT_EQ(other.message(), at + ": the server has another key than our keys file states");
  EXPECT_FALSE(other.is_of_machine() || other.is_of_peer());
  others->receivers[at] = keys->own.public_key;
  EXPECT_EQ(failure(files, fetch).message(),
            at + ": the server refused our key; name it in the keys file of the server");
  fetch.keys = nullptr;
  EXPECT_EQ(failure(files, fetch).message(),
            at + ": the server wants keys, or is not a file server; see --keys");
}

Buffer reply_to(const ZmqSocket::Message& request, std::string_view content) {
  MutableBuffer frame(kReplyHeaderBytes);
  const uint64_t id = decode_request(request.bytes.span<uint8_t>()).id;
  write_reply_header(frame.data(), id, 1000, std::ssize(content));
  frame.append(content.data(), std::ssize(content));
  return frame.freeze();
}

TEST_F(FileClientTest, ARequestIsRepeatedAndASecondReplyIgnored) {
  OtherEnd server(ZmqSocket::Kind::kRouter, endpoint());
  std::thread answering([&] {
    const auto first = server.next(kLong);
    const auto again = server.next(kLong);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(decode_request(first->bytes.span<uint8_t>()),
              decode_request(again->bytes.span<uint8_t>()));
    server.send(reply_to(*again, "abc"), again->peer);
    server.send(reply_to(*again, "ABC"), again->peer);
    const auto second = server.next(kLong);
    ASSERT_TRUE(second);
    server.send(reply_to(*second, "def"), second->peer);
  });
  const ZmqContext context;
  FetchOptions fetch;
  fetch.repeat = Milliseconds(50);
  FileClient client(context, endpoint(), fetch);
  auto text_of = [&](uint64_t number) {
    const Buffer content = client.take(number).content;
    return std::string(content.as<char>(), static_cast<size_t>(content.size()));
  };
  EXPECT_EQ(text_of(client.ask("a", 0, 3)), "abc");
  EXPECT_EQ(text_of(client.ask("a", 3, 3)), "def");
  answering.join();
}

TEST_F(FileClientTest, AtMostSoManyRequestsAreUnderWay) {
  OtherEnd server(ZmqSocket::Kind::kRouter, endpoint());
  const ZmqContext context;
  FileClient client(context, endpoint(), {});
  std::vector<uint64_t> asked;
  for (int64_t i = 0; i < 3 * kMostRequestsUnderWay; ++i)
    asked.push_back(client.ask("a", i, 1));
  int64_t most = 0;
  std::thread answering([&] {
    for (int64_t answered = 0; answered < 3 * kMostRequestsUnderWay;) {
      std::vector<ZmqSocket::Message> held;
      while (auto request = server.next(held.empty() ? kLong : kQuiet))
        held.push_back(*request);
      most = std::max<int64_t>(most, std::ssize(held));
      if (held.empty()) return;
      for (const ZmqSocket::Message& request : held)
        server.send(reply_to(request, "x"), request.peer);
      answered += std::ssize(held);
    }
  });
  for (uint64_t number : asked)
    EXPECT_EQ(client.take(number).content.size(), 1);
  answering.join();
  EXPECT_EQ(most, kMostRequestsUnderWay);
}

TEST_F(FileClientTest, WhatIsNotAReplyIsAnError) {
  for (const bool is_long : {false, true}) {
    OtherEnd server(ZmqSocket::Kind::kRouter, endpoint());
    std::thread answering([&] {
      const auto request = server.next(kLong);
      ASSERT_TRUE(request);
      server.send(is_long ? reply_to(*request, "four") : Buffer::copy("no reply", 8),
                  request->peer);
      server.next(kQuiet);  // until it has been sent
    });
    const ZmqContext context;
    FileClient client(context, endpoint(), {});
    const uint64_t number = client.ask("a", 0, 3);
    EXPECT_EQ(error_of([&] { client.take(number); }),
              endpoint() + (is_long ? ": a reply with more bytes than were asked for"
                                    : ": not a frame of the file exchange: it is cut"));
    answering.join();
  }
}

}  // namespace
}  // namespace penstock
