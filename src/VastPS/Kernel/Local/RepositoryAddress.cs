using System.Text.RegularExpressions;

namespace VastPS.Kernel.Local;

/// <summary>Who can fetch a repository.</summary>
internal enum RepositoryKind
{
    /// <summary>A folder of this computer.</summary>
    Folder,

    /// <summary>An address that anybody may be able to read, the box too.</summary>
    Open,

    /// <summary>An address over ssh, which needs a key of the user's.</summary>
    Ssh,
}

/// <summary>Where a repository is.</summary>
/// <param name="Kind">Who can fetch it.</param>
/// <param name="Text">The address or the full path.</param>
/// <param name="Name">Its own name, without .git; empty where it has none that could name a folder.</param>
internal sealed partial record RepositoryAddress(RepositoryKind Kind, string Text, string Name)
{
    private const string Example = "-Repository https://github.com/me/train";

    /// <summary>By what a box remembers where its copy came from; paths of this computer stay here.</summary>
    public string Origin => Kind == RepositoryKind.Folder ? Name : Text;

    /// <summary>A folder of this computer.</summary>
    public static RepositoryAddress OfFolder(string path) => new(RepositoryKind.Folder, path, NameIn(path));

    /// <summary>
    /// An address; null where the text is none, but a path. Throws RepositoryHoldsSecret, which does not repeat the
    /// secret, and InvalidValue.
    /// </summary>
    public static RepositoryAddress? Of(string text, string parameter)
    {
        if (text.StartsWith('-') || text.Any(char.IsControl))
        {
            throw Invalid(text, parameter, "an address begins with no dash and holds no control characters");
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return ShortSsh().IsMatch(text) ? new(RepositoryKind.Ssh, text, NameIn(text)) : null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.StartsWith('-'))
        {
            throw Invalid(Masked(text, scheme + 3), parameter, "it is no address");
        }

        RepositoryKind? kind = uri.Scheme switch
        {
            "https" or "http" or "git" or "file" => RepositoryKind.Open,
            "ssh" => RepositoryKind.Ssh,
            _ => null,
        };
        if (kind is null)
        {
            throw Invalid(Masked(text, scheme + 3), parameter, "git is asked over https, http, git, ssh or file only");
        }

        // Over ssh the user has a name and no password; elsewhere the name alone can be a token, and so can a query.
        bool holds = kind == RepositoryKind.Ssh ? uri.UserInfo.Contains(':', StringComparison.Ordinal) : uri.UserInfo.Length > 0;
        if (holds || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new VastException(
                VastReason.RepositoryHoldsSecret,
                uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        }

        return new(kind.Value, text, NameIn(uri.AbsolutePath));
    }

    // Also where it is no address, something before an @ may be meant as a password.
    private static string Masked(string text, int from) =>
        text.LastIndexOf('@') is var at && at > from ? string.Concat(text.AsSpan(0, from), "***", text.AsSpan(at)) : text;

    private static string NameIn(string path)
    {
        string name = path.TrimEnd('/', '\\');
        name = name[(name.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        name = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
        return name is "." or ".." || name.StartsWith('-') || name.Any(char.IsControl) ? "" : name;
    }

    private static VastException Invalid(string text, string parameter, string why) =>
        new(VastReason.InvalidValue, $"'{text}'", "-" + parameter, why, Example);

    // git@github.com:me/train.git
    [GeneratedRegex(@"^\w[\w.-]*@\w[\w.-]*:[^:]")]
    private static partial Regex ShortSsh();
}
