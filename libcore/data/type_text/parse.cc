// parse_type(): a type's name, by recursive descent.
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/base/suggest.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/type.h"
#include "libcore/data/type_text/words.h"

namespace penstock {
namespace {

struct SqlName {
  const char* name;
  TypeId id;
};

// SQL's names for types without parameters.
constexpr std::array<SqlName, 14> kSqlNames = {{
    {"boolean", TypeId::kBool},
    {"smallint", TypeId::kInt16},
    {"int", TypeId::kInt32},
    {"integer", TypeId::kInt32},
    {"bigint", TypeId::kInt64},
    {"real", TypeId::kFloat32},
    {"float", TypeId::kFloat64},
    {"double", TypeId::kFloat64},
    {"text", TypeId::kUtf8},
    {"varchar", TypeId::kUtf8},
    {"string", TypeId::kUtf8},
    {"large_string", TypeId::kLargeUtf8},
    {"date", TypeId::kDate32},
    {"bytea", TypeId::kBinary},
}};

// Names that take parameters, or for which SQL has a default.
constexpr std::array<const char*, 19> kOtherNames = {"decimal",
                                                     "numeric",
                                                     "decimal128",
                                                     "decimal256",
                                                     "time",
                                                     "time32",
                                                     "time64",
                                                     "duration",
                                                     "timestamp",
                                                     "timestamptz",
                                                     "list",
                                                     "large_list",
                                                     "struct",
                                                     "map",
                                                     "dictionary",
                                                     "fixed_size_binary",
                                                     "fixed_size_list",
                                                     "sparse_union",
                                                     "dense_union"};

// Arrow's names of all types without parameters: what such a type prints as.
std::string plain_name(TypeId id) {
  Type type;
  type.id = id;
  return type.to_string();
}

// A type without parameters by either name; kList for none.
TypeId plain_type(const std::string& name) {
  for (const SqlName& plain : kSqlNames) {
    if (name == plain.name) return plain.id;
  }
  for (TypeId id = TypeId::kNull; id < TypeId::kList;
       id = static_cast<TypeId>(static_cast<int>(id) + 1)) {
    if (name == plain_name(id)) return id;
  }
  return TypeId::kList;
}

// Returns the end of the message that `word` is not a type: a near miss, or examples.
std::string hint_for_unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const SqlName& plain : kSqlNames)
    names.emplace_back(plain.name);
  for (const char* name : kOtherNames)
    names.emplace_back(name);
  for (TypeId id = TypeId::kNull; id < TypeId::kList;
       id = static_cast<TypeId>(static_cast<int>(id) + 1)) {
    std::string name = plain_name(id);
    if (name.find_first_of("([") == std::string::npos) names.push_back(std::move(name));
  }
  std::string hint = did_you_mean(word, names);
  if (hint.empty()) {
    hint = "; types are bool, int64, float64, decimal(p,s), date, timestamp, text and others";
  }
  return hint;
}

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : words_(text) {}

  TypePtr parse_all() {
    TypePtr type = parse();
    if (!words_.at_end()) words_.fail("");
    return type;
  }

 private:
  TimeUnit unit() {
    std::string name = words_.lower_word();
    if (name == "s") return TimeUnit::kSecond;
    if (name == "ms") return TimeUnit::kMilli;
    if (name == "us") return TimeUnit::kMicro;
    if (name == "ns") return TimeUnit::kNano;
    words_.fail("; units are s, ms, us and ns");
  }

  TypePtr parse() {
    if (++depth_ > kMaxNesting) words_.fail("; it nests too deep");
    std::string name = words_.lower_word();
    TypePtr type = parse_named(name);
    --depth_;
    return type;
  }

  TypePtr parse_named(const std::string& name) {
    // SQL's name for it is `double precision`.
    if (name == "double") words_.accept_words({"precision"});
    TypeId id = plain_type(name);
    if (id != TypeId::kList) return make_type(id);
    if (name == "decimal" || name == "numeric" || name == "decimal128") return decimal(name);
    if (name == "decimal256" || name == "fixed_size_binary") return sized(name);
    if (name == "timestamptz") return timestamp_type(TimeUnit::kMicro, "UTC");
    if (name == "timestamp") return timestamp();
    if (name == "time") return sql_time();
    if (name == "time32" || name == "time64" || name == "duration") return with_unit(name);
    return nested(name);
  }

  TypePtr decimal(const std::string& name) {
    if (!words_.accept('(')) words_.fail("; give precision and scale, as in " + name + "(15,2)");
    int32_t precision = words_.number(1, kMaxDecimalPrecision);
    int32_t scale = words_.accept(',') ? words_.number(0, precision) : 0;
    words_.expect(')');
    return decimal_type(precision, scale);
  }

  TypePtr sized(const std::string& name) {
    auto type = std::make_shared<Type>();
    words_.expect('(');
    if (name == "decimal256") {
      type->id = TypeId::kDecimal256;
      type->precision = words_.number(1, 76);
      if (words_.accept(',')) type->scale = words_.number(0, type->precision);
    } else {
      type->id = TypeId::kFixedSizeBinary;
      type->width = words_.number(0, std::numeric_limits<int32_t>::max());
    }
    words_.expect(')');
    return type;
  }

  TypePtr sql_time() {
    if (words_.accept_words({"with"})) words_.fail("; a time has no zone");
    words_.accept_words({"without", "time", "zone"});
    return time_type(TimeUnit::kMicro);
  }

  TypePtr with_unit(const std::string& name) {
    words_.expect('[');
    TimeUnit given = unit();
    words_.expect(']');
    if (name == "duration") return duration_type(given);
    if ((name == "time32") != (given <= TimeUnit::kMilli)) {
      words_.fail("; time32 has the units s and ms, time64 us and ns");
    }
    return time_type(given);
  }

  TypePtr timestamp() {
    if (!words_.accept('[')) {
      if (words_.accept_words({"with", "time", "zone"}))
        return timestamp_type(TimeUnit::kMicro, "UTC");
      words_.accept_words({"without", "time", "zone"});
      return timestamp_type(TimeUnit::kMicro);
    }
    TimeUnit given = unit();
    std::string zone;
    if (words_.accept(',')) {
      // A zone has characters that no word has, as in America/St_Johns or +05:30.
      zone = words_.up_to(']');
      if (zone.empty()) words_.fail("; a zone is missing");
    }
    words_.expect(']');
    return timestamp_type(given, std::move(zone));
  }

  TypePtr nested(const std::string& name) {
    auto type = std::make_shared<Type>();
    if (name == "list") {
      type->id = TypeId::kList;
    } else if (name == "large_list") {
      type->id = TypeId::kLargeList;
    } else if (name == "fixed_size_list") {
      type->id = TypeId::kFixedSizeList;
    } else if (name == "struct") {
      type->id = TypeId::kStruct;
    } else if (name == "map") {
      type->id = TypeId::kMap;
    } else if (name == "dictionary") {
      type->id = TypeId::kDictionary;
    } else if (name == "sparse_union") {
      type->id = TypeId::kSparseUnion;
    } else if (name == "dense_union") {
      type->id = TypeId::kDenseUnion;
    } else {
      words_.fail(hint_for_unknown(name));
    }
    words_.expect('<');
    fill_nested(*type);
    words_.expect('>');
    return type;
  }

  void fill_nested(Type& type) {
    switch (type.id) {
      case TypeId::kStruct:
      case TypeId::kSparseUnion:
      case TypeId::kDenseUnion:
        fill_fields(type);
        return;
      case TypeId::kMap:
        fill_map(type);
        return;
      case TypeId::kDictionary:
        type.index_type = parse();
        if (!is_integer(type.index_type->id)) words_.fail("; a dictionary's index is an integer");
        words_.expect(',');
        type.value_type = parse();
        type.ordered = words_.accept_flag("ordered");
        return;
      default:
        type.children.push_back(Field{"item", parse(), true, {}});
        if (type.id != TypeId::kFixedSizeList) return;
        words_.expect(',');
        type.width = words_.number(0, std::numeric_limits<int32_t>::max());
        return;
    }
  }

  // "a: int64, b: utf8"; the members of a union are followed by their code: "a: int64=0".
  void fill_fields(Type& type) {
    if (words_.begins('>')) return;
    do {
      std::string name = words_.field_name();
      words_.expect(':');
      type.children.push_back(Field{std::move(name), parse(), true, {}});
      if (type.id == TypeId::kStruct) continue;
      words_.expect('=');
      type.type_codes.push_back(
          static_cast<int8_t>(words_.number(0, std::numeric_limits<int8_t>::max())));
    } while (words_.accept(','));
  }

  void fill_map(Type& type) {
    TypePtr key = parse();
    words_.expect(',');
    TypePtr value = parse();
    type.keys_sorted = words_.accept_flag("sorted");
    TypePtr entries = struct_type({{"key", key, false, {}}, {"value", value, true, {}}});
    type.children.push_back(Field{"entries", entries, false, {}});
  }

  TypeWords words_;
  int depth_ = 0;
};

}  // namespace

TypePtr parse_type(std::string_view name) {
  return TypeParser(name).parse_all();
}

}  // namespace penstock
