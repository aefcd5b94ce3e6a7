# Xen, its tools and the kernel, unpacked from Debian's packages without installing them; sourced.

# Names carry versions that move: Xen's and the kernel's come from the packages that depend on the current ones.
dependency() {
  local name
  name=$(apt-cache depends --important "$1" | sed -n "/Depends: $2/{s/.*Depends: //p;q}")
  [ -n "$name" ] || fail "apt knows no package $2* that $1 needs; on Debian 12, as root: apt-get update"
  echo "$name"
}

package_names() {
  local hypervisor utilities kernel version
  hypervisor=$(dependency xen-system-amd64 xen-hypervisor-[0-9])
  utilities=$(dependency xen-system-amd64 xen-utils-[0-9])
  kernel=$(dependency linux-image-amd64 linux-image-[0-9])
  version=${utilities#xen-utils-}
  echo "$hypervisor" "$utilities" "$kernel" "libxenmisc$version" xen-utils-common xenstore-utils libxenstore4 \
    libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxentoolcore1 \
    libxentoollog1 libyajl2 libuuid1 libnl-3-200 libnl-route-3-200 libfdt1 libxen-dev
}

# Fetches once; `rm -r .conduit/testbed` makes the next run take the current versions.
fetch_packages() {
  [ -e "$state/fetched" ] && return
  need apt-get apt
  need dpkg dpkg
  local names work=$state/fetch.$$
  # shellcheck disable=SC2207  # package names are words
  names=($(package_names))
  say "fetching ${#names[@]} Debian packages (${names[0]}, ${names[2]}, ...)"
  rm -rf "$packages" "$state"/fetch.*
  mkdir -p "$work"
  (cd "$work" && apt-get -q download "${names[@]}") >"$state/fetch.log" 2>&1 ||
    fail "apt-get download failed: $(grep -m1 '^E:' "$state/fetch.log"); whole log: $state/fetch.log"
  for file in "$work"/*.deb; do
    dpkg -x "$file" "$work/root"
  done
  busybox depmod -b "$work/root" "$(ls "$work/root/lib/modules")"
  gzip -dc "$work"/root/boot/xen-*-amd64.gz >"$work/root/boot/xen.elf"
  mv "$work/root" "$packages"
  ls "$work" >"$state/fetched"
  rm -r "$work"
}
