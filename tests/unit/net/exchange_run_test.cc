#include "libcore/net/exchange_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "libcore/os/byte_sink.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::receive_options;
using testing::send_options;
using testing::SocketDirectory;

SendRun send_run(const std::string& endpoint, const std::function<OperatorPtr()>& open) {
  SendRun run;
  run.send = send_options({endpoint});
  run.how.kind = PartitionKind::kRoundRobin;
  run.spill.memory = int64_t{16} << 20;
  run.open = open;
  return run;
}

OperatorPtr numbers(int64_t rows) {
  return testing::source(testing::numbered_rows(rows), 100);
}

TEST(ExchangeRun, MovesAllRows) {
  SocketDirectory directory;
  std::vector<std::string> received;
  std::thread receiver([&] {
    EXPECT_EQ(run_receiver(receive_options(directory.endpoint(), 1), "",
                           [&](OperatorPtr rows) { received = testing::run(*rows).rows; }),
              0);
  });
  run_sender(send_run(directory.endpoint(), [] { return numbers(1000); }));
  receiver.join();
  EXPECT_EQ(received, testing::rows_of(testing::numbered_rows(1000)));
}

TEST(ExchangeRun, AnInputThatFailsFailsBothEnds) {
  SocketDirectory directory;
  std::string received;
  std::thread receiver([&] {
    received = error_of([&] {
      run_receiver(receive_options(directory.endpoint(), 1), "",
                   [](OperatorPtr rows) { testing::run(*rows); });
    });
  });
  std::string sent = error_of([&] {
    run_sender(
        send_run(directory.endpoint(), []() -> OperatorPtr { throw Error("no such file"); }));
  });
  receiver.join();
  EXPECT_EQ(sent, "no such file");
  EXPECT_NE(received.find("no such file"), std::string::npos) << received;
}

TEST(ExchangeRun, AWriterThatFailsFailsBothEnds) {
  SocketDirectory directory;
  std::string received;
  std::thread receiver([&] {
    received = error_of([&] {
      run_receiver(receive_options(directory.endpoint(), 1), "",
                   [](const OperatorPtr&) { throw Error("disk full"); });
    });
  });
  // More than can be on its way: a sender that is done does not learn of what comes later.
  std::string sent = error_of(
      [&] { run_sender(send_run(directory.endpoint(), [] { return numbers(5'000'000); })); });
  receiver.join();
  EXPECT_EQ(received, "disk full");
  EXPECT_NE(sent.find("disk full"), std::string::npos) << sent;
}

TEST(ExchangeRun, AWriterThatWantsNoMoreEndsTheSenderQuietly) {
  SocketDirectory directory;
  std::thread receiver([&] {
    EXPECT_THROW(run_receiver(receive_options(directory.endpoint(), 1), "",
                              [](const OperatorPtr& rows) {
                                rows->next();
                                throw OutputClosed();
                              }),
                 OutputClosed);
  });
  EXPECT_THROW(run_sender(send_run(directory.endpoint(), [] { return numbers(1000000); })),
               OutputClosed);
  receiver.join();
}

TEST(ExchangeRun, AGridHasAPlaceForEachReceiver) {
  SendRun run = send_run("ipc:///nowhere", [] { return numbers(1); });
  run.how.kind = PartitionKind::kGrid;
  run.how.grid_rows = 2;
  run.how.grid_columns = 2;
  EXPECT_NE(error_of([&] { run_sender(run); }).find("as many places as there are receivers"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock
