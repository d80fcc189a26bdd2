using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Manifold.Bench;

/// <summary>What a run of wrk found.</summary>
/// <param name="Requests">Requests answered, whatever the status.</param>
/// <param name="Lost">Connections and requests that failed or took more than two seconds, and answers that are not 2xx.</param>
/// <param name="Trouble">wrk's words about the lost ones; null without any.</param>
/// <param name="MedianMs">Median latency in milliseconds.</param>
/// <param name="P99Ms">99th percentile in milliseconds.</param>
internal sealed record Answers(long Requests, long Lost, string? Trouble, double MedianMs, double P99Ms);

/// <summary>One run of wrk: one client thread, so many connections, one address.</summary>
internal static partial class Load
{
    /// <summary>Like <see cref="Measure"/>, but any socket error and any answer but 2xx makes the run worthless: it throws.</summary>
    public static Answers Run(Peer peer, Workload workload, int seconds, CancellationToken stop)
    {
        var answers = Measure(peer, workload, seconds, stop);
        if (answers.Requests == 0) throw new BenchException($"{peer.Name} answered no request");
        return answers.Trouble is null ? answers : throw new BenchException($"wrk against {peer.Name}: {answers.Trouble}");
    }

    /// <summary>Runs wrk to its end. Throws when it does not work at all.</summary>
    public static Answers Measure(Peer peer, Workload workload, int seconds, CancellationToken stop)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{workload.Clients}", $"-d{seconds}s", "--latency"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (workload.Closes)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add("Connection: close");
        }
        if (workload.Host is not null)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add("Host: " + workload.Host);
        }
        if (workload.Closes && peer.Tls) start.Environment["LD_PRELOAD"] = NewSessions.Library(peer);
        if (workload.Pipelined > 1)
        {
            start.ArgumentList.Add("-s");
            start.ArgumentList.Add(peer.Write("pipelined.lua", Pipelining(workload.Pipelined)));
        }
        start.ArgumentList.Add(peer.At(workload.Path).ToString());
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
        return Read(peer, output.Result + errors.Result);
    }

    /// <summary>wrk asks its script for what to send: several requests at a time. It counts each answer.</summary>
    private static string Pipelining(int requests) => $$"""
        init = function(args)
          local all = {}
          for i = 1, {{requests}} do all[i] = wrk.format() end
          together = table.concat(all)
        end
        request = function() return together end

        """;

    private static Answers Read(Peer peer, string said)
    {
        var count = Count().Match(said);
        bool works = count.Success && !said.Contains("cannot be preloaded", StringComparison.Ordinal); // without its library it would measure something else
        if (!works) throw new BenchException($"wrk against {peer.Name} said: {said.ReplaceLineEndings(" ")}");
        long requests = long.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture);
        var trouble = Trouble().Matches(said);
        string? words = trouble.Count == 0 ? null : string.Join("; ", trouble.Select(line => line.Value.Trim()));
        long lost = words is null ? 0 : Number().Matches(words).Sum(number => long.Parse(number.ValueSpan, CultureInfo.InvariantCulture));
        return new Answers(requests, lost, words, Latency(said, "50"), Latency(said, "99"));
    }

    // "     50%    1.23ms"
    private static double Latency(string said, string percentile)
    {
        var match = Percentile().Matches(said).FirstOrDefault(line => line.Groups[1].Value == percentile);
        if (match is null) return double.NaN;
        double value = double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[3].Value switch { "us" => value / 1000, "ms" => value, "s" => value * 1000, _ => value * 60_000 };
    }

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex Count();

    [GeneratedRegex("Socket errors:.*|Non-2xx.*")]
    private static partial Regex Trouble();

    // The numbers of "Socket errors: connect 0, read 3, write 0, timeout 0" and of "Non-2xx or 3xx responses: 7".
    [GeneratedRegex(@"(?<= )\d+(?=,|;|$)")]
    private static partial Regex Number();

    [GeneratedRegex(@"(\d+)%\s+([\d.]+)(us|ms|s|m)\b")]
    private static partial Regex Percentile();
}
