// Tests the column invariants for columns that come from outside.
#include <array>
#include <cstdint>

#include "libcore/base/limits.h"
#include "libcore/data/buffer_validator.h"
#include "libcore/data/column.h"
#include "libcore/data/number/decimal.h"

namespace penstock {
namespace {

bool is_union(const Type& type) {
  return type.id == TypeId::kSparseUnion || type.id == TypeId::kDenseUnion;
}

// Tests what the printing and moving of values rely on in a type.
void check_type(const ColumnClaims& claims) {
  const Type& t = claims.type();
  switch (t.id) {
    case TypeId::kDecimal128:
      claims.require(t.precision >= 1 && t.precision <= kMaxDecimalPrecision && t.scale >= 0 &&
                         t.scale <= kMaxDecimalPrecision,
                     "its precision or scale is out of range");
      return;
    case TypeId::kDecimal256:
      claims.require(t.precision >= 1 && t.precision <= kMaxDecimal256Precision && t.scale >= 0 &&
                         t.scale <= kMaxDecimal256Precision,
                     "its precision or scale is out of range");
      return;
    case TypeId::kFixedSizeBinary:
    case TypeId::kFixedSizeList:
      claims.require(t.width >= 0, "its width is negative");
      return;
    case TypeId::kDictionary:
      claims.require(
          t.index_type != nullptr && t.value_type != nullptr && is_integer(t.index_type->id),
          "its index type is not an integer");
      return;
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion:
      claims.require(t.type_codes.size() == t.children.size(),
                     "its type codes are not its members'");
      return;
    case TypeId::kMap:
      claims.require(t.children.size() == 1 && t.children[0].type->id == TypeId::kStruct &&
                         t.children[0].type->children.size() == 2,
                     "its entries are not pairs");
      return;
    default:
      return;
  }
}

// Tests a column and those inside it.
class Validator {
 public:
  Validator(const Column& column, bool dictionary_known, int depth)
      : column_(column),
        claims_(column),
        buffers_(column),
        dictionary_known_(dictionary_known),
        depth_(depth) {}

  void run() {
    require(column_.type != nullptr, "it has no type");
    require(depth_ <= kMaxNesting + 1, "it nests too deep");
    require(column_.length >= 0 && column_.length <= kMaxBatchRows,
            "its length is negative or beyond the limit of a batch");
    check_type(claims_);
    check_validity();
    check_children();
    check_layout();
  }

 private:
  const Type& type() const { return claims_.type(); }

  void require(bool holds, const char* what) const { claims_.require(holds, what); }

  void check_validity() const {
    const Buffer& validity = column_.validity;
    require(column_.null_count >= 0 && column_.null_count <= column_.length,
            "its null count is not within its length");
    if (type().id == TypeId::kNull) {
      require(column_.null_count == column_.length && validity.empty(), "it has values");
      return;
    }
    if (is_union(type())) require(validity.empty(), "a union has no validity of its own");
    require(validity.empty() == (column_.null_count == 0), "validity and null count disagree");
    if (validity.empty()) return;
    require(validity.size() >= bitmap_bytes(column_.length), "its validity is too short");
    require(count_set_bits(validity.data(), column_.length) == column_.length - column_.null_count,
            "validity and null count disagree");
  }

  void check_children() const {
    require(column_.children.size() == type().children.size(), "its children are not its type's");
    for (size_t i = 0; i < column_.children.size(); ++i) {
      require(column_.children[i] != nullptr, "a child is missing");
      const Column& child = *column_.children[i];
      require(child.type == type().children[i].type ||
                  (child.type != nullptr && equals(*child.type, *type().children[i].type)),
              "a child's type is not what its parent says");
      Validator(child, dictionary_known_, depth_ + 1).run();
    }
  }

  void check_layout() const {
    switch (type().id) {
      case TypeId::kNull:
        return;
      case TypeId::kBool:
        require(column_.values.size() >= bitmap_bytes(column_.length), "its values are too short");
        return;
      case TypeId::kUtf8:
        buffers_.check_text<int32_t>();
        return;
      case TypeId::kLargeUtf8:
        buffers_.check_text<int64_t>();
        return;
      case TypeId::kBinary:
        buffers_.check_offsets<int32_t>(column_.values.size());
        return;
      case TypeId::kLargeBinary:
        buffers_.check_offsets<int64_t>(column_.values.size());
        return;
      case TypeId::kList:
      case TypeId::kMap:
        check_list<int32_t>();
        return;
      case TypeId::kLargeList:
        check_list<int64_t>();
        return;
      case TypeId::kFixedSizeList:
        require(column_.children.size() == 1, "a list has one child");
        require(column_.children[0]->length == column_.length * type().width,
                "its child is not of its length");
        return;
      case TypeId::kStruct:
        check_child_lengths();
        return;
      case TypeId::kSparseUnion:
        check_child_lengths();
        check_union();
        return;
      case TypeId::kDenseUnion:
        check_union();
        return;
      case TypeId::kDictionary:
        check_dictionary();
        return;
      default:
        buffers_.check_fixed();
        return;
    }
  }

  template <typename Offset>
  void check_list() const {
    require(column_.children.size() == 1, "a list has one child");
    buffers_.check_offsets<Offset>(column_.children[0]->length);
  }

  void check_child_lengths() const {
    for (const ColumnPtr& child : column_.children) {
      require(child->length == column_.length, "a child is not of its length");
    }
  }

  void check_union() const {
    require(column_.values.size() >= column_.length, "its type codes are too short");
    std::array<int, 256> member_of_code;
    member_of_code.fill(-1);
    for (size_t i = 0; i < type().type_codes.size(); ++i) {
      int& member = member_of_code[static_cast<uint8_t>(type().type_codes[i])];
      require(member < 0, "a type code repeats");
      member = static_cast<int>(i);
    }
    const uint8_t* codes = column_.values.data();
    for (int64_t i = 0; i < column_.length; ++i) {
      require(member_of_code[codes[i]] >= 0, "it has an unknown type code");
    }
    if (type().id == TypeId::kSparseUnion) return;
    require(column_.offsets.size() >= column_.length * 4, "its offsets are too short");
    buffers_.check_alignment(column_.offsets, 4);
    const auto* offsets = column_.offsets.as<int32_t>();
    for (int64_t i = 0; i < column_.length; ++i) {
      const Column& child = *column_.children[static_cast<size_t>(member_of_code[codes[i]])];
      require(offsets[i] >= 0 && offsets[i] < child.length, "an offset reaches past its member");
    }
  }

  void check_dictionary() const {
    require(column_.dictionary != nullptr && column_.dictionary->type != nullptr &&
                equals(*column_.dictionary->type, *type().value_type),
            "its dictionary is missing or of another type");
    buffers_.check_index_room();
    if (!dictionary_known_) Validator(*column_.dictionary, false, depth_ + 1).run();
    buffers_.check_indices();
  }

  const Column& column_;
  ColumnClaims claims_;
  BufferValidator buffers_;
  bool dictionary_known_;
  int depth_;
};

}  // namespace

void validate(const Column& column, bool dictionary_known) {
  Validator(column, dictionary_known, 0).run();
}

}  // namespace penstock
