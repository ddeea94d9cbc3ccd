// Senders and receivers against each other, in threads of one process.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/net/frame_maker.h"
#include "libcore/os/byte_sink.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::receive_options;
using testing::send_options;
using testing::SocketDirectory;

std::vector<std::string> endpoints(const SocketDirectory& directory, size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i)
    names.push_back(directory.endpoint(i));
  return names;
}

std::vector<int64_t> keys_of(Operator& rows) {
  std::vector<int64_t> keys;
  while (std::optional<Batch> batch = rows.next()) {
    const auto* values = batch->columns[0]->data<int64_t>();
    keys.insert(keys.end(), values, values + batch->rows);
  }
  return keys;
}

void finish(Sender& sender) {
  sender.end();
  sender.wait();
}

// Sends rows first, first + step, … to the receivers that `place` says.
void send_numbers(Sender& sender, size_t receivers, int64_t rows, int64_t first, int64_t step,
                  const std::function<size_t(int64_t)>& place) {
  sender.send_schema(*testing::numbered_rows(0).schema);
  FrameMaker maker(sender, receivers);
  static constexpr int64_t kRows = 1000;
  for (int64_t at = 0; at < rows; at += kRows) {
    int64_t count = std::min(kRows, rows - at);
    int64_t key = first + at * step;
    maker.add(place(key), testing::numbered_rows(count, key, step));
  }
  maker.flush();
  finish(sender);
}

TEST(ExchangeTest, EveryRowArrivesOnce) {
  static constexpr size_t kSenders = 3;
  static constexpr size_t kReceivers = 4;
  static constexpr int64_t kRows = 100'000;
  SocketDirectory directory;
  std::vector<std::thread> threads;
  std::vector<std::vector<int64_t>> keys(kReceivers);
  for (size_t r = 0; r < kReceivers; ++r) {
    threads.emplace_back([&, r] {
      Receiver receiver(receive_options(directory.endpoint(r), kSenders));
      keys[r] = keys_of(*receiver.rows());
      receiver.finish();
    });
  }
  for (size_t s = 0; s < kSenders; ++s) {
    threads.emplace_back([&, s] {
      Sender sender(send_options(endpoints(directory, kReceivers)));
      send_numbers(sender, kReceivers, kRows, static_cast<int64_t>(s), kSenders,
                   [](int64_t key) { return static_cast<size_t>(key / 7) % kReceivers; });
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  std::vector<int64_t> all;
  for (const std::vector<int64_t>& some : keys)
    all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  ASSERT_EQ(std::ssize(all), kRows * static_cast<int64_t>(kSenders));
  for (int64_t i = 0; i < std::ssize(all); ++i)
    ASSERT_EQ(all[static_cast<size_t>(i)], i);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

// Rows of all sizes: frames that lie in memory that both share, that pass it, and of a sender that
// has too little memory to share any.
TEST(ExchangeTest, FramesLargerThanSharedMemory) {
  SocketDirectory directory;
  SchemaPtr schema = make_schema({{"text", utf8_type(), true, {}}});
  std::vector<size_t> sizes;
  for (size_t i = 0; i < 60; ++i)
    sizes.push_back(i % 10 == 9 ? size_t{5} << 20 : i * 4001);
  for (bool shares : {true, false}) {
    const std::string endpoint =
        shares ? directory.endpoint() : "tcp://127.0.0.1:" + std::to_string(testing::free_port());
    std::thread sending([&] {
      SendOptions options = send_options({endpoint});
      if (!shares) options.memory = kLeastRingBytes;
      Sender sender(options);
      sender.send_schema(*schema);
      FrameMaker maker(sender, 1);
      for (size_t size : sizes) {
        ColumnPtr text = testing::column(utf8_type(), {std::string(size, 'x')});
        maker.add(0, Batch{schema, 1, {text}});
      }
      maker.flush();
      finish(sender);
    });
    Receiver receiver(receive_options(endpoint, 1));
    OperatorPtr rows = receiver.rows();
    std::vector<size_t> arrived;
    while (std::optional<Batch> batch = rows->next()) {
      for (int64_t row = 0; row < batch->rows; ++row)
        arrived.push_back(batch->columns[0]->bytes_at(row).size());
    }
    receiver.finish();
    sending.join();
    EXPECT_EQ(arrived, sizes) << endpoint;
  }
}

// As in a flow: a pair for each worker, the senders' keys at the receiver and its key at theirs.
TEST(ExchangeTest, EachWorkerHasAPairOfItsOwn) {
  const std::string endpoint = "tcp://127.0.0.1:" + std::to_string(testing::free_port());
  const std::vector<KeyPair> pairs = {make_key_pair(), make_key_pair()};
  const ExchangeKeys at_receiver{make_key_pair(), {pairs[0].public_key, pairs[1].public_key}, {}};
  ReceiveOptions options = receive_options(endpoint, 2);
  options.keys = std::make_shared<const ExchangeKeys>(at_receiver);
  Receiver receiver(options);
  auto send = [&](const KeyPair& pair) {
    SendOptions with = send_options({endpoint});
    with.keys = std::make_shared<const ExchangeKeys>(
        ExchangeKeys{pair, {}, {{endpoint, at_receiver.own.public_key}}});
    return error_of([&] {
      Sender sender(with);
      send_numbers(sender, 1, 1000, 0, 1, [](int64_t) { return size_t{0}; });
    });
  };
  EXPECT_NE(send(make_key_pair()).find("refused our key"), std::string::npos);
  // The receiver's own pair does not make a sender, since there is a list.
  EXPECT_NE(send(at_receiver.own).find("refused our key"), std::string::npos);
  std::vector<std::thread> senders;
  for (const KeyPair& pair : pairs)
    senders.emplace_back([&send, pair] { EXPECT_EQ(send(pair), "no error"); });
  EXPECT_EQ(keys_of(*receiver.rows()).size(), 2000U);
  receiver.finish();
  for (std::thread& sender : senders)
    sender.join();
}

TEST(ExchangeTest, NoRowsAtAll) {
  SocketDirectory directory;
  std::thread sending([&] {
    Sender sender(send_options({directory.endpoint()}));
    send_numbers(sender, 1, 0, 0, 1, [](int64_t) { return size_t{0}; });
  });
  Receiver receiver(receive_options(directory.endpoint(), 1));
  OperatorPtr rows = receiver.rows();
  EXPECT_EQ(rows->schema()->size(), 2U);
  EXPECT_FALSE(rows->next());
  EXPECT_FALSE(rows->next());
  receiver.finish();
  sending.join();
}

// Each sender sends all rows of one receiver before any of the other, and not the same one first:
// with windows much smaller than that every ordered merge waits for a sender that waits for the
// other merge's credit.
TEST(ExchangeTest, OrderedMergesThatWouldWaitInARing) {
  static constexpr int64_t kRows = 60'000;  // to each receiver: 1 MB, 60 windows
  SocketDirectory directory;
  std::vector<std::thread> threads;
  std::vector<std::vector<int64_t>> keys(2);
  std::atomic<int64_t> spilled = 0;
  for (size_t r = 0; r < 2; ++r) {
    threads.emplace_back([&, r] {
      ReceiveOptions options = receive_options(directory.endpoint(r), 2);
      options.spill.memory = kLeastMemory;
      options.merge = parse_sort_keys("k");
      Receiver receiver(options);
      keys[r] = keys_of(*receiver.rows());
      receiver.finish();
      spilled += receiver.spilled_bytes();
    });
  }
  for (size_t s = 0; s < 2; ++s) {
    threads.emplace_back([&, s] {
      SendOptions options = send_options(endpoints(directory, 2), static_cast<int64_t>(s) + 1);
      options.memory = kLeastMemory;
      Sender sender(options);
      send_numbers(sender, 2, 2 * kRows, static_cast<int64_t>(s), 2,
                   [s](int64_t key) { return key / 2 < kRows ? s : 1 - s; });
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_GT(spilled, 0);
  for (const std::vector<int64_t>& some : keys) {
    EXPECT_EQ(std::ssize(some), 2 * kRows);
    EXPECT_TRUE(std::is_sorted(some.begin(), some.end()));
  }
}

// The second sender has sent all of its rows before the first one sends any.
TEST(ExchangeTest, InTurnAllAreReadAtOnce) {
  static constexpr int64_t kRows = 200'000;  // 3.2 MB, some hundred windows
  SocketDirectory directory;
  ReceiveOptions options = receive_options(directory.endpoint(), 2);
  options.spill.memory = kLeastMemory;
  options.in_turn = true;
  Receiver receiver(options);
  std::vector<int64_t> keys;
  std::thread reader([&] { keys = keys_of(*receiver.rows()); });
  {
    Sender first(send_options({directory.endpoint()}, 1));
    first.send_schema(*testing::numbered_rows(0).schema);
    {
      Sender second(send_options({directory.endpoint()}, 2));
      send_numbers(second, 1, kRows, kRows, 1, [](int64_t) { return size_t{0}; });
    }
    FrameMaker maker(first, 1);
    maker.add(0, testing::numbered_rows(kRows));
    maker.flush();
    finish(first);
  }
  reader.join();
  receiver.finish();
  EXPECT_GT(receiver.spilled_bytes(), 0);
  ASSERT_EQ(std::ssize(keys), 2 * kRows);
  for (int64_t i = 0; i < 2 * kRows; ++i)
    ASSERT_EQ(keys[static_cast<size_t>(i)], i);
}

TEST(ExchangeTest, AReceiverThatSleepsStopsItsSenders) {
  SocketDirectory directory;
  ReceiveOptions options = receive_options(directory.endpoint(), 1);
  options.spill.memory = int64_t{1} << 20;
  Receiver receiver(options);
  std::atomic<int64_t> sent = 0;
  std::thread sending([&] {
    SendOptions with = send_options({directory.endpoint()});
    with.memory = int64_t{1} << 20;
    Sender sender(with);
    sender.send_schema(*testing::numbered_rows(0).schema);
    FrameMaker maker(sender, 1);
    for (int i = 0; i < 1000; ++i) {
      maker.add(0, testing::numbered_rows(1000));
      sent += 1000;
    }
    maker.flush();
    finish(sender);
  });
  OperatorPtr rows = receiver.rows();
  std::this_thread::sleep_for(Milliseconds(500));
  EXPECT_LT(sent, 150'000);  // 2.4 MB: two windows and what waits
  EXPECT_EQ(receiver.spilled_bytes(), 0);
  EXPECT_EQ(std::ssize(keys_of(*rows)), 1'000'000);
  receiver.finish();
  sending.join();
}

TEST(ExchangeTest, AReaderThatHasHadEnough) {
  SocketDirectory directory;
  bool closed = false;
  std::thread sending([&] {
    Sender sender(send_options({directory.endpoint()}));
    try {
      send_numbers(sender, 1, 10'000'000, 0, 1, [](int64_t) { return size_t{0}; });
    } catch (const OutputClosed&) {
      closed = true;
    }
  });
  Receiver receiver(receive_options(directory.endpoint(), 1));
  EXPECT_TRUE(receiver.rows()->next());
  receiver.leave();
  sending.join();
  EXPECT_TRUE(closed);
}

TEST(ExchangeTest, OneOfTwoReadersHasHadEnough) {
  SocketDirectory directory;
  std::thread sending([&] {
    Sender sender(send_options(endpoints(directory, 2)));
    send_numbers(sender, 2, 1'000'000, 0, 1,
                 [](int64_t key) { return static_cast<size_t>(key / 1000) % 2; });
  });
  std::thread leaving([&] {
    Receiver receiver(receive_options(directory.endpoint(0), 1));
    EXPECT_TRUE(receiver.rows()->next());
    receiver.leave();
  });
  Receiver receiver(receive_options(directory.endpoint(1), 1));
  EXPECT_EQ(keys_of(*receiver.rows()).size(), 500'000U);
  receiver.finish();
  sending.join();
  leaving.join();
}

TEST(ExchangeTest, ASendersErrorIsTheReceiversToo) {
  SocketDirectory directory;
  std::thread sending([&] {
    Sender sender(send_options({directory.endpoint()}));
    sender.send_schema(*testing::numbered_rows(0).schema);
    sender.give_up("x.csv: input ended before end-of-stream");
    EXPECT_EQ(error_of([&] { sender.wait(); }), "x.csv: input ended before end-of-stream");
  });
  Receiver receiver(receive_options(directory.endpoint(), 1));
  EXPECT_EQ(error_of([&] { (void)receiver.rows()->next(); }),
            directory.endpoint() + ": sender 1: x.csv: input ended before end-of-stream");
  sending.join();
}

TEST(ExchangeTest, AReceiversErrorIsTheSendersToo) {
  SocketDirectory directory;
  std::thread sending([&] {
    Sender sender(send_options({directory.endpoint()}));
    EXPECT_EQ(error_of([&] {
                send_numbers(sender, 1, 10'000'000, 0, 1, [](int64_t) { return size_t{0}; });
              }),
              directory.endpoint() + ": disk full");
  });
  Receiver receiver(receive_options(directory.endpoint(), 1));
  EXPECT_TRUE(receiver.rows()->next());
  receiver.abort(Error("disk full"));
  sending.join();
}

TEST(ExchangeTest, SchemasThatDiffer) {
  SocketDirectory directory;
  std::atomic<int> told = 0;
  auto send = [&](int64_t worker, const TypePtr& type) {
    Sender sender(send_options({directory.endpoint()}, worker));
    std::string error = error_of([&] {
      sender.send_schema(Schema({{"k", type, true, {}}}));
      finish(sender);
    });
    told += error.find("column 'k' is ") != std::string::npos;
  };
  std::thread first([&] { send(1, int64_type()); });
  std::thread second([&] { send(2, utf8_type()); });
  Receiver receiver(receive_options(directory.endpoint(), 2));
  std::string error = error_of([&] { receiver.rows(); });
  EXPECT_NE(error.find("make them equal with pproject"), std::string::npos) << error;
  first.join();
  second.join();
  EXPECT_EQ(told, 2);
}

TEST(ExchangeTest, ASenderThatNeverComes) {
  SocketDirectory directory;
  ReceiveOptions options = receive_options(directory.endpoint(), 2);
  options.timeout = Milliseconds(1000);
  Receiver receiver(options);
  Sender sender(send_options({directory.endpoint()}, 2));
  EXPECT_EQ(error_of([&] { receiver.rows(); }),
            directory.endpoint() +
                ": 1 of 2 senders did not come within 1 s (missing: 1); see --timeout");
  EXPECT_NE(error_of([&] { finish(sender); }), "no error");
}

TEST(ExchangeTest, AReceiverThatNeverComes) {
  SocketDirectory directory;
  SendOptions options = send_options({directory.endpoint()});
  options.timeout = Milliseconds(1000);
  Sender sender(options);
  EXPECT_EQ(error_of([&] { finish(sender); }),
            directory.endpoint() + ": no receiver answered within 1 s; see --timeout");
}

TEST(ExchangeTest, SplittersComeFromAllSamples) {
  SocketDirectory directory;
  ReceiveOptions options = receive_options(directory.endpoint(), 2);
  options.choose_splitters = [](const std::vector<std::string>& samples,
                                const std::string& partitioning, int64_t receivers) {
    return partitioning + ":" + samples[0] + "+" + samples[1] + "/" + std::to_string(receivers);
  };
  Receiver receiver(options);
  std::vector<std::thread> senders;
  for (int64_t worker : {1, 2}) {
    senders.emplace_back([&, worker] {
      Sender sender(send_options({directory.endpoint()}, worker));
      sender.send_schema(*testing::numbered_rows(0).schema);
      EXPECT_EQ(sender.exchange_sample("s" + std::to_string(worker)), ":s1+s2/1");
      finish(sender);
    });
  }
  EXPECT_FALSE(receiver.rows()->next());
  receiver.finish();
  for (std::thread& sender : senders)
    sender.join();
}

}  // namespace
}  // namespace penstock
