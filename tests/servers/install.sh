#!/bin/sh
# Installs the Debian packages that the tests need, where we may; else prints the line that does.
set -eu
cd "$(dirname "$0")/../.."
packages=$(.venv/bin/python -m tests.servers.parts)
[ -n "$packages" ] || exit 0
install="apt-get install -y --no-install-recommends $packages"
if ! command -v apt-get >/dev/null; then
    echo "Some tests will be skipped. They need: $packages (Debian's names)"
elif [ "$(id -u)" = 0 ]; then
    echo "Installing $packages"
    { apt-get update && DEBIAN_FRONTEND=noninteractive $install; } >/dev/null || echo "Could not. Some tests will be skipped."
elif sudo -n true 2>/dev/null; then
    echo "Installing $packages"
    { sudo -n apt-get update && sudo -n env DEBIAN_FRONTEND=noninteractive $install; } >/dev/null || echo "Could not. Some tests will be skipped."
else
    echo "Some tests will be skipped. To run them too, as root: $install"
fi
