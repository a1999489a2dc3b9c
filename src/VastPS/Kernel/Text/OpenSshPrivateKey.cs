using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>Writes an ed25519 private key as OpenSSH does, with or without a passphrase.</summary>
internal static class OpenSshPrivateKey
{
    /// <summary>Length of a salt.</summary>
    public const int SaltBytes = 16;

    // What ssh-keygen takes at present: 24 rounds, AES-256 in counter mode.
    private const int Rounds = 24;
    private const int KeyBytes = 32;
    private const int BlockBytes = 16;
    private const int PlainBlockBytes = 8;
    private const int LineLength = 70;

    /// <param name="key">The public half.</param>
    /// <param name="seed">The 32 secret bytes.</param>
    /// <param name="check">A random number by which a wrong passphrase is noticed.</param>
    /// <param name="passphrase">Null for none.</param>
    /// <param name="salt">16 random bytes for the passphrase.</param>
    public static string Write(PublicKeyText key, byte[] seed, uint check, string? passphrase, byte[] salt)
    {
        byte[] blob = Convert.FromBase64String(key.Base64);
        byte[] point = blob[^32..];
        byte[] secret =
        [
            .. SshWire.Number(check), .. SshWire.Number(check),
            .. SshWire.Field(key.Type), .. SshWire.Field(point), .. SshWire.Field([.. seed, .. point]), .. SshWire.Field(key.Comment),
        ];
        int block = passphrase is null ? PlainBlockBytes : BlockBytes;
        byte[] padding = [.. Enumerable.Range(1, (block - (secret.Length % block)) % block).Select(i => (byte)i)];
        secret = [.. secret, .. padding];
        (string cipher, string derivation, byte[] options) = ("none", "none", Array.Empty<byte>());
        if (passphrase is not null)
        {
            (cipher, derivation, options) = ("aes256-ctr", "bcrypt", [.. SshWire.Field(salt), .. SshWire.Number(Rounds)]);
            Mask(secret, BcryptPbkdf.Derive(Encoding.UTF8.GetBytes(passphrase), salt, Rounds, KeyBytes + BlockBytes));
        }

        byte[] whole =
        [
            .. OpenSshHead.Magic, .. SshWire.Field(cipher), .. SshWire.Field(derivation), .. SshWire.Field(options),
            .. SshWire.Number(1), .. SshWire.Field(blob), .. SshWire.Field(secret),
        ];
        IEnumerable<string> lines = Convert.ToBase64String(whole).Chunk(LineLength).Select(line => new string(line) + "\n");
        return $"{OpenSshHead.Begin}\n{string.Concat(lines)}{OpenSshHead.End}\n";
    }

    // Counter mode: the counter of each block, encrypted, is laid over the text.
    private static void Mask(byte[] text, byte[] keyAndCounter)
    {
        using var aes = Aes.Create();
        aes.Key = keyAndCounter[..KeyBytes];
        UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(keyAndCounter.AsSpan(KeyBytes));
        byte[] block = new byte[BlockBytes];
        for (int from = 0; from < text.Length; from += BlockBytes, counter++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, counter);
            byte[] mask = aes.EncryptEcb(block, PaddingMode.None);
            for (int i = 0; i < BlockBytes; i++)
            {
                text[from + i] ^= mask[i];
            }
        }
    }
}
