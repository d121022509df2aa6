// Lane: from where operations are issued to a device. A CPU has as many as its team has members:
// all issue the same operations at the same time, and each does its share. Any other device has
// one, whose operations it may run later, in the order in which they were issued.
#pragma once

#include "model_core/device/team.h"

namespace model_core {

// What operations need besides their arguments, of the device's own making.
class Scratch {
 public:
  virtual ~Scratch() = default;
  // Room for attention over `positions` tokens. False: the device has no memory for it.
  virtual bool ReservePositions(size_t positions) = 0;
};

struct Lane {
  size_t member;
  Team& team;
  Scratch& scratch;

  size_t members() const { return team.size(); }
  // Between an operation that writes and one that reads what it wrote.
  void Wait() const { team.Wait(); }
  Share Of(size_t count, size_t unit = 1) const { return {count, member, members(), unit}; }
};

}  // namespace model_core
