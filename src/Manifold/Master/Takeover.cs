using System.Globalization;
using System.Net;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// What a master leaves to the program that it becomes when its own has been replaced (<see cref="ProgramFile"/>): the listening sockets, in whose queues connections wait
/// meanwhile, the claim on the pid file, and who its children are. They see their pipe of death end and retire, as after a graceful restart. The process stays the same: its number, its
/// parent, its standard streams. Travels in one environment variable, which says first whose it is: another process that has inherited it leaves it alone. Master thread.
/// </summary>
internal sealed class Takeover
{
    private const string Variable = "MANIFOLD_TAKEOVER";
    private const int SIGTERM = 15;
    private readonly List<ChildProcess> _children = [];
    private FileDescriptor? _claim;

    /// <summary>Listening sockets: address and bucket, and the descriptor.</summary>
    public Dictionary<(IPEndPoint Address, int Bucket), int> Sockets { get; } = [];

    /// <summary>True in the new program, until <see cref="Receive"/>.</summary>
    public static bool IsUnderWay => Left is not null;

    private static string? Left =>
        Environment.GetEnvironmentVariable(Variable) is { } text && text.StartsWith(Owner, StringComparison.Ordinal) ? text[Owner.Length..] : null;

    private static string Owner => $"{Environment.ProcessId} ";

    /// <summary>What has been left to this process; null when it has begun as what it is.</summary>
    public static Takeover? Receive()
    {
        string? text = Left;
        Environment.SetEnvironmentVariable(Variable, null);
        if (text is null) return null;
        Orphans.Expect();
        var left = new Takeover();
        foreach (string entry in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=', 3) is not [_, var second, ..] words || !int.TryParse(second, CultureInfo.InvariantCulture, out int number))
                throw new RefusedException($"{Variable} in the environment is not what a master leaves: unset it");
            switch (words[0])
            {
                case "claim":
                    left._claim = FileDescriptor.Inherited(number);
                    break;
                case "child" when ChildProcess.Existing(number, _ => true) is { } child:
                    left._children.Add(child);
                    break;
                case { Length: > 0 } and not "child":
                    left.Sockets[(IPEndPoint.Parse(words[2]), int.Parse(words[0], CultureInfo.InvariantCulture))] = number;
                    break;
            }
        }
        return left;
    }

    /// <summary>Becomes the new program. Returns only by throwing <see cref="OsException"/>; then nothing has changed.</summary>
    public static void Leave(IEnumerable<((IPEndPoint Address, int Bucket) Place, int Number)> sockets, IEnumerable<int> children, int? claim)
    {
        var open = sockets.ToList();
        IEnumerable<string> entries = [.. open.Select(socket => $"{socket.Place.Bucket}={socket.Number}={socket.Place.Address}"), .. children.Select(pid => $"child={pid}")];
        if (claim is not null) entries = entries.Append($"claim={claim}");
        ProgramFile.Become([.. open.Select(socket => socket.Number), .. claim is { } number ? (int[])[number] : []], $"{Variable}={Owner}{string.Join(' ', entries)}");
    }

    /// <summary>The new program has a pid file of its own.</summary>
    public void IsDone() => _claim?.Dispose();

    /// <summary>Ends the children of the old program that are still there: they are in no table.</summary>
    public void EndChildren()
    {
        foreach (var child in _children) child.Signal(SIGTERM);
    }
}
