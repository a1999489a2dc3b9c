using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>A key file as it was read. Whatever is wrong with one is a single error that names the file.</summary>
internal sealed class KeyFile
{
    // Real keys have a few KB; this keeps a mistyped path from reading a disk image.
    private const int MaxBytes = 64 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly byte[] _bytes;
    private readonly string _text;
    private readonly OpenSshHead? _head;

    private KeyFile(string path, byte[] bytes)
    {
        Path = path;
        _bytes = bytes;
        _text = Encoding.UTF8.GetString(bytes);
        _head = OpenSshHead.Of(_text);
        IsPublic = PublicKeyText.TryParse(_text, out PublicKeyText? whole, out _);
        Known = whole ?? Beside(_head?.Public);
    }

    public string Path { get; }

    /// <summary>True for the text of a public key.</summary>
    public bool IsPublic { get; }

    /// <summary>The public half as far as it shows without a passphrase: in the file, or in the .pub file beside it.</summary>
    public PublicKeyText? Known { get; }

    /// <summary>True for what may be a private key.</summary>
    public bool IsPrivate => !IsPublic && _text.Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    public static KeyFile Read(string path)
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
                _ => new KeyFile(path, bytes[..length]),
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

    /// <summary>Opens the private key.</summary>
    /// <param name="passphrase">Null where none is known: then a protected key is KeyFileEncrypted.</param>
    public LocalKey Open(string? passphrase = null)
    {
        string other = !IsPublic ? Path : Path.EndsWith(".pub", StringComparison.OrdinalIgnoreCase) ? Path[..^4] : "<the private file>";
        if ((_head?.KeyType ?? (IsPublic ? Known!.Type : "")).StartsWith("sk-", StringComparison.Ordinal))
        {
            throw new VastException(VastReason.KeyFileNeedsAgent, Path, other);
        }

        if (IsPublic)
        {
            throw new VastException(VastReason.KeyFileNotPrivate, Path, other);
        }

        DemandUsable();
        try
        {
            var opened = new PrivateKeyFile(new MemoryStream(_bytes), passphrase);
            return LocalKey.From(Path, PublicOf(opened), opened);
        }
        catch (Exception e) when (passphrase is null
            && (e is SshPassPhraseNullOrEmptyException || _text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)))
        {
            throw VastException.Because(e, VastReason.KeyFileEncrypted, Path);
        }
        catch (Exception e) when (passphrase is not null && IsLocked())
        {
            throw VastException.Because(e, VastReason.KeyPassphraseWrong, Path);
        }
        catch (Exception e)
        {
            // The parser meets foreign bytes and throws whatever they lead it to.
            string why = e is SshException ? TerminalText.Clean(e.Message).TrimEnd('.') : "its content is damaged or of another kind";
            throw VastException.Because(e, VastReason.KeyFileInvalid, Path, why);
        }
    }

    private bool IsLocked()
    {
        try
        {
            return Open() is null;
        }
        catch (VastException e)
        {
            return e.Reason == VastReason.KeyFileEncrypted;
        }
    }

    private void DemandUsable()
    {
        if (_head?.KeyType == "ssh-dss" || _text.Contains("BEGIN DSA PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new VastException(VastReason.KeyFileInvalid, Path, "DSA keys are no longer accepted by ssh servers");
        }

        // As ssh itself: only for files of this user.
        if (IsPrivate && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & Others) is not 0 && !FileOwner.IsForeign(Path))
        {
            throw new VastException(VastReason.KeyFileExposed, Path, Convert.ToString((int)File.GetUnixFileMode(Path), 8).PadLeft(4, '0'));
        }
    }

    // The comment comes from the .pub file beside it where that fits.
    private PublicKeyText PublicOf(PrivateKeyFile opened)
    {
        byte[] blob = ((KeyHostAlgorithm)opened.HostKeyAlgorithms.First()).Data;
        return Known is { } known && known.Base64 == Convert.ToBase64String(blob) ? known : PublicKeyText.FromBlob(blob, "");
    }

    // With its comment where the .pub file is the key's own; what stands in the private file itself is always right.
    private PublicKeyText? Beside(PublicKeyText? own)
    {
        try
        {
            _ = PublicKeyText.TryParse(AtomicFile.Read(Path + ".pub") ?? "", out PublicKeyText? beside, out _);
            return own is null || beside?.Base64 == own.Base64 ? beside : own;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return own;
        }
    }
}
