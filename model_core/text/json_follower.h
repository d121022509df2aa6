// JsonFollower: goes along a JSON object or list byte by byte without building it, to know where it
// ends and under which of its own keys a byte lies. It does not check numbers and words: who needs
// the value parses it.
#pragma once

#include <string>
#include <string_view>

namespace model_core {

class JsonFollower {
 public:
  enum class State { kBefore, kInside, kDone, kBad };

  // `lists`: it may be a list too.
  explicit JsonFollower(bool lists = false) : lists_(lists) {}

  // Not to be called after kDone or kBad.
  State Take(char byte);

  State state() const { return state_; }
  // `byte` can be taken as part of the object, or as white space before it.
  bool Wants(char byte) const;
  bool in_string() const { return string_; }
  // The next byte belongs to the value of key(), unless EndsValue says that it ends it.
  bool in_value() const { return depth_ > 0 && value_; }
  bool EndsValue(char byte) const {
    return depth_ == 1 && !string_ && (byte == ',' || byte == '}');
  }
  // Between the parts of the object itself, not of what lies in it.
  bool outermost() const { return depth_ == 1 && !string_; }
  std::string_view key() const { return key_; }  // as written, escapes too

 private:
  State TakeInString(char byte);

  const bool lists_;
  State state_ = State::kBefore;
  size_t depth_ = 0;  // objects and lists that are open
  bool string_ = false;
  bool escaped_ = false;
  bool value_ = false;  // after the colon of a key of the object itself
  std::string key_;
};

}  // namespace model_core
