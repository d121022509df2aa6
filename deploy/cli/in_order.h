// RunInOrder: many lines at once, answers in the order of the lines.
#pragma once

#include <functional>
#include <string>

namespace deploy::cli {

// Takes lines from `next` until it says no, gives each with its number (from 0) to `work` on one of
// `workers` threads, and hands the answers to `emit` in the order of the lines, each as soon as all
// before it are out. At most kAheadMax answers are held back. `next` and `emit` are called by one
// thread at a time, never while the other's lock is held; `work` by several. Returns when every
// answer is out.
void RunInOrder(
    int workers, const std::function<bool(std::string& line)>& next,
    const std::function<std::string(int worker, size_t number, const std::string& line)>& work,
    const std::function<void(const std::string& answer)>& emit);

inline constexpr size_t kAheadMax = 256;

}  // namespace deploy::cli
