// Connections with keys: who comes in, who does not, and what each end learns of it.
#include "libcore/net/curve.h"

#include <gtest/gtest.h>

#include <chrono>

#include "libcore/net/wake.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

constexpr auto kLongEnough = std::chrono::seconds(10);

// A router with keys at a port of the loopback interface.
class SecureRouter {
 public:
  explicit SecureRouter(std::vector<std::string> others = {}) {
    others.push_back(allowed_.public_key);
    router_.accept_only(own_, others);
    router_.bind(endpoint_);
  }

  const std::string& endpoint() const { return endpoint_; }
  const KeyPair& own() const { return own_; }
  const KeyPair& allowed() const { return allowed_; }
  std::vector<std::string> refused;

  // The first event of the dealer; the router answers meanwhile.
  std::optional<ConnectionEvent> event_of(ZmqSocket& dealer) {
    Wake wake;
    ZmqSocket* sockets[] = {&dealer, &router_};
    auto end = std::chrono::steady_clock::now() + kLongEnough;
    while (std::chrono::steady_clock::now() < end) {
      wait_any(sockets, wake.fd(), Milliseconds(20));
      while (auto address = router_.next_refused_key())
        refused.push_back(*address);
      if (auto event = dealer.next_event()) return event;
    }
    return std::nullopt;
  }
  // The event of a dealer with these keys.
  std::optional<ConnectionEvent> event_of(const KeyPair& own, const std::string& router_key) {
    ZmqSocket dealer(context_, ZmqSocket::Kind::kDealer);
    dealer.encrypt_to(own, router_key);
    dealer.connect(endpoint_);
    return event_of(dealer);
  }

  ZmqContext& context() { return context_; }
  ZmqSocket& router() { return router_; }

 private:
  std::string endpoint_ = "tcp://127.0.0.1:" + std::to_string(testing::free_port());
  KeyPair own_ = make_key_pair();
  KeyPair allowed_ = make_key_pair();
  ZmqContext context_;
  ZmqSocket router_{context_, ZmqSocket::Kind::kRouter};
};

TEST(CurveTest, ThoseOnTheListComeIn) {
  KeyPair second = make_key_pair();
  SecureRouter secure({second.public_key});
  EXPECT_EQ(secure.event_of(secure.allowed(), secure.own().public_key), ConnectionEvent::kReady);
  EXPECT_EQ(secure.event_of(second, secure.own().public_key), ConnectionEvent::kReady);
  EXPECT_TRUE(secure.refused.empty());
}

TEST(CurveTest, AnotherKeyIsRefusedAndBothLearnOfIt) {
  SecureRouter secure;
  EXPECT_EQ(secure.event_of(make_key_pair(), secure.own().public_key),
            ConnectionEvent::kKeyRefused);
  EXPECT_EQ(secure.refused, std::vector<std::string>{"127.0.0.1"});
  // A pair that does not belong together shows that the public key of one who may is not enough.
  EXPECT_NE(secure.event_of({secure.allowed().public_key, make_key_pair().secret_key},
                            secure.own().public_key),
            ConnectionEvent::kReady);
}

TEST(CurveTest, ARouterWithAnotherKeyThanExpected) {
  SecureRouter secure;
  EXPECT_EQ(secure.event_of(secure.allowed(), make_key_pair().public_key),
            ConnectionEvent::kCutShort);
}

TEST(CurveTest, KeysAtOneEndOnly) {
  SecureRouter secure;
  ZmqSocket plain(secure.context(), ZmqSocket::Kind::kDealer);
  plain.connect(secure.endpoint());
  EXPECT_EQ(secure.event_of(plain), ConnectionEvent::kOtherSecurity);
  ZmqSocket router(secure.context(), ZmqSocket::Kind::kRouter);
  std::string open = "tcp://127.0.0.1:" + std::to_string(testing::free_port());
  router.bind(open);
  ZmqSocket dealer(secure.context(), ZmqSocket::Kind::kDealer);
  dealer.encrypt_to(secure.allowed(), secure.own().public_key);
  dealer.connect(open);
  EXPECT_EQ(secure.event_of(dealer), ConnectionEvent::kOtherSecurity);
}

}  // namespace
}  // namespace penstock
