#include "libcore/net/receiver.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "libcore/arrow/batch_assembler.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/inbox.h"
#include "libcore/net/receiver_loop.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"
#include "libcore/ops/merge/common_schema.h"
#include "libcore/ops/merge/merge.h"
#include "libcore/ops/only_rows.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

std::string sender_name(const std::string& endpoint, size_t sender) {
  return endpoint + ": sender " + std::to_string(sender + 1);
}

// Frames as batches under one schema.
class FrameDecoder {
 public:
  FrameDecoder(std::string endpoint, std::vector<WireSchema> schemas, SchemaPtr schema)
      : endpoint_(std::move(endpoint)), schema_(std::move(schema)) {
    for (WireSchema& wire : schemas)
      assemblers_.emplace_back(std::move(wire), std::nullopt);
  }

  const SchemaPtr& schema() const { return schema_; }
  size_t senders() const { return assemblers_.size(); }
  std::string name(size_t sender) const { return sender_name(endpoint_, sender); }

  Batch decode(size_t sender, const Buffer& frame) const {
    try {
      Batch batch = decode_batch_frame(assemblers_[sender], frame);
      batch.schema = schema_;
      return batch;
    } catch (const Error& error) {
      throw Error::of_input(name(sender) + ": " + error.message());
    }
  }

 private:
  std::string endpoint_;
  SchemaPtr schema_;
  std::vector<BatchAssembler> assemblers_;
};
using FrameDecoderPtr = std::shared_ptr<const FrameDecoder>;

// The rows of all senders as they come.
class AnyRows : public Operator {
 public:
  AnyRows(Inbox& inbox, FrameDecoderPtr decoder) : inbox_(inbox), decoder_(std::move(decoder)) {}
  SchemaPtr schema() const override { return decoder_->schema(); }
  std::optional<Batch> next() override {
    std::optional<Inbox::Arrival> arrival = inbox_.take_any();
    if (!arrival) return std::nullopt;
    return decoder_->decode(arrival->sender, arrival->frame);
  }

 private:
  Inbox& inbox_;
  FrameDecoderPtr decoder_;
};

// The rows of one sender.
class SenderRows : public Operator {
 public:
  SenderRows(Inbox& inbox, FrameDecoderPtr decoder, size_t sender)
      : inbox_(inbox), decoder_(std::move(decoder)), sender_(sender) {}
  SchemaPtr schema() const override { return decoder_->schema(); }
  std::optional<Batch> next() override {
    std::optional<Buffer> frame = inbox_.take(sender_);
    if (!frame) return std::nullopt;
    return decoder_->decode(sender_, *frame);
  }

 private:
  Inbox& inbox_;
  FrameDecoderPtr decoder_;
  size_t sender_;
};

// All rows of the first sender, then those of the second, and so on.
class RowsInTurnOfSenders : public Operator {
 public:
  RowsInTurnOfSenders(Inbox& inbox, FrameDecoderPtr decoder)
      : inbox_(inbox), decoder_(std::move(decoder)) {}
  SchemaPtr schema() const override { return decoder_->schema(); }
  std::optional<Batch> next() override {
    for (; sender_ < decoder_->senders(); ++sender_) {
      if (auto frame = inbox_.take(sender_)) return decoder_->decode(sender_, *frame);
    }
    return std::nullopt;
  }

 private:
  Inbox& inbox_;
  FrameDecoderPtr decoder_;
  size_t sender_ = 0;
};

// Rows under another schema of the same columns.
class Labelled : public Operator {
 public:
  Labelled(OperatorPtr input, SchemaPtr schema)
      : input_(std::move(input)), schema_(std::move(schema)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (batch) batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
};

// There is room in memory for the granted bytes and for the one frame that may exceed them.
int64_t share_of(const ReceiveOptions& options) {
  double share = static_cast<double>(options.spill.memory) * kHeldShare;
  return std::max(static_cast<int64_t>(share) / options.senders / 2, kLeastWindow);
}

}  // namespace

class Receiver::State {
 public:
  explicit State(ReceiveOptions given)
      : options(std::move(given)),
        claim(options.endpoint),
        context(std::make_unique<ZmqContext>()),
        socket(std::make_unique<ZmqSocket>(*context, ZmqSocket::Kind::kRouter)),
        inbox(static_cast<size_t>(options.senders), options.spill, wake) {
    bind();
    if (options.in_turn) inbox.expect_turns();
    loop.emplace(options, share_of(options), *socket, inbox, board, wake);
    thread = start_thread([this] { run(); });
  }

  ~State() { join(); }

  void bind() {
    if (!options.keys) require_loopback(options.endpoint);
    const std::string at = resolve_endpoint(options.endpoint);
    if (options.listening >= 0) test_listening(options.listening, at);
    if (options.keys && !is_on_this_host(at)) {
      socket->accept_only(options.keys->own, options.keys->allowed());
    }
    socket->bind(at, options.listening);
  }

  // The last frames leave before the context is gone.
  void run() {
    loop->run();
    socket->set_linger(kLinger);
    socket.reset();
    context.reset();
  }

  void join() {
    if (thread.joinable()) thread.join();
  }

  ReceiveOptions options;
  EndpointClaim claim;
  std::unique_ptr<ZmqContext> context;
  std::unique_ptr<ZmqSocket> socket;
  Wake wake;
  Inbox inbox;
  SchemaBoard board;
  std::optional<ReceiverLoop> loop;
  std::thread thread;
};

Receiver::Receiver(ReceiveOptions options) {
  PENSTOCK_CHECK(options.senders >= 1 && options.senders <= kMaxPeers);
  state_ = std::make_unique<State>(std::move(options));
}

Receiver::~Receiver() {
  abort(Error("the receiver was given up"));
}

OperatorPtr Receiver::rows() {
  std::vector<WireSchema> schemas = state_->board.wait();
  const std::vector<SortKey>& merge = state_->options.merge;
  std::vector<SchemaPtr> stated;
  for (const WireSchema& wire : schemas)
    stated.push_back(wire.schema);
  SchemaPtr schema = common_schema(stated, merge);
  auto decoder =
      std::make_shared<const FrameDecoder>(state_->options.endpoint, std::move(schemas), schema);
  if (state_->options.in_turn) {
    return std::make_unique<RowsInTurnOfSenders>(state_->inbox, decoder);
  }
  if (merge.empty()) return std::make_unique<AnyRows>(state_->inbox, decoder);
  std::vector<MergeInput> inputs;
  for (size_t sender = 0; sender < decoder->senders(); ++sender) {
    inputs.push_back({decoder->name(sender),
                      only_rows(std::make_unique<SenderRows>(state_->inbox, decoder, sender))});
  }
  return std::make_unique<Labelled>(make_merge(std::move(inputs), merge), schema);
}

void Receiver::finish() {
  state_->join();
}

void Receiver::leave() {
  state_->loop->order(ReceiverOrder::kLeave, Error(""));
  state_->join();
}

void Receiver::abort(const Error& why) {
  state_->loop->order(ReceiverOrder::kAbort, why);
  state_->join();
}

int64_t Receiver::spilled_bytes() const {
  return state_->inbox.spilled_bytes();
}

}  // namespace penstock
