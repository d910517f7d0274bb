#!/usr/bin/env bash
# Counts how often the store reaches the disk in one sign-in with a password and a code: starts the gateway under strace with an empty
# data directory, enrols a person, signs the person in again and prints the synced commits of each answer.
# Needs strace, curl, jq, oathtool and pkill (Debian's packages of these names). Usage: tests/count-commits.sh [the built MfaGateway.dll]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
dll=${1:-$top/src/MfaGateway/bin/Debug/net10.0/MfaGateway.dll}
for tool in strace curl jq oathtool pkill; do
  command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 2; }
done
dir=$(mktemp -d)
# The gateway itself: strace passes no signal on, and waits for what it traces.
stop() { [ -z "${gateway:-}" ] || pkill -P "$gateway" || true; wait || true; rm -rf "$dir"; }
trap stop EXIT
port=$(( 20000 + RANDOM % 20000 ))
site=http://127.0.0.1:$port
api=$site/_mfa/api/v1
password='a long enough passphrase 7'
cat > "$dir/appsettings.json" <<JSON
{ "MfaGateway": { "DataDirectory": "$dir/data" },
  "ReverseProxy": {
    "Routes": { "app": { "ClusterId": "app", "AuthorizationPolicy": "two-factor", "Match": { "Path": "/{**path}" } } },
    "Clusters": { "app": { "Destinations": { "one": { "Address": "http://127.0.0.1:9/" } } } } } }
JSON
cd "$dir"
echo "$password" | dotnet "$dll" users add ada --email ada@example.org --password-stdin > /dev/null
strace -f -qq -e trace=fsync,fdatasync -o syncs dotnet "$dll" --urls="$site" > log 2>&1 &
gateway=$!
until curl -fsS -o /dev/null "$site/_mfa/health/ready" 2>/dev/null; do
  kill -0 "$gateway" || { cat log >&2; exit 1; }
done

call() { curl -sS --max-time 60 --cookie "$jar" --cookie-jar "$jar" -H 'Mfa-Csrf: 1' -H 'Content-Type: application/json' "$@"; }
syncs() { grep -c 'sync(' syncs || true; }
sign_in() { call "$api/sign-in" -d "{\"userName\":\"ada\",\"password\":\"$password\",\"returnUrl\":\"/\"}" | jq -r .next; }

jar=enrolling
sign_in > /dev/null
secret=$(call "$api/enroll/totp" -X POST | jq -r .secret)
call "$api/enroll/totp/confirm" -d "{\"code\":\"$(oathtool --totp --base32 "$secret")\",\"name\":\"Phone\"}" > /dev/null
call "$api/enroll/recovery-codes/saved" -d '{}' > /dev/null

# The next step's code, which is taken a step early: the one that enrolled is spent.
jar=signing-in
before=$(syncs)
next=$(sign_in)
[ "$next" = totp ] || { echo "after the password: $next" >&2; exit 1; }
between=$(syncs)
code=$(oathtool --totp --base32 --now "@$(( $(date +%s) + 30 ))" "$secret")
next=$(call "$api/challenge/totp" -d "{\"code\":\"$code\"}" | jq -r .next)
[ "$next" = done ] || { echo "after the code: $next" >&2; exit 1; }
after=$(syncs)
echo "password: $(( between - before )) commits; code: $(( after - between )) commits; in all: $(( after - before ))"
# An attempt is reserved, the answer is taken: twice.
[ $(( after - before )) -le 4 ] || { echo "more than 4" >&2; exit 1; }
