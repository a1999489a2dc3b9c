#!/usr/bin/env bash
# The front door where there is only bash and the .NET SDK. build.ps1 is the same for people with PowerShell.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

usage() {
  cat <<'TEXT'
./build.sh <verb>
  demo            estimate, rent, check, train and fetch the results on a local Vast; costs nothing
  build           build everything; the module is then in out/VastPS
  test [--fast]   every test; --fast leaves out the slow ones
  pester          the Pester tests on the built module, where there is pwsh
  help            bring the metadata in docs/help up to date with the code
  bench           bench accuracy [FILE.csv]: how well measured runs are estimated; bench speed: 10,000 offers; bench ssh, bench copy, bench far: beside the system's ssh and scp
  accept          write the frozen lists (commands, error ids, package files) and docs/floors.md anew from the code
  package         one archive of the module in out/
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

need_dotnet() {
  command -v dotnet > /dev/null ||
    die "The .NET SDK 10 is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again."
  dotnet --version > /dev/null 2>&1 ||
    die "VastPS needs the .NET SDK 10.0.100 or later 10.0. Here: $(cd / && dotnet --version 2> /dev/null || echo none)." \
      "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again."
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
  local command
  if [[ -e /etc/debian_version ]]; then
    command='apt-get install -y --no-install-recommends openssh-server'
    if [[ $(id -u) == 0 ]]; then
      say "OpenSSH's server program is missing; installing it, without starting a service."
      install_quietly "$command"
      if have_sshd; then return; fi
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

build() {
  need_dotnet
  dotnet build VastPS.sln -c Release -warnaserror -v quiet
}

engine() { tools/EngineHost/bin/Release/net10.0/EngineHost "$@"; }

# The sum of one counter over all assemblies of an xunit report.
count() { grep -o "<assembly [^>]*" "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }

run_xunit() {
  local results=$PWD/out/test-results report=$PWD/out/test-results/xunit.xml
  rm -f "$report"
  # Most tests wait for boxes and processes, not for a processor.
  local -a options=(--long-running 120 --xunit-diagnostics on --max-threads 2x)
  if [[ ${1:-} == --fast ]]; then options+=(--filter-not-trait Speed=Slow); fi
  if [[ ! -t 1 ]]; then options+=(--no-progress --no-ansi); fi
  # A test that hangs must not hang the gate.
  local -a guard=()
  if command -v timeout > /dev/null; then guard=(timeout --foreground --kill-after=10 30m); fi
  ${guard[@]+"${guard[@]}"} tests/VastPS.Tests/bin/Release/net10.0/VastPS.Tests --results-directory "$results" \
    --report-xunit --report-xunit-filename "${report##*/}" "${options[@]}" || failed_to_end=$?
  if [[ ! -s $report ]]; then
    say "The tests ended without a report."
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(count "$report" passed)))
  failed=$((failed + $(count "$report" failed) + $(count "$report" errors)))
  skipped=$((skipped + $(count "$report" skipped)))
  # A run that fails without a failed test (no test at all, a crash at the end) is a failure too.
  if ((failed_to_end != 0 && failed == 0)); then failed=1; fi
}

run_pester() {
  if ! command -v pwsh > /dev/null || ! pwsh -NoProfile -NonInteractive -Command 'exit [int]!(Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -ge 5 })'; then
    say "Pester did not run: pwsh with Pester 5 was not found here."
    return
  fi
  local line log=out/test-results/pester.log
  mkdir -p out/test-results
  pwsh -NoProfile -NonInteractive -File tests/Pester/Run.ps1 | tee "$log" || true
  line=$(tail -n 1 "$log")
  if [[ $line =~ ^Pester:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
  else
    say "Pester ended without its counts."
    failed=$((failed + 1))
  fi
}

passed=0 failed=0 skipped=0 failed_to_end=0
report() {
  if ((skipped > 0)); then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  ((failed == 0))
}

verb=${1:-}
if (($# > 0)); then shift; fi
case $verb in
  demo)
    need_sshd
    build
    engine -File examples/first-run.ps1 "$@"
    ;;
  build) build ;;
  test)
    need_sshd
    build
    run_xunit "$@"
    run_pester
    report
    ;;
  pester)
    build
    run_pester
    report
    ;;
  help)
    need_dotnet
    dotnet run --project tools/HelpMaker -c Release -v quiet -- --sync
    build
    ;;
  accept)
    build
    VASTPS_ACCEPT=1 tests/VastPS.Tests/bin/Release/net10.0/VastPS.Tests --filter-trait Frozen=List
    git --no-pager diff --stat -- build docs/floors.md >&2 || true
    ;;
  bench)
    need_dotnet
    dotnet build bench/VastPS.Bench -c Release -warnaserror -v quiet
    bench/VastPS.Bench/bin/Release/net10.0/VastPS.Bench "$@"
    ;;
  package)
    build
    version=$(sed -n "s/.*ModuleVersion *= *'\([0-9.]*\)'.*/\1/p" VastPS.psd1)
    tar -czf "out/VastPS-$version.tar.gz" -C out "VastPS/$version"
    say "out/VastPS-$version.tar.gz"
    ;;
  '' | -h | --help) usage ;;
  *)
    usage >&2
    die "There is no verb '$verb'."
    ;;
esac
