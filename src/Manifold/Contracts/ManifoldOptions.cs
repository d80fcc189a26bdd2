using System.Net;

namespace Manifold.Contracts;

/// <summary>
/// All that the layer must know to run a server: which MPM, how many processes and threads, which sockets, whose identity, which limits.
/// A value that is null takes the MPM's default . Made by the master from the accepted configuration and
/// again by each child from the snapshot; never changed afterwards.
/// </summary>
public sealed record ManifoldOptions
{
    /// <summary>Name of the MPM: "event", "worker", "prefork".</summary>
    public string Mpm { get; init; } = "event";

    /// <summary>Sizing of the process and thread population, completed by the MPM.</summary>
    public EffectiveSizing Sizing { get; init; } = EffectiveSizing.Single;

    /// <summary>What to listen on; at least one for a server.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [];

    /// <summary>Length of the queue of connections that nobody accepted yet.</summary>
    public int ListenBacklog { get; init; } = 511;

    /// <summary>SO_SNDBUF in bytes; 0 = the system's.</summary>
    public int SendBufferSize { get; init; }

    /// <summary>SO_RCVBUF in bytes; 0 = the system's.</summary>
    public int ReceiveBufferSize { get; init; }

    /// <summary>Processors per bucket of listening sockets (SO_REUSEPORT); 0 = one bucket.</summary>
    public int ListenCoresBucketsRatio { get; init; }

    /// <summary>Account of the children, a name or "#uid"; null = the master's own. Only used when the master is root.</summary>
    public string? User { get; init; }

    /// <summary>Group of the children, a name or "#gid"; null = the master's own.</summary>
    public string? Group { get; init; }

    /// <summary>Further accounts, each with children of its own (perchild); empty = all children are alike. Needs root.</summary>
    public IReadOnlyList<UserShare> Users { get; init; } = [];

    /// <summary>Directory that becomes the children's root; null = none. Needs root.</summary>
    public string? ChrootDir { get; init; }

    /// <summary>File that holds the master's process id; null = none.</summary>
    public string? PidFile { get; init; }

    /// <summary>How long a graceful stop may take before it becomes a hard one; zero = for ever.</summary>
    public TimeSpan GracefulShutdownTimeout { get; init; }

    /// <summary>The accept mutex.</summary>
    public AcceptMutexOptions AcceptMutex { get; init; } = new();

    /// <summary>Longest wait for the next bytes of a request or for room to send. httpd's Timeout.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for the next request on a kept connection. httpd's KeepAliveTimeout.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request head may take from its first byte.</summary>
    public ReadTimeout HeadTimeout { get; init; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), 500);

    /// <summary>How long a request body may take.</summary>
    public ReadTimeout BodyTimeout { get; init; } = new(TimeSpan.FromSeconds(20), TimeSpan.Zero, 500);

    /// <summary>True to keep the end, not the beginning, of request lines that are too long for the scoreboard.</summary>
    public bool SeeRequestTail { get; init; }

    /// <summary>Stack of the MPM's threads in bytes; 0 = the system's default.</summary>
    public int ThreadStackSize { get; init; }

    /// <summary>Directory for run-time files such as lock files.</summary>
    public string RuntimeDirectory { get; init; } = "/tmp";

    /// <summary>Directory for core dumps of children; null = their working directory.</summary>
    public string? CoreDumpDirectory { get; init; }

    /// <summary>Log files and programs that master opens and every child inherits, in the order in which they are named.</summary>
    public IReadOnlyList<LogTarget> Logs { get; init; } = [];

    /// <summary>Which of <see cref="Logs"/> is the main error log.</summary>
    public LogTarget? ErrorLog { get; init; }
}

/// <summary>Numbers of processes and threads; null takes the MPM's default. Names and meanings are httpd's.</summary>
public sealed record Sizing
{
    /// <summary>Children at start.</summary>
    public int? StartServers { get; init; }
    /// <summary>Fewest idle children (prefork).</summary>
    public int? MinSpareServers { get; init; }
    /// <summary>Most idle children (prefork).</summary>
    public int? MaxSpareServers { get; init; }
    /// <summary>Fewest idle threads over all children; where children grow, in each.</summary>
    public int? MinSpareThreads { get; init; }
    /// <summary>Most idle threads over all children; where children grow, in each.</summary>
    public int? MaxSpareThreads { get; init; }
    /// <summary>Threads of each child at its start (MPMs whose children grow).</summary>
    public int? StartThreads { get; init; }
    /// <summary>Worker threads in each child; where they grow, the most.</summary>
    public int? ThreadsPerChild { get; init; }
    /// <summary>Threads of each child that read requests (pipeline).</summary>
    public int? ReadersPerChild { get; init; }
    /// <summary>Threads of each child that send responses (pipeline).</summary>
    public int? WritersPerChild { get; init; }
    /// <summary>Reactors of each child; 0 = the processors, shared out among the children (percore).</summary>
    public int? ReactorsPerChild { get; init; }
    /// <summary>Upper bound of <see cref="ThreadsPerChild"/> for the life of the master.</summary>
    public int? ThreadLimit { get; init; }
    /// <summary>Upper bound of the number of children for the life of the master.</summary>
    public int? ServerLimit { get; init; }
    /// <summary>Most requests served at the same time.</summary>
    public int? MaxRequestWorkers { get; init; }
    /// <summary>Connections after which a thread ends and another takes its place; 0 = never (beos).</summary>
    public int MaxRequestsPerThread { get; init; }
    /// <summary>Connections after which a child is replaced; 0 = never.</summary>
    public int MaxConnectionsPerChild { get; init; }
    /// <summary>Connections an event child takes beyond its threads, per idle thread.</summary>
    public double AsyncRequestWorkerFactor { get; init; } = 2;
}

/// <summary>Children that run as an account of their own.</summary>
/// <param name="User">A name or "#uid".</param>
/// <param name="Group">A name or "#gid".</param>
/// <param name="Processes">How many children, at least 1.</param>
public sealed record UserShare(string User, string Group, int Processes);

/// <summary>One address to listen on.</summary>
/// <param name="Address">IP address; <see cref="IPAddress.IPv6Any"/> covers IPv4 too.</param>
/// <param name="Port">TCP port, 1 to 65535.</param>
/// <param name="Protocol">"http" or "https".</param>
public sealed record ListenAddress(IPAddress Address, int Port, string Protocol = "http");

/// <summary>How long reading may take: an initial allowance that grows with the bytes received, up to a maximum.</summary>
/// <param name="Initial">Allowance before any rate counts; zero = no limit.</param>
/// <param name="Maximum">Upper bound of the allowance; zero = none.</param>
/// <param name="MinRate">Bytes that extend the allowance by one second; 0 = it never grows.</param>
public readonly record struct ReadTimeout(TimeSpan Initial, TimeSpan Maximum, int MinRate);

/// <summary>Where log lines go.</summary>
/// <param name="Target">An absolute file name, "syslog[:facility[:tag]]", or the program's command line.</param>
/// <param name="IsProgram">True for a program that reads the lines on its standard input.</param>
/// <param name="ThroughShell">True when /bin/sh interprets the command line.</param>
public sealed record LogTarget(string Target, bool IsProgram = false, bool ThroughShell = false)
{
    /// <summary>True for the system log.</summary>
    public bool IsSyslog => !IsProgram && (Target == "syslog" || Target.StartsWith("syslog:", StringComparison.Ordinal));
}

/// <summary>The lock that lets one process at a time wait on several listening sockets.</summary>
/// <param name="Mechanism">"default", "fcntl", "flock", "sysvsem", "posixsem" or "pthread".</param>
/// <param name="Directory">Directory of a lock file; null = the run-time directory.</param>
/// <param name="OmitPid">True to leave the master's pid out of the lock file's name.</param>
public sealed record AcceptMutexOptions(string Mechanism = "default", string? Directory = null, bool OmitPid = false);
