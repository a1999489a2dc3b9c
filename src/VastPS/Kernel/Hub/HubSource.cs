using VastPS.Basics;
using VastPS.Kernel.Api;

namespace VastPS.Kernel.Hub;

/// <summary>A hub of models and the token that may be sent to it, if any.</summary>
/// <param name="Address">The hub.</param>
/// <param name="Token">For models that are not open to all; null where none is sent.</param>
internal sealed record HubEndpoint(Uri Address, string? Token)
{
    /// <summary>Its name for people.</summary>
    public string Host => Address.IsDefaultPort ? Address.Host : Address.Authority;

    public override string ToString() => Host;
}

/// <summary>
/// Finds hub and token as the hub's own tools do: HF_ENDPOINT; HF_TOKEN, HF_TOKEN_PATH, HF_HOME/token, ~/.cache/huggingface/token.
/// The environment and the home folder come from outside, so that tests bring their own.
/// </summary>
internal sealed class HubSource(Func<string, string?> environment, string home)
{
    private const int LongestToken = 4096;

    private static readonly Uri s_public = new("https://huggingface.co");

    /// <summary>The environment of this process.</summary>
    public static HubSource OfProcess { get; } = new(
        Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>
    /// The hub to ask. A token goes to huggingface.co, and to another hub only over https: who sets HF_ENDPOINT means that one, but
    /// what is written in the clear can be read on the way.
    /// </summary>
    /// <exception cref="VastException">ApiAddressInvalid.</exception>
    public HubEndpoint Resolve()
    {
        Uri address = Variable("HF_ENDPOINT") is { } given ? ApiEndpoint.ParseAddress(given, "HF_ENDPOINT") : s_public;
        string? token = address.Scheme == Uri.UriSchemeHttps ? Token() : null;
        Redactor.Remember(token);
        return new HubEndpoint(address, token);
    }

    private string? Token()
    {
        string cache = Variable("HF_HOME") is { } own ? own : Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface");
        string file = Variable("HF_TOKEN_PATH") ?? Path.Combine(cache, "token");
        return Usable(Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN")) ?? Usable(Read(file));
    }

    private static string? Read(string file)
    {
        try
        {
            return Path.IsPathFullyQualified(file) && new FileInfo(file) is { Exists: true, Length: <= LongestToken }
                ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // What would not fit into a header is no token.
    private static string? Usable(string? text) => text?.Trim() is { Length: > 0 } token && token.All(c => c is > ' ' and < '\x7f')
        ? token : null;

    private string? Variable(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;
}
