using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Manifold.Bench;

/// <summary>One run of wrk: 32 connections of one client thread against one page.</summary>
internal static partial class Load
{
    private const int Connections = 32;

    /// <summary>Returns the number of requests answered. Any socket error or any answer but 2xx makes the run worthless.</summary>
    public static long Run(Peer peer, LoadKind kind, int seconds, CancellationToken stop)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}s"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (kind == LoadKind.Close)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add("Connection: close");
        }
        start.ArgumentList.Add(peer.Url.ToString());
        using var wrk = Process.Start(start) ?? throw new BenchException("wrk does not start");
        var errors = wrk.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = wrk.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(TimeSpan.FromSeconds(seconds + 20));
            wrk.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new BenchException($"wrk against {peer.Name} did not end in time");
        }
        finally
        {
            if (!wrk.HasExited) wrk.Kill();
        }
        return Requests(peer, output.Result + errors.Result);
    }

    private static long Requests(Peer peer, string said)
    {
        if (Trouble().Match(said) is { Success: true } trouble) throw new BenchException($"wrk against {peer.Name}: {trouble.Value.Trim()}");
        var count = Count().Match(said);
        if (!count.Success) throw new BenchException($"wrk against {peer.Name} said: {said.ReplaceLineEndings(" ")}");
        long requests = long.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture);
        return requests > 0 ? requests : throw new BenchException($"{peer.Name} answered no request");
    }

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex Count();

    [GeneratedRegex("Socket errors:.*|Non-2xx.*")]
    private static partial Regex Trouble();
}
