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
}
