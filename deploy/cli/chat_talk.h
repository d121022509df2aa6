// ChatTalk: the turns of one `maru model chat`. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deploy/cli/session.h"
#include "model_core/chat.h"

namespace deploy::cli {

class ChatTalk {
 public:
  // `request`: what is the same for every turn; `images` go with the first.
  ChatTalk(const Session& session, model_core::ChatModel& model, model_core::ChatRequest request,
           std::vector<model_core::ChatPart> images)
      : session_(session),
        model_(model),
        request_(std::move(request)),
        images_(std::move(images)) {}

  // Says `text` and shows the reply. A turn that fails leaves the conversation as it was.
  absl::Status Turn(const std::string& text);

  // A turn for each line of the input. A person may interrupt a reply and go on.
  absl::Status Lines();

 private:
  const Session& session_;
  model_core::ChatModel& model_;
  model_core::ChatRequest request_;           // with the conversation so far
  std::vector<model_core::ChatPart> images_;  // for the next turn
};

}  // namespace deploy::cli
