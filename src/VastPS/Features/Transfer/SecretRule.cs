using System.Text.RegularExpressions;
using VastPS.Basics;

namespace VastPS.Features.Transfer;

/// <summary>Which local files look like secrets: by name, by the folder they are in, by their first bytes.</summary>
internal static partial class SecretRule
{
    private static readonly string[] s_folders =
        [".aws", ".ssh", ".gnupg", ".kube", ".azure", ".docker", ".config/vastai", ".config/vastps", ".config/gcloud", ".config/gh"];

    private static readonly string[] s_names =
    [
        ".netrc",
        "_netrc", ".pgpass", ".pypirc", ".git-credentials", ".vast_api_key", "vast_api_key", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519",
        "credentials", "credentials.json", "token", ".npmrc",
    ];

    // Variables with placeholders, made to be shared.
    private static readonly string[] s_samples = [".env.example", ".env.sample", ".env.template", ".env.dist"];

    /// <summary>Why a file is taken for a secret; null where it is not.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="head">The beginning of its text; null to judge by the name alone.</param>
    public static string? Fault(string path, string? head)
    {
        string[] parts = path.Split('/', '\\');
        string name = parts[^1].ToLowerInvariant();
        string folder = "/" + string.Join('/', parts[..^1]).ToLowerInvariant() + "/";
        if ((name == ".env" || name.StartsWith(".env.", StringComparison.Ordinal)) && !s_samples.Contains(name))
        {
            return "environment with secrets";
        }

        if (s_names.Contains(name) || name.EndsWith(".token", StringComparison.Ordinal))
        {
            return "credentials";
        }

        return s_folders.FirstOrDefault(f => folder.Contains($"/{f}/", StringComparison.Ordinal)) is { } secret ? "in " + secret
            : head is null ? null
            : PrivateKey().IsMatch(head) ? "private key"
            : Redactor.HoldsToken(head) ? "access token"
            : null;
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----|^PuTTY-User-Key-File-")]
    private static partial Regex PrivateKey();
}
