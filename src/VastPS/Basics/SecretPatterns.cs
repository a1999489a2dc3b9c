using System.Text.RegularExpressions;

namespace VastPS.Basics;

/// <summary>
/// What secrets look like in commands and texts: by their own beginning, by the name of the variable, option or header they are given
/// to, and by their place in an address. A name alone is none, and neither is a variable, a path, a number or a placeholder.
/// </summary>
internal static partial class SecretPatterns
{
    // Options and settings whose value opens something. Tokens of a tokenizer have other names, such as pad_token.
    private const string Names =
        @"(?:(?:[a-z0-9]+[._-])*(?:api[_-]?key|apikey|access[_-]?token|auth[_-]?token|bearer[_-]?token|private[_-]token|"
        + @"session[_-]?token|refresh[_-]?token"
        + @"|(?:hf|hub|huggingface|github|gh|gitlab|git|wandb|api|user|slack|bot|jupyter)[_-]?token|secret[_-]?(?:access[_-]?)?key|"
        + @"client[_-]?secret|wandb[_-]?key|password|passwd|passphrase))";

    private const string Value = @"(?:""(?<secret>[^""\s$]+)""|'(?<secret>[^'\s$]+)'|(?<secret>[^\s""'$;&|()<>`,}]+))";

    /// <summary>What kind of secret a text holds and the name of a variable for it; null where it holds none.</summary>
    public static (string Kind, string Variable)? Find(string text)
    {
        if (Token().Match(text) is { Success: true } token)
        {
            return ("an access token", token.Value switch
            {
                ['h', 'f', ..] => "HF_TOKEN",
                ['g', 'h', ..] or ['g', 'i', 't', ..] => "GITHUB_TOKEN",
                ['A', 'K', ..] or ['A', 'S', ..] => "AWS_ACCESS_KEY_ID",
                _ => "API_KEY",
            });
        }

        return PrivateKey().IsMatch(text) ? ("a private key", "PRIVATE_KEY")
            : Holds(Address(), text, isPassword: true) || Holds(AddressToken(), text, isPassword: false)
                ? ("a password in an address", "GIT_PASSWORD")
            : Holds(Header(), text, isPassword: false) ? ("an authorization header", "API_KEY")
            : Holds(Login(), text, isPassword: false) ? ("the key of a log-in", "API_KEY")
            : Holds(CurlUser(), text, isPassword: true) ? ("a user's password", "PASSWORD")
            : Named(Variable(), text) ?? Named(Option(), text) ?? Named(Setting(), text) ?? Named(Query(), text);
    }

    /// <summary>The text with the secrets in it masked.</summary>
    public static string Mask(string text, string mask)
    {
        text = Token().Replace(text, mask);
        foreach ((Regex pattern, bool isPassword) in new[]
            {
                (Header(), false), (Login(), false), (CurlUser(), true), (AddressToken(), false), (Variable(), false), (Option(), false),
                (Setting(), false), (Query(), false)
            })
        {
            text = pattern.Replace(text, m => IsSecret(m, isPassword)
                ? string.Concat(
                    m.Value.AsSpan(0, Secret(m).Index - m.Index), mask, m.Value.AsSpan(Secret(m).Index - m.Index + Secret(m).Length))
                : m.Value);
        }

        return text;
    }

    /// <summary>True where the text holds an access token of a well-known service.</summary>
    public static bool HoldsToken(string text) => Token().IsMatch(text);

    private static bool Holds(Regex pattern, string text, bool isPassword) => pattern.Matches(text).Any(m => IsSecret(m, isPassword));

    private static (string Kind, string Variable)? Named(Regex pattern, string text) =>
        pattern.Matches(text).FirstOrDefault(m => IsSecret(m, isPassword: false)) is { } found
            ? (
                $"the value of {found.Groups["name"].Value}",
                NotName().Replace(found.Groups["name"].Value.TrimStart('-'), "_").ToUpperInvariant())
            : null;

    private static Group Secret(Match match) => match.Groups["secret"];

    private static bool IsSecret(Match match, bool isPassword)
    {
        string value = Secret(match).Value;
        isPassword = isPassword || PasswordName().IsMatch(match.Groups["name"].Value);
        if (value.Length < 4 || Harmless().IsMatch(value))
        {
            return false;
        }

        // A password can be any word. A token that is short is no token, unless it mixes digits and letters.
        return isPassword
            || value.Length >= 16
            || (value.Length >= 6 && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter))
            || SaysSo().IsMatch(value);
    }

    // Beginnings that the services document: Hugging Face, GitHub, GitLab, OpenAI and Anthropic (sk-), Stripe, Groq, xAI, NVIDIA,
    // Replicate, Together, Weights & Biases (since 2025), Google, AWS, Slack, npm, PyPI, Docker, and JSON web tokens.
    [GeneratedRegex(
        @"\b(?:(?:hf|api_org)_[A-Za-z0-9]{20,}|gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,}|"
        + @"sk-(?=[A-Za-z0-9_-]*[A-Za-z0-9_]{20})[A-Za-z0-9_-]{20,}|[rs]k_live_[A-Za-z0-9]{20,}"
        + @"|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_-]{20,}|r8_[A-Za-z0-9]{20,}|tgp_v1_[A-Za-z0-9_-]{20,}|"
        + @"wandb_v1_[A-Za-z0-9_]{20,}|AIza[A-Za-z0-9_-]{35}|(?:AKIA|ASIA)[A-Z0-9]{16}"
        + @"|xox[abeprs]-[A-Za-z0-9-]{16,}|npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}|"
        + @"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})(?![A-Za-z0-9])")]
    private static partial Regex Token();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"://[^/\s:@""']*:(?<secret>[^/\s@$""']+)@")]
    private static partial Regex Address();

    [GeneratedRegex(@"://(?<secret>[A-Za-z0-9_-]{20,})@")]
    private static partial Regex AddressToken();

    [GeneratedRegex(
        @"authorization[""']?\s*[:=]\s*[""']?(?:bearer|basic|token)\s+(?<secret>[A-Za-z0-9._~+/=-]{6,})|"
        + @"\bbearer\s+(?<secret>[A-Za-z0-9._~+/=-]{20,})",
        RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex(
        @"\bwandb\s+login\s+(?:--\S+\s+)*(?<secret>[A-Za-z0-9_]{20,})|\bngrok\s+(?:config\s+add-)?authtoken\s+(?<secret>\w{20,})|"
        + @"\bconfigure\s+set\s+\w*(?:secret\w*|session_token)\s+(?<secret>[^\s$""']+)|"
        + @"\blogin\(\s*(?:\w+\s*=\s*)?[""'](?<secret>[A-Za-z0-9_-]{16,})[""']|\bsshpass\s+-p\s*[""']?(?<secret>[^\s$""']{4,})")]
    private static partial Regex Login();

    [GeneratedRegex(@"\bcurl\b[^\n|;&]*?\s(?:-u|--user)[\s=]*[""']?[^\s:""'$]+:(?<secret>[^\s""'$]+)")]
    private static partial Regex CurlUser();

    // HF_TOKEN=..., export WANDB_API_KEY=..., os.environ["HF_TOKEN"] = "...", "API_KEY": "..."
    [GeneratedRegex(
        @"(?<![A-Za-z0-9_$-])(?<name>(?!(?:[A-Z0-9]+_)*(?:PAD|EOS|BOS|EOT|UNK|MASK|SEP|CLS|MAX|MIN|NUM|IMAGE|VIDEO|AUDIO|STOP|START|END|"
        + @"SPECIAL|NEW|PER|CONTEXT|PLACEHOLDER|TRIGGER|INSTANCE|CLASS|CONCEPT|INITIALIZER|LAST|FIRST|NEXT|PREFIX|SUFFIX)_TOKEN\b)"
        + @"[A-Z][A-Z0-9_]*?(?:TOKEN|API_?KEY|SECRET(?:_?(?:ACCESS_?)?KEY)?|ACCESS_?KEY|AUTH_?KEY|ACCOUNT_?KEY|STORAGE_?KEY|PASSWORD|PASSWD|PASSPHRASE|_PASS|_PWD)|TOKEN|KAGGLE_KEY|OPENAI_KEY|"
        + @"SECRET|PASSWORD|PASSWD)(?:[""']?\]?\s?=\s?|[""']\s*:\s*)"
            + Value)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<![\w-])(?<name>--?(?:" + Names + @"|token))(?:=|\s+)" + Value, RegexOptions.IgnoreCase)]
    private static partial Regex Option();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9$-])(?<name>" + Names + @"|(?<=[(,\s])token)(?:[""']?\]?\s?=\s?|[""']\s*:\s*|(?<=key|token):\s*)" + Value,
        RegexOptions.IgnoreCase)]
    private static partial Regex Setting();

    [GeneratedRegex(@"[?&](?<name>token|key|sig|secret|password)=(?<secret>[^\s&""'$]{8,})", RegexOptions.IgnoreCase)]
    private static partial Regex Query();

    [GeneratedRegex("passw|passphrase", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordName();

    [GeneratedRegex("secret|passw", RegexOptions.IgnoreCase)]
    private static partial Regex SaysSo();

    [GeneratedRegex("[^A-Za-z0-9_]+")]
    private static partial Regex NotName();

    // Words of settings, numbers, paths, placeholders, names of variables, and expressions that read the value elsewhere.
    [GeneratedRegex(
        @"^(?:true|false|none|null|yes|no|on|off|auto|default|optional|required|x+|\*+|\.+|[0-9.,e+-]{1,15}|[~/.@%\\].*|[A-Za-z]:[\\/].*|"
        + @"[\[{<].*|(?-i:[A-Z][A-Z_]*)|--?\w.*|your.*|my[_-]?(?:token|key|api[_-]?key)|changeme|example|placeholder|file:.*|env:.*|"
        + @"(?:os|args?|cfg|config|self|env|opts?|settings)[.\[].*|.*(?:getenv|environ|getpass).*|.*\.(?:txt|json|ya?ml|toml|env|py|pem|"
        + @"key|token|ini))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Harmless();
}
