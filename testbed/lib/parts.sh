# The pieces the images are put together from. Linux unpacks archives that follow each other, so an image is its pieces
# in a row, and only the piece whose inputs changed is made again; sourced.

# part NAME KEY: makes parts/NAME.cpio with fill_NAME unless it was made from the same KEY.
part() {
  local name=$1 key=$2 tree=$parts/$1.tree
  [ -e "$parts/$name.cpio" ] && [ "$(cat "$parts/$name.key" 2>/dev/null)" = "$key" ] && return
  say "making image part $name"
  rm -rf "$tree" "$parts/$name.key"
  mkdir -p "$tree"
  "fill_${name//-/_}" "$tree"
  (cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$parts/$name.cpio"
  rm -rf "$tree"
  echo "$key" >"$parts/$name.key"
}

# hash FILE-OR-FOLDER...: one word that changes when a name, a mode or a byte does.
hash() {
  { find "$@" -type f -printf '%m %p\n'; find "$@" -type f -exec sha256sum {} +; } | LC_ALL=C sort | sha256sum | cut -c1-32
}

# put_program TREE FILE TARGET: the program with every library it is linked to. Libraries keep their places.
put_program() {
  local tree=$1 file=$2 target=$3 library
  mkdir -p "$tree/${target%/*}"
  cp -L "$file" "$tree/$target"
  while read -r library; do
    put_library "$tree" "$library"
  done < <(LD_LIBRARY_PATH=$packages/usr/lib/x86_64-linux-gnu ldd "$file" 2>/dev/null | grep -oE '/[^ ]+')
}

# Those of the packages are found under $packages, the rest (glibc, zlib, ...) on this machine.
put_library() {
  local place=${2#"$packages"}
  case $place in */ld-linux-*) place=/lib64/${place##*/} ;; *) place=/usr/lib/x86_64-linux-gnu/${place##*/} ;; esac
  [ -e "$1$place" ] && return
  mkdir -p "$1${place%/*}"
  cp -L "$2" "$1$place"
}

# put_modules TREE NAME...: kernel modules and what they need, with the tables modprobe reads.
put_modules() {
  local tree=$1 name module release
  release=$(ls "$packages/lib/modules")
  local from=$packages/lib/modules/$release to=$1/lib/modules/$release
  shift
  mkdir -p "$to"
  for name in "$@"; do
    for module in $(sed -n "s/^\(.*\/$name\.ko\):/\1/p" "$from/modules.dep"); do
      mkdir -p "$to/${module%/*}"
      cp "$from/$module" "$to/$module"
    done
  done
  cp "$from"/modules.{builtin,order} "$to"
  busybox depmod -b "$tree" "$release"
}
