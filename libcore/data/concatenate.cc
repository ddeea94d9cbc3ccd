#include <array>
#include <limits>
#include <string>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/dictionary.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

class Concatenation {
 public:
  explicit Concatenation(std::span<const ColumnPtr> parts)
      : parts_(parts), type_(parts[0]->type), result_(std::make_shared<Column>()) {}

  ColumnPtr run() {
    result_->type = type_;
    for (const ColumnPtr& part : parts_) {
      result_->length += part->length;
      result_->null_count += part->null_count;
    }
    if (result_->length > kMaxBatchRows) {
      throw Error("a batch would hold over " + std::to_string(kMaxBatchRows) + " rows");
    }
    if (type_->id == TypeId::kNull) return result_;
    if (result_->null_count != 0) join_validity();
    join_values();
    return result_;
  }

 private:
  void join_values() {
    switch (type_->id) {
      case TypeId::kBool:
        join_bool();
        return;
      case TypeId::kUtf8:
      case TypeId::kBinary:
        join_offsets<int32_t>();
        join_bytes<int32_t>();
        return;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        join_offsets<int64_t>();
        join_bytes<int64_t>();
        return;
      case TypeId::kList:
      case TypeId::kMap:
        join_offsets<int32_t>();
        join_elements<int32_t>();
        return;
      case TypeId::kLargeList:
        join_offsets<int64_t>();
        join_elements<int64_t>();
        return;
      case TypeId::kStruct:
      case TypeId::kFixedSizeList:
        join_children();
        return;
      case TypeId::kSparseUnion:
        join_fixed(1);
        join_children();
        return;
      case TypeId::kDenseUnion:
        join_fixed(1);
        join_union_offsets();
        join_children();
        return;
      case TypeId::kDictionary:
        result_->dictionary = parts_[0]->dictionary;
        join_fixed(fixed_width(*type_));
        return;
      default:
        join_fixed(fixed_width(*type_));
        return;
    }
  }

  void join_validity() {
    MutableBuffer bits = make_bitmap(result_->length, true);
    int64_t at = 0;
    for (const ColumnPtr& part : parts_) {
      if (part->null_count != 0) copy_bits(bits.data(), at, part->validity.data(), part->length);
      at += part->length;
    }
    result_->validity = bits.freeze();
  }

  void join_bool() {
    MutableBuffer bits = make_bitmap(result_->length, false);
    int64_t at = 0;
    for (const ColumnPtr& part : parts_) {
      copy_bits(bits.data(), at, part->values.data(), part->length);
      at += part->length;
    }
    result_->values = bits.freeze();
  }

  void join_fixed(int64_t width) {
    MutableBuffer values;
    values.reserve(result_->length * width);
    for (const ColumnPtr& part : parts_)
      values.append(part->values.data(), part->length * width);
    result_->values = values.freeze();
  }

  template <typename Offset>
  void join_offsets() {
    MutableBuffer offsets((result_->length + 1) * static_cast<int64_t>(sizeof(Offset)));
    auto* to = offsets.as<Offset>();
    uint64_t total = 0;
    *to = 0;
    for (const ColumnPtr& part : parts_) {
      if (part->length == 0) continue;
      const auto* from = part->offsets.as<Offset>();
      uint64_t shift = total - static_cast<uint64_t>(from[0]);
      for (int64_t i = 1; i <= part->length; ++i) {
        to[i] = static_cast<Offset>(static_cast<uint64_t>(from[i]) + shift);
      }
      to += part->length;
      total += static_cast<uint64_t>(from[part->length] - from[0]);
    }
    if (total > static_cast<uint64_t>(std::numeric_limits<Offset>::max())) {
      throw Error("a column of " + type_->to_string() +
                  " would hold over 2 GiB in one batch; use fewer rows a batch");
    }
    result_->offsets = offsets.freeze();
  }

  template <typename Offset>
  void join_bytes() {
    MutableBuffer bytes;
    bytes.reserve(result_->offsets.as<Offset>()[result_->length]);
    for (const ColumnPtr& part : parts_) {
      if (part->length == 0) continue;
      const auto* from = part->offsets.as<Offset>();
      bytes.append(part->values.data() + from[0], from[part->length] - from[0]);
    }
    result_->values = bytes.freeze();
  }

  template <typename Offset>
  void join_elements() {
    std::vector<ColumnPtr> elements;
    for (const ColumnPtr& part : parts_) {
      if (part->length == 0) continue;
      const auto* from = part->offsets.as<Offset>();
      elements.push_back(slice(part->children[0], from[0], from[part->length] - from[0]));
    }
    if (elements.empty()) elements.push_back(slice(parts_[0]->children[0], 0, 0));
    result_->children.push_back(concatenate(elements));
  }

  void join_children() {
    for (size_t i = 0; i < type_->children.size(); ++i) {
      std::vector<ColumnPtr> children;
      children.reserve(parts_.size());
      for (const ColumnPtr& part : parts_)
        children.push_back(part->children[i]);
      result_->children.push_back(concatenate(children));
    }
  }

  void join_union_offsets() {
    std::array<size_t, 256> child_of_code{};
    for (size_t i = 0; i < type_->type_codes.size(); ++i) {
      child_of_code[static_cast<uint8_t>(type_->type_codes[i])] = i;
    }
    std::vector<int64_t> bases(type_->children.size(), 0);
    MutableBuffer offsets(result_->length * 4);
    auto* to = offsets.as<int32_t>();
    for (const ColumnPtr& part : parts_) {
      const auto* from = part->offsets.as<int32_t>();
      for (int64_t i = 0; i < part->length; ++i) {
        int64_t base = bases[child_of_code[part->values.data()[i]]];
        *to++ = static_cast<int32_t>(from[i] + base);
      }
      for (size_t i = 0; i < bases.size(); ++i)
        bases[i] += part->children[i]->length;
    }
    result_->offsets = offsets.freeze();
  }

  std::span<const ColumnPtr> parts_;
  const TypePtr& type_;
  std::shared_ptr<Column> result_;
};

}  // namespace

ColumnPtr concatenate(std::span<const ColumnPtr> columns) {
  PENSTOCK_CHECK(!columns.empty());
  if (columns.size() == 1) return columns[0];
  if (columns[0]->type->id == TypeId::kDictionary && !share_dictionary(columns)) {
    return Concatenation(unify_dictionaries(columns)).run();
  }
  return Concatenation(columns).run();
}

Batch concatenate(std::span<const Batch> batches) {
  PENSTOCK_CHECK(!batches.empty());
  if (batches.size() == 1) return batches[0];
  Batch result{batches[0].schema, 0, {}};
  for (const Batch& batch : batches)
    result.rows += batch.rows;
  std::vector<ColumnPtr> parts(batches.size());
  for (size_t i = 0; i < batches[0].columns.size(); ++i) {
    for (size_t j = 0; j < batches.size(); ++j)
      parts[j] = batches[j].columns[i];
    result.columns.push_back(concatenate(parts));
  }
  return result;
}

}  // namespace penstock
