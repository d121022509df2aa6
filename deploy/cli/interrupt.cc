#include "deploy/cli/interrupt.h"

#include <csignal>

namespace deploy::cli {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void OnInterrupt(int signal) {
  interrupts = interrupts + 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptScope::InterruptScope() {
  interrupts = 0;
  before_ = std::signal(SIGINT, OnInterrupt);
}

InterruptScope::~InterruptScope() { std::signal(SIGINT, before_); }

bool InterruptScope::interrupted() const { return interrupts != 0; }

}  // namespace deploy::cli
