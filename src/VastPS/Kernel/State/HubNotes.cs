using System.Security.Cryptography;
using System.Text;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>What hubs said about models, one small file for each, so that nobody is asked twice.</summary>
/// <param name="clock">For how long a note counts.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
internal sealed class HubNotes(TimeProvider clock, string? folder = null)
{
    // The files of a model change seldom once it is out.
    private static readonly TimeSpan s_fresh = TimeSpan.FromDays(30);

    /// <summary>The note; null where there is none that counts, or none that can be read.</summary>
    public string? Read(string hub, string model)
    {
        try
        {
            string path = PathOf(hub, model);
            return File.Exists(path) && clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) < s_fresh ? AtomicFile.Read(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a note. Where the folder cannot be written the hub is asked again.</summary>
    public void Keep(string hub, string model, string text)
    {
        try
        {
            AtomicFile.MakeFolder(StateFolder.File("models", folder));
            AtomicFile.Replace(PathOf(hub, model), text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A look-up does without.
        }
    }

    private string PathOf(string hub, string model)
    {
        string plain = string.Concat(model.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '+'));
        string mark = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{hub} {model.ToLowerInvariant()}")))[..12];
        return Path.Combine(StateFolder.File("models", folder), $"{plain[..Math.Min(plain.Length, 100)]}.{mark}.json");
    }
}
