using System.Text;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Text;

public sealed class OpenSshPrivateKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-newkey-").FullName;

    private string KeyPath => Path.Combine(_folder, "new", "id");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("x")]
    [InlineData("pass phrase with ü and 'quotes' that is longer than seventy-two bytes, where plain bcrypt would stop reading it")]
    public void Ssh_keygen_reads_what_was_made(string? passphrase)
    {
        PublicKeyText made =
            NewKeyPair.Make(KeyPath, passphrase is null ? null : new System.Net.NetworkCredential("", passphrase).SecurePassword);

        Assert.Equal(made.Line, SshKeygen.Print("-y", "-P", passphrase ?? "", "-f", KeyPath));
        Assert.Contains(made.Fingerprint, SshKeygen.Print("-l", "-f", KeyPath + ".pub"), StringComparison.Ordinal);
        Assert.Equal(made.Line, KeyFile.Read(KeyPath).Open(passphrase).Public.Line);
        Assert.Equal(UnixMode.Owner, UnixMode.Of(KeyPath));
        Assert.Equal(UnixMode.All, UnixMode.Of(KeyPath + ".pub"));
        Assert.Equal(
            ["id", "id.pub"],
            Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(KeyPath)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(passphrase is null, SshKeygen.Accepts("-y", "-P", passphrase + "x", "-f", KeyPath));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("id.pub")]
    public void A_file_that_is_there_stays_as_it_is(string taken)
    {
        string path = Path.Combine(_folder, taken);
        File.WriteAllText(path, "mine");

        VastException error = Assert.Throws<VastException>(() => NewKeyPair.Make(Path.Combine(_folder, "id"), null));

        Assert.Equal(VastReason.KeyFileExists, error.Reason);
        Assert.Contains(path, ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        VastException error = Assert.Throws<VastException>(() => NewKeyPair.Make(Path.Combine(_folder, "file", "id"), null));

        Assert.Equal(VastReason.KeyFileNotWritten, error.Reason);
    }

    // Field by field as OpenSSH documents it (PROTOCOL.key): whatever the length of the comment, the blocks are filled with 1, 2, 3.
    [Theory]
    [InlineData(null, 8)]
    [InlineData("x", 16)]
    public void The_file_is_laid_out_as_documented(string? passphrase, int block)
    {
        byte[] seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        byte[] salt = [.. Enumerable.Range(50, OpenSshPrivateKey.SaltBytes).Select(i => (byte)i)];
        byte[] point = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];
        for (int length = 0; length <= block; length++)
        {
            PublicKeyText key =
                PublicKeyText.FromBlob([.. SshWire.Field("ssh-ed25519"), .. SshWire.Field(point)], new string('c', length));
            string text = OpenSshPrivateKey.Write(key, seed, 7, passphrase, salt);
            string[] lines = text.Split('\n');
            Assert.Equal((OpenSshHead.Begin, OpenSshHead.End, ""), (lines[0], lines[^2], lines[^1]));
            Assert.All(lines[1..^3], l => Assert.Equal(70, l.Length));
            Assert.InRange(lines[^3].Length, 1, 70);

            ReadOnlySpan<byte> rest = Convert.FromBase64String(string.Concat(lines[1..^2]));
            Assert.True(rest.StartsWith(OpenSshHead.Magic));
            rest = rest[OpenSshHead.Magic.Length..];
            Assert.Equal(passphrase is null ? "none" : "aes256-ctr", Encoding.ASCII.GetString(Take(ref rest)));
            Assert.Equal(passphrase is null ? "none" : "bcrypt", Encoding.ASCII.GetString(Take(ref rest)));
            Assert.Equal(passphrase is null ? [] : [.. SshWire.Field(salt), 0, 0, 0, 24], Take(ref rest));
            Assert.True(SshWire.TryNumber(ref rest, out uint count) && count == 1);
            Assert.Equal(key.Base64, Convert.ToBase64String(Take(ref rest)));
            byte[] secret = Take(ref rest);
            Assert.True(rest.IsEmpty);
            Assert.Equal(0, secret.Length % block);
            if (passphrase is not null)
            {
                // The first block again: what is laid over it is the cipher of the counter that the passphrase gives.
                byte[] derived = BcryptPbkdf.Derive("x"u8, salt, 24, 48);
                using var aes = System.Security.Cryptography.Aes.Create();
                aes.Key = derived[..32];
                for (int at = 0; at < secret.Length; at += 16)
                {
                    byte[] counter = [.. derived[32..47], (byte)(derived[47] + (at / 16))];
                    byte[] mask = aes.EncryptEcb(counter, System.Security.Cryptography.PaddingMode.None);
                    for (int i = 0; i < 16; i++)
                    {
                        secret[at + i] ^= mask[i];
                    }
                }
            }

            rest = secret;
            Assert.True(SshWire.TryNumber(ref rest, out uint one) && SshWire.TryNumber(ref rest, out uint two) && (one, two) == (7, 7));
            Assert.Equal("ssh-ed25519", Encoding.ASCII.GetString(Take(ref rest)));
            Assert.Equal(point, Take(ref rest));
            Assert.Equal([.. seed, .. point], Take(ref rest));
            Assert.Equal(key.Comment, Encoding.ASCII.GetString(Take(ref rest)));
            Assert.True(rest.Length < block);
            Assert.Equal(Enumerable.Range(1, rest.Length).Select(i => (byte)i), rest.ToArray());
        }

        static byte[] Take(ref ReadOnlySpan<byte> from)
        {
            Assert.True(SshWire.TryField(ref from, out ReadOnlySpan<byte> field));
            return field.ToArray();
        }
    }
}
