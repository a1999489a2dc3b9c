using System.Net;

namespace VastPS.Tests.Kit;

/// <summary>Serves a repository over plain HTTP, as a folder of files, which git can read. Its first answers can fail.</summary>
internal sealed class GitServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private int _cuts;
    private int _requests;

    /// <param name="repository">What is served, as it is now.</param>
    /// <param name="cuts">So many answers are cut off in their midst.</param>
    /// <param name="status">Instead of files, this status; 0 for files.</param>
    public GitServer(GitRepository repository, int cuts = 0, int status = 0)
    {
        repository.Git("update-server-info");
        _folder = Path.Combine(repository.Folder, ".git");
        _cuts = cuts;
        int port = SshBox.FreePort();
        Uri = $"http://127.0.0.1:{port}/me/train.git";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync(status);
    }

    public string Uri { get; }

    public int Requests => Volatile.Read(ref _requests);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(int status)
    {
        try
        {
            while (true)
            {
                Answer(await _listener.GetContextAsync(), status);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context, int status)
    {
        Interlocked.Increment(ref _requests);
        if (_cuts > 0)
        {
            _cuts--;
            context.Response.ContentLength64 = 1000;
            context.Response.OutputStream.Write(new byte[10]);
            context.Response.OutputStream.Flush();
            context.Response.Abort();
            return;
        }

        string path = Path.Combine(_folder, context.Request.Url!.AbsolutePath["/me/train.git/".Length..]);
        context.Response.StatusCode = status != 0 ? status : File.Exists(path) ? 200 : 404;
        if (status == 401)
        {
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"private\"");
        }

        context.Response.Close(context.Response.StatusCode == 200 ? File.ReadAllBytes(path) : [], willBlock: true);
    }
}
