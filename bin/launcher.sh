#!/bin/sh
# Starts the add-on's program on the Node.js in this package. It stands in the package once for every input type
# and once as "mailtrail", and hands its own name to the program.
#
# splunkd starts it with its own libraries and settings in the environment; each of those cleared here keeps
# Node.js from starting, or changes what it runs or trusts.
unset LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH DYLD_INSERT_LIBRARIES CDPATH
node_home=${NODE_HOME:-}
host_path=${PATH:-}
PATH=${PATH:+$PATH:}/usr/bin:/bin
for variable in $(env | sed -n -E 's/^((NODE_|OPENSSL_|SSL_CERT_|PYTHON|LD_)[A-Za-z0-9_]*)=.*/\1/p'); do
  unset "$variable"
done

fail() {
  echo "ERROR $1" >&2
  exit 1
}

self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
bin=$(cd "$(dirname "$self")" && pwd -P) || fail "The directory of $self cannot be entered."
name=$(basename "$self" .sh)

case $(uname -s)-$(uname -m) in
  Linux-x86_64 | Linux-amd64) node=${bin%/*}/linux_x86_64/bin/node ;;
  Linux-aarch64 | Linux-arm64) node=${bin%/*}/linux_arm64/bin/node ;;
  *) node= ;;
esac

# Without a runtime for this machine in the package: the first Node.js of the host that is new enough.
find_on_host() {
  for directory in "$node_home/bin" "$node_home" $(echo "$host_path" | tr ':' '\n'); do
    node=$directory/node
    if [ -x "$node" ] && [ ! -d "$node" ] &&
      "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' >/dev/null 2>&1; then
      return 0
    fi
  done
  return 1
}

if [ -n "$node" ] && [ -e "$node" ]; then
  [ -x "$node" ] || fail "$node may not be executed. Unpack the package again with tar, or allow it: chmod 755."
else
  # A directory with blanks or asterisks in its name is one directory.
  set -f
  IFS='
'
  find_on_host || fail "This package holds no Node.js for $(uname -s) $(uname -m), and none of version 24 or later is \
on PATH or in NODE_HOME. Install the package for this platform, or Node.js 24."
fi

exec "$node" --no-warnings --no-deprecation "$bin/app/main.mjs" "$name" "$@"
