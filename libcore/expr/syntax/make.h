// Makes pieces of a syntax tree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "libcore/expr/syntax/syntax.h"

namespace penstock {

inline SyntaxPtr make(Syntax::Kind kind, int64_t at) {
  auto syntax = std::make_unique<Syntax>();
  syntax->kind = kind;
  syntax->location = at;
  return syntax;
}

template <typename... Args>
SyntaxPtr make_call(std::string name, int64_t at, Args... args) {
  SyntaxPtr call = make(Syntax::Kind::kCall, at);
  call->text = std::move(name);
  (call->args.push_back(std::move(args)), ...);
  return call;
}

inline SyntaxPtr negate_if(bool negated, SyntaxPtr syntax) {
  if (!negated) return syntax;
  SyntaxPtr result = make(Syntax::Kind::kNot, syntax->location);
  result->args.push_back(std::move(syntax));
  return result;
}

}  // namespace penstock
