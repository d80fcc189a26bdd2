using Manifold.Contracts;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>A reading of the configuration with what pass two makes of it: servers, and what directives say about all of them. One thread; thrown away when the result is made.</summary>
internal sealed class SiteReading : Reading
{
    public SiteReading(ConfigurationInputs inputs, ModuleRegistry registry, Surroundings surroundings) : this(inputs, registry, surroundings, new ServerScope())
    {
    }

    private SiteReading(ConfigurationInputs inputs, ModuleRegistry registry, Surroundings surroundings, ServerScope main)
        : base(inputs, registry, surroundings, new SiteScope(main)) => Main = main;

    /// <summary>A reading of a per-directory file, or of a virtual host's lines (without overrides), long after that of the configuration around it.</summary>
    public SiteReading(ServerConfiguration around, ServerScope server, Surroundings surroundings, Overrides? overrides)
        : base(around.Inputs, surroundings, around.Modules, around.Defines, around.ServerRoot, new SiteScope(server), overrides) => Main = server;

    /// <summary>DefaultRuntimeDir as written; null when absent.</summary>
    public string? RuntimeDirectory { get; set; }

    public ServerScope Main { get; }

    public List<ServerScope> VirtualHosts { get; } = [];

    /// <summary>In a child: who carries out the lines of the virtual hosts; null elsewhere, and when they stand among those of the main server.</summary>
    public LaterHosts? Later { get; set; }

    /// <summary>Set when a line was met that virtual hosts before it do not see: children, too, carry out everything in the order of the file.</summary>
    public bool HostsStay { get; private set; }

    /// <summary>To be said by a line of the main server that changes how lines behind it are read.</summary>
    public void ChangesWhatFollows() => HostsStay |= VirtualHosts.Count > 0;

    /// <summary>The logs that directives named so far.</summary>
    public List<LogTarget> Logs { get; } = [];
}
