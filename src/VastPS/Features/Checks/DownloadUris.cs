using VastPS.Kernel.Shell;

namespace VastPS.Features.Checks;

/// <summary>Where test downloads come from.</summary>
internal static class DownloadUris
{
    /// <summary>Names the user's own addresses, separated by blanks; Start-VastSimulator sets it for its process.</summary>
    public const string Variable = "VASTPS_DOWNLOAD_URI";

    // Where trainings fetch from: a model of the hub, a wheel of PyTorch; then files for this purpose. The first of Hetzner's
    // answers with a page since 2024 (github.com/Ysurac/openmptcprouter/issues/3324), so it comes last.
    private static readonly Uri[] s_public =
    [
        new("https://huggingface.co/openai-community/gpt2/resolve/main/model.safetensors"),
        new("https://download.pytorch.org/whl/cu124/torch-2.5.1%2Bcu124-cp312-cp312-linux_x86_64.whl"),
        new("https://speed.cloudflare.com/__down?bytes=100000000"),
        new("https://ash-speed.hetzner.com/100MB.bin"),
        new("https://speed.hetzner.de/100MB.bin"),
    ];

    /// <summary>What was typed, else the user's own addresses, else public ones. InvalidValue for what is no such address.</summary>
    public static IReadOnlyList<Uri> Of(Uri[] typed, string parameter)
    {
        if (typed.Length > 0)
        {
            return [.. typed.Select(u => Check.Download(u, "-" + parameter))];
        }

        string[] own = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return own.Length > 0 ? [.. own.Select(u => Check.Download(new Uri(u, UriKind.RelativeOrAbsolute), "$env:" + Variable))] : s_public;
    }
}
