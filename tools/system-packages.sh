#!/usr/bin/env bash
# Debian packages that the tests use where they are there: a browser, a database server, Git, SSH keys and a wrong clock. Run as root.
set -euo pipefail
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "system-packages: not root on a Debian system, nothing installed"
  exit 0
fi
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v git >/dev/null || missing+=(git)
command -v ssh-keygen >/dev/null || missing+=(openssh-client)
# The remote over SSH is tested against a server of the machine's own, on loopback, as an ordinary process.
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
[ -d /usr/lib/postgresql ] && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
# Gives one process a clock that is minutes off (e2e/clocks.e2e.ts).
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || missing+=(libfaketime)
if [ ${#missing[@]} = 0 ]; then
  echo "system-packages: all there"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-liberation >/dev/null
echo "system-packages: installed ${missing[*]}"
