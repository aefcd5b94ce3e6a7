# What is in dom0 and in a guest; sourced after parts.sh.

xen_modules=(xen-privcmd xen-evtchn xen-gntdev xen-gntalloc xenfs)
network_modules=(bridge tun xen-netback) # of dom0; a guest has xen-netfront
share_modules=(9p 9pnet 9pnet_virtio netfs fscache virtio virtio_ring virtio_pci virtio_pci_modern_dev
  virtio_pci_legacy_dev)

fill_base() {
  mkdir -p "$1"/{bin,dev,etc,proc,run,sys,tmp,var,lib64}
  cp "$(command -v busybox)" "$1/bin/busybox"
  local applet
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
  done
  ln -s ../run "$1/var/run"
  echo root:x:0:0:root:/:/bin/sh >"$1/etc/passwd"
  echo root:x:0: >"$1/etc/group"
  echo "127.0.0.1 localhost" >"$1/etc/hosts"
  local library
  for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libgcc_s.so.1 libz.so.1 ld-linux-x86-64.so.2; do
    put_library "$1" "/lib/x86_64-linux-gnu/$library"
  done
  local tool
  for tool in "$packages"/usr/bin/xenstore-*; do
    case $tool in *-control) ;; *) put_program "$1" "$tool" "usr/bin/${tool##*/}" ;; esac
  done
  put_modules "$1" "${xen_modules[@]}" xen-netfront
}

fill_dom0() {
  local tool bin
  bin=$(echo "$packages"/usr/lib/xen-[0-9]*/bin)
  for tool in xl xenstored oxenstored xen-init-dom0 xenconsoled xenconsole lsevtchn test-xenstore xenstore-control; do
    put_program "$1" "$bin/$tool" "usr/bin/$tool"
  done
  # xl save and restore run it from where it is installed.
  put_program "$1" "$bin/libxl-save-helper" "${bin#"$packages/"}/libxl-save-helper"
  for tool in dig tcpdump; do
    put_program "$1" "$(command -v $tool)" "usr/bin/$tool"
  done
  put_modules "$1" "${xen_modules[@]}" "${network_modules[@]}" "${share_modules[@]}"
  mkdir -p "$1"/{boot,etc/xen/scripts,var/lib/xen,var/lib/xenstored,var/log/xen}
  cp "$root/testbed/vm/vif-bridge" "$1/etc/xen/scripts/"
  : >"$1/etc/xen/xl.conf"
  cp "$packages/etc/xen/oxenstored.conf" "$1/etc/xen/"
  cp "$packages"/boot/vmlinuz-* "$1/boot/vmlinuz"
}

fill_vm() {
  mkdir -p "$1/testbed"
  cp -r "$root"/testbed/vm/. "$root"/testbed/suites "$1/testbed/"
  ln -s testbed/init "$1/init"
}

# image NAME PART...: the parts in a row, unless none is newer.
image() {
  local name=$1 part stale=
  shift
  for part in "$@"; do
    [ "$state/$name" -nt "$parts/$part.cpio" ] || stale=1
  done
  [ -n "$stale" ] || return 0
  mkdir -p "$(dirname "$state/$name")"
  (cd "$parts" && cat "${@/%/.cpio}") >"$state/$name.new"
  mv "$state/$name.new" "$state/$name"
}
