#!/bin/sh
# Answers as nvidia-smi does, from ../gpu.state: a line of field names, then one tab-separated line for each GPU.
# ../gpu.user names a process and what the GPUs show while it lives (gpu-use).
# ../gpu.apps holds the processes on the GPUs: index, pid, name and MiB.
folder=$(dirname "$0")/..
query='' apps='' format='' ids='' list='' full=''

while [ $# -gt 0 ]; do
    case $1 in
    --query-gpu=*) query=${1#*=} ;;
    --query-gpu) shift; query=$1 ;;
    --query-compute-apps=*) apps=${1#*=} ;;
    --query-compute-apps) shift; apps=$1 ;;
    --format=*) format=${1#*=} ;;
    --format) shift; format=$1 ;;
    -i | --id) shift; ids=$1 ;;
    -i=* | --id=*) ids=${1#*=} ;;
    -L | --list-gpus) list=1 ;;
    -q | --query) full=1 ;;
    -h | --help) echo 'NVIDIA System Management Interface (simulated)'; exit 0 ;;
    *) echo "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help."; exit 1 ;;
    esac
    shift
done

now=$(date '+%Y/%m/%d %H:%M:%S.%3N')
if [ -n "$query$apps" ]; then
    case ,$format, in
    *,csv,*) ;;
    *) echo 'No --format= switch was given. Please run nvidia-smi -h for help.'; exit 1 ;;
    esac
fi

mode=table
[ -n "$full" ] && mode=full
[ -n "$list" ] && mode=list
[ -n "$apps" ] && mode=apps
[ -n "$query" ] && mode=query

user='' percent='' mib=''
[ -r "$folder/gpu.user" ] && read -r user percent mib < "$folder/gpu.user"
[ -n "$user" ] && kill -0 "$user" 2>/dev/null || percent=''

exec awk -v percent="$percent" -v mib="$mib" -v mode="$mode" -v query="$query$apps" -v format=",$format," -v ids="$ids" -v now="$now" -v apps="$folder/gpu.apps" -v day="$(date '+%a %b %e %H:%M:%S %Y')" '
function unit(field) {
    if (field ~ /^(memory|protected_memory|bar1_memory)\.|used_gpu_memory|used_memory/) return "MiB"
    if (field ~ /^utilization\.|^fan\.speed/) return "%"
    if (field ~ /^power\.(draw|limit|default_limit|min_limit|max_limit|management_limit)|^enforced\.power/) return "W"
    if (field ~ /^clocks\.(current\.|max\.)?(graphics|sm|memory|mem|video|gr)$/) return "MHz"
    return ""
}
function alias(field) {
    if (field == "gpu_name") return "name"
    if (field == "gpu_uuid") return "uuid"
    if (field == "gpu_bus_id") return "pci.bus_id"
    if (field == "gpu_serial") return "serial"
    if (field == "temperature") return "temperature.gpu"
    if (field == "process_name") return "process_name"
    if (field == "used_memory") return "used_gpu_memory"
    sub(/^clocks_event_reasons\./, "clocks_throttle_reasons.", field)
    sub(/^clocks\.current\./, "clocks.", field)
    if (field == "clocks.gr") return "clocks.graphics"
    if (field == "clocks.mem") return "clocks.memory"
    return field
}
function value(i, field) {
    if (field == "timestamp") return now
    if (field == "count") return gpus
    if (field == "memory.free") return row[i, "memory.total"] - row[i, "memory.used"] - row[i, "memory.reserved"]
    return row[i, field]
}
function known(field) { return field in column || field == "timestamp" || field == "count" || field == "memory.free" }
function cell(text, field,   u) {
    u = unit(field)
    if (u == "" || text ~ /N\/A|Not Supported/ || format ~ /,nounits,/) return text
    return text " " u
}
function wanted(i) {
    return ids == "" || index("," ids ",", "," i ",") || index("," ids ",", "," row[i, "uuid"] ",")
}
function heading(field,   u) { u = unit(field); return u == "" ? field : field " [" u "]" }
function shorter(name) { return (length(name) > 33) ? "..." substr(name, length(name) - 29) : name }
BEGIN { FS = "\t"; gpus = 0 }
NR == 1 { for (c = 1; c <= NF; c++) { names[c] = $c; column[$c] = c }; next }
{
    for (c = 1; c <= NF; c++) row[gpus, names[c]] = $c
    if (percent != "") { row[gpus, "utilization.gpu"] = percent; row[gpus, "memory.used"] = mib }
    gpus++
}
END {
    if (mode == "list") {
        for (i = 0; i < gpus; i++) if (wanted(i)) printf "GPU %d: %s (UUID: %s)\n", i, row[i, "name"], row[i, "uuid"]
        exit 0
    }
    if (mode == "query" || mode == "apps") {
        count = split(query, fields, / *, */)
        head = ""
        for (f = 1; f <= count; f++) {
            if (!known(alias(fields[f])) && !(mode == "apps" && fields[f] ~ /^(pid|process_name|name|used_gpu_memory|used_memory)$/)) {
                printf "Field \"%s\" is not a valid field to query.\n\n", fields[f]
                exit 2
            }
            head = head (f > 1 ? ", " : "") heading(fields[f])
        }
        if (format !~ /,noheader,/) print head
    }
    if (mode == "query") {
        for (i = 0; i < gpus; i++) if (wanted(i)) {
            text = ""
            for (f = 1; f <= count; f++) text = text (f > 1 ? ", " : "") cell(value(i, alias(fields[f])), alias(fields[f]))
            print text
        }
        exit 0
    }
    if (mode == "apps") {
        while ((getline line < apps) > 0) {
            split(line, app, "\t")
            if (!wanted(app[1])) continue
            text = ""
            for (f = 1; f <= count; f++) {
                if (fields[f] == "pid") v = app[2]
                else if (fields[f] == "process_name" || fields[f] == "name") v = app[3]
                else if (alias(fields[f]) == "used_gpu_memory") v = cell(app[4], "used_gpu_memory")
                else v = value(app[1], alias(fields[f]))
                text = text (f > 1 ? ", " : "") v
            }
            print text
        }
        exit 0
    }
    if (mode == "full") {
        printf "\n==============NVSMI LOG==============\n\nTimestamp                                 : %s\nDriver Version                            : %s\nCUDA Version                              : %s\n\nAttached GPUs                             : %d\n", day, row[0, "driver_version"], row[0, "cuda_version"], gpus
        for (i = 0; i < gpus; i++) if (wanted(i)) {
            printf "GPU %s\n    Product Name                          : %s\n    GPU UUID                              : %s\n    FB Memory Usage\n        Total                             : %s MiB\n        Used                              : %s MiB\n        Free                              : %s MiB\n    Utilization\n        GPU                               : %s %%\n        Memory                            : %s %%\n", row[i, "pci.bus_id"], row[i, "name"], row[i, "uuid"], row[i, "memory.total"], row[i, "memory.used"], value(i, "memory.free"), row[i, "utilization.gpu"], row[i, "utilization.memory"]
        }
        exit 0
    }
    line = "+-----------------------------------------+------------------------+----------------------+"
    rule = "+-----------------------------------------------------------------------------------------+"
    printf "%s       \n%s\n", day, rule
    printf "| NVIDIA-SMI %-23sDriver Version: %-15sCUDA Version: %-9s|\n", row[0, "driver_version"], row[0, "driver_version"], row[0, "cuda_version"]
    print line
    print "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |"
    print "| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |"
    print "|                                         |                        |               MIG M. |"
    print "|=========================================+========================+======================|"
    for (i = 0; i < gpus; i++) if (wanted(i)) {
        name = row[i, "name"]
        if (length(name) > 30) name = substr(name, 1, 27) "..."
        fan = row[i, "fan.speed"]; fan = fan ~ /N\/A/ ? "N/A" : fan "%"
        ecc = row[i, "ecc.mode.current"] == "Enabled" ? row[i, "ecc.errors.uncorrected.volatile.total"] : row[i, "ecc.mode.current"] ~ /N\/A/ ? "N/A" : "Off"
        mig = row[i, "mig.mode.current"]; gsub(/[][]/, "", mig)
        printf "| %3d  %-31s%-3s |   %s Off | %20s |\n", i, name, row[i, "persistence_mode"] == "Enabled" ? "On" : "Off", row[i, "pci.bus_id"], ecc
        printf "| %3s   %2dC    %-3s%14.0fW / %4.0fW |%8sMiB / %6sMiB | %6s%% %12s |\n", fan, row[i, "temperature.gpu"], row[i, "pstate"], row[i, "power.draw"], row[i, "power.limit"], row[i, "memory.used"], row[i, "memory.total"], row[i, "utilization.gpu"], row[i, "compute_mode"]
        printf "|                                         |                        | %20s |\n%s\n", mig, line
    }
    printf "%90s\n%s\n", "", rule
    print "| Processes:                                                                              |"
    print "|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |"
    print "|        ID   ID                                                               Usage      |"
    print "|=========================================================================================|"
    any = 0
    while ((getline text < apps) > 0) {
        split(text, app, "\t")
        any = 1
        printf "| %4d   N/A  N/A %15d      C   %-33s%10sMiB |\n", app[1], app[2], shorter(app[3]), app[4]
    }
    if (!any) print "|  No running processes found                                                             |"
    print rule
}' "$folder/gpu.state"
