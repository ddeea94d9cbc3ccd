#include "libcore/expr/list_items.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/regex.h"
#include "libcore/expr/syntax/make.h"
#include "libcore/expr/syntax/same.h"

namespace penstock {
namespace {

// A copy of an expression for one column.
SyntaxPtr copy_for(const Syntax& from, const std::string& column);

SyntaxPtr copy_or_null(const SyntaxPtr& from, const std::string& column) {
  return from == nullptr ? nullptr : copy_for(*from, column);
}

SyntaxPtr copy_for(const Syntax& from, const std::string& column) {
  if (is_columns_call(from)) {
    SyntaxPtr name = make(Syntax::Kind::kColumn, from.location);
    name->names.push_back({column, true});
    return name;
  }
  SyntaxPtr copy = make(from.kind, from.location);
  copy->text = from.text;
  copy->integer = from.integer;
  copy->names = from.names;
  copy->type = from.type;
  copy->has_else = from.has_else;
  copy->changes = from.changes;
  copy->star = from.star;
  copy->distinct = from.distinct;
  copy->within_group = from.within_group;
  copy->over = from.over;
  copy->filter = copy_or_null(from.filter, column);
  for (const SyntaxPtr& argument : from.args)
    copy->args.push_back(copy_or_null(argument, column));
  for (const SortSyntax& order : from.order_by) {
    copy->order_by.push_back(
        {copy_or_null(order.value, column), order.descending, order.nulls_first});
  }
  return copy;
}

void find_calls(const Syntax& syntax, std::vector<const Syntax*>& calls) {
  if (is_columns_call(syntax)) {
    calls.push_back(&syntax);
    return;
  }
  for (const SyntaxPtr& argument : syntax.args)
    find_calls(*argument, calls);
  if (syntax.filter != nullptr) find_calls(*syntax.filter, calls);
  for (const SortSyntax& order : syntax.order_by)
    find_calls(*order.value, calls);
}

// A column whose name matches, and what \0 … \9 stand for in an alias.
struct Match {
  size_t column = 0;
  std::vector<std::string> groups;
};

std::vector<Match> matches_of_regex(Binder& binder, const Syntax& call) {
  RegexPtr regex = bind_regex(binder, binder.bind(*call.args[0]), false);
  std::vector<Match> matches;
  for (size_t i = 0; i < binder.schema().size(); ++i) {
    const std::string& name = binder.schema()[i].name;
    if (!regex->matches(name)) continue;
    Match match{i, {}};
    for (size_t group = 0; group <= std::min<size_t>(regex->group_count(), 9); ++group) {
      Regex::Match place{};
      std::string_view bytes;
      regex->find(name, 0, group, place, bytes);
      match.groups.emplace_back(bytes);
    }
    matches.push_back(std::move(match));
  }
  if (matches.empty()) binder.fail(call.location, "no column has a name that matches this");
  return matches;
}

std::vector<Match> matches_of(Binder& binder, const Syntax& call) {
  if (!call.star) {
    if (call.args.size() != 1) {
      binder.fail(call.location, "columns is used as columns('regular expression') or columns(*)");
    }
    return matches_of_regex(binder, call);
  }
  std::vector<Match> matches;
  for (const StarColumn& column : star_columns(binder, call)) {
    if (column.name != nullptr || column.value != nullptr) {
      binder.fail(call.location, "columns(*) takes no other change than except");
    }
    matches.push_back({column.column, {binder.schema()[column.column].name}});
  }
  if (matches.empty()) binder.fail(call.location, "no column is left");
  return matches;
}

std::string alias_of(const std::string& alias, const Match& match) {
  std::string name;
  for (size_t i = 0; i < alias.size(); ++i) {
    const bool is_group = alias[i] == '\\' && i + 1 < alias.size() && is_digit(alias[i + 1]);
    if (!is_group) {
      name += alias[i];
      continue;
    }
    const auto group = static_cast<size_t>(alias[++i] - '0');
    if (group < match.groups.size()) name += match.groups[group];
  }
  return name;
}

// The call whose name is that of the column, under casts and subscripts; null for none.
const Syntax* naming_call(const Syntax& value) {
  const bool is_wrapped =
      value.kind == Syntax::Kind::kCast || value.kind == Syntax::Kind::kSubscript;
  if (is_wrapped) return naming_call(*value.args[0]);
  const bool is_call = value.kind == Syntax::Kind::kCall && default_name(value) == value.text;
  return is_call ? &value : nullptr;
}

std::optional<std::string> first_column(const Syntax& value) {
  if (value.kind == Syntax::Kind::kColumn) return value.names.back().text;
  for (const SyntaxPtr& argument : value.args) {
    if (auto found = first_column(*argument)) return found;
  }
  for (const SortSyntax& order : value.order_by) {
    if (auto found = first_column(*order.value)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<size_t> columns_written(Binder& binder, const Syntax& call) {
  std::vector<size_t> columns;
  for (const Match& match : matches_of(binder, call))
    columns.push_back(match.column);
  if (call.changes != nullptr) {
    for (const StarChanges::Column& column : call.changes->left_out)
      columns.push_back(binder.find_column(column.name, column.location));
  }
  return columns;
}

std::vector<ItemSyntax> expand_columns(Binder& binder, std::vector<ItemSyntax> items) {
  std::vector<ItemSyntax> expanded;
  for (ItemSyntax& item : items) {
    std::vector<const Syntax*> calls;
    find_calls(*item.value, calls);
    if (calls.empty()) {
      expanded.push_back(std::move(item));
      continue;
    }
    for (const Syntax* call : calls) {
      if (!same_syntax(*call, *calls[0])) {
        binder.fail(call->location,
                    "an item can have columns(…) twice, but not two different ones");
      }
    }
    const std::vector<Match> matches = matches_of(binder, *calls[0]);
    if (matches.size() > 1 && !item.alias.empty() && item.alias.find('\\') == std::string::npos) {
      binder.fail(item.location, "columns(…) stands for " + std::to_string(matches.size()) +
                                     " columns here, which cannot all be named '" +
                                     printable(item.alias) +
                                     "'; \\0 stands for the name of each, "
                                     "as in \"" +
                                     printable(item.alias) + "_\\0\"");
    }
    for (const Match& match : matches) {
      const std::string& column = binder.schema()[match.column].name;
      ItemSyntax one{copy_for(*item.value, column), alias_of(item.alias, match), item.location,
                     column};
      expanded.push_back(std::move(one));
    }
  }
  return expanded;
}

std::vector<StarColumn> star_columns(const Binder& binder, const Syntax& star) {
  std::vector<StarColumn> all(binder.schema().size());
  for (size_t i = 0; i < all.size(); ++i)
    all[i].column = i;
  if (star.changes == nullptr) return all;
  std::vector<bool> is_changed(all.size());
  auto change = [&](const Name& name, int64_t location) {
    const size_t column = binder.find_column(name, location);
    if (is_changed[column]) {
      binder.fail(location, "column '" + printable(name.text) + "' is changed twice");
    }
    is_changed[column] = true;
    return column;
  };
  std::vector<bool> is_left_out(all.size());
  for (const StarChanges::Column& column : star.changes->left_out)
    is_left_out[change(column.name, column.location)] = true;
  for (const ItemSyntax& item : star.changes->replaced) {
    if (item.alias.empty()) {
      binder.fail(item.location, "the column to replace is missing, as in upper(a) as a");
    }
    all[change({item.alias, false}, item.location)].value = item.value.get();
  }
  for (const StarChanges::Renamed& renamed : star.changes->renamed)
    all[change(renamed.from.name, renamed.from.location)].name = &renamed.to;
  std::erase_if(all, [&](const StarColumn& column) { return is_left_out[column.column]; });
  return all;
}

std::vector<std::string> item_names(std::span<const ItemSyntax> items,
                                    std::span<const std::string> taken) {
  std::vector<std::string> names;
  std::unordered_map<std::string, int> uses;
  for (const std::string& name : taken)
    ++uses[name];
  for (const ItemSyntax& item : items) {
    std::string name = item.alias;
    if (name.empty() && item.value->kind != Syntax::Kind::kStar) name = default_name(*item.value);
    ++uses[name];
    names.push_back(std::move(name));
  }
  std::vector<std::string> longer = names;
  for (size_t i = 0; i < names.size(); ++i) {
    const bool is_free =
        items[i].alias.empty() && (uses[names[i]] > 1 || !items[i].of_column.empty());
    const Syntax* call = is_free ? naming_call(*items[i].value) : nullptr;
    if (call == nullptr) continue;
    if (auto column = first_column(*call)) longer[i] += "_" + *column;
  }
  return longer;
}

}  // namespace penstock
