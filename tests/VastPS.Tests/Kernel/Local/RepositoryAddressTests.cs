using VastPS.Features.Checks;
using VastPS.Kernel.Local;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Local;

/// <summary>What is taken for the address of a repository, and for a commit.</summary>
public sealed class RepositoryAddressTests
{
    // In pieces, so that no file of the repository holds what looks like a password.
    private const string Secret = "gl" + "pat-Zyx9876w";

    [Theory]
    [InlineData("https://github.com/me/train", "Open", "train")]
    [InlineData("https://github.com/me/train.git", "Open", "train")]
    [InlineData("https://github.com/me/train.git/", "Open", "train")]
    [InlineData("http://127.0.0.1:8080/a b", "Open", "a%20b")]
    [InlineData("git://example.com/x", "Open", "x")]
    [InlineData("file:///srv/repos/x.git", "Open", "x")]
    [InlineData("ssh://git@example.com:2222/me/x.git", "Ssh", "x")]
    [InlineData("git@github.com:me/train.git", "Ssh", "train")]
    [InlineData("git@github.com:train", "Ssh", "train")]
    [InlineData("https://example.com/", "Open", "")]
    [InlineData("https://example.com/me/-rf", "Open", "")]
    [InlineData("https://example.com/.git", "Open", "")]
    public void Addresses_say_who_can_fetch_and_the_name(string text, string kind, string name)
    {
        RepositoryAddress address = RepositoryAddress.Of(text, "Repository")!;
        Assert.Equal((kind, text, name), (address.Kind.ToString(), address.Text, address.Name));
        Assert.Equal(text, address.Origin);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("./train")]
    [InlineData("/srv/train")]
    [InlineData("C:\\work\\train")]
    [InlineData("Temp:\\train")]
    [InlineData("~/train@2")]
    public void All_else_is_a_path(string text) => Assert.Null(RepositoryAddress.Of(text, "Repository"));

    [Fact]
    public void A_path_of_this_computer_is_no_origin()
    {
        var address = RepositoryAddress.OfFolder("/home/me/code/train.git/");
        Assert.Equal((RepositoryKind.Folder, "train", "train"), (address.Kind, address.Name, address.Origin));
    }

    [Theory]
    [InlineData("https://me:" + Secret + "@example.com/me/train.git", "https://example.com/me/train.git")]
    [InlineData("https://" + Secret + "@example.com:8443/me/train.git", "https://example.com:8443/me/train.git")]
    [InlineData("ssh://git:" + Secret + "@example.com/train", "ssh://example.com/train")]
    [InlineData("https://example.com/train?private_token=" + Secret, "https://example.com/train")]
    [InlineData("https://example.com/train#" + Secret, "https://example.com/train")]
    public void A_secret_in_an_address_is_refused_and_not_repeated(string text, string shown)
    {
        var error = Assert.Throws<VastException>(() => RepositoryAddress.Of(text, "Repository"));
        Assert.Equal((VastReason.RepositoryHoldsSecret, shown), (error.Reason, error.Target));
        Assert.Contains("-Bundle", ErrorText.Next(error), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, ErrorText.By(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-oProxyCommand=x")]
    [InlineData("--upload-pack=x")]
    [InlineData("https://a\nb/c")]
    [InlineData("ext://sh -c x")]
    [InlineData("ftp://example.com/x")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    [InlineData("https://me:" + Secret + "/x@example.com/y")]
    [InlineData("ftp://me:" + Secret + "@example.com/y")]
    public void What_is_no_address_is_refused(string text)
    {
        var error = Assert.Throws<VastException>(() => RepositoryAddress.Of(text, "Repository"));
        Assert.Equal(VastReason.InvalidValue, error.Reason);
        Assert.DoesNotContain(Secret, ErrorText.By(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4f2c1d9", true)]
    [InlineData("4F2C1D9AB", true)]
    [InlineData("4f2c1d", false)]
    [InlineData("main", false)]
    [InlineData("v1.0", false)]
    [InlineData("HEAD", false)]
    [InlineData("4f2c1d9~1", false)]
    [InlineData("-4f2c1d9", false)]
    [InlineData("4f2c1d94f2c1d94f2c1d94f2c1d94f2c1d94f2c1d9", false)]
    public void A_commit_is_a_hash(string commit, bool isHash)
    {
        RepositoryAddress address = RepositoryAddress.OfFolder("/home/me/train");
        if (isHash)
        {
            Assert.Equal(commit.ToLowerInvariant(), CommitRule.Demand(commit, address));
        }
        else
        {
            var error = Assert.Throws<VastException>(() => CommitRule.Demand(commit, address));
            Assert.Equal(VastReason.CommitNotPinned, error.Reason);
            Assert.Equal($"git -C '/home/me/train' rev-parse '{commit}'", ErrorText.Next(error));
        }
    }
}
