// The tags {% generation %} and {% endgeneration %} of chat templates. For training they mark what
// the assistant said; they write nothing, and minijinja does not know them.
#pragma once

#include <string>
#include <string_view>

namespace model_core {

// The template with them as `with` and `endwith`: what is set between them ends there, as in
// Hugging Face's extension. White space control stays, and so do comments, strings and raw text.
std::string WithoutGenerationTags(std::string_view chat_template);

}  // namespace model_core
