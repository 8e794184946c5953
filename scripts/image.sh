#!/usr/bin/env bash
# Builds the image without a container engine and without a registry of images, runs it on a read-only root with the
# tenants of the demo, and prints how long it took to start, its memory and its size. For Debian, as root:
#
#   apt-get install buildah debootstrap
#   scripts/image.sh
#
# What it makes stays in ~/.cache/omneo-gateway/image, so that the next run is faster.
set -euo pipefail
cd "$(dirname "$0")/.."

work=${XDG_CACHE_HOME:-$HOME/.cache}/omneo-gateway/image
suite=bookworm
image=localhost/omneo-gateway
export BUILDAH_ISOLATION=chroot

say() { printf '==> %s\n' "$*" >&2; }

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "$tool is not here: apt-get install buildah debootstrap" >&2; exit 1; }
  done
  [ "$(id -u)" -eq 0 ] || { echo 'Only root can make a root file system.' >&2; exit 1; }
}

buildah_() { buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }

# commit NAME ROOTFS [CONFIG...]: a folder as an image.
commit() {
  local name=$1 rootfs=$2 container
  shift 2
  container=$(buildah_ from scratch)
  buildah_ copy --quiet "$container" "$rootfs" / >/dev/null
  [ $# -eq 0 ] || buildah_ config "$@" "$container"
  buildah_ commit --quiet --rm "$container" "$name" >/dev/null
}

# Debian with Node and npm, in place of docker.io/library/node.
build_base() {
  local rootfs=$work/build node npm
  if [ ! -e "$rootfs/.complete" ]; then
    say "debootstrap of $suite"
    rm -rf "$rootfs"
    debootstrap --variant=minbase "$suite" "$rootfs" >"$work/debootstrap.log"
    touch "$rootfs/.complete"
  fi
  node=$(readlink -f node_modules/node/bin/node)
  install -D "$node" "$rootfs/usr/local/bin/node"
  rm -rf "$rootfs/usr/local/lib/node_modules"
  mkdir -p "$rootfs/usr/local/lib/node_modules"
  npm=$(readlink -f "$(command -v npm)")
  cp -r "${npm%/bin/npm-cli.js}" "$rootfs/usr/local/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$rootfs/usr/local/bin/npm"
  # npm trusts what this machine trusts.
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$rootfs/etc/ssl/certs/ca-certificates.crt"
  commit "$image-build" "$rootfs" \
    --env PATH=/usr/local/bin:/usr/bin:/bin --env npm_config_cafile=/etc/ssl/certs/ca-certificates.crt
}

# Only what Node is linked against, in place of gcr.io/distroless/cc: so nothing can need a shell.
run_base() {
  local from=$work/build to=$work/base library
  rm -rf "$to"
  mkdir -p "$to"/{etc/ssl/certs,lib64,tmp,usr}
  chroot "$from" ldd /usr/local/bin/node | grep -o '/[^ ]*' | while read -r library; do
    install -D "$from$(chroot "$from" readlink -f "$library")" "$to$library"
  done
  install -m 644 "$from/etc/ssl/certs/ca-certificates.crt" "$to/etc/ssl/certs/"
  printf 'root:x:0:0::/:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n' >"$to/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$to/etc/group"
  commit "$image-base" "$to" --env PATH=/usr/local/bin:/usr/bin:/bin
}

build() {
  buildah_ build --quiet --layers=false --pull=never \
    --build-arg BUILD_IMAGE="$image-build" --build-arg BASE_IMAGE="$image-base" \
    --build-arg VERSION="$(node -p 'require("./package.json").version')" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    --tag "$image" . >/dev/null
}

# In namespaces of its own: the sandbox has the port that the examples name, and the mounts go with the process.
run() {
  local container=$1 root config
  root=$(buildah_ mount "$container")
  config=$(buildah_ inspect "$container" | node -p 'JSON.stringify(JSON.parse(fs.readFileSync(0)).OCIv1.config)')
  mkdir -p "$root/etc/omneo-gateway/tenants" "$root/proc"
  unshare --mount --net bash -euo pipefail -c '
    ip link set lo up
    mount --bind "$1" "$1"
    mount --bind examples "$1/etc/omneo-gateway/tenants"
    mount -t proc proc "$1/proc"
    mount -o remount,bind,ro "$1/etc/omneo-gateway/tenants"
    mount -o remount,bind,ro "$1"
    if touch "$1/written" 2>/dev/null; then echo "The root is not read-only." >&2; exit 1; fi
    exec node scripts/imagerun.ts "$1" "$2"
  ' run "$root" "$config"
  echo "size $(du -sm --exclude=proc "$root" | cut -f1) MiB, of it Node $(du -sm "$root/usr/local/bin/node" | cut -f1) MiB"
  echo "programs in it: $(find "$root" -xdev -type f -perm /111 ! -name '*.so*' -printf '/%P ')"
}

need buildah debootstrap unshare ip
PATH=$PWD/node_modules/.bin:$PATH
mkdir -p "$work"
build_base
say 'base images'
run_base
say 'build'
SECONDS=0
build
say "built in $SECONDS s"
container=$(buildah_ from --pull=never "$image")
trap 'buildah_ rm "$container" >/dev/null' EXIT
run "$container"
