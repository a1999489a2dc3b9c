using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace VastPS.Basics;

/// <summary>The only place that knows what a secret looks like. Every text shown, logged or stored passes through it.</summary>
internal static partial class Redactor
{
    private const string Mask = "***";

    // Secrets of this process by value: a server may echo a key in a form no pattern knows.
    private static readonly ConcurrentDictionary<string, byte> s_known = new(StringComparer.Ordinal);

    /// <summary>
    /// Remembers a secret so that it is masked wherever it turns up. Short values are not remembered: they would mask ordinary words.
    /// </summary>
    public static void Remember(string? secret)
    {
        if (secret is { Length: >= 8 })
        {
            s_known.TryAdd(secret, 0);
        }
    }

    /// <summary>The text with every known or recognisable secret masked.</summary>
    public static string Clean(string text)
    {
        text = CleanKnown(text);
        text = Bearer().Replace(text, "$1" + Mask);
        text = KeyParameter().Replace(text, "$1" + Mask);
        text = UrlPassword().Replace(text, "$1" + Mask);
        return PrivateKey().Replace(SecretPatterns.Mask(text, Mask), Mask);
    }

    /// <summary>The text with the known secrets masked and nothing else: for data, in which what only looks like a secret stays.</summary>
    public static string CleanKnown(string text)
    {
        foreach (string secret in s_known.Keys)
        {
            text = text.Replace(secret, Mask, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    /// <summary>True where the text holds an access token of a well-known service.</summary>
    public static bool HoldsToken(string text) => SecretPatterns.HoldsToken(text);

    /// <summary>A key as it may be shown: its last four characters, where it is long enough to give that away.</summary>
    public static string MaskKey(string key) => key.Length >= 16 ? Mask + key[^4..] : Mask;

    [GeneratedRegex(@"(?i)(bearer\s+)[^\s""']+")]
    private static partial Regex Bearer();

    [GeneratedRegex(@"(?i)((?:api_key|apikey|instance_api_key|jupyter_token|access_token|password)""?\s*[=:]\s*""?)[^\s""'&,}]+")]
    private static partial Regex KeyParameter();

    [GeneratedRegex(@"(://[^/\s:@]*:)[^/\s@]+(?=@)")]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)")]
    private static partial Regex PrivateKey();
}
