#include "libcore/table/index/piece_rows.h"

#include <map>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

class PieceRows : public Operator {
 public:
  PieceRows(std::vector<std::string> paths, const PieceHead& head)
      : paths_(std::move(paths)), keys_(head.keys), schema_(piece_schema(head)) {
    for (size_t i = 0; i < head.files.size(); ++i)
      numbers_.emplace(std::pair(head.files[i].path, head.files[i].size), static_cast<int32_t>(i));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (rows_ == nullptr && !open()) return std::nullopt;
      const std::optional<Batch> batch = rows_->next();
      if (!batch) {
        rows_.reset();
        ++next_;
        continue;
      }
      Batch renumbered = renumber(*batch);
      if (renumbered.rows > 0) return renumbered;
    }
  }

 private:
  bool open() {
    if (next_ == paths_.size()) return false;
    rows_ = open_piece(paths_[next_]);
    PieceHead head;
    try {
      head = read_piece_head(*rows_->schema());
      if (!are_same_keys(head.keys, keys_)) throw Error("has other keys than its index");
    } catch (const Error& error) {
      throw error.in_input(paths_[next_]);
    }
    places_.clear();
    for (const PieceFile& file : head.files) {
      const auto found = numbers_.find(std::pair(file.path, file.size));
      places_.push_back(found == numbers_.end() ? -1 : found->second);
    }
    return true;
  }

  Batch renumber(const Batch& batch) const {
    require_numbers(batch, places_.size(), paths_[next_]);
    const size_t column = keys_.size();
    const auto* files = batch.columns[column]->data<int32_t>();
    std::vector<RowIndex> kept;
    FixedBuilder<int32_t> numbers;
    for (RowIndex row = 0; row < batch.rows; ++row) {
      const int32_t number = places_[static_cast<size_t>(files[row])];
      if (number < 0) continue;
      kept.push_back(row);
      numbers.append(number);
    }
    Batch rows = take(batch, kept);
    rows.schema = schema_;
    rows.columns[column] = numbers.finish(int32_type());
    return rows;
  }

  std::vector<std::string> paths_;
  std::vector<Field> keys_;
  SchemaPtr schema_;
  std::map<std::pair<std::string, int64_t>, int32_t> numbers_;  // by path and size
  size_t next_ = 0;
  OperatorPtr rows_;
  std::vector<int32_t> places_;  // of the files of the open piece; -1 for others
};

}  // namespace

OperatorPtr read_pieces(const std::vector<std::string>& paths, const PieceHead& head) {
  return std::make_unique<PieceRows>(paths, head);
}

bool are_same_keys(const std::vector<Field>& a, const std::vector<Field>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || !equals(*a[i].type, *b[i].type)) return false;
  }
  return true;
}

}  // namespace penstock
