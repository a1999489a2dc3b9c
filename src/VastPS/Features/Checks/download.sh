# Downloads each address in turn for a limited time, after one short warm-up. Prints a line for each sample:
# vastps-sample TOOL URI BYTES FIRST TOTAL STATUS CODE - seconds from the start to the first byte and to the last, the answer
# of the server, and the exit code of the tool; 28 is the time limit, which is the plan. WARM-UP SAMPLE COUNT URI...
export LC_ALL=C
warm=$1 each=$2 samples=$3
shift 3

tool=none
for name in curl wget python3 bash; do
    if command -v "$name" > /dev/null 2>&1; then
        tool=$name
        break
    fi
done

with_curl() {
    curl --silent --location --output /dev/null --connect-timeout 5 --max-time "$2" \
        --write-out '%{size_download} %{time_starttransfer} %{time_total} %{http_code}' "$1"
    echo " $?"
}

# urllib follows redirects; a server that is silent is left when the time is over.
with_python3() {
    python3 -c '
import socket, sys, time, urllib.error, urllib.request
uri, limit = sys.argv[1], float(sys.argv[2])
start, size, first, status, code = time.monotonic(), 0, 0.0, "000", 0
try:
    with urllib.request.urlopen(uri, timeout=min(5, limit)) as answer:
        status = answer.status
        while time.monotonic() - start < limit:
            piece = answer.read1(65536)
            if not piece:
                break
            first = first or time.monotonic() - start
            size += len(piece)
        else:
            code = 28
except urllib.error.HTTPError as error:
    status = error.code
except socket.timeout:
    code = 28
except urllib.error.URLError as error:
    reason = error.reason
    code = 28 if isinstance(reason, socket.timeout) else 6 if isinstance(reason, socket.gaierror) \
        else 7 if isinstance(reason, ConnectionRefusedError) else 56
except OSError:
    code = 56
print(size, "%.3f" % first, "%.3f" % (time.monotonic() - start), status, code)
' "$1" "$2"
}

# Without TLS, and without redirects: what bash can do alone.
# shellcheck disable=SC2016 # bash -c, not this shell, expands it
by_bash='
case $1 in http://*) ;; *) exit 2 ;; esac
rest=${1#http://}
place=${rest%%/*} path=/
[ "$rest" = "$place" ] || path=/${rest#*/}
host=${place%:*} port=80
[ "$host" = "$place" ] || port=${place##*:}
exec 5<>"/dev/tcp/$host/$port" || exit 7
printf "GET %s HTTP/1.0\r\nHost: %s\r\nAccept: */*\r\n\r\n" "$path" "$place" >&5
while IFS= read -r line <&5; do
    line=${line%$(printf "\r")}
    case $line in HTTP/*) echo "$line" >&2 ;; "") break ;; esac
done
exec cat <&5'

now() {
    read -r up _ < /proc/uptime
    echo "$up"
}

# For tools that write to stdout what they download and to stderr what the server says: the bytes are counted as they come.
counted() {
    limit=$1
    shift
    begin=$(now)
    said=$({
        {
            {
                timeout "$limit" "$@"
                echo "code $?" >&2
            } 2>&1 >&4 | sed -n -e 's/^ *HTTP\/[0-9.]* \([0-9]*\).*/status \1/p' -e '/^code [0-9]*$/p' >&3
        } 4>&1 | {
            echo "one $(head -c 1 | wc -c)"
            echo "first $(now)"
            echo "more $(wc -c)"
        } >&3
    } 3>&1)
    end=$(now)
    printf '%s\n' "$said" | awk -v begin="$begin" -v end="$end" '
        { value[$1] = $2 }
        END {
            code = value["code"] + 0
            if (code == 124 || code == 137 || code == 143) code = 28
            status = value["status"] == "" ? "000" : value["status"]
            print value["one"] + value["more"], value["first"] - begin, end - begin, status, code
        }'
}

with_wget() { counted "$2" wget -S -O - "$1"; }
with_bash() { counted "$2" bash -c "$by_bash" - "$1"; }
with_none() { echo '0 0 0 000 127'; }

probe() { echo "vastps-sample $tool $1 $("with_$tool" "$1" "$2")"; }

[ "$tool" = none ] || probe "$1" "$warm" > /dev/null
n=0
while [ "$n" -lt "$samples" ]; do
    probe "$1" "$each"
    [ "$tool" != none ] || exit 0
    first=$1
    shift
    set -- "$@" "$first"
    n=$((n + 1))
done
