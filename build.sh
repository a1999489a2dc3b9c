#!/usr/bin/env bash
# The front door where there is only bash and the .NET SDK: it fetches the pinned PowerShell and hands over to build.ps1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off

say() { printf '%s\n' "$*" >&2; }
die() { for sentence in "$@"; do say "$sentence"; done; exit 1; }

# The list of verbs is the description at the head of build.ps1.
usage() { sed -n '/^\.DESCRIPTION/,/^#>/{//!p;}' build.ps1; }

# dotnet, NuGet and PowerShell keep files at home. Services and containers sometimes have none that can be written.
need_home() {
  if [[ -z ${HOME:-} ]]; then HOME=$(unset HOME; echo ~); fi
  if [[ ! -d $HOME || ! -w $HOME ]]; then HOME=$PWD/out/home; mkdir -p "$HOME"; fi
  export HOME
}

need_dotnet() {
  command -v dotnet > /dev/null ||
    die "The .NET SDK 10 is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again."
  dotnet --version > /dev/null 2>&1 ||
    die "VastPS needs the .NET SDK 10.0.100 or later 10.0. Here: $(cd / && dotnet --version 2> /dev/null || echo none)." \
      "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again."
}

# Sets $shell to the program. It is started by its file, because `dotnet tool run` works only below the manifest.
need_powershell() {
  local packages version folder answer
  packages=$(dotnet nuget locals global-packages --list --force-english-output | sed -n 's/^.*global-packages: *//p')
  version=$(sed -n '/"powershell"/,/"version"/s/.*"version": *"\([^"]*\)".*/\1/p' .config/dotnet-tools.json)
  folder=${packages%/}/powershell/$version
  shell=$folder/tools/net10.0/any/unix/pwsh.dll
  # NuGet writes this file last.
  if [[ -e $folder/.nupkg.metadata ]]; then return; fi
  say "Fetching PowerShell $version, once."
  answer=$(dotnet tool restore 2>&1) || die "$answer" "PowerShell $version could not be fetched; demo and tests run in it."
  [[ -e $shell ]] || die "PowerShell $version was fetched, but there is no $shell."
}

have_sshd() {
  local path
  for path in "$(command -v sshd || true)" /usr/sbin/sshd /usr/local/sbin/sshd; do
    if [[ -x $path ]]; then return 0; fi
  done
  return 1
}

# The local Vast's boxes are real OpenSSH servers on loopback. No service of the system is ever started.
need_sshd() {
  if have_sshd; then return; fi
  local command answer=y
  if [[ -e /etc/debian_version ]]; then
    command='apt-get install -y --no-install-recommends openssh-server'
    if [[ $(id -u) == 0 ]]; then
      if [[ -t 0 && -t 2 && ${CI:-} != true ]]; then
        read -r -p "OpenSSH's server program is missing. Install it, without starting a service ($command)? [y/N] " answer || answer=n
      fi
      if [[ $answer == [yY]* ]]; then
        say "OpenSSH's server program is missing; installing it, without starting a service."
        install_quietly "$command"
        if have_sshd; then return; fi
      fi
    fi
  elif command -v dnf > /dev/null; then command='dnf install -y openssh-server'
  elif command -v apk > /dev/null; then command='apk add openssh-server'
  elif command -v pacman > /dev/null; then command='pacman -S --noconfirm openssh'
  elif command -v zypper > /dev/null; then command='zypper install -y openssh-server'
  else command='brew install openssh'
  fi
  [[ $(id -u) == 0 || $command == brew* ]] || command="sudo $command"
  die "Demo and tests need OpenSSH's server program. Type: $command"
}

install_quietly() (
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  $1 > /dev/null 2>&1 || { apt-get update > /dev/null 2>&1 && $1 >&2; } || true
)

case ${1:-} in
  '' | -h | --help) usage; exit ;;
  demo | test | pester) need_sshd ;;
esac
need_home
need_dotnet
need_powershell
exec dotnet "$shell" -NoLogo -NoProfile -NonInteractive -File build.ps1 "$@"
