#!/bin/sh
# Installs the program toolcoach from an archive whose checksum it has compared:
#   install.sh [--from FOLDER-OR-URL] [--to FOLDER]
# By default it comes from the release of this version and goes to ~/.local/bin. It writes one file and needs no root.
set -eu

version='@VERSION@'
release='@RELEASE@'
# What uname says, and the archive for it.
targets='@TARGETS@'

fail() {
    echo "toolcoach: $1" >&2
    exit 1
}

target() {
    system=$(uname -s)
    machine=$(uname -m)
    # A shell under Rosetta says x86_64 on Apple's own processors.
    if [ "$system-$machine" = Darwin-x86_64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
        machine=arm64
    fi
    echo "$targets" | sed -n "s/^$system-$machine //p"
}

# fetch FROM NAME TO
fetch() {
    case $1 in
        http://* | https://*)
            if command -v curl >/dev/null 2>&1; then
                curl -fsSL "$1/$2" -o "$3/$2"
            elif command -v wget >/dev/null 2>&1; then
                wget -q "$1/$2" -O "$3/$2"
            else
                fail "needs curl or wget"
            fi || fail "cannot download $1/$2"
            ;;
        *) cp "$1/$2" "$3/$2" || fail "cannot read $1/$2" ;;
    esac
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    elif command -v openssl >/dev/null 2>&1; then
        openssl dgst -sha256 -r <"$1"
    else
        fail "needs sha256sum, shasum or openssl to compare the checksum"
    fi | cut -d ' ' -f 1
}

# Everything is in functions, so that a download that was cut short runs nothing.
main() {
    from=$release
    to=${HOME:+$HOME/.local/bin}
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || fail "usage: install.sh [--from FOLDER-OR-URL] [--to FOLDER]"
        case $1 in
            --from) from=${2%/} ;;
            --to) to=${2%/} ;;
            *) fail "usage: install.sh [--from FOLDER-OR-URL] [--to FOLDER]" ;;
        esac
        shift 2
    done
    [ -n "$from" ] || fail "this version has no published release; name a folder with its archives: --from FOLDER"
    [ -n "$to" ] || fail "HOME is not set; name a folder: --to FOLDER"
    target=$(target)
    [ -n "$target" ] || fail "there is no program for $(uname -s) on $(uname -m)"

    folder=toolcoach-$version-$target
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 1' HUP INT TERM
    fetch "$from" SHA256SUMS "$scratch"
    fetch "$from" "$folder.tar.gz" "$scratch"
    wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $folder\.tar\.gz\$/\1/p" "$scratch/SHA256SUMS")
    [ -n "$wanted" ] || fail "SHA256SUMS does not list $folder.tar.gz"
    [ "$(digest "$scratch/$folder.tar.gz")" = "$wanted" ] || fail "the checksum of $folder.tar.gz is wrong; nothing was installed"
    tar -xzf "$scratch/$folder.tar.gz" -C "$scratch" "$folder/toolcoach"

    # A hook may be starting the old one: the new one takes its name in one step.
    mkdir -p "$to"
    cp "$scratch/$folder/toolcoach" "$to/.toolcoach.new"
    chmod 755 "$to/.toolcoach.new"
    mv -f "$to/.toolcoach.new" "$to/toolcoach"
    echo "$to/toolcoach: $("$to/toolcoach" -V)"
    program=toolcoach
    case :$PATH: in
        *":$to:"*) ;;
        *) program=$to/toolcoach && echo "$to is not on PATH" ;;
    esac
    echo "To register it with your agents:  $program install"
    echo "To remove it:                     $program uninstall --purge && rm $to/toolcoach"
}

main "$@"
