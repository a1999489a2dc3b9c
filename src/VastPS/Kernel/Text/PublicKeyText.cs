using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>One public key in the form of a .pub file: type, base64, comment.</summary>
internal sealed class PublicKeyText
{
    private static readonly IReadOnlyDictionary<string, string> s_curves = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ecdsa-sha2-nistp256"] = "nistp256",
        ["ecdsa-sha2-nistp384"] = "nistp384",
        ["ecdsa-sha2-nistp521"] = "nistp521",
        ["sk-ecdsa-sha2-nistp256@openssh.com"] = "nistp256",
    };

    private PublicKeyText(string type, byte[] blob, string comment)
    {
        Type = type;
        Base64 = Convert.ToBase64String(blob);
        Comment = comment;
        Fingerprint = FingerprintOf(blob);
    }

    /// <summary>The key type, such as ssh-ed25519.</summary>
    public string Type { get; }

    public string Base64 { get; }

    /// <summary>What follows the key; empty where nothing does.</summary>
    public string Comment { get; }

    /// <summary>As ssh-keygen -l shows it: SHA256: and base64 without padding.</summary>
    public string Fingerprint { get; }

    /// <summary>The line of a .pub file.</summary>
    public string Line => Comment.Length == 0 ? $"{Type} {Base64}" : $"{Type} {Base64} {Comment}";

    public static string FingerprintOf(byte[] blob) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');

    /// <summary>Makes the text of a key from its wire form.</summary>
    public static PublicKeyText FromBlob(byte[] blob, string comment) =>
        Check(blob, out string? type) is { } problem
            ? throw Invalid(Convert.ToBase64String(blob), problem)
            : new PublicKeyText(type!, blob, comment);

    /// <summary>The same; null for a key of a kind that is not known, or a damaged one.</summary>
    public static PublicKeyText? TryFromBlob(byte[] blob, string comment) =>
        Check(blob, out string? type) is null ? new PublicKeyText(type!, blob, comment) : null;

    /// <summary>Reads one public key; anything else throws PublicKeyInvalid, which says what it is instead.</summary>
    public static PublicKeyText Parse(string text) =>
        TryParse(text, out PublicKeyText? key, out string? problem) ? key : throw Invalid(text, problem);

    public static bool TryParse(string text, [NotNullWhen(true)] out PublicKeyText? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        problem = Problem(text.Trim(), out string type, out byte[] blob, out string comment);
        if (problem is not null)
        {
            return false;
        }

        key = new PublicKeyText(type, blob, comment);
        return true;
    }

    public override string ToString() => $"{Type} {Fingerprint}";

    private static string? Problem(string text, out string type, out byte[] blob, out string comment)
    {
        (type, blob, comment) = ("", [], "");
        if (text.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal))
        {
            return "this is a private key, which must never leave its file; the public key is in the file ending in .pub";
        }

        if (text.Length == 0)
        {
            return "it is empty";
        }

        if (text.AsSpan().ContainsAny('\r', '\n'))
        {
            return "it has more than one line";
        }

        if (text.Any(char.IsControl))
        {
            return "it contains control characters";
        }

        string[] words = text.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!IsKnown(words[0]))
        {
            return NotAKey(text, words[0]);
        }

        if (words.Length < 2 || !TryDecode(words[1], out blob))
        {
            return $"the part after {words[0]} is not the base64 text of a key; it may have been cut off";
        }

        comment = words.Length > 2 ? words[2] : "";
        if (Check(blob, out string? named) is { } broken)
        {
            return broken;
        }

        type = words[0];
        return named == type ? null : $"it says {type} but holds a key of type {named}";
    }

    private static string NotAKey(string text, string first)
    {
        if (text.Contains(" ssh-", StringComparison.Ordinal)
            || text.Contains(" ecdsa-sha2-", StringComparison.Ordinal)
            || text.Contains(" sk-", StringComparison.Ordinal))
        {
            return "options before the key are not accepted; begin with the key type";
        }

        if (first == "ssh-dss")
        {
            return "DSA keys are no longer accepted by ssh servers";
        }

        return text.AsSpan().ContainsAny('/', '\\') || first.StartsWith('~') || first.EndsWith(".pub", StringComparison.Ordinal)
            ? "it looks like a path; the text of the key is wanted"
            : "it does not begin with a key type such as ssh-ed25519";
    }

    private static bool IsKnown(string type) =>
        type is "ssh-ed25519" or "ssh-rsa" or "sk-ssh-ed25519@openssh.com" || s_curves.ContainsKey(type);

    private static bool TryDecode(string base64, out byte[] blob)
    {
        byte[] room = new byte[base64.Length];
        bool good = Convert.TryFromBase64String(base64, room, out int length);
        blob = good ? room[..length] : [];
        return good && length > 0;
    }

    // The wire form: fields with a 4-byte length each, the first being the type.
    private static string? Check(byte[] blob, out string? type)
    {
        const string Cut = "the key is not complete; it may have been cut off";
        var rest = new ReadOnlySpan<byte>(blob);
        type = SshWire.TryField(ref rest, out ReadOnlySpan<byte> name) ? Encoding.ASCII.GetString(name) : null;
        if (type is null || !IsKnown(type) || !SshWire.TryField(ref rest, out ReadOnlySpan<byte> first))
        {
            return Cut;
        }

        bool good = type switch
        {
            "ssh-ed25519" => first.Length == 32 && rest.IsEmpty,
            "sk-ssh-ed25519@openssh.com" => first.Length == 32 && SshWire.TryField(ref rest, out _) && rest.IsEmpty,
            "ssh-rsa" => SshWire.TryField(ref rest, out ReadOnlySpan<byte> modulus) && modulus.Length >= 128 && rest.IsEmpty,
            _ => s_curves[type] == Encoding.ASCII.GetString(first)
                && SshWire.TryField(ref rest, out ReadOnlySpan<byte> point)
                && point.Length > 32
                && (!type.StartsWith("sk-", StringComparison.Ordinal) || SshWire.TryField(ref rest, out _)) && rest.IsEmpty,
        };
        return good ? null : Cut;
    }

    // Never the text itself: it may be a private key.
    private static VastException Invalid(string text, string problem)
    {
        string shown = text.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase) ? "(private key)" : TerminalText.Clean(text.Trim());
        return new VastException(VastReason.PublicKeyInvalid, shown.Length > 60 ? shown[..60] + "..." : shown, problem);
    }
}
