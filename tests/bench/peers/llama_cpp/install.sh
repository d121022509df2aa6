#!/bin/sh
# Into ${MARU_CACHE:-$HOME/.cache/maru}/peers/llama_cpp: llama.cpp's libraries as npm ships them built
# (package-lock.json), PyPI's gguf (requirements.txt), and `runner`, compiled against the headers of the same release,
# which lie in a package beside. Nothing of llama.cpp is compiled. Does nothing that is done.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
shared="$here/../../../../deploy/sample/peers"
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/llama_cpp"
package=node-llama-cpp-3.22.1
package_sha256=a0d9dd80eacd2ab1cfe71aee57ac8a806487fd70b3d2a38fbec637752d9e5c5f
sh "$shared/npm_install.sh" "$here" --ignore-scripts
sh "$shared/venv_install.sh" "$here"

fetch_headers() (
  work=$(mktemp -d "$to/headers.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  npm pack --silent "node-llama-cpp@${package##*-}" >/dev/null
  echo "$package_sha256  $package.tgz" | sha256sum --quiet --check -
  tar -xzf "$package.tgz" package/llama/gitRelease.bundle
  git clone -q --bare package/llama/gitRelease.bundle source
  mkdir all
  git -C source archive HEAD include ggml/include | tar -x -C all
  rm -rf "$to/headers"
  mv all "$to/headers"
)

stamp=$(cat "$here/package-lock.json" "$here/runner.cc" "$here/install.sh" | sha256sum)
if [ "$(cat "$to/runner.stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
fetch_headers
libraries="$to/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64"
g++ -std=c++20 -O2 -o "$to/runner" "$here/runner.cc" -I "$to/headers/include" -I "$to/headers/ggml/include" \
  "$libraries"/libllama.v*.so "$libraries"/libggml.v*.so "$libraries/libggml-base.so" -Wl,-rpath,"$libraries"
echo "$stamp" >"$to/runner.stamp"
