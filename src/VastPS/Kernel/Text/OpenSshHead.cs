using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>What an OpenSSH private key file tells without its passphrase: the public half.</summary>
/// <param name="KeyType">Such as ssh-ed25519, also of kinds that cannot be used.</param>
/// <param name="Public">Null for a kind that cannot be read.</param>
internal sealed record OpenSshHead(string KeyType, PublicKeyText? Public)
{
    public const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    public const string End = "-----END OPENSSH PRIVATE KEY-----";

    public static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>Null for any other text.</summary>
    public static OpenSshHead? Of(string text)
    {
        int from = text.IndexOf(Begin, StringComparison.Ordinal);
        int to = text.IndexOf(End, StringComparison.Ordinal);
        byte[] bytes = new byte[text.Length];
        if (from < 0
            || to < from
            || !Convert.TryFromBase64Chars(text.AsSpan(from + Begin.Length, to - from - Begin.Length), bytes, out int length))
        {
            return null;
        }

        // Cipher, key derivation and its options, the number of keys, the public key.
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
        if (!rest.StartsWith(Magic))
        {
            return null;
        }

        rest = rest[Magic.Length..];
        return SshWire.TryField(ref rest, out _) && SshWire.TryField(ref rest, out _) && SshWire.TryField(ref rest, out _)
            && SshWire.TryNumber(ref rest, out uint count) && count == 1
            && SshWire.TryField(ref rest, out ReadOnlySpan<byte> blob) && Type(blob) is { } type
                ? new OpenSshHead(type, PublicKeyText.TryFromBlob(blob.ToArray(), ""))
                : null;
    }

    private static string? Type(ReadOnlySpan<byte> blob) =>
        SshWire.TryField(ref blob, out ReadOnlySpan<byte> name) ? Encoding.ASCII.GetString(name) : null;
}
