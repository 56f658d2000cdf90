#!/bin/sh
# Starts the add-on's program on the Node.js in this package. It stands in the package once for every input type
# and once as "mailtrail", and hands its own name to the program. On its way it starts no other program.
#
# splunkd starts it with its own libraries and settings in the environment; each of those cleared here keeps Node.js
# from starting, or changes what it runs or trusts. They are named one by one, as to list what there is takes a process.
set -f
IFS='
'
node_home=${NODE_HOME:-}
unset NODE_OPTIONS NODE_PATH NODE_HOME NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_SYSTEM_CA \
  NODE_USE_ENV_PROXY NODE_ICU_DATA NODE_DEBUG NODE_DEBUG_NATIVE NODE_V8_COVERAGE NODE_REDIRECT_WARNINGS \
  NODE_NO_WARNINGS NODE_PENDING_DEPRECATION NODE_PENDING_PIPE_INSTANCES NODE_DISABLE_COLORS NODE_PRESERVE_SYMLINKS \
  NODE_PRESERVE_SYMLINKS_MAIN NODE_SKIP_PLATFORM_CHECK NODE_TEST_CONTEXT NODE_COMPILE_CACHE \
  NODE_COMPILE_CACHE_PORTABLE NODE_DISABLE_COMPILE_CACHE NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE \
  NODE_UNIQUE_ID NODE_CLUSTER_SCHED_POLICY OPENSSL_CONF OPENSSL_CONF_INCLUDE OPENSSL_ENGINES OPENSSL_MODULES \
  SSL_CERT_FILE SSL_CERT_DIR LD_LIBRARY_PATH LD_PRELOAD LD_AUDIT LD_BIND_NOW LD_DEBUG DYLD_LIBRARY_PATH \
  DYLD_INSERT_LIBRARIES PYTHONPATH PYTHONHOME PYTHONHTTPSVERIFY PYTHONSTARTUP CDPATH

fail() {
  echo "ERROR $1" >&2
  exit 1
}

directory_of() {
  case $1 in
    */*) directory=${1%/*}/ ;;
    *) directory=./ ;;
  esac
}

self=$0
while [ -L "$self" ]; do
  target=$(PATH=${PATH:+$PATH:}/usr/bin:/bin readlink "$self")
  directory_of "$self"
  case $target in
    /*) self=$target ;;
    *) self=$directory$target ;;
  esac
done
directory_of "$self"
bin=$directory
name=${self##*/}
name=${name%.sh}

# What the network hands over is given back soon, and collected before it piles up, without threads for so little. Code
# is optimised without one too: how much memory that thread has at a time would differ from run to run.
# Sizes of the old space are not among them: V8 then takes none of the code caches that Node.js has of its own modules.
memory='--min-semi-space-size=2
--max-semi-space-size=2
--single-threaded-gc
--no-concurrent-recompilation'
# One heap for all threads: with one for each, what the other threads leave behind lies about in several.
export MALLOC_ARENA_MAX=1

# The runtime whose loader this machine has.
node=
[ -e /lib64/ld-linux-x86-64.so.2 ] && node=$bin../linux_x86_64/bin/node
[ -e /lib/ld-linux-aarch64.so.1 ] && [ ! -e "$node" ] && node=$bin../linux_arm64/bin/node

# Without a runtime for this machine in the package: the first Node.js of the host that is new enough.
find_on_host() {
  IFS=':
'
  for directory in "$node_home/bin" "$node_home" ${PATH:-}; do
    node=$directory/node
    if [ -x "$node" ] && [ ! -d "$node" ] &&
      "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' >/dev/null 2>&1; then
      return 0
    fi
  done
  return 1
}

if [ -e "$node" ]; then
  [ -x "$node" ] || fail "$node may not be executed. Unpack the package again with tar, or allow it: chmod 755."
else
  find_on_host || fail "This package holds no Node.js for this machine, and none of version 24 or later is on PATH or \
in NODE_HOME. Install the package for this platform, or Node.js 24."
  # These flags are V8's, and a later version may refuse them.
  "$node" $memory -e 0 >/dev/null 2>&1 || memory=
fi

exec "$node" --no-warnings --no-deprecation $memory "${bin}app/main.cjs" "$name" "$@"
