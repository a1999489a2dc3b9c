using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace VastPS.Simulator;

/// <summary>
/// What stands beside the API under <c>/sim/</c>: links to results, and downloads and uploads at the real speed of a machine.
/// </summary>
internal sealed partial class Links(SimState state)
{
    /// <summary>Speed of somebody who is no box: 400 Mb/s.</summary>
    private const double OtherRate = 50e6;

    private readonly Dictionary<long, RateLimiter> _limiters = [];

    public async Task ServeAsync(HttpListenerContext context, CancellationToken stop)
    {
        string[] parts = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
        switch (parts)
        {
            case ["sim", "results", string name]:
                await ResultAsync(context, name, stop);
                break;
            case ["sim", "download", string size]:
                await DownloadAsync(context, Box(context), size, stop);
                break;
            case ["sim", "download", string box, string size]:
                await DownloadAsync(context, long.TryParse(box, out long id) ? id : null, size, stop);
                break;
            case ["sim", "upload"]:
                await UploadAsync(context, stop);
                break;
            default:
                await HttpFront.WriteAsync(context, 404, "text/plain", "no such link", stop);
                break;
        }
    }

    /// <summary>Real speed of an instance's or a machine's link in bytes a second.</summary>
    public double Rate(long? id)
    {
        if (id is null)
        {
            return state.Options.DownloadRate ?? OtherRate;
        }

        long machine = state.Find(id.Value)?.MachineId ?? id.Value;
        return state.Options.DownloadRate ?? state.Catalog.Rates.GetValueOrDefault(machine, OtherRate);
    }

    private async Task ResultAsync(HttpListenerContext context, string name, CancellationToken stop)
    {
        if (context.Request.Headers["Authorization"] is not null)
        {
            await HttpFront.WriteAsync(
                context,
                400,
                "application/xml",
                "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>",
                stop);
        }
        else if (state.Results.TryGetValue(name, out SimResult? result) && result.IsReady())
        {
            await HttpFront.WriteAsync(context, 200, "binary/octet-stream", result.Text, stop);
        }
        else
        {
            await HttpFront.WriteAsync(context, 404, "application/xml", "<Error><Code>NoSuchKey</Code></Error>", stop);
        }
    }

    private static long? Box(HttpListenerContext context) =>
        long.TryParse(context.Request.Headers["X-Sim-Box"], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;

    private async Task DownloadAsync(HttpListenerContext context, long? box, string size, CancellationToken stop)
    {
        if (Bytes(size) is not long bytes)
        {
            await HttpFront.WriteAsync(context, 404, "text/plain", "sizes look like 1048576, 100MB.bin or 2GB.bin", stop);
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength64 = bytes;
        if (context.Request.HttpMethod == "HEAD")
        {
            return;
        }

        RateLimiter limiter = Limiter(box);
        byte[] piece = new byte[limiter.Chunk];
        Random.Shared.NextBytes(piece);
        while (bytes > 0)
        {
            int count = (int)Math.Min(piece.Length, bytes);
            await limiter.TakeAsync(count, stop);
            await context.Response.OutputStream.WriteAsync(piece.AsMemory(0, count), stop);
            bytes -= count;
            Count(box, count, 0);
        }
    }

    private async Task UploadAsync(HttpListenerContext context, CancellationToken stop)
    {
        long? box = Box(context);
        RateLimiter limiter = Limiter(box);
        byte[] piece = new byte[limiter.Chunk];
        long total = 0;
        int read;
        while ((read = await context.Request.InputStream.ReadAsync(piece, stop)) > 0)
        {
            await limiter.TakeAsync(read, stop);
            Count(box, 0, read);
            total += read;
        }

        await HttpFront.WriteAsync(
            context, 200, "application/json", string.Create(CultureInfo.InvariantCulture, $"{{\"bytes\":{total}}}"), stop);
    }

    /// <summary>One limiter a box: parallel streams share its link.</summary>
    private RateLimiter Limiter(long? box)
    {
        lock (_limiters)
        {
            if (!_limiters.TryGetValue(box ?? 0, out RateLimiter? limiter))
            {
                limiter = _limiters[box ?? 0] = new RateLimiter(Rate(box));
            }

            limiter.Begin();
            return limiter;
        }
    }

    private void Count(long? box, long down, long up)
    {
        if (box is not null)
        {
            state.Find(box.Value)?.AddTraffic(state.Clock.Now, down, up);
        }
    }

    private static long? Bytes(string text)
    {
        Match found = Size().Match(text);
        if (!found.Success || !long.TryParse(found.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        long unit = found.Groups[2].Value.ToUpperInvariant() switch { "KB" => 1000, "MB" => 1_000_000, "GB" => 1_000_000_000, _ => 1 };
        return number <= 1_000_000_000_000 / unit ? number * unit : null;
    }

    [GeneratedRegex(@"^(\d{1,13})(KB|MB|GB)?(\.bin)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Size();
}
