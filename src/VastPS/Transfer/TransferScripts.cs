using VastPS.SshText;

namespace VastPS.Transfer;

/// <summary>
/// Shell text for what SFTP cannot do: real paths, hashes, and many files in one round trip. Names come on stdin, a line
/// each. POSIX sh and coreutils only.
/// </summary>
internal static class TransferScripts
{
    /// <summary>Exit code of <see cref="Prepare"/> where the folder is the root or the login folder.</summary>
    public const int WholeFolder = 40;

    /// <summary>
    /// Makes the destination and a hidden folder in it, with the folders named on stdin; prints the destination's real path.
    /// Hidden folders of transfers that were cut off go, once nothing in them has changed for an hour: until then they may
    /// be in use.
    /// </summary>
    public static string Prepare(string destination, string stage, bool isTree) => $$"""
        CDPATH=
        {{Place("d", destination)}}
        mkdir -p -- "$d" && cd -- "$d" || exit 1
        d=$(pwd -P)
        h=$(cd && pwd -P)
        {{(isTree ? $"if [ \"$d\" = / ] || [ \"$d\" = \"$h\" ]; then exit {WholeFolder}; fi" : ":")}}
        for old in ./.vastps-????????????????; do
            if [ -d "$old" ] && [ -z "$(find "$old" -mmin -60 | head -n 1)" ]; then rm -rf -- "$old"; fi
        done
        mkdir -m 700 -- "./{{stage}}" && cd "./{{stage}}" || exit 1
        while IFS= read -r name; do mkdir -p -- "./$name" || exit 1; done
        printf '%s\n' "$d"
        """;

    /// <summary>Compares the files in a folder with the hashes on stdin; prints those that differ.</summary>
    public static string Check(string stage) => $"cd -- {ShellQuote.Word(stage)} && LC_ALL=C sha256sum --check --quiet -";

    /// <summary>The line of a file for <see cref="Check"/>, in the escaped form that sha256sum knows.</summary>
    public static string CheckLine(string sha256, string name) => name.Contains('\\', StringComparison.Ordinal)
        ? $"\\{sha256}  {name.Replace("\\", "\\\\", StringComparison.Ordinal)}"
        : $"{sha256}  {name}";

    /// <summary>Gives everything its own name: lines "d name" for folders, "x name" for programs, "- name" for files.</summary>
    public static string Arrive(string destination, string stage) => $$"""
        d={{ShellQuote.Word(destination)}}
        cd -- {{ShellQuote.Word(stage)}} || exit 1
        while IFS= read -r line; do
            name=${line#* }
            case $line in
            d*) mkdir -p -- "$d/$name" ;;
            x*) chmod u+x -- "./$name" && mv -fT -- "./$name" "$d/$name" ;;
            *) mv -fT -- "./$name" "$d/$name" ;;
            esac || exit 1
        done
        {{Remove(stage)}}
        """;

    public static string Remove(string stage) => $"cd / && rm -rf -- {ShellQuote.Word(stage)}";

    /// <summary>Prints what a path is (d, f, o, or - where nothing is there), the login folder, and the real path.</summary>
    public static string Look(string path) => $$"""
        CDPATH=
        {{Place("p", path)}}
        r=$(readlink -f -- "$p")
        if [ -d "$r" ]; then k=d; elif [ -f "$r" ]; then k=f; elif [ -e "$r" ]; then k=o; else k=-; fi
        printf '%s\n%s\n%s\n' "$k" "$(cd && pwd -P)" "$r"
        """;

    /// <summary>For each link on stdin: its size where it leads to a file, else -, and the real path.</summary>
    public const string Follow = """
        while IFS= read -r p; do
            r=$(readlink -f -- "$p")
            if [ -f "$r" ]; then s=$(stat -c %s -- "$r"); else s=-; fi
            printf '%s %s\n' "$s" "$r"
        done
        """;

    /// <summary>For each line "count path" on stdin: the SHA-256 of the first bytes, so that a growing log can be checked.</summary>
    public const string Hash = """
        while IFS= read -r line; do
            head -c "${line%% *}" -- "${line#* }" | sha256sum
        done
        """;

    // A path as people write it; a relative one begins at the login folder, and none is taken for an option.
    private static string Place(string variable, string path) =>
        path is "~" ? $"{variable}=$HOME"
        : path.StartsWith("~/", StringComparison.Ordinal) ? $"{variable}=$HOME/{ShellQuote.Word(path[2..])}"
        : $"{variable}={ShellQuote.Word(path.StartsWith('/') ? path : "./" + path)}";
}
