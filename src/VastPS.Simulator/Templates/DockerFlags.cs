using System.Text;
using System.Text.Json.Nodes;

namespace VastPS.Simulator.Templates;

/// <summary>Reads <c>-e NAME=value -p 8000:8000</c> into the map that a create takes.</summary>
internal static class DockerFlags
{
    public static JsonObject Parse(string text)
    {
        JsonObject map = [];
        List<string> words = Words(text);
        for (int i = 0; i + 1 < words.Count; i += 2)
        {
            string value = words[i + 1];
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            switch (words[i])
            {
                case "-e" or "--env" when equals > 0:
                    map[value[..equals]] = value[(equals + 1)..];
                    break;
                case "-p" or "-v" or "-n":
                    map[$"{words[i]} {value}"] = "1";
                    break;
                case "-h" or "--hostname":
                    map["-h"] = value;
                    break;
                default:
                    // One word without a value: the next one is a flag again.
                    i--;
                    break;
            }
        }

        return map;
    }

    private static List<string> Words(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        foreach (char letter in text + " ")
        {
            if (quote != '\0')
            {
                _ = letter == quote ? Close() : word.Append(letter);
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (!char.IsWhiteSpace(letter))
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;

        StringBuilder Close()
        {
            quote = '\0';
            return word;
        }
    }
}
