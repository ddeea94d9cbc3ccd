#include "libcore/net/frame_maker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/net/batch_frame.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Columns of a batch cost a frame some hundred bytes however short they are.
constexpr int64_t kBytesAColumn = 128;

}  // namespace

FrameMaker::FrameMaker(Sender& sender, size_t receivers)
    : sender_(sender), gatherings_(receivers) {}

void FrameMaker::add(size_t receiver, Batch rows) {
  if (rows.rows == 0) return;
  for (ColumnPtr& column : rows.columns)
    column = decode_dictionary(column);
  int64_t bytes = row_bytes(rows) + kBytesAColumn * std::ssize(rows.columns);
  Gathering& gathering = gatherings_[receiver];
  const int64_t target = sender_.frame_target(receiver);
  // Half a frame is sent by itself: joining it to another would cost a copy of both.
  const bool stands_alone = bytes >= target / 2;
  const bool is_full = stands_alone || gathering.bytes + bytes > target;
  if (is_full && !gathering.pieces.empty()) send(receiver);
  if (bytes > target) return send_sliced(receiver, rows, bytes, target);
  gathering.pieces.push_back(std::move(rows));
  gathering.bytes += bytes;
  if (stands_alone && !holds_last_) send(receiver);
}

void FrameMaker::add(std::span<const int32_t> receivers, const RowsInTurn& rows) {
  // Fewer bytes are joined to others, more are cut. How many bytes a few long rows take is known
  // only when they are laid out.
  std::optional<BatchFrame> frame;
  int64_t target = sender_.frame_target();
  for (int32_t receiver : receivers)
    target = std::min(target, sender_.frame_target(static_cast<size_t>(receiver)));
  if (rows.bytes >= target / 2 && !holds_last_) frame.emplace(rows);
  if (!frame || frame->size() > 2 * target) {
    const Batch batch = take(rows);
    for (int32_t receiver : receivers)
      add(static_cast<size_t>(receiver), batch);
    return;
  }
  for (int32_t number : receivers) {
    const auto receiver = static_cast<size_t>(number);
    if (!gatherings_[receiver].pieces.empty()) send(receiver);
  }
  sender_.send(receivers, *frame);
}

void FrameMaker::flush() {
  for (size_t receiver = 0; receiver < gatherings_.size(); ++receiver) {
    if (!gatherings_[receiver].pieces.empty()) send(receiver);
  }
}

void FrameMaker::begin_batch() {
  flush();
  holds_last_ = true;
}

void FrameMaker::end_batch(const SchemaPtr& schema, const BatchMetadataPtr& metadata) {
  holds_last_ = false;
  for (Gathering& gathering : gatherings_) {
    if (gathering.pieces.empty()) gathering.pieces.push_back(batch_without_rows(schema, nullptr));
    gathering.pieces.back().metadata = metadata;
  }
  flush();
}

void FrameMaker::send(size_t receiver) {
  Gathering gathering = std::exchange(gatherings_[receiver], {});
  sender_.send(receiver, BatchFrame(gathering.pieces));
}

void FrameMaker::send_sliced(size_t receiver, const Batch& rows, int64_t bytes, int64_t target) {
  int64_t frames = (bytes + target - 1) / target;
  int64_t step = std::max<int64_t>(1, (rows.rows + frames - 1) / frames);
  for (int64_t at = 0; at < rows.rows; at += step) {
    Batch piece = slice(rows, at, std::min(step, rows.rows - at));
    if (holds_last_ && at + step >= rows.rows) {
      gatherings_[receiver] = {{std::move(piece)}, target};
    } else {
      sender_.send(receiver, BatchFrame({&piece, 1}));
    }
  }
}

}  // namespace penstock
