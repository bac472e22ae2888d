#!/bin/sh
# toolroot.sh - makes a root folder that holds a toolchain and nothing else (sandbox.h).
#
#     sh toolroot.sh KIT COMPILER FLAGS LINK
#
# It asks the compiler which programs it starts, which folders it takes headers from and which
# files it links, and puts those into KIT/toolroot-NUMBER: as hard links where that folder is
# on the same file system as they are, else as copies. The tools run there as a user who can
# write none of them. The folder is made once for a toolchain; its name is printed.
set -eu
umask 022
kit=$1 compiler=$2 flags=$3 link=$4
driver=${compiler##* }

# What this toolchain is: another version, other flags or installed packages, another folder;
# and so for what this script makes of it.
number=$({ cat "$0"; echo "$compiler|$flags|$link"; $compiler --version; stat -c '%n %s %Y' \
    /usr/include /usr/lib/*/libc.* /var/lib/dpkg/status; } 2>/dev/null | cksum | cut -d ' ' -f 1)
final=$kit/toolroot-$number
if [ -d "$final" ]; then
    echo "$final"
    exit 0
fi
root=$(mktemp -d "$kit/toolroot-new-XXXXXX")
try=$(mktemp -d)
trap 'rm -rf "$root" "$try"' EXIT
chmod 755 "$root"

# A file, and each symbolic link on the way to it.
put() {
    [ -e "$1" ] || return 0
    dir=$(realpath "$(dirname "$1")") name=$(basename "$1")
    [ -e "$root$dir/$name" ] && return 0
    mkdir -p "$root$dir"
    if [ -L "$dir/$name" ]; then
        cp -P "$dir/$name" "$root$dir/$name"
        target=$(readlink "$dir/$name")
        case $target in /*) ;; *) target=$dir/$target ;; esac
        put "$target"
    else
        ln "$dir/$name" "$root$dir/$name" 2>/dev/null || cp -p "$dir/$name" "$root$dir/$name"
    fi
}
put_each() {
    while read -r file; do put "$file"; done
}
# A program with its libraries; a script or static program has none.
put_program() {
    put "$1"
    { ldd "$1" 2>/dev/null || :; } | grep -o '/[^ )]*' | put_each
}
# A folder of headers: its files, and the subfolders of the C library and the kernel. What
# other packages keep there in subfolders, tens of thousands of files, no allocator needs.
put_headers() {
    dir=$(realpath "$1")
    mkdir -p "$root$dir"
    for how in -aln -an; do # as links; or what is still missing, as copies
        find "$dir" -maxdepth 1 ! -type d -exec cp $how -t "$root$dir" {} + 2>/dev/null || :
        for part in asm asm-generic bits gnu linux sys arpa net netinet; do
            [ ! -d "$dir/$part" ] || cp $how -t "$root$dir" "$dir/$part" 2>/dev/null || :
        done
    done
}

# /lib and its like are links into /usr on most systems.
for part in bin lib lib64; do
    if [ -L "/$part" ]; then
        target=$(realpath "/$part")
        mkdir -p "$root$target"
        ln -s "${target#/}" "$root/$part"
    fi
done

printf '#include <stdint.h>\n#include <string.h>\nint main(void) { return 0; }\n' >"$try/x.c"
cd "$try"
for word in $compiler addr2line as ld; do
    put_program "$(command -v "$word")"
done
# Whatever file a step's command line names: programs, plugins, start files.
{ $compiler $flags '-###' -c x.c 2>&1; $compiler $flags $link '-###' x.c -o x 2>&1; } |
    tr ' "=' '\n\n\n' | grep '^/' | sort -u | while read -r file; do
    if [ -f "$file" ]; then put_program "$file"; fi
done
# Whatever is linked, linker scripts among it.
$compiler $flags $link x.c -o x -lm -Wl,--trace 2>/dev/null | grep -o '^/[^ ]*' | sort -u | put_each
# Headers: the compiler's own and the system's.
$compiler $flags -E -v x.c 2>&1 >/dev/null | sed -n '/search starts here/,/^End of search/s/^ //p' |
    while read -r folder; do if [ -d "$folder" ]; then put_headers "$folder"; fi; done
put /etc/ld.so.cache
# The paths that the compiler gives go through folders that it does not otherwise need.
own=$(dirname "$($compiler $flags -print-libgcc-file-name)")
mkdir -p "$root$own" "$root/desks" "$root/dev" "$root/usr/bin"
: >"$root/dev/null"
chmod 711 "$root/desks"

# Complete? Then it can do here what it is for.
mkdir "$root/try"
cp x.c "$root/try"
chroot "$root" "/usr/bin/$driver" --version >/dev/null 2>&1 || driver=$(command -v "$driver")
TMPDIR=/try chroot "$root" "$driver" $flags $link /try/x.c -o /try/x -lm >"$try/words" 2>&1 || {
    cat "$try/words" >&2
    exit 1
}
rm -rf "$root/try"
mv -T "$root" "$final" 2>/dev/null || test -d "$final" # or another one was quicker
echo "$final"
