using VastPS.Features.Transfer;
using VastPS.Kernel.Local;

namespace VastPS.Tests.Features.Transfer;

/// <summary>What is taken for a secret, and what a box may call a file.</summary>
public sealed class SecretRuleTests
{
    [Theory]
    [InlineData("/home/me/p/.env", null, true)]
    [InlineData("/home/me/p/.env.local", null, true)]
    [InlineData("/home/me/p/.env.example", null, false)]
    [InlineData("/home/me/p/environment.yml", null, false)]
    [InlineData("/home/me/p/tokenizer.json", "{}", false)]
    [InlineData("/home/me/p/token", null, true)]
    [InlineData("C:\\Users\\me\\.aws\\config", null, true)]
    [InlineData("/home/me/.config/vastai/anything", null, true)]
    [InlineData("/home/me/.config/other/anything", null, false)]
    [InlineData("/home/me/p/deploy.txt", "-----BEGIN RSA PRIVATE KEY-----", true)]
    [InlineData("/home/me/p/cert.pem", "-----BEGIN CERTIFICATE-----", false)]
    [InlineData("/home/me/p/key.pub", "ssh-ed25519 AAAA", false)]
    public void Secrets_are_known_by_name_folder_and_content(string path, string? head, bool secret) =>
        Assert.Equal(secret, SecretRule.Fault(path, head) is not null);

    [Theory]
    [InlineData("checkpoint-500", false, true)]
    [InlineData("-rf", false, true)]
    [InlineData("a b", false, true)]
    [InlineData("..", false, false)]
    [InlineData("../x", false, false)]
    [InlineData("/etc/passwd", false, false)]
    [InlineData("", false, false)]
    [InlineData("a\nb", false, true)]
    [InlineData("a\nb", true, false)]
    [InlineData("a\u001bb", false, false)]
    [InlineData("a\\b", false, true)]
    [InlineData("a\\b", true, false)]
    [InlineData("C:x", true, false)]
    [InlineData("nul.txt", true, false)]
    [InlineData("com1", true, false)]
    [InlineData("command", true, true)]
    public void Only_plain_names_are_received(string name, bool windows, bool plain) =>
        Assert.Equal(plain, ReceivedName.Fault(name, windows) is null);

    [Theory]
    [InlineData("latest", "checkpoint-5", true)]
    [InlineData("a/latest", "../b/c", true)]
    [InlineData("latest", "../b", false)]
    [InlineData("latest", "/etc/passwd", false)]
    [InlineData("m", "a/b/up/../..", false)]
    [InlineData("d/e/l", "a/..", false)] // inside by counting, and elsewhere where a is a link itself
    [InlineData("d/e/l", "a/../..", false)]
    [InlineData("d/e/l", "../a", true)]
    [InlineData("d/e/l", "../../a", true)]
    [InlineData("m", "", false)]
    public void A_link_stays_inside_by_its_words_alone(string link, string target, bool stays) =>
        Assert.Equal(stays, ReceivedName.StaysInside(link, target));

    [Theory]
    [InlineData("/a/b/c", "/a/b", true)]
    [InlineData("/a/bc", "/a/b", false)]
    [InlineData("/a/b", "/a/b", false)]
    public void Inside_is_below(string path, string folder, bool inside) => Assert.Equal(inside, ReceivedName.IsInside(path, folder));
}
