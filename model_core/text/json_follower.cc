#include "model_core/text/json_follower.h"

#include "model_core/base/check.h"

namespace model_core {
namespace {

constexpr size_t kDepthMax = 200;  // as base::ParseJson

bool IsSpace(char byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

}  // namespace

bool JsonFollower::Wants(char byte) const {
  if (state_ == State::kInside) return true;
  return state_ == State::kBefore && (IsSpace(byte) || byte == '{' || (lists_ && byte == '['));
}

JsonFollower::State JsonFollower::Take(char byte) {
  CHECK(Wants(byte));
  if (string_) return TakeInString(byte);
  switch (byte) {
    case '"':
      string_ = true;
      if (depth_ == 1 && !value_) key_.clear();
      break;
    case '{':
    case '[':
      if (++depth_ > kDepthMax) return state_ = State::kBad;
      state_ = State::kInside;
      break;
    case '}':
    case ']':
      if (--depth_ == 0) state_ = State::kDone;
      break;
    case ':':
      if (depth_ == 1) value_ = true;
      break;
    case ',':
      if (depth_ == 1) value_ = false;
      break;
    default:
      break;
  }
  return state_;
}

JsonFollower::State JsonFollower::TakeInString(char byte) {
  if (static_cast<unsigned char>(byte) < 0x20) return state_ = State::kBad;
  if (!escaped_ && byte == '"') {
    string_ = false;
    return state_;
  }
  escaped_ = !escaped_ && byte == '\\';
  if (depth_ == 1 && !value_) key_ += byte;
  return state_;
}

}  // namespace model_core
