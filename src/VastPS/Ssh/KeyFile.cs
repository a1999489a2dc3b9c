using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;
using VastPS.Basics;
using VastPS.SshText;

namespace VastPS.Ssh;

/// <summary>Reads private key files. Whatever is wrong with one is a single error that names the file.</summary>
internal static class KeyFile
{
    // Real keys have a few KB; this keeps a mistyped path from reading a disk image.
    private const int MaxBytes = 64 * 1024;

    public static PrivateKeyFile Open(string path)
    {
        byte[] bytes = Read(path);
        string text = Encoding.UTF8.GetString(bytes);
        if (PublicKeyText.TryParse(text, out _, out _))
        {
            string other = path.EndsWith(".pub", StringComparison.OrdinalIgnoreCase) ? path[..^4] : "<the private file>";
            throw new VastException(VastReason.KeyFileNotPrivate, path, other);
        }

        try
        {
            return new PrivateKeyFile(new MemoryStream(bytes));
        }
        catch (SshPassPhraseNullOrEmptyException e)
        {
            throw VastException.Because(e, VastReason.KeyFileEncrypted, path);
        }
        catch (Exception e) when (text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
        {
            throw VastException.Because(e, VastReason.KeyFileEncrypted, path);
        }
        catch (Exception e)
        {
            // The parser meets foreign bytes and throws whatever they lead it to.
            string why = e is SshException ? TerminalText.Clean(e.Message).TrimEnd('.') : "its content is damaged or of another kind";
            throw VastException.Because(e, VastReason.KeyFileInvalid, path, why);
        }
    }

    /// <summary>The public half, worked out from the private one; the comment comes from the .pub file beside it where that fits.</summary>
    public static PublicKeyText PublicOf(string path)
    {
        using PrivateKeyFile key = Open(path);
        byte[] blob = ((KeyHostAlgorithm)key.HostKeyAlgorithms.First()).Data;
        bool told = Beside(path) is { } text && PublicKeyText.TryParse(text, out PublicKeyText? beside, out _) && beside.Base64 == Convert.ToBase64String(blob);
        return told ? PublicKeyText.Parse(Beside(path)!) : PublicKeyText.FromBlob(blob, "");
    }

    private static string? Beside(string path)
    {
        try
        {
            return AtomicFile.Read(path + ".pub");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new VastException(VastReason.KeyFileInvalid, path, "it is a folder");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[MaxBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length switch
            {
                0 => throw new VastException(VastReason.KeyFileInvalid, path, "it is empty"),
                > MaxBytes => throw new VastException(VastReason.KeyFileInvalid, path, "it is far too large for a key"),
                _ => bytes[..length],
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw VastException.Because(e, VastReason.KeyFileMissing, path, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(e, VastReason.KeyFileUnreadable, path, e.Message);
        }
    }
}
