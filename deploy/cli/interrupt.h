// InterruptScope: while it lives, the first Ctrl-C is told instead of ending the program; the
// second one ends it. At most one at a time.
#pragma once

namespace deploy::cli {

class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  bool interrupted() const;

 private:
  void (*before_)(int);
};

}  // namespace deploy::cli
