using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>Makes an ed25519 key pair in two files, as ssh-keygen would, and never over a file that is there.</summary>
internal static class NewKeyPair
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode EveryoneReads = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Refuses a path where a key, or half of one, stands already.</summary>
    public static void DemandFree(string path)
    {
        if (new[] { path, path + ".pub" }.FirstOrDefault(Path.Exists) is { } taken)
        {
            throw new VastException(VastReason.KeyFileExists, taken, path);
        }
    }

    /// <param name="path">The private file; the public one has .pub behind it.</param>
    /// <param name="passphrase">Null for none.</param>
    public static PublicKeyText Make(string path, SecureString? passphrase)
    {
        DemandFree(path);
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        byte[] point = new Ed25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded();
        PublicKeyText key = PublicKeyText.FromBlob(
            [.. SshWire.Field("ssh-ed25519"), .. SshWire.Field(point)], $"{Environment.UserName}@{Environment.MachineName}");
        string? secret = passphrase is { Length: > 0 } ? new NetworkCredential("", passphrase).Password : null;
        string text = OpenSshPrivateKey.Write(
            key,
            seed,
            BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
            secret,
            RandomNumberGenerator.GetBytes(OpenSshPrivateKey.SaltBytes));
        try
        {
            Basics.AtomicFile.MakeFolder(Path.GetDirectoryName(path)!);
            Write(path, text, OwnerOnly);
            WritePublic(path, key.Line + "\n");
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(e, VastReason.KeyFileNotWritten, path, e.Message.TrimEnd('.'));
        }
    }

    // Half a pair is of no use, and stands in the way of the next attempt.
    private static void WritePublic(string path, string text)
    {
        try
        {
            Write(path + ".pub", text, EveryoneReads);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    // Whole under its own name or not at all, and never instead of another file.
    private static void Write(string path, string text, UnixFileMode mode)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(draft, mode);
            }

            File.Move(draft, path, overwrite: false);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
