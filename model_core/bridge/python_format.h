// Python's '…%02d…' % value in a chat template, in the words of minijinja, which knows it as a
// filter.
#pragma once

#include <string>
#include <string_view>

namespace model_core {

// The template with every `'literal' % operand` written as `'literal'|format(operand)`; an operand
// in parentheses is a list of values. All else, and a template that is not well formed, stays.
std::string WithFormatFilter(std::string_view chat_template);

}  // namespace model_core
