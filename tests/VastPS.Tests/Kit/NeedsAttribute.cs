using System.Reflection;
using Xunit.v3;

namespace VastPS.Tests.Kit;

/// <summary>
/// A test that wants a program beyond the .NET SDK and sshd. Where it is missing, the test counts as skipped, by the name of the
/// package; <c>.ci/run</c> reads these names from the source, installs the packages and lets no such test be skipped.
/// </summary>
/// <param name="package">The package of Debian that holds the program.</param>
/// <param name="program">The program, where it is not named like its package.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class NeedsAttribute(string package, string? program = null) : BeforeAfterTestAttribute, ITraitAttribute
{
    /// <summary>What the reason of such a skip begins with; build.ps1 knows it by this.</summary>
    public const string Trait = "Needs";

    private static readonly string[] s_more = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Where the program is; null where it is missing.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(s_more).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    /// <summary>Why a test is skipped; null where it is not.</summary>
    public static string? Missing(string package, string program) =>
        Find(program) is null ? $"{Trait}={package}: there is no {program} on this computer." : null;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Trait, package)];

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        Assert.SkipWhen(Missing(package, program ?? package) is not null, Missing(package, program ?? package) ?? "");
}
